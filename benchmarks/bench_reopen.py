"""What a new generation costs: the commit of ten articles, and the first request after it."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.corpus import Corpus
from benchmarks.ours import indexed
from benchmarks.report import Section, table
from benchmarks.terms import analyser
from indexer.analysing import analyse_batch
from search.analysis.japanese import analyser_fingerprint
from search.article import Article
from search.dates import parse_published
from search.engine.base import Window
from search.engine.embedded.engine import EmbeddedEngine
from search.query import And, FacetRequest, Term
from search.schema import Facet

_ROUNDS: Final = 9
_QUERY: Final = And((Term("東京"), Term("発表")))
_BODY: Final = "東京で新しい発表があった。" * 20


def run(cache: Path, corpus: Corpus) -> Section:
    """Commits on a copy of the index, which an open engine looks at in between."""
    made = indexed(cache, corpus)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "index"
        shutil.copytree(made.folder, folder)
        engine = EmbeddedEngine(folder, fingerprint=analyser_fingerprint())
        _ask(engine)
        rounds = [_round(engine, folder, number) for number in range(_ROUNDS)]
    head = ("step", "median, ms", "least", "most")
    names = ("commit of ten articles", "first request on the new generation", "the next request")
    rows = [
        (name, *(f"{each:,.1f}" for each in (statistics.median(times), min(times), max(times))))
        for name, times in zip(names, zip(*rounds, strict=True), strict=True)
    ]
    about = f"{_ROUNDS} commits, one after the other. To reach: 50 ms for the first request."
    return Section(
        f"A new generation, {made.articles:,} articles", f"{about}\n\n{table(head, rows)}"
    )


def _round(engine: EmbeddedEngine, folder: Path, number: int) -> tuple[float, float, float]:
    articles = [
        Article(
            id=f"{number}-{n}", title="発表", body=_BODY, published=parse_published("2026-01-01")
        )
        for n in range(10)
    ]
    started = time.perf_counter()
    with EmbeddedEngine(folder, fingerprint=analyser_fingerprint()).writing() as writer:
        for each in analyse_batch(analyser(), articles):
            writer.add(each)
    committed = (time.perf_counter() - started) * 1000
    return committed, _ask(engine), _ask(engine)


def _ask(engine: EmbeddedEngine) -> float:
    started = time.perf_counter()
    facets = [FacetRequest(each) for each in Facet]
    with engine.snapshot() as snapshot:
        snapshot.search(_QUERY, filters={}, window=Window(), facets=facets)
    return (time.perf_counter() - started) * 1000
