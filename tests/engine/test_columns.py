"""Counts by label and by day, filters and the largest labels, beside slow twins."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.embedded import columns
from search.engine.embedded.columns import (
    Column,
    counted,
    counts_between,
    having,
    labels_in,
    labels_of,
    largest,
    rows_of,
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
    numbers = np.array(articles, np.int64)
    found = labels_of(numbers, column(rows))
    slow = Counter(label for each in articles for label in rows[each])
    for size in (LABELS, 10_000):  # counted in place, and sorted
        labels, counts = counted(found, size)
        pairs = zip(labels.tolist(), counts.tolist(), strict=True)
        assert {label: count for label, count in pairs if count} == slow
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_WIDTH", 2)
        in_rows = labels_in(numbers, rows_of(column(rows), LABELS))
    labels, counts = counted(in_rows, LABELS)
    pairs = zip(labels.tolist(), counts.tolist(), strict=True)
    assert {label: count for label, count in pairs if count} == slow


@given(rows_of_labels, st.sampled_from([1, 4]), st.lists(st.integers(0, LABELS - 1), max_size=4))
def test_a_filter_keeps_articles_of_one_of_the_labels(
    rows: list[list[int]], most: int, chosen: list[int]
) -> None:
    if most == 1:  # each has one
        rows = [row[:1] or [0] for row in rows]
    mask = having(chosen, column(rows), LABELS)
    assert mask.tolist() == [not set(chosen).isdisjoint(row) for row in rows]


def assert_largest(counts: np.ndarray, k: int) -> None:
    there = sorted((count for count in counts.tolist() if count), reverse=True)
    least = there[min(k, len(there)) - 1] if there else 1
    slow = [place for place, count in enumerate(counts.tolist()) if count >= least]
    assert largest(counts, k).tolist() == slow


@given(st.lists(st.integers(0, 4), max_size=300), st.integers(1, 12))
def test_the_largest_counts_are_found_with_all_that_equal_the_last(
    counts: list[int], k: int
) -> None:
    assert_largest(np.array(counts, np.int64), k)


@pytest.mark.parametrize("size", [64, 127, 640, 641, 10_000, 50_000])
@pytest.mark.parametrize("most", [1, 2, 5, 10**6])
@pytest.mark.parametrize("k", [1, 9, 10, 100])
def test_the_largest_of_many_counts_are_bounded_by_blocks(size: int, most: int, k: int) -> None:
    chance = np.random.default_rng(size + k)
    assert_largest(chance.integers(0, most, size) * (chance.random(size) < 0.3), k)
    assert_largest(np.arange(size), k)


@given(st.lists(st.integers(0, 99), unique=True), st.lists(st.integers(0, 101), min_size=2))
def test_articles_are_counted_between_bounds(articles: list[int], bounds: list[int]) -> None:
    articles.sort()
    bounds.sort()
    slow = [sum(first <= each < last for each in articles) for first, last in pairwise(bounds)]
    counted = counts_between(np.array(articles, np.int64), np.array(bounds, np.int64))
    assert counted.tolist() == slow
