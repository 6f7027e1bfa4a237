"""Which of the counted values to list, and in which order, as every engine has to."""

from __future__ import annotations

from collections.abc import Mapping

from search.query import FacetRequest
from search.results import ValueCount


def listed(counts: Mapping[str, int], request: FacetRequest) -> tuple[ValueCount, ...]:
    """The `size` most frequent values with hits, equal ones by name, and the selected ones."""
    order = sorted(
        (value for value, count in counts.items() if count), key=lambda each: (-counts[each], each)
    )
    shown = order[: request.size]
    missing = sorted(
        set(request.selected).difference(shown), key=lambda each: (-counts.get(each, 0), each)
    )
    return tuple(ValueCount(value, counts.get(value, 0)) for value in [*shown, *missing])
