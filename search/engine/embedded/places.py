"""Places in the literal text of a segment: to articles, and side by side. Knows numpy only.

The literal texts of the articles stand one after the other; a place is a number of a character
in all of it. Lists of places are ascending int64.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.engine.embedded.postings import Numbers, run_starts, stretches

BLOCK: Final = 128
"""Of every so many places the article is stored."""

_MUCH_LONGER: Final = 16


def articles_of(places: Numbers, starts: NDArray[Any], blocks: NDArray[Any]) -> Numbers:
    """The article of each place; `starts[a]` is where article a begins."""
    found: Numbers = blocks.take(places // BLOCK).astype(np.int64)
    late = np.flatnonzero(starts.take(found + 1) <= places)
    while len(late):
        found[late] += 1
        late = late[starts.take(found[late] + 1) <= places[late]]
    return found


def distinct(ascending: Numbers) -> Numbers:
    """Each value once."""
    return ascending[run_starts(ascending)]


def among(values: Numbers, others: Numbers) -> Numbers:
    """Where in `values` stand those that `others` has too; both ascending."""
    if not len(values) or not len(others):
        return np.empty(0, np.int64)
    if len(values) > _MUCH_LONGER * len(others):
        at = np.searchsorted(values, others)
        found: Numbers = at[values.take(at, mode="clip") == others]
        return found
    at = np.searchsorted(others, values)
    return np.flatnonzero(others.take(at, mode="clip") == values)


def united(lists: list[Numbers]) -> Numbers:
    """The values of all lists, ascending, each once."""
    if len(lists) == 1:
        return lists[0]
    whole = np.concatenate([np.empty(0, np.int64), *lists])
    whole.sort(kind="stable")
    return distinct(whole)


def within(starts: Numbers, ends: Numbers, gap: int, stops: NDArray[np.uint32]) -> Numbers:
    """Those starts that lie 0 to `gap` behind an end, none of the stops from that up to them.

    All are ascending; the nearest end before a start is the one that counts.
    """
    if len(starts) > _MUCH_LONGER * len(ends):
        first = np.searchsorted(starts, ends)
        last = np.searchsorted(starts, ends + gap, side="right")
        first[1:] = np.maximum(first[1:], last[:-1])
        starts = starts.take(stretches(first, last - first))
    if not len(starts):
        return starts
    nearest = ends.take(np.searchsorted(ends, starts, side="right") - 1, mode="clip")
    near = np.flatnonzero((nearest <= starts) & (starts <= nearest + gap))
    starts, nearest = starts.take(near), nearest.take(near)
    # searched as what they are searched in, or numpy would make all stops int64
    before = np.searchsorted(stops, nearest.astype(np.uint32))
    same = np.searchsorted(stops, starts.astype(np.uint32)) == before
    return starts.take(np.flatnonzero(same))


def at_borders(places: Numbers, borders: NDArray[np.uint8]) -> Numbers:
    """Those places before which a word starts or ends."""
    bits = borders.take(places >> 3) >> (places & 7).astype(np.uint8) & 1
    return places[np.flatnonzero(bits)]
