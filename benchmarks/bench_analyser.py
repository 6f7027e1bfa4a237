"""The analyser against MeCab's formatted output alone, on the same texts and in the same format."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Final

from fugashi import GenericTagger

from benchmarks.report import Section, table
from benchmarks.timing import compare
from indexer.analysing import BATCH, analyse_batch
from search.analysis.japanese import MECAB_OPTIONS, Analyser
from search.article import Article

_MOST: Final = 1_500


def run(articles: Sequence[Article]) -> Section:
    """The speed of the analyser as a share of MeCab's."""
    articles = list(articles[:: max(1, len(articles) // _MOST)])
    analyser = Analyser()
    tagger = GenericTagger(MECAB_OPTIONS)
    texts = [text for article in articles for text in (article.title, article.body)]

    def ours() -> None:
        for start in range(0, len(articles), BATCH):
            analyse_batch(analyser, articles[start : start + BATCH])

    def peer() -> None:
        for text in texts:
            tagger.parse(text)

    found = compare(ours, peer)
    times = (f"{statistics.median(each):.2f}" for each in (found.ours, found.peer))
    head = ("**speed** of ours / MeCab's (larger is better)", "ours, s", "MeCab alone, s")
    characters = sum(map(len, texts))
    about = (
        f"{len(articles):,} articles, {characters:,} characters, CPU time of one process."
        " To reach: a speed of 0.80x."
    )
    return Section("Analyser", f"{about}\n\n{table(head, [(found.speed(), *times)])}")
