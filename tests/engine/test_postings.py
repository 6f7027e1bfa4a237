"""Encoded lists come back as they were, one by one and all at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.engine.embedded import postings
from search.engine.embedded.postings import (
    STRIDE,
    decode,
    decode_all,
    encode,
    low_bits,
    order_by,
    radix_order,
    run_starts,
    size_of,
    sizes,
    start_of,
    starts,
)

UNIVERSES = [1, 2, 63, 64, 1000, 70_000, 5_000_000, (1 << 32) - 1, 1 << 33]


@st.composite
def list_sets(draw: st.DrawFn) -> tuple[list[list[int]], int]:
    universe = draw(st.sampled_from(UNIVERSES) | st.integers(1, 1 << 33))
    one = st.lists(st.integers(0, universe - 1), min_size=1, max_size=40, unique=True)
    return draw(st.lists(one.map(sorted), max_size=STRIDE * 3)), universe


def drawn(counts: list[int], universe: int, seed: int = 0) -> list[list[int]]:
    chance = np.random.default_rng(seed)
    return [
        np.sort(chance.choice(universe, count, replace=False)).tolist()
        if universe <= 1 << 20
        else np.unique(chance.integers(0, universe, count)).tolist()
        for count in counts
    ]


def flat(lists: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    values = np.array([value for each in lists for value in each], np.int64)
    return values, np.array([len(each) for each in lists], np.int64)


def by_hand(values: list[int], universe: int) -> tuple[bytes, bytes]:
    """One list encoded bit by bit: planes of low bytes, a plane of halves, unary high bits."""
    bits, _, high_size = size_of(len(values), universe)
    low = bytearray()
    for plane in range(bits // 8):
        low += bytes(value >> 8 * plane & 255 for value in values)
    if bits % 8:
        halves = [value >> (bits - 4) & 15 for value in values]
        halves += [0] * (len(halves) % 2)
        low += bytes(a | b << 4 for a, b in zip(halves[::2], halves[1::2], strict=True))
    high = bytearray(high_size)
    for rank, value in enumerate(values):
        place = (value >> bits) + rank
        high[place // 8] |= 1 << place % 8
    return bytes(low), bytes(high)


def assert_comes_back(lists: list[list[int]], universe: int) -> None:
    values, counts = flat(lists)
    low, high = encode(values, counts, universe)
    pieces = [by_hand(each, universe) for each in lists]
    assert low.tobytes() == b"".join(piece[0] for piece in pieces)
    assert high.tobytes() == b"".join(piece[1] for piece in pieces)
    assert decode_all(low, high, counts, universe).tolist() == values.tolist()
    table = starts(counts, universe, (0, 0, 0))
    before = [0, 0, 0]
    for number, each in enumerate(lists):
        assert table[number].tolist() == before
        bits, low_size, high_size = size_of(len(each), universe)
        group = number // STRIDE * STRIDE
        place = start_of(table[group].tolist(), counts[group:number].tolist(), universe)
        assert list(place) == before
        one = decode(
            low[place[0] : place[0] + low_size],
            high[place[1] : place[1] + high_size],
            len(each),
            bits,
        )
        assert one.tolist() == each
        assert one.dtype == np.int64
        before = [before[0] + low_size, before[1] + high_size, before[2] + len(each)]
    assert before == [len(low), len(high), len(values)]


@given(list_sets())
@example(([], 1))
@example(([[0]], 1))
@example(([[0, 1, 2], [1]], 3))
@example(([[(1 << 33) - 1]], 1 << 33))
@example(([[0, 255, 256, 65_535, 65_536], [4_999_999]], 5_000_000))
def test_lists_come_back_as_they_were(given_lists: tuple[list[list[int]], int]) -> None:
    assert_comes_back(*given_lists)


@pytest.mark.parametrize("universe", [1000, 70_000, 1 << 20, 1 << 30])
def test_dense_and_sparse_lists_stand_side_by_side(universe: int) -> None:
    counts = [1, 2, min(universe, 70000), 999, 1, 3, 500] * 3
    counts = [min(count, universe) for count in counts]
    assert_comes_back(drawn(counts, universe), universe)


def test_a_list_longer_than_16_bits_is_decoded() -> None:
    assert_comes_back([list(range(0, 140_000, 2)), list(range(66_000))], 140_000)


def test_lists_of_more_values_than_are_encoded_at_once_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lists = drawn([5, 90, 1, 100, 30, 64, 2], 1000)
    values, counts = flat(lists)
    at_once = encode(values, counts, 1000)
    monkeypatch.setattr(postings, "AT_ONCE", 64)
    piecewise = encode(values, counts, 1000)
    assert [each.tobytes() for each in piecewise] == [each.tobytes() for each in at_once]


@given(st.integers(1, 1 << 33), st.data())
def test_sizes_of_one_list_are_those_of_many(universe: int, data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(1, min(universe, 1 << 31)), min_size=1))
    array = np.array(counts, np.int64)
    low, high = sizes(array, universe)
    table = np.stack([low_bits(array, universe), low, high], axis=1)
    assert [tuple(row) for row in table.tolist()] == [size_of(each, universe) for each in counts]


@given(st.lists(st.integers(1, 50), max_size=60), st.tuples(*[st.integers(0, 1 << 40)] * 3))
def test_places_go_on_from_where_the_first_list_begins(
    counts: list[int], before: tuple[int, int, int]
) -> None:
    array = np.array(counts, np.int64)
    shifted = starts(array, 1000, before) - np.array(before)
    assert shifted.tolist() == starts(array, 1000, (0, 0, 0)).tolist()


keys = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 255, 256, 65_535])))


@given(keys)
def test_two_keys_of_16_bits_sort_as_one(pairs: list[tuple[int, int]]) -> None:
    high = np.array([first for first, _ in pairs], np.uint16)
    low = np.array([second for _, second in pairs], np.uint16)
    slow = sorted(range(len(pairs)), key=pairs.__getitem__)
    assert order_by(high, low).tolist() == slow
    assert radix_order(low).tolist() == sorted(range(len(pairs)), key=lambda at: pairs[at][1])


@given(keys)
def test_a_run_starts_where_a_key_changes(pairs: list[tuple[int, int]]) -> None:
    pairs.sort()
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    slow = [at for at, pair in enumerate(pairs) if not at or pairs[at - 1] != pair]
    assert run_starts(columns[:, 0], columns[:, 1]).tolist() == slow
