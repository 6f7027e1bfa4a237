"""Columns of one state of the index, in numpy: order by date, filters, facet counts.

n is the number of articles; an article is its number in the index, 0 to n - 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A facet with any number of values an article: `owner[i]` has the value `labels[ids[i]]`."""

    labels: tuple[str, ...]
    """Sorted."""
    owner: Numbers
    """int64[pairs], ascending."""
    ids: Numbers
    """int64[pairs]."""

    def counts(self, mask: Mask) -> dict[str, int]:
        """How many articles of the mask (bool[n]) have each value; only values that occur."""
        counted = np.bincount(self.ids[mask[self.owner]], minlength=len(self.labels))
        return {self.labels[each]: int(counted[each]) for each in np.flatnonzero(counted)}

    def having(self, values: Sequence[str], articles: int) -> Mask:
        """The articles that have one of the values, bool[n]."""
        chosen = set(values)
        wanted = [number for number, label in enumerate(self.labels) if label in chosen]
        mask = np.zeros(articles, dtype=np.bool_)
        mask[self.owner[np.isin(self.ids, wanted)]] = True
        return mask


def value_column(values: Sequence[Sequence[str]]) -> ValueColumn:
    """A ValueColumn from the values of each article."""
    labels = tuple(sorted({value for each in values for value in each}))
    number = {label: index for index, label in enumerate(labels)}
    pairs = [(n, number[value]) for n, each in enumerate(values) for value in dict.fromkeys(each)]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return ValueColumn(labels, table[:, 0], table[:, 1])


def newest_first(microseconds: Numbers, ids: Sequence[str]) -> Numbers:
    """The place of each article in the order newest first, equal ones by id; int64[n]."""
    order = sorted(range(len(ids)), key=ids.__getitem__)
    by_id = np.empty(len(ids), dtype=np.int64)
    by_id[order] = np.arange(len(ids))
    places = np.empty(len(ids), dtype=np.int64)
    places[np.lexsort((by_id, -microseconds))] = np.arange(len(ids))
    return places


def oldest_first(microseconds: Numbers, newest: Numbers) -> Numbers:
    """The place of each article in the order oldest first, equal ones by id; int64[n]."""
    places = np.empty(len(newest), dtype=np.int64)
    places[np.lexsort((newest, microseconds))] = np.arange(len(newest))
    return places


def day_counts(days: Numbers, mask: Mask) -> dict[int, int]:
    """How many articles of the mask are of each day."""
    found, counts = np.unique(days[mask], return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))
