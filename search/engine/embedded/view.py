"""A segment without its deleted articles: the postings of every leaf, remembered. No Whoosh."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from sys import getsizeof
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.article import Article
from search.caching import ByteCache
from search.engine.embedded.chains import Chain, Ends
from search.engine.embedded.columns import Mask, having
from search.engine.embedded.executor import Postings
from search.engine.embedded.impacts import in_fields
from search.engine.embedded.places import distinct, united
from search.engine.embedded.postings import Numbers
from search.engine.embedded.segment import Segment
from search.literal import BETWEEN_PIECES, BETWEEN_WORDS, FormsOf, alternatives
from search.query import ALL_FIELDS, Leaf, Literal, Phrase, Term
from search.schema import Facet, Field

_PLACES: Final = 3
"""The share of the memory that is for places: one in so many."""

_EMPTY: Final = np.empty(0, np.int64)

_Packed = tuple[NDArray[np.uint32], NDArray[np.uint8] | None]
"""Postings as they are remembered: articles in half the memory."""

T = TypeVar("T")

Linked = tuple[str, "Callable[[View, int, Article], Article]"]
"""The name of a table of links, and what it makes of an article of a view."""


class Caches:
    """What views remember: answers, and, apart from them, places, which are many and large."""

    def __init__(self, most: int) -> None:
        self.answers = ByteCache(most - most // _PLACES)
        self.places = ByteCache(most // _PLACES)


class View:
    """One segment of one generation. Safe from several threads."""

    def __init__(self, segment: Segment, deleted: frozenset[int], caches: Caches) -> None:
        self.segment = segment
        self.deleted = deleted
        self.articles = segment.articles
        self._caches = caches
        self._identity = object()
        """Not `id(self)`, which a later view may have as well."""
        self.alive: Mask | None = None
        if deleted:
            self.alive = np.ones(self.articles, np.bool_)
            self.alive[list(deleted)] = False

    def __len__(self) -> int:
        """How many articles are not deleted."""
        return self.articles - len(self.deleted)

    @cached_property
    def newness(self) -> NDArray[np.int32]:
        """int32[n]: minus the day of each article, ascending."""
        return -self.segment.days

    def numbers_of_days(self, first: int, last: int) -> tuple[int, int]:
        """The articles of the days `first` to `last`, both included, as a range of numbers."""
        start = int(np.searchsorted(self.newness, np.int32(-last)))
        return start, int(np.searchsorted(self.newness, np.int32(-first), side="right"))

    def bounds(self, starts: tuple[int, ...]) -> Numbers:
        """Where the articles of each bucket of days begin, from the last bucket to the first.

        `starts` are the first days of the buckets, ascending; the last bound is behind the first.
        """
        days = np.array(starts[::-1], np.int32)
        return self._remembered(
            ("days", starts),
            lambda: np.append(0, np.searchsorted(self.newness, -days, side="right")),
            lambda each: each.nbytes + 40 * len(starts),
        )

    def article(self, number: int, linked: Linked) -> Article:
        """The stored article with this number, with its persons as a table links them."""
        table, link = linked
        return self._remembered(
            ("article", number, table),
            lambda: link(self, number, self.segment.article(number)),
            lambda each: 2_000 + sum(map(getsizeof, (each.title, each.body, *each.captions))),
        )

    def having(self, facet: Facet, labels: Sequence[int], size: int) -> Mask:
        """The articles that have one of the labels, bool[n]."""
        key = (facet, tuple(labels))
        column = self.segment.columns[facet]
        return self._remembered(key, lambda: having(labels, column, size), lambda each: each.nbytes)

    def postings(self, leaf: Leaf, forms_of: FormsOf) -> Postings:
        """The articles of a leaf, and the impact in each."""
        # What a phrase finds depends on forms that other segments bring.
        slots = leaf.slots if isinstance(leaf, Phrase) else ()
        pieces = tuple(alternatives(slot, forms_of) for slot in slots)
        articles, impacts = self._remembered(
            (leaf, pieces), lambda: _packed(self._postings(leaf, pieces)), _size
        )
        return articles.astype(np.int64), impacts

    def opening_with(self, pair: str, numbers: Numbers) -> Mask:
        """Which of some articles have a pair of characters in their opening."""
        gram = self.segment.gram(pair)
        if gram is None:
            return np.zeros(len(numbers), np.bool_)
        places = self._gram(gram)
        first, last = self.segment.openings(numbers)
        there: Mask = places.searchsorted(first) < places.searchsorted(last)
        return there

    def _remembered(
        self,
        key: Hashable,
        make: Callable[[], T],
        size: Callable[[T], int],
        cache: ByteCache | None = None,
    ) -> T:
        cache = cache or self._caches.answers
        key = (self._identity, key)
        found: T | None = cache.get(key)
        if found is None:
            found = make()
            cache.put(key, found, size(found))
        return found

    def _postings(self, leaf: Leaf, pieces: Sequence[Sequence[str]]) -> Postings:
        if isinstance(leaf, Term):
            return self._term(leaf)
        if isinstance(leaf, Literal):
            articles = self._literal(leaf)
        else:
            ends = self._chain(pieces, BETWEEN_WORDS, leaf.gaps, whole_words=True)
            articles = self._articles(ends, leaf.fields)
        return (articles if self.alive is None else articles[self.alive.take(articles)]), None

    def _term(self, leaf: Term) -> Postings:
        number = self.segment.term(leaf.term)
        if number is None:
            return _EMPTY, np.empty(0, np.uint8)
        articles, impacts = self.segment.postings(number)
        marks: Mask | None = None if self.alive is None else self.alive.take(articles)
        if set(leaf.fields) != set(ALL_FIELDS):
            inside = in_fields(self.segment.frequencies(number), leaf.fields)
            marks = inside if marks is None else marks & inside
        return (articles, impacts) if marks is None else (articles[marks], impacts[marks])

    def _literal(self, leaf: Literal) -> Numbers:
        whole = set(leaf.fields) == set(ALL_FIELDS)
        if whole and len(leaf.pieces) == 1 and len(leaf.pieces[0]) == 1:
            return self.segment.holding(leaf.pieces[0])
        if whole and len(leaf.pieces) == 1 and len(leaf.pieces[0]) == 2:
            gram = self.segment.gram(leaf.pieces[0])
            articles = _EMPTY if gram is None else self.segment.pair_articles(gram)
            if articles is not None:
                return articles
        ends = self._chain([(piece,) for piece in leaf.pieces], BETWEEN_PIECES, whole_words=False)
        return self._articles(ends, leaf.fields)

    def _articles(self, ends: Numbers, fields: tuple[Field, ...]) -> Numbers:
        last = ends - 1
        articles = self.segment.articles_of(last)
        if set(fields) != set(ALL_FIELDS):
            articles = articles[self.segment.in_fields(last, articles, fields)]
        return distinct(articles)

    def _chain(
        self,
        pieces: Sequence[Sequence[str]],
        between: str,
        gaps: Sequence[int] = (),
        *,
        whole_words: bool,
    ) -> Numbers:
        """Places behind the last of pieces that stand one after the other.

        Each has alternatives, none of them twice; `gaps` are those of a Phrase.
        """
        first, *others = pieces
        chain = Chain(self.segment, self._gram, between, whole_words=whole_words)
        joined = bool(others) and not (gaps and gaps[0])
        ends: Ends = {}
        for text in first:
            if not joined or len(text) > 1:
                chain.add(ends, text, chain.begin(text) + len(text))
        for number, following in enumerate(others):
            if gaps and gaps[number]:
                ends = chain.extended_over(ends, following, gaps[number])
                continue
            ends = chain.extended(ends, following)
            for text in first if not number else ():
                if len(text) == 1:
                    chain.add_from_character(ends, text, following)
        return united(list(ends.values()))

    def _gram(self, gram: int) -> Numbers:
        return self._remembered(
            gram,
            lambda: self.segment.places.list(gram)[0],
            lambda each: each.nbytes,
            self._caches.places,
        )


def _packed(postings: Postings) -> _Packed:
    articles, impacts = postings
    # A copy: a view of the map would hold a replaced segment, and its disk space.
    return articles.astype(np.uint32), None if impacts is None else impacts.copy()


def _size(postings: _Packed) -> int:
    articles, impacts = postings
    return articles.nbytes + (impacts.nbytes if impacts is not None else 0)
