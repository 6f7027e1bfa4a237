"""The cache is bounded in bytes and forgets what was used longest ago."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search import caching
from search.caching import ByteCache

ENTRY = caching._ENTRY


def test_what_was_put_is_given_back() -> None:
    cache = ByteCache(100_000)
    assert cache.get("a") is None
    cache.put("a", 1, 100)
    assert cache.get("a") == 1
    assert cache.held == 100 + ENTRY


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    cache = ByteCache(4 * (1_000 + ENTRY))
    for key in "abcd":
        cache.put(key, key, 1_000)
    assert cache.get("a") == "a"
    cache.put("e", "e", 1_000)
    assert [key for key in "abcde" if cache.get(key)] == ["a", "c", "d", "e"]


def test_a_value_larger_than_a_quarter_is_not_kept() -> None:
    cache = ByteCache(8_000)
    cache.put("a", 1, 2_000 - ENTRY)
    cache.put("b", 1, 2_001 - ENTRY)
    assert (cache.get("a"), cache.get("b")) == (1, None)
    ByteCache(0).put("a", 1, 0)


def test_bytes_are_counted_right_after_a_key_was_replaced() -> None:
    cache = ByteCache(100_000)
    for size in (5_000, 10, 20_000, 300):
        cache.put("a", size, size)
        assert (cache.get("a"), cache.held) == (size, size + ENTRY)


sizes = st.integers(0, 3_000)


@given(st.integers(0, 20_000), st.lists(st.tuples(st.integers(0, 9), sizes | st.none())))
def test_a_cache_equals_a_list_of_what_was_used(
    most: int, steps: list[tuple[int, int | None]]
) -> None:
    cache = ByteCache(most)
    slow: list[tuple[int, int]] = []
    for key, size in steps:
        held = dict(slow)
        if size is None:
            assert cache.get(key) == held.get(key)
            if key in held:
                slow = [each for each in slow if each[0] != key] + [(key, held[key])]
        else:
            cache.put(key, size, size)
            if size + ENTRY <= most // 4:
                slow = [each for each in slow if each[0] != key] + [(key, size)]
                while sum(each + ENTRY for _, each in slow) > most:
                    slow.pop(0)
        assert cache.held == sum(each + ENTRY for _, each in slow) <= most
    assert {key: cache.get(key) for key in range(10)} == {
        key: dict(slow).get(key) for key in range(10)
    }


def test_threads_leave_the_count_right() -> None:
    most = 200_000
    cache = ByteCache(most)

    def work(seed: int) -> int:
        chance = np.random.default_rng(seed)
        wrong = 0
        for key, size in chance.integers(0, 3_000, (4_000, 2)).tolist():
            found = cache.get(key % 200)
            wrong += found is not None and found[0] != key % 200
            cache.put(key % 200, (key % 200, size), size)
            wrong += cache.held > most + 8 * 4_000
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 0
    held = (cache.get(key) for key in range(200))
    assert cache.held == sum(each[1] + ENTRY for each in held if each) <= most
