"""Runs a query over posting lists in numpy: which articles match, and how well.

Hits are ascending numbers of articles (int64[m]) and their scores (float[m], whole numbers in
SCORE_UNITS). Knows numpy and not Whoosh: where lists come from is behind `Source`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from search.engine.embedded.columns import Mask
from search.engine.embedded.places import united
from search.engine.embedded.postings import Numbers, run_starts
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
    OneOf,
    Or,
    Passing,
    Phrase,
    Query,
    Term,
    Weighted,
)
from search.schema import Facet
from search.scoring import FULL_IMPACT, PLACED

Scores = NDArray[np.floating]

_SPARSE = 12
_MUCH_LONGER = 20
_BLOCK = 64
_MANY = 8192
_EXACT_LEAVES = 17
"""So many leaves add up to less than 2 ** 24, which single precision holds exactly."""


class Hits(NamedTuple):
    """Articles and their scores; `scores` is None where all are 0."""

    articles: Numbers
    scores: Scores | None


Postings = tuple[Numbers, NDArray[np.uint8] | None]
"""Articles, and the impact in each; None where it is PLACED in all."""


class Source(Protocol):
    """One segment, as the executor sees it; deleted articles are never among those found."""

    articles: int
    """How many numbers of articles there are."""
    alive: Mask | None
    """bool[n]: which of them are not deleted; None where none is."""

    def postings(self, leaf: Leaf) -> Postings:
        """The articles of a leaf."""
        ...

    def passing(self, facet: Facet, rule: OneOf | Between) -> Numbers:
        """The articles that pass a filter, ascending."""
        ...


# Kernels; each has a slow twin in tests/engine/test_executor.py.


def any_of(lists: Sequence[Hits], n: int) -> Hits:
    """Articles of at least one list, scores added up."""
    if len(lists) == 1:
        return lists[0]
    if sum(len(each.articles) for each in lists) * _SPARSE < n:
        return _any_of_few(lists)
    total = _added(lists, n)
    if total is not None and all(_all_positive(each) for each in lists):
        articles = np.flatnonzero(total > 0)
    else:
        there = np.zeros(n, np.bool_)
        for each in lists:
            there[each.articles] = True
        articles = np.flatnonzero(there)
    return Hits(articles, None if total is None else total.take(articles))


def _all_positive(hits: Hits) -> bool:
    return hits.scores is not None and bool(hits.scores.min(initial=1) > 0)


def _added(lists: Sequence[Hits], n: int) -> Scores | None:
    """The sum of the scores of every article; None where no list has any."""
    if not _scored(lists):
        return None
    total = np.zeros(n, _kind(lists))
    for articles, scores in lists:
        if scores is not None:
            np.add.at(total, articles, scores)
    return total


def _scored(lists: Sequence[Hits]) -> bool:
    return any(each.scores is not None for each in lists)


def _kind(lists: Sequence[Hits]) -> type[np.floating]:
    doubles = any(each.scores is not None and each.scores.dtype == np.float64 for each in lists)
    return np.float64 if doubles else np.float32


def _any_of_few(lists: Sequence[Hits], united_by: np.ufunc = np.add) -> Hits:
    if not _scored(lists):
        return Hits(united([each.articles for each in lists]), None)
    articles = np.concatenate([np.empty(0, np.int64), *(each.articles for each in lists)])
    kind = _kind(lists)
    scores = np.concatenate([np.empty(0, kind), *(_scores(each, kind) for each in lists)])
    order = np.argsort(articles, kind="stable")
    articles = articles.take(order)
    first = run_starts(articles)
    if not len(first):
        return Hits(articles, None)
    return Hits(articles.take(first), united_by.reduceat(scores.take(order), first))


def _scores(hits: Hits, kind: type[np.floating]) -> Scores:
    if hits.scores is None:
        return np.zeros(len(hits.articles), kind)
    return hits.scores.astype(kind, copy=False)


def best_of(lists: Sequence[Hits], n: int) -> Hits:
    """Articles of at least one list, each with the highest of its scores."""
    if len(lists) == 1 or not _scored(lists):
        return any_of(lists, n)
    if sum(len(each.articles) for each in lists) * _SPARSE < n:
        return _any_of_few(lists, np.maximum)
    kind = _kind(lists)
    highest = np.full(n, -1, kind)
    for each in lists:
        highest[each.articles] = np.maximum(highest[each.articles], _scores(each, kind))
    articles = np.flatnonzero(highest >= 0)
    return Hits(articles, highest.take(articles))


def at_least(lists: Sequence[Hits], weights: Sequence[int], needed: int, n: int) -> Hits:
    """Articles whose lists weigh `needed` or more together, scores added up."""
    weight = np.zeros(n, np.int64)
    for each, mine in zip(lists, weights, strict=True):
        np.add.at(weight, each.articles, mine)
    articles = np.flatnonzero(weight >= needed)
    total = _added(lists, n)
    return Hits(articles, None if total is None else total.take(articles))


def all_of(lists: Sequence[Hits], n: int) -> Hits:
    """Articles of every list, scores added up; from the shortest list on."""
    first, *others = sorted(lists, key=lambda each: len(each.articles))
    articles, scores = first
    for other in others:
        at, found = _met(articles, other, n)
        articles = articles.take(at)
        scores = scores.take(at) if scores is not None else None
        if found is not None:
            scores = found if scores is None else scores + found
    return Hits(articles, scores)


def _met(articles: Numbers, other: Hits, n: int) -> tuple[Numbers, Scores | None]:
    """Where in `articles` the other list agrees, and its scores there.

    A much longer list is searched; one of like length is laid out over all articles.
    """
    if len(other.articles) > _MUCH_LONGER * len(articles) or len(articles) * _SPARSE < n // 8:
        place = other.articles.searchsorted(articles)
        at = (
            np.flatnonzero(other.articles.take(place, mode="clip") == articles)
            if len(other.articles)
            else np.empty(0, np.int64)
        )
        scores = None if other.scores is None else other.scores.take(place.take(at))
        return at, scores
    if other.scores is None:
        there = np.zeros(n, np.bool_)
        there[other.articles] = True
        return np.flatnonzero(there.take(articles)), None
    laid_out = np.full(n, -1, other.scores.dtype)
    laid_out[other.articles] = other.scores
    found = laid_out.take(articles)
    at = np.flatnonzero(found >= 0)
    return at, found.take(at)


def without(hits: Hits, others: Numbers, n: int) -> Hits:
    """The hits that are not among other articles."""
    if not len(others) or not len(hits.articles):
        return hits
    there = np.zeros(n, np.bool_)
    there[others] = True
    return kept(hits, ~there.take(hits.articles))


def kept(hits: Hits, marks: Mask) -> Hits:
    """The hits that are marked; bool[m]."""
    at = np.flatnonzero(marks)
    if len(at) == len(marks):
        return hits
    scores = hits.scores.take(at) if hits.scores is not None else None
    return Hits(hits.articles.take(at), scores)


def raised(hits: Hits, by: Hits, n: int) -> Hits:
    """The hits, their scores raised by those of other hits."""
    if by.scores is None or not len(hits.articles):
        return hits
    at, found = _met(hits.articles, by, n)
    scores = np.zeros(len(hits.articles), by.scores.dtype)
    scores[at] = found
    if hits.scores is not None:
        scores = scores + hits.scores
    return Hits(hits.articles, scores)


def weighted(hits: Hits, eighths: int) -> Hits:
    """The hits, their scores so many eighths of what they were, rounded down."""
    if hits.scores is None:
        return hits
    # 8 times a score may be more than single precision holds exactly
    scores = hits.scores.astype(np.int64) * eighths >> 3
    return Hits(hits.articles, scores.astype(hits.scores.dtype))


def best(hits: Hits, k: int) -> Hits:
    """The k hits of the highest scores, equal ones in order of their numbers.

    The k-th best maximum of blocks of hits bounds the k-th best score from below.
    """
    articles, scores = hits
    if scores is None:
        return Hits(articles[:k], None)
    if 0 < k < len(articles):
        tops = scores
        if len(articles) > _MANY and k <= len(articles) // _BLOCK:
            whole = len(articles) // _BLOCK * _BLOCK
            tops = scores[:whole].reshape(-1, _BLOCK).max(axis=1)
        bound = np.partition(tops, len(tops) - k)[len(tops) - k]
        at = np.flatnonzero(scores >= bound)
        articles, scores = articles.take(at), scores.take(at)
    order = np.argsort(-scores, kind="stable")[:k]
    return Hits(articles.take(order), scores.take(order))


# The tree.


class Execution:
    """One query on one segment. `units` tells how telling a leaf is in the whole index."""

    def __init__(self, source: Source, units: Callable[[Leaf], int], *, scored: bool) -> None:
        self._source = source
        self._units = units
        self._scored = scored
        self._kind: type[np.floating] = np.float32
        self._n = source.articles

    def run(self, query: Query) -> Hits:
        """The articles that match, and their scores."""
        if _leaves(query) > _EXACT_LEAVES:
            self._kind = np.float64
        return self._run(query)

    def _run(self, query: Query) -> Hits:  # noqa: C901, PLR0911 - one a node
        match query:
            case Term() | Phrase() | Literal():
                return self._leaf(query)
            case Passing():
                return Hits(self._source.passing(query.facet, query.rule), None)
            case And():
                return self._all(query.clauses)
            case Or():
                lists = [self._run(clause) for clause in query.clauses]
                return any_of(lists, self._n) if lists else _NONE
            case Best():
                lists = [self._run(clause) for clause in query.clauses]
                return best_of(lists, self._n) if lists else _NONE
            case AtLeast():
                lists = [self._run(clause) for clause in query.clauses]
                return at_least(lists, query.weights, query.needed, self._n)
            case Boosted():
                hits = self._run(query.clause)
                return raised(hits, self._run(query.by), self._n) if self._scored else hits
            case Weighted():
                return weighted(self._run(query.clause), query.eighths)
            case Not():
                return without(self._everything(), self._run(query.clause).articles, self._n)
            case Everything():
                return self._everything()
            case Nothing():
                return _NONE
        assert_never(query)

    def _leaf(self, leaf: Leaf) -> Hits:
        articles, impacts = self._source.postings(leaf)
        if not self._scored:
            return Hits(articles, None)
        units = self._units(leaf)
        if impacts is None:
            return Hits(articles, np.full(len(articles), PLACED * units, self._kind))
        scores = np.arange(FULL_IMPACT + 1, dtype=self._kind) * self._kind(units)
        return Hits(articles, scores.take(impacts))

    def _all(self, clauses: Sequence[Query]) -> Hits:
        wanted = [each for each in clauses if not isinstance(each, Not | Everything)]
        lists = [self._run(clause) for clause in wanted]
        hits = all_of(lists, self._n) if lists else self._everything()
        for clause in clauses:
            if isinstance(clause, Not):
                hits = without(hits, self._run(clause.clause).articles, self._n)
        return hits

    def _everything(self) -> Hits:
        alive = self._source.alive
        return Hits(np.arange(self._n) if alive is None else np.flatnonzero(alive), None)


def _leaves(query: Query) -> int:
    """How many leaves may add to a score; those of more weight count as more."""
    match query:
        case And() | Or() | AtLeast():
            return sum(map(_leaves, query.clauses))
        case Best():
            return max(map(_leaves, query.clauses), default=0)
        case Boosted():
            return _leaves(query.clause) + _leaves(query.by)
        case Weighted():
            return -(-_leaves(query.clause) * max(8, query.eighths) // 8)
    return 1


_NONE = Hits(np.empty(0, np.int64), None)
