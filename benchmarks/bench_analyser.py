"""The analyser against MeCab's formatted output alone, on the same texts and in the same format."""

from __future__ import annotations

from fugashi import GenericTagger

from benchmarks.timing import compare
from indexer.analysing import BATCH, analyse_batch
from search.analysis.japanese import MECAB_OPTIONS, Analyser
from search.article import Article

_MOST = 1_500


def run(articles: list[Article]) -> None:
    """Print the speed of the analyser as a share of MeCab's."""
    articles = articles[:: max(1, len(articles) // _MOST)]
    analyser = Analyser()
    tagger = GenericTagger(MECAB_OPTIONS)
    texts = [text for article in articles for text in (article.title, article.body)]

    def ours() -> None:
        for start in range(0, len(articles), BATCH):
            analyse_batch(analyser, articles[start : start + BATCH])

    def peer() -> None:
        for text in texts:
            tagger.parse(text)

    characters = sum(map(len, texts))
    print(f"analyser, {len(articles):,} articles, {characters:,} characters")
    print(f"  {compare(ours, peer)}; to reach: 0.80x")
