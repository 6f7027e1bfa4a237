"""Places in literal texts: to articles, side by side, at borders; beside slow twins."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from search.engine.embedded.places import (
    BLOCK,
    among,
    articles_of,
    at_borders,
    distinct,
    united,
    within,
)

ascending = st.lists(st.integers(0, 400), unique=True).map(sorted)
few_or_many = st.one_of(
    ascending, st.just(list(range(400))), st.just([]), st.integers(0, 400).map(lambda n: [n])
)


def array(numbers: list[int]) -> np.ndarray:
    return np.array(numbers, np.int64)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=80), st.data())
@example([1] * 80, None)
@example([2000, 1, 1, 1, 2000], None)
def test_a_place_belongs_to_the_article_it_stands_in(
    sizes: list[int], data: st.DataObject | None
) -> None:
    sizes = [8 * size for size in sizes]
    starts = np.append(0, np.cumsum(sizes))
    universe = int(starts[-1])
    every = [article for article, size in enumerate(sizes) for _ in range(size)]
    blocks = np.array(every[::BLOCK], np.uint32)
    some = st.lists(st.integers(0, universe - 1), unique=True).map(sorted)
    places = data.draw(some) if data else list(range(universe))
    found = articles_of(array(places), starts.astype(np.uint32), blocks)
    assert found.tolist() == [every[place] for place in places]
    assert found.dtype == np.int64


@given(few_or_many, few_or_many)
def test_among_tells_where_the_others_stand(values: list[int], others: list[int]) -> None:
    slow = [at for at, value in enumerate(values) if value in others]
    assert among(array(values), array(others)).tolist() == slow


@given(few_or_many, few_or_many, st.integers(0, 30), ascending)
@example(list(range(400)), [3, 5, 90], 10, [7, 95])
def test_within_a_gap_is_what_no_stop_parts_from_an_end(
    starts: list[int], ends: list[int], gap: int, stops: list[int]
) -> None:
    slow = [
        start
        for start in starts
        if any(
            end <= start <= end + gap and not any(end <= stop < start for stop in stops)
            for end in ends
        )
    ]
    found = within(array(starts), array(ends), gap, np.array(stops, np.uint32))
    assert found.tolist() == slow


@given(st.lists(few_or_many, max_size=4))
def test_united_are_the_values_of_all_lists(lists: list[list[int]]) -> None:
    assert united([array(each) for each in lists]).tolist() == sorted(set().union(*lists))


@given(st.lists(st.integers(0, 9)).map(sorted))
def test_distinct_values_stand_once(values: list[int]) -> None:
    assert distinct(array(values)).tolist() == sorted(set(values))


@given(st.binary(min_size=1, max_size=40), st.data())
def test_places_at_borders_are_those_whose_bit_is_set(borders: bytes, data: st.DataObject) -> None:
    some = st.lists(st.integers(0, 8 * len(borders) - 1), unique=True).map(sorted)
    places = data.draw(some)
    slow = [place for place in places if borders[place // 8] >> place % 8 & 1]
    packed = np.frombuffer(borders, np.uint8)
    assert at_borders(array(places), packed).tolist() == slow
