"""Which of the counted values to list, and in which order, as every engine has to."""

from __future__ import annotations

from collections.abc import Mapping

from search.labels import kana_order
from search.query import FacetRequest
from search.results import ValueCount


def listed(
    counts: Mapping[str, int], request: FacetRequest, readings: Mapping[str, str] | None = None
) -> tuple[ValueCount, ...]:
    """The first `size` values with hits in the order asked for, and the selected ones."""
    known = readings or {}
    among = counts if request.among is None else set(request.among)
    found = [value for value, count in counts.items() if count and value in among]
    if request.order == "reading":
        order = sorted(found, key=lambda each: (*kana_order(known.get(each, "")), each))
    else:
        order = sorted(found, key=lambda each: (-counts[each], each))
    shown = order[: request.size]
    missing = sorted(
        set(request.selected).difference(shown), key=lambda each: (-counts.get(each, 0), each)
    )
    return tuple(ValueCount(value, counts.get(value, 0)) for value in [*shown, *missing])
