"""Places in the literal text of a segment: to articles, and side by side. Knows numpy only.

The literal texts of the articles stand one after the other; a place is a number of a character
in all of it. Lists of places are ascending int64.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.engine.embedded.postings import Numbers, run_starts

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


def at_borders(places: Numbers, borders: NDArray[np.uint8]) -> Numbers:
    """Those places before which a word starts or ends."""
    bits = borders.take(places >> 3) >> (places & 7).astype(np.uint8) & 1
    return places[np.flatnonzero(bits)]
