"""The articles that the measurements draw."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from benchmarks.corpus import read_articles
from benchmarks.recombined import (
    MOST_PERSONS,
    PERSONS,
    TOPICS,
    Pool,
    person,
    pool,
    recombined,
    write_lines,
)
from benchmarks.terms import Sentences, bigrams, runs, whole_runs
from tests.conftest import SAMPLES


@pytest.fixture(scope="module")
def drawn_from() -> Pool:
    return pool(read_articles(SAMPLES))


def test_fewer_articles_are_the_beginning_of_more(drawn_from: Pool) -> None:
    assert list(recombined(drawn_from, 5)) == list(islice(recombined(drawn_from, 50), 5))


def test_drawn_articles_have_what_articles_have(drawn_from: Pool) -> None:
    articles = list(recombined(drawn_from, 300))
    mean = sum(len(each.body) for each in articles) / len(articles)
    assert 500 < mean < 700
    assert {each.topics[0] for each in articles} <= set(TOPICS)
    assert {len(each.persons) for each in articles} == set(range(MOST_PERSONS + 1))


def test_every_number_is_another_person() -> None:
    assert len(set(map(person, range(PERSONS)))) == PERSONS


def test_a_reindex_reads_drawn_articles(drawn_from: Pool, tmp_path: Path) -> None:
    articles = list(recombined(drawn_from, 20))
    write_lines(articles, tmp_path / "drawn.jsonl")
    assert read_articles(tmp_path) == articles


def test_sentences_have_the_terms_of_the_whole(drawn_from: Pool) -> None:
    sentences = Sentences.none_yet()
    for article in recombined(drawn_from, 100):
        assert [sentences.runs(article.body)] == list(whole_runs([article.body]))


def test_a_gap_parts_runs_and_bigrams_overlap() -> None:
    assert runs(["今日", "は", "", "", "雨", "a b", ""]) == ["今日 は", "雨 a_b"]
    assert bigrams("今日 は") == "今日 日\x01 \x01は"
