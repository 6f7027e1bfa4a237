"""The date facet as the page draws it: newest first, without holes, in a width of choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from search.answer import BucketAnswer, bucket_label
from search.buckets import Gap, bucket_of, width_of, with_gaps
from search.query import Interval, SearchRequest
from search.results import DateBucket
from web.addresses import Choice, search_url

LONGEST_RUN: Final = 6
"""So many empty buckets in a row are listed one by one."""
MOST_DAYS: Final = 2_000
"""Of a longer time, days are not offered: the page would be too long."""
_INTERVALS: Final[dict[Interval, str]] = {
    "auto": "自動",
    "year": "年",
    "fiscalYear": "年度",
    "month": "月",
    "day": "日",
}
_UNITS: Final = {"year": "年", "fiscalYear": "年", "month": "か月", "day": "日"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the date facet; `label` is its bucket, or the newest one of a run of empty ones."""

    label: str
    count: int = 0
    url: str | None = None
    """Chooses its days, or no longer; an empty one has none."""
    selected: bool = False
    run: str = ""
    """How long a run of empty buckets is."""


def rows(buckets: Sequence[DateBucket], answers: Sequence[BucketAnswer]) -> list[Row]:
    """The rows of all buckets, newest first; `answers` are the same buckets as answered."""
    shown = {each.value: each for each in answers}
    lines = with_gaps(buckets, LONGEST_RUN)
    return [_row(line, shown, buckets[0].value) for line in reversed(lines)]


def _row(line: DateBucket | Gap, shown: dict[str, BucketAnswer], example: str) -> Row:
    if isinstance(line, Gap):
        width = width_of(example)
        newest = bucket_label(bucket_of(line.last, width)[0])
        return Row(newest, run=f"{line.size:,}{_UNITS[width]}")
    if line.value not in shown:
        return Row(bucket_label(line.value))
    answer = shown[line.value]
    return Row(answer.label, answer.count, answer.toggle_url, answer.selected)


def intervals(asked: SearchRequest, buckets: Sequence[DateBucket]) -> list[Choice]:
    """The widths that buckets can have, as links to the same search."""
    days = (buckets[-1].last - buckets[0].first).days if buckets else 0
    return [
        Choice(
            name,
            f"{search_url(replace(asked, interval=width))}#facet-date",
            width == asked.interval,
        )
        for width, name in _INTERVALS.items()
        if width != "day" or days <= MOST_DAYS or asked.interval == "day"
    ]
