"""How good the topics are: floors, below which none of the figures may fall; they may rise."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from benchmarks.topics import (
    HEADLINES,
    Figures,
    cross_validated,
    labels,
    learn,
    read_headlines,
)
from indexer.enrich.topics import TopicFinder, write_model
from indexer.training.topics import analyse
from search.analysis.japanese import Analyser
from search.topics import TOPICS
from tests.conftest import ROOT

SHA256 = "c5ff12a26acd9e64a172062cc7053ad607c8e20688a497b4e3b48c839e97bc0d"
"""Of the headlines; who changes them looks at the floors as well."""


def test_the_headlines_are_those_the_floor_was_measured_on() -> None:
    assert hashlib.sha256(HEADLINES.read_bytes()).hexdigest() == SHA256


def test_the_headlines_are_well_formed() -> None:
    right, texts = read_headlines()
    assert len(set(texts)) == len(texts) >= 150
    assert {topic for row in right for topic in row} == set(TOPICS)


def test_headlines_have_the_right_topic_or_none(analyser: Analyser) -> None:
    right, texts = read_headlines()
    articles = analyse(analyser, ((text, "") for text in texts))
    figures = Figures(TopicFinder().model.weigh(articles), labels(right))
    print(figures.row("headlines"))  # noqa: T201 - for reading, with -s
    assert figures.hit_where_given >= 0.95
    assert figures.coverage >= 0.85


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_articles_have_the_right_topics_by_models_that_have_not_seen_them(
    analyser: Analyser, data: Path
) -> None:
    trained = learn(analyser, data)
    whole, titles = cross_validated(trained)
    print(whole.row("whole"), titles.row("titles"))  # noqa: T201 - for reading, with -s
    assert whole.hit >= 0.945
    assert whole.micro_f1 >= 0.85
    assert whole.hit_at(0.8) >= 0.975
    assert whole.coverage >= 0.95
    assert titles.hit_where_given >= 0.95
    committed = (ROOT / "indexer" / "enrich" / "data" / "topics.json").read_text("utf-8")
    assert write_model(trained.basis.model(trained.labelled)) == committed, "make train"
