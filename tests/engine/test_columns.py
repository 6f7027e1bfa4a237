"""Counts by label and by day, filters and the largest labels, beside slow twins."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.embedded.columns import (
    Column,
    counts_between,
    having,
    label_counts,
    largest,
)

LABELS = 9
rows_of_labels = st.lists(
    st.lists(st.integers(0, LABELS - 2), max_size=4, unique=True), min_size=1, max_size=40
)


def column(rows: list[list[int]]) -> Column:
    """As a segment keeps it: without places where every article has one label."""
    labels = np.array([label for row in rows for label in row], np.uint8)
    counts = [len(row) for row in rows]
    at = np.append(0, np.cumsum(counts)).astype(np.uint32)
    return Column(labels, None if set(counts) == {1} else at)


def chosen_of(data: st.DataObject, rows: list[list[int]]) -> list[int]:
    some = st.lists(st.integers(0, len(rows) - 1), unique=True).map(sorted)
    return data.draw(st.just(list(range(len(rows)))) | some)


@given(rows_of_labels, st.sampled_from([1, 4]), st.data())
def test_labels_are_counted_over_the_articles(
    rows: list[list[int]], most: int, data: st.DataObject
) -> None:
    if most == 1:  # each has one
        rows = [row[:1] or [0] for row in rows]
    articles = chosen_of(data, rows)
    counts = label_counts(np.array(articles, np.int64), column(rows), LABELS)
    slow = Counter(label for each in articles for label in rows[each])
    assert counts.tolist() == [slow[label] for label in range(LABELS)]


@given(rows_of_labels, st.sampled_from([1, 4]), st.lists(st.integers(0, LABELS - 1), max_size=4))
def test_a_filter_keeps_articles_of_one_of_the_labels(
    rows: list[list[int]], most: int, chosen: list[int]
) -> None:
    if most == 1:  # each has one
        rows = [row[:1] or [0] for row in rows]
    mask = having(chosen, column(rows), LABELS)
    assert mask.tolist() == [not set(chosen).isdisjoint(row) for row in rows]


def assert_largest(counts: np.ndarray, rank: np.ndarray, k: int) -> None:
    there = [label for label in range(len(counts)) if counts[label]]
    slow = sorted(there, key=lambda label: (-counts[label], rank[label]))[:k]
    assert largest(counts, rank, k).tolist() == slow


@given(st.lists(st.integers(0, 4), max_size=300), st.integers(1, 12), st.randoms())
def test_the_largest_labels_come_first_and_ties_by_name(
    counts: list[int], k: int, random: object
) -> None:
    rank = list(range(len(counts)))
    random.shuffle(rank)  # type: ignore[attr-defined]
    assert_largest(np.array(counts, np.int64), np.array(rank, np.int64), k)


@pytest.mark.parametrize("size", [64, 127, 640, 641, 10_000, 50_000])
@pytest.mark.parametrize("most", [1, 2, 5, 10**6])
@pytest.mark.parametrize("k", [1, 9, 10, 100])
def test_the_largest_of_many_labels_are_bounded_by_blocks(size: int, most: int, k: int) -> None:
    chance = np.random.default_rng(size + k)
    counts = chance.integers(0, most, size) * (chance.random(size) < 0.3)
    assert_largest(counts, chance.permutation(size), k)
    assert_largest(np.arange(size), chance.permutation(size), k)


@given(st.lists(st.integers(0, 99), unique=True), st.lists(st.integers(0, 101), min_size=2))
def test_articles_are_counted_between_bounds(articles: list[int], bounds: list[int]) -> None:
    articles.sort()
    bounds.sort()
    slow = [sum(first <= each < last for each in articles) for first, last in pairwise(bounds)]
    counted = counts_between(np.array(articles, np.int64), np.array(bounds, np.int64))
    assert counted.tolist() == slow
