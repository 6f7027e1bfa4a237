"""The JSON shape of a search inside the values of a facet."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from search.answer import BucketAnswer, Shape, Toggles, ValueAnswer, bucket_answer, value_answer
from search.readings import told
from search.results import FacetResult


class NamedValueAnswer(ValueAnswer):
    """A value of a facet, and how it is read: in katakana, null where that is not known."""

    reading: str | None


class FacetAnswer(Shape):
    """The answer of `GET /api/facets/{field}`; of the date, `buckets` in order of time."""

    facet: Literal["date", "topic", "person", "source"]
    q: str
    query: str
    sort: Literal["count", "reading"]
    size: Annotated[int, Meta(ge=1, le=1_000)]
    more: bool
    values: list[NamedValueAnswer]
    buckets: list[BucketAnswer]


def facet_answer(result: FacetResult, path: str = "/api/search") -> FacetAnswer:
    """A result in the shape of API.md; `path` is where the addresses lead."""
    asked = result.asked
    toggles = Toggles(asked.request, path)
    values = (value_answer(asked.facet, each, asked.request, toggles) for each in result.values)
    return FacetAnswer(
        facet=asked.facet.value,
        q=asked.text,
        query=asked.request.q,
        sort=asked.order,
        size=asked.request.facet_size,
        more=result.more,
        values=[
            NamedValueAnswer(
                value=each.value,
                label=each.label,
                count=each.count,
                selected=each.selected,
                toggle_url=each.toggle_url,
                reading=told(reading) or None,
            )
            for each, reading in zip(values, result.readings, strict=True)
        ],
        buckets=[bucket_answer(each, asked.request, toggles) for each in result.dates],
    )
