"""Runs a query over postings in numpy: which articles match, and how well.

Every node yields a mask and scores over all n articles. Knows numpy and not Whoosh: where
postings come from is behind `Postings`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from search.engine.embedded.columns import Mask, Numbers
from search.query import And, AtLeast, Everything, Not, Nothing, Or, Phrase, Query, Term
from search.schema import FIELD_WEIGHTS, Field
from search.scoring import K1, B, idf

Scores = NDArray[np.float64]


class Postings(Protocol):
    """Where the executor finds articles; deleted ones are never among them."""

    @property
    def articles(self) -> Mask:
        """bool[n]: the articles that are there."""
        ...

    def occurrences(self, leaf: Term | Phrase, field: Field) -> tuple[Numbers, Numbers]:
        """Articles in ascending order, and how often the leaf occurs in the field of each."""
        ...

    def lengths(self, field: Field) -> Numbers:
        """int64[n]: terms in the field of each article."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """bool[n] and float64[n]; the score of an article that does not match is 0."""

    mask: Mask
    scores: Scores


class Executor:
    """Evaluates queries against one state of the index."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._n = len(postings.articles)
        self._alive = int(postings.articles.sum())

    def run(self, query: Query) -> Found:
        """The articles that match and their scores."""
        match query:
            case Term() | Phrase():
                return self._leaf(query)
            case And() | Or() | AtLeast():
                return self._combined(query)
            case Not():
                mask = self._postings.articles & ~self.run(query.clause).mask
                return Found(mask, np.zeros(self._n))
            case Everything():
                return Found(self._postings.articles.copy(), np.zeros(self._n))
            case Nothing():
                return Found(np.zeros(self._n, dtype=np.bool_), np.zeros(self._n))
        assert_never(query)

    def _combined(self, query: And | Or | AtLeast) -> Found:
        weight = np.zeros(self._n, dtype=np.int64)
        scores = np.zeros(self._n)
        weights = query.weights if isinstance(query, AtLeast) else (1,) * len(query.clauses)
        for clause, each in zip(query.clauses, weights, strict=True):
            found = self.run(clause)
            weight += each * found.mask
            scores += found.scores
        mask = self._postings.articles & (weight >= _needed(query))
        return Found(mask, scores * mask)

    def _leaf(self, leaf: Term | Phrase) -> Found:
        weights = np.zeros(self._n)
        for field in leaf.fields:
            articles, frequencies = self._postings.occurrences(leaf, field)
            lengths = self._postings.lengths(field)
            average = lengths.sum() / max(1, self._alive)
            norm = 1 - B[field] + B[field] * lengths[articles] / (average or 1)
            weights[articles] += FIELD_WEIGHTS[field] * frequencies / norm
        mask = weights > 0
        return Found(mask, idf(self._alive, int(mask.sum())) * weights / (K1 + weights))


def _needed(query: And | Or | AtLeast) -> int:
    if isinstance(query, AtLeast):
        return query.needed
    return len(query.clauses) if isinstance(query, And) else 1


def phrase_frequency(
    positions: Callable[[int], list[Numbers]], articles: Numbers
) -> tuple[Numbers, Numbers]:
    """The articles where positions i of the terms follow each other, and how often.

    `positions(article)` gives an ascending int64 array for every term of the phrase.
    """
    kept, counts = [], []
    for article in articles.tolist():
        first, *others = positions(article)
        for offset, each in enumerate(others, start=1):
            first = first[np.isin(first + offset, each)]
        if len(first):
            kept.append(article)
            counts.append(len(first))
    return np.array(kept, dtype=np.int64), np.array(counts, dtype=np.int64)
