"""How well persons are found in real news: floors under what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.persons import (
    Labelled,
    find_persons,
    read_labelled,
    read_seed,
    score_linking,
    score_mentions,
    score_sets,
)
from indexer.enrich.persons import Person, PersonFinder

pytestmark = [pytest.mark.data, pytest.mark.xdist_group("persons")]

MENTIONS, SETS, LINKING, SENTENCES = 94.5, 92.5, 97.0, 83.0
"""F1 in percent, of linking the share that is right; they may rise."""

SEED = {
    *("何立峰", "スコット・ベセント", "ケビン・ハセット", "トランプ", "ジェイミソン・グリア"),
    *("ハワード・ルートニック", "バイデン"),
}


@pytest.fixture(scope="module")
def news(data: Path) -> list[Labelled]:
    """Passages of real news."""
    return read_labelled("news_dev", data)


@pytest.fixture(scope="module")
def found(news: Sequence[Labelled]) -> list[tuple[Person, ...]]:
    """The persons of each passage."""
    return find_persons([row.text for row in news], PersonFinder())


def test_mentions_in_news_are_found(
    news: Sequence[Labelled], found: Sequence[tuple[Person, ...]]
) -> None:
    assert score_mentions(news, found).f1 >= MENTIONS


def test_the_persons_of_an_article_are_the_right_ones(
    news: Sequence[Labelled], found: Sequence[tuple[Person, ...]]
) -> None:
    assert score_sets(news, found).f1 >= SETS


def test_mentions_go_to_the_right_person(news: Sequence[Labelled]) -> None:
    assert score_linking(news).precision >= LINKING


def test_sentences_of_other_texts_do_not_sink(data: Path) -> None:
    rows = read_labelled("gsd_dev", data)
    assert score_mentions(rows, find_persons([row.text for row in rows], PersonFinder())).f1 >= (
        SENTENCES
    )


def test_the_seed_gives_its_seven_persons_and_no_other(data: Path) -> None:
    (persons,) = find_persons([read_seed(data)], PersonFinder())
    assert {person.name for person in persons} == SEED
    assert len(persons) == len(SEED)
