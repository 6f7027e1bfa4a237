"""Why an article is a hit, over every node of a query."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import (
    And,
    AtLeast,
    Best,
    Between,
    Boosted,
    Everything,
    Leaf,
    Literal,
    Not,
    Nothing,
    Or,
    Passing,
    Phrase,
    Query,
    Slot,
    Term,
    Weighted,
)
from search.reasons import KINDS, TYPED, Kind, Reason, best_reason
from search.schema import Facet

A, B, C = Term("a"), Phrase((Slot(("b",)), Slot(("c",)))), Literal(("c",))
FOUND: dict[Leaf, Kind] = {A: "word", B: "variant", C: "partial"}
NEAR, READ, SAME = Term("near"), Term("read"), Term("same")
FOUND |= {NEAR: "near", READ: "reading", SAME: "synonym"}
MISSING = Term("missing")
DAYS = Passing(Facet.DATE, Between())


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (A, "word"),
        (B, "variant"),
        (C, "partial"),
        (MISSING, None),
        (Boosted(B, A), "variant"),
        (Boosted(A, MISSING), "word"),
        (Boosted(MISSING, A), None),
        (Weighted(SAME, 5), "synonym"),
        (Weighted(MISSING, 5), None),
        (And((A, B)), "variant"),
        (And((A, C, B)), "partial"),
        (And((A, MISSING)), None),
        (And(()), None),
        (Or((C, B, A)), "word"),
        (Or((MISSING, NEAR, READ)), "near"),
        (Or((MISSING,)), None),
        (Or(()), None),
        (Best((C, B)), "variant"),
        (Best((MISSING, Weighted(SAME, 5))), "synonym"),
        (Best((MISSING,)), None),
        (AtLeast((A, B, C), (1, 1, 1), 1), "word"),
        (AtLeast((A, B, C), (1, 1, 1), 2), "variant"),
        (AtLeast((A, B, C), (1, 1, 1), 3), "partial"),
        (AtLeast((A, B, C), (1, 1, 9), 3), "partial"),
        (AtLeast((A, MISSING, C), (1, 5, 1), 3), None),
        (AtLeast((MISSING, SAME), (5, 5), 5), "synonym"),
        (Not(MISSING), None),
        (Not(C), None),
        (And((B, Not(MISSING))), "variant"),
        (DAYS, None),
        (And((READ, DAYS)), "reading"),
        (And((DAYS, Not(MISSING))), None),
        (And((DAYS, MISSING)), None),
        (Or((DAYS, C)), "partial"),
        (Or((DAYS, MISSING)), None),
        (Best((Not(A), B)), "variant"),
        (And((Or((DAYS, SAME)), B)), "synonym"),
        (AtLeast((DAYS, A), (1, 1), 2), "word"),
        (AtLeast((DAYS, MISSING), (1, 1), 1), None),
        (Everything(), None),
        (Nothing(), None),
        (And((Or((A, SAME)), Or((MISSING, Weighted(SAME, 1))))), "synonym"),
    ],
)
def test_a_hit_is_as_good_as_the_least_of_what_it_needs(query: Query, reason: Kind | None) -> None:
    assert best_reason(query, FOUND) == reason


def test_the_kinds_go_from_the_best_to_the_least() -> None:
    assert KINDS == ("word", "variant", "near", "reading", "synonym", "partial")
    for better, worse in pairwise(KINDS):
        found: dict[Leaf, Kind] = {A: better, B: worse}
        assert best_reason(Or((A, B)), found) == better
        assert best_reason(And((A, B)), found) == worse


@pytest.mark.parametrize(
    ("reason", "found", "kind"),
    [
        (Reason("word", 1, "サーバー"), "サーバー", "word"),
        (Reason("word", 1, "サーバー"), "サーバ", "variant"),
        (Reason("word", 1, "高橋"), "髙橋", "variant"),
        (Reason("word", 1, "ケビン・ハセット"), "ケビンハセット", "word"),
        (Reason("word", 1, "ケビンハセット"), "ケビン=ハセット", "word"),
        (Reason("word", 1, "東京電力"), "東京 電力", "word"),
        (Reason("word", 1, ""), "何でも", "word"),
        (Reason("word"), "述べた", "word"),
        (Reason("synonym", 1, "首相"), "首相", "synonym"),
        (Reason("partial", 1, ""), "京都", "partial"),
        (TYPED, "何でも", "word"),
    ],
)
def test_other_letters_than_the_typed_ones_are_a_variant(
    reason: Reason, found: str, kind: Kind
) -> None:
    assert reason.of(found) == kind


def trees(leaves: st.SearchStrategy[Query], smallest: int) -> st.SearchStrategy[Query]:
    """Queries of some leaves; every And has so many clauses at least."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(And, st.lists(inner, min_size=smallest, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Best, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Boosted, inner, inner),
            st.builds(Weighted, inner, st.integers(1, 7)),
            st.lists(st.tuples(inner, st.integers(1, 4)), min_size=1, max_size=3).flatmap(
                lambda pairs: st.integers(1, sum(weight for _, weight in pairs)).map(
                    lambda needed: AtLeast(
                        tuple(query for query, _ in pairs), tuple(w for _, w in pairs), needed
                    )
                )
            ),
        ),
        max_leaves=8,
    )


words: st.SearchStrategy[Query] = st.sampled_from([A, B, C, NEAR, READ, SAME, MISSING])
wordless: st.SearchStrategy[Query] = st.sampled_from([Everything(), DAYS, Not(A), Not(MISSING)])


def satisfied(query: Query, having: set[Leaf]) -> bool:
    """Whether the leaves an article has satisfy a query; a Not is taken as satisfied."""
    match query:
        case Term() | Phrase() | Literal():
            return query in having
        case Boosted() | Weighted():
            return satisfied(query.clause, having)
        case And():
            return all(satisfied(each, having) for each in query.clauses)
        case Or() | Best():
            return any(satisfied(each, having) for each in query.clauses)
        case AtLeast():
            pairs = zip(query.clauses, query.weights, strict=True)
            return sum(w for each, w in pairs if satisfied(each, having)) >= query.needed
    return not isinstance(query, Nothing)


@given(trees(st.one_of(words, st.just(Nothing())), smallest=1))
def test_the_reason_is_the_least_that_satisfies_by_itself(query: Query) -> None:
    """With the leaves of this reason or better ones the query is satisfied, not with less."""
    reason = best_reason(query, FOUND)
    by_level = [
        satisfied(query, {leaf for leaf, kind in FOUND.items() if KINDS.index(kind) <= level})
        for level in range(len(KINDS))
    ]
    assert (reason is None) == (not by_level[-1])
    if reason:
        assert by_level.index(True) == KINDS.index(reason)


@given(trees(st.one_of(words, wordless, st.just(Nothing())), smallest=0))
def test_only_what_words_satisfy_has_a_reason(query: Query) -> None:
    reason = best_reason(query, FOUND)
    if reason:
        level = KINDS.index(reason)
        so_good = {leaf for leaf, kind in FOUND.items() if KINDS.index(kind) <= level}
        assert satisfied(query, so_good)
        assert reason in FOUND.values()
    elif satisfied(query, set(FOUND)):
        assert satisfied(query, set())


@given(trees(wordless, smallest=0))
def test_filters_and_exclusions_are_no_reason(query: Query) -> None:
    assert best_reason(query, FOUND) is None
