"""Every kernel of the executor beside a slow, obviously right twin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.embedded.executor import (
    Execution,
    Hits,
    Mask,
    Postings,
    all_of,
    any_of,
    at_least,
    best,
    best_of,
    kept,
    raised,
    weighted,
    without,
)
from search.engine.embedded.postings import Numbers
from search.query import (
    And,
    AtLeast,
    Best,
    Between,
    Boosted,
    Everything,
    Leaf,
    Not,
    Nothing,
    OneOf,
    Or,
    Passing,
    Query,
    Term,
    Weighted,
)
from search.schema import Facet
from search.scoring import PLACED

Found = dict[int, int]
"""Score by article."""

SIZES = [1, 7, 100, 1000, 40_000]
"""Articles; large ones make short lists sparse."""


def hits(found: Found, *, scored: bool = True) -> Hits:
    articles = np.array(sorted(found), np.int64)
    scores = np.array([found[each] for each in sorted(found)], np.float32)
    return Hits(articles, scores if scored else None)


def as_found(result: Hits) -> Found:
    assert np.all(np.diff(result.articles) > 0)
    scores = [0] * len(result.articles) if result.scores is None else result.scores.tolist()
    return dict(zip(result.articles.tolist(), scores, strict=True))


@st.composite
def hit_lists(draw: st.DrawFn, least: int = 1) -> tuple[list[Hits], int]:
    n = draw(st.sampled_from(SIZES))
    chance = np.random.default_rng(draw(st.integers(0, 1 << 20)))
    lists = []
    for _ in range(draw(st.integers(least, 5))):
        size = draw(st.sampled_from([0, 1, 3, n // 100, n // 8, n // 2, n]))
        articles = np.sort(chance.choice(n, min(size, n), replace=False)).astype(np.int64)
        lowest = draw(st.sampled_from([0, 1]))
        kind = draw(st.sampled_from([np.float32, np.float32, np.float64]))
        scores = chance.integers(lowest, 50, len(articles)).astype(kind)
        lists.append(Hits(articles, draw(st.sampled_from([scores, scores, None]))))
    return lists, n


def united(lists: Sequence[Hits]) -> tuple[Counter[int], Counter[int]]:
    """In how many lists an article is, and the sum of its scores."""
    times, total = Counter[int](), Counter[int]()
    for each in lists:
        found = as_found(each)
        times.update(found.keys())
        total.update(found)
    return times, total


@given(hit_lists())
def test_any_of_adds_up_what_one_list_has(given_lists: tuple[list[Hits], int]) -> None:
    lists, n = given_lists
    _, total = united(lists)
    assert as_found(any_of(lists, n)) == dict(total)


@given(hit_lists())
def test_best_of_keeps_the_highest_score(given_lists: tuple[list[Hits], int]) -> None:
    lists, n = given_lists
    highest: dict[int, float] = {}
    for each in lists:
        for article, score in as_found(each).items():
            highest[article] = max(score, highest.get(article, 0))
    assert as_found(best_of(lists, n)) == highest


@given(hit_lists())
def test_all_of_adds_up_what_every_list_has(given_lists: tuple[list[Hits], int]) -> None:
    lists, n = given_lists
    times, total = united(lists)
    expected = {each: total[each] for each, times in times.items() if times == len(lists)}
    assert as_found(all_of(lists, n)) == expected


@given(hit_lists(), st.data())
def test_at_least_weighs_the_lists(
    given_lists: tuple[list[Hits], int], data: st.DataObject
) -> None:
    lists, n = given_lists
    weights = [data.draw(st.integers(1, 9_000)) for _ in lists]
    needed = data.draw(st.integers(1, sum(weights)))
    _, total = united(lists)
    weight = Counter[int]()
    for each, mine in zip(lists, weights, strict=True):
        weight.update(dict.fromkeys(as_found(each), mine))
    expected = {each: total[each] for each in total if weight[each] >= needed}
    assert as_found(at_least(lists, weights, needed, n)) == expected


@given(hit_lists(least=2))
def test_without_leaves_out_what_the_other_has(given_lists: tuple[list[Hits], int]) -> None:
    (first, other, *_), n = given_lists
    gone = set(other.articles.tolist())
    expected = {each: score for each, score in as_found(first).items() if each not in gone}
    assert as_found(without(first, other.articles, n)) == expected


@given(hit_lists(), st.integers(0, 9))
def test_kept_are_the_marked_hits(given_lists: tuple[list[Hits], int], seed: int) -> None:
    (first, *_), _ = given_lists
    share = seed / 9
    marks = np.random.default_rng(seed).random(len(first.articles)) < share
    pairs = zip(as_found(first).items(), marks.tolist(), strict=True)
    assert as_found(kept(first, marks)) == dict(pair for pair, mark in pairs if mark)


@given(hit_lists(least=2))
def test_raised_adds_scores_and_no_articles(given_lists: tuple[list[Hits], int]) -> None:
    (first, other, *_), n = given_lists
    more = as_found(other)
    expected = {each: score + more.get(each, 0) for each, score in as_found(first).items()}
    assert as_found(raised(first, other, n)) == expected


@given(hit_lists(), st.integers(0, 20))
def test_weighted_scores_are_so_many_eighths(
    given_lists: tuple[list[Hits], int], eighths: int
) -> None:
    for each in given_lists[0]:
        expected = {name: int(score) * eighths // 8 for name, score in as_found(each).items()}
        result = weighted(each, eighths)
        assert as_found(result) == expected
        assert (result.scores is None) == (each.scores is None)


def test_weighted_scores_are_exact_up_to_the_last_whole_number() -> None:
    highest = (1 << 24) - 1
    scores = np.arange(highest - 99, highest + 1).astype(np.float32)
    found = weighted(Hits(np.arange(100), scores), 7)
    assert as_found(found) == {n: (highest - 99 + n) * 7 // 8 for n in range(100)}


def slow_best(result: Hits, k: int) -> list[tuple[int, float]]:
    return sorted(as_found(result).items(), key=lambda pair: (-pair[1], pair[0]))[:k]


def assert_best(result: Hits, k: int) -> None:
    first = best(result, k)
    scores = [0.0] * len(first.articles) if first.scores is None else first.scores.tolist()
    assert list(zip(first.articles.tolist(), scores, strict=True)) == slow_best(result, k)


@given(hit_lists(), st.sampled_from([0, 1, 2, 10, 64, 1000, 10**12]))
def test_the_best_come_first_and_ties_by_number(
    given_lists: tuple[list[Hits], int], k: int
) -> None:
    for each in given_lists[0]:
        assert_best(each, k)


@pytest.mark.parametrize("different", [1, 3, 1000, 10**6])
@pytest.mark.parametrize("count", [8192, 8193, 8192 + 63, 8256, 20_000])
@pytest.mark.parametrize("k", [1, 10, 127, 128, 129, 312, 313, 8000])
def test_the_best_of_many_are_bounded_by_blocks(count: int, k: int, different: int) -> None:
    chance = np.random.default_rng(count + k)
    articles = np.sort(chance.choice(3 * count, count, replace=False)).astype(np.int64)
    scores = chance.integers(0, different, count).astype(np.float32)
    assert_best(Hits(articles, scores), k)
    # the best ones stand behind the last whole block, or all in one
    assert_best(Hits(articles, np.arange(count, dtype=np.float32)), k)
    assert_best(Hits(articles, -np.arange(count, dtype=np.float32)), k)


def test_lists_without_articles_find_nothing() -> None:
    nothing = Hits(np.empty(0, np.int64), np.empty(0, np.float32))
    some = hits({1: 5, 3: 0})
    for empty in (nothing, Hits(nothing.articles, None)):
        for n in (4, 4000):
            assert as_found(any_of([empty, empty], n)) == {}
            assert as_found(any_of([empty, some], n)) == {1: 5, 3: 0}
            assert as_found(best_of([empty, empty], n)) == {}
            assert as_found(best_of([empty, some], n)) == {1: 5, 3: 0}
            assert as_found(all_of([some, empty], n)) == {}
            assert as_found(at_least([empty, some], [1, 1], 2, n)) == {}
            assert as_found(without(some, empty.articles, n)) == {1: 5, 3: 0}
            assert as_found(raised(some, empty, n)) == {1: 5, 3: 0}
            assert as_found(raised(empty, some, n)) == {}
            assert as_found(best(empty, 3)) == {}


class Lists:
    """A source of three words among ten articles, the last two deleted."""

    articles = 10
    alive: Mask | None = np.arange(10) < 8

    def postings(self, leaf: Leaf) -> Postings:
        assert isinstance(leaf, Term)
        found = {"a": [0, 2, 4, 6], "b": [2, 3, 4], "c": []}[leaf.term]
        impacts = np.full(len(found), 10, np.uint8) if leaf.term == "a" else None
        return np.array(found, np.int64), impacts

    def passing(self, facet: Facet, rule: OneOf | Between) -> Numbers:
        assert (facet, rule) == (Facet.SOURCE, OneOf(("x",)))
        return np.array([1, 2, 4, 5], np.int64)


X = Passing(Facet.SOURCE, OneOf(("x",)))
A, B, C = map(Term, "abc")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (A, {0: 30, 2: 30, 4: 30, 6: 30}),
        (B, dict.fromkeys([2, 3, 4], 3 * PLACED)),
        (C, {}),
        (And((A, B)), dict.fromkeys([2, 4], 30 + 3 * PLACED)),
        (And((A, Not(B))), {0: 30, 6: 30}),
        (And((Not(A), Not(B))), dict.fromkeys([1, 5, 7], 0)),
        (And((A, Everything())), {0: 30, 2: 30, 4: 30, 6: 30}),
        (And(()), dict.fromkeys(range(8), 0)),
        (And((A, Nothing())), {}),
        (Or((A, C)), {0: 30, 2: 30, 4: 30, 6: 30}),
        (Or(()), {}),
        (Not(Not(A)), dict.fromkeys([0, 2, 4, 6], 0)),
        (Boosted(Not(A), B), {1: 0, 3: 3 * PLACED, 5: 0, 7: 0}),
        (Boosted(A, Nothing()), {0: 30, 2: 30, 4: 30, 6: 30}),
        (Best((A, B)), {0: 30, 2: 3 * PLACED, 3: 3 * PLACED, 4: 3 * PLACED, 6: 30}),
        (Best((A, Weighted(B, 0), C)), {0: 30, 2: 30, 3: 0, 4: 30, 6: 30}),
        (Best(()), {}),
        (X, dict.fromkeys([1, 2, 4, 5], 0)),
        (Not(X), dict.fromkeys([0, 3, 6, 7], 0)),
        (And((A, X)), {2: 30, 4: 30}),
        (And((A, Not(X))), {0: 30, 6: 30}),
        (Or((X, C)), dict.fromkeys([1, 2, 4, 5], 0)),
        (Or((X, A)), {0: 30, 1: 0, 2: 30, 4: 30, 5: 0, 6: 30}),
        (AtLeast((X, A, B), (1, 1, 1), 3), dict.fromkeys([2, 4], 30 + 3 * PLACED)),
        (Boosted(X, A), {1: 0, 2: 30, 4: 30, 5: 0}),
        (Weighted(A, 3), dict.fromkeys([0, 2, 4, 6], 11)),
        (Weighted(Weighted(A, 12), 4), dict.fromkeys([0, 2, 4, 6], 22)),
        (Weighted(X, 3), dict.fromkeys([1, 2, 4, 5], 0)),
        (Or((Weighted(A, 3), B)), {0: 11, 2: 359, 3: 348, 4: 359, 6: 11}),
    ],
)
def test_a_tree_is_run_by_its_nodes(query: Query, expected: Found) -> None:
    scored = Execution(Lists(), lambda _: 3, scored=True).run(query)
    assert as_found(scored) == expected
    plain = Execution(Lists(), lambda _: 3, scored=False).run(query)
    assert as_found(plain) == dict.fromkeys(expected, 0)


def test_scores_stay_exact_however_much_weight_leaves_have() -> None:
    units = (1 << 24) // (255 * 17)
    query: Query = A
    for times in (8, 16, 24, 63, 95):
        query = Or((Weighted(A, times), Weighted(query, times + 1)))
    total = 10 * units
    for times in (8, 16, 24, 63, 95):
        total = 10 * units * times // 8 + total * (times + 1) // 8
    found = Execution(Lists(), lambda _: units, scored=True).run(query)
    assert as_found(found) == dict.fromkeys([0, 2, 4, 6], total)
    assert total > 1 << 24
