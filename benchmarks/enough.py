"""How many of its words running text should ask for: headlines looking for their own bodies."""

from __future__ import annotations

import random
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from benchmarks.corpus import article_files, read_articles
from indexer.analysing import BATCH, analyse_batch
from search import planning
from search.analysis.japanese import Analyser, analyser_fingerprint
from search.article import Article
from search.engine.embedded.engine import EmbeddedEngine
from search.query import SearchRequest
from search.service import SearchService

_HEADLINES = 400
_SHARES = (0.3, 0.4, 0.5, 0.6, 0.7)


def main() -> None:
    """Print the table of docs/decisions/enough.md."""
    with article_files() as folder:
        articles = read_articles(folder)
    drawn = random.Random(1)  # noqa: S311 - the same headlines every time
    asked = drawn.sample([each for each in articles if each.body], _HEADLINES)
    with tempfile.TemporaryDirectory() as folder_name:
        service = _untitled(articles, Path(folder_name))
        print("share  MRR    in ten  median hits  no hit")
        for share in _SHARES:
            with patch.object(planning, "ENOUGH", share):
                _print(share, service, asked)


def _untitled(articles: Sequence[Article], folder: Path) -> SearchService:
    engine = EmbeddedEngine(folder, fingerprint=analyser_fingerprint())
    analyser = Analyser()
    untitled = [replace(each, title="") for each in articles]
    with engine.writing() as writer:
        for start in range(0, len(untitled), BATCH):
            for analysed in analyse_batch(analyser, untitled[start : start + BATCH]):
                writer.add(analysed)
    return SearchService(engine, analyser)


def _print(share: float, service: SearchService, asked: Sequence[Article]) -> None:
    places, totals = [], []
    for article in asked:
        result = service.search(SearchRequest(q=article.title[:1000], facets=()))
        ids = [hit.article.id for hit in result.hits]
        places.append(ids.index(article.id) + 1 if article.id in ids else 0)
        totals.append(result.total)
    first = statistics.mean(1 / place if place else 0 for place in places)
    ten = statistics.mean(place > 0 for place in places)
    print(
        f"{share:.1f}    {first:.3f}  {ten:.3f}   {statistics.median(totals):>6.0f}"
        f"       {totals.count(0):>4}"
    )


if __name__ == "__main__":
    main()
