"""Facets over columns: counts of hits by label and by day, filters. Knows numpy only.

A column of n articles is all labels, one article after the other, and n + 1 places: article a
has `labels[at[a]:at[a + 1]]`; `at` is None where every article has exactly one. Articles are
numbered newest first, hits are ascending int64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engine.embedded.container import Array
from search.engine.embedded.postings import Numbers, ranks, stretches

Mask = NDArray[np.bool_]

_BLOCK: Final = 64
_WIDTH: Final = 8
"""So many labels of an article are kept in a row."""
_SPARSE: Final = 8
"""So many times fewer labels than there are different ones are sorted, not counted in place."""


class Column(NamedTuple):
    """The labels of a facet, by number; see above."""

    labels: Array
    at: Array | None


def labels_of(articles: Numbers, column: Column) -> Array:
    """The labels of all the articles, one article after the other."""
    labels, at = column
    if at is None:
        return labels.take(articles)
    if len(articles) == len(at) - 1:
        return labels
    starts = at.take(articles).astype(np.int64)
    return labels.take(stretches(starts, at.take(articles + 1) - starts))


class Rows(NamedTuple):
    """A column that many articles are looked up in at once."""

    column: Column
    first: Array | None
    """uint32[n, width]: the first labels of each article, a number that no label has behind
    them; None where every article has exactly one."""
    longer: Mask | None
    """bool[n]: articles that have more labels; None where none has."""


def rows_of(column: Column, none: int) -> Rows:
    """The rows of a column; `none` is the number that no label has."""
    labels, at = column
    if at is None:
        return Rows(column, None, None)
    places: Numbers = at.astype(np.int64)
    lengths = places[1:] - places[:-1]
    width = min(_WIDTH, int(lengths.max(initial=0)))
    first = np.full((len(lengths), width), none, np.uint32)
    slot = ranks(lengths)
    near = slot < width
    first[np.repeat(np.arange(len(lengths)), lengths)[near], slot[near]] = labels[near]
    longer = lengths > width
    return Rows(column, first, longer if longer.any() else None)


def labels_in(articles: Numbers, rows: Rows) -> Array:
    """The labels of all the articles, in no order, and the number that no label has."""
    if rows.first is None:
        return rows.column.labels.take(articles)
    if len(articles) == len(rows.first):
        return rows.column.labels
    found = rows.first.take(articles, axis=0).ravel()
    if rows.longer is None:
        return found
    labels, at = rows.column
    longer = articles[rows.longer.take(articles)]
    starts = at.take(longer).astype(np.int64) + rows.first.shape[1]  # type: ignore[union-attr]
    rest = labels.take(stretches(starts, at.take(longer + 1) - starts))  # type: ignore[union-attr]
    return np.concatenate([found, rest])


def counted(labels: Array, size: int) -> tuple[Numbers, Numbers]:
    """Distinct labels below `size`, ascending, and how often each occurs; of many, all labels."""
    if len(labels) * _SPARSE < size:
        found, counts = np.unique(labels, return_counts=True)
        there = int(np.searchsorted(found, size))
        return found[:there].astype(np.int64), counts[:there]
    return np.arange(size), np.bincount(labels, minlength=size)[:size]


def having(chosen: Sequence[int], column: Column, size: int) -> Mask:
    """The articles that have one of the labels, bool[n]."""
    labels, at = column
    flags = np.zeros(size, np.bool_)
    flags[list(chosen)] = True
    marked = flags.take(labels)
    if at is None:
        return marked
    mask = np.zeros(len(at) - 1, np.bool_)
    mask[np.searchsorted(at, np.flatnonzero(marked), side="right") - 1] = True
    return mask


def largest(counts: Numbers, k: int) -> Numbers:
    """Places of counts that hold the k largest, none of 0; all places equal to the k-th.

    The k-th largest maximum of blocks bounds the k-th largest count from below.
    """
    least = 1
    if len(counts) // _BLOCK > k:
        whole = len(counts) // _BLOCK * _BLOCK
        tops = counts[:whole].reshape(-1, _BLOCK).max(axis=1)
        tops.sort()
        least = max(1, int(tops[-k]))
    places = np.flatnonzero(counts >= least)
    if len(places) > k:
        chosen = counts.take(places)
        bound = np.partition(chosen, len(chosen) - k)[len(chosen) - k]
        places = places[chosen >= bound]
    return places


def counts_between(articles: Numbers, bounds: Numbers) -> Numbers:
    """How many of the articles are numbered from each bound up to the next, int64[bounds - 1]."""
    return np.diff(np.searchsorted(articles, bounds))
