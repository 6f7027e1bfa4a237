"""Indexes made in this process, for evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.analysing import BATCH, analyse_batch
from search.analysis.japanese import Analyser, analyser_fingerprint
from search.article import Article
from search.engine.embedded.engine import EmbeddedEngine
from search.service import SearchService


def indexed(articles: Sequence[Article], folder: Path, analyser: Analyser) -> SearchService:
    """A service on an index of the articles."""
    engine = EmbeddedEngine(folder, fingerprint=analyser_fingerprint())
    with engine.writing() as writer:
        for start in range(0, len(articles), BATCH):
            for analysed in analyse_batch(analyser, list(articles[start : start + BATCH])):
                writer.add(analysed)
    return SearchService(engine, analyser)
