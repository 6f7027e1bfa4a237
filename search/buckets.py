"""Date buckets: from days and their counts to the spans a date facet lists."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from search.query import Interval
from search.results import DateBucket

MOST_DAYS = 62
MOST_YEARS_OF_MONTHS = 5

Fixed = Literal["year", "fiscalYear", "month", "day"]
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """So many neighbouring buckets without articles, both days included."""

    first: date
    last: date
    size: int


def resolve_interval(interval: Interval, first: date, last: date) -> Fixed:
    """What `auto` means for hits from `first` to `last`: days, months or years."""
    if interval != "auto":
        return interval
    if (last - first).days < MOST_DAYS:
        return "day"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return "month" if months <= MOST_YEARS_OF_MONTHS * 12 else "year"


def date_buckets(days: Mapping[date, int], interval: Interval) -> tuple[DateBucket, ...]:
    """The buckets that have articles, in order of time."""
    if not days:
        return ()
    width = resolve_interval(interval, min(days), max(days))
    counts: Counter[tuple[str, date, date]] = Counter()
    for day, count in days.items():
        counts[bucket_of(day, width)] += count
    return tuple(
        DateBucket(value, first, last, count)
        for (value, first, last), count in sorted(counts.items(), key=lambda item: item[0][1])
    )


def with_gaps(buckets: Sequence[DateBucket], longest: int) -> tuple[DateBucket | Gap, ...]:
    """Buckets of one width in order of time, and the empty ones between them.

    A run of more than `longest` empty ones becomes one Gap.
    """
    lines: list[DateBucket | Gap] = [*buckets[:1]]
    for before, after in pairwise(buckets):
        lines += [*_between(before, after, longest), after]
    return tuple(lines)


def _between(
    before: DateBucket, after: DateBucket, longest: int
) -> Sequence[DateBucket] | Sequence[Gap]:
    width = width_of(before.value)
    size = _number(after.first, width) - _number(before.first, width) - 1
    start = before.last + _ONE_DAY
    if size > longest:
        return [Gap(start, after.first - _ONE_DAY, size)]
    empty = []
    while start < after.first:
        empty.append(DateBucket(*bucket_of(start, width), count=0))
        start = empty[-1].last + _ONE_DAY
    return empty


def _number(first: date, width: Fixed) -> int:
    """Buckets are numbered one after the other, by their first days."""
    if width == "day":
        return first.toordinal()
    return first.year * 12 + first.month if width == "month" else first.year


def width_of(value: str) -> Fixed:
    """The width of a bucket by its value: 2025, FY2025, 2025-06, 2025-06-10."""
    if value.startswith("FY"):
        return "fiscalYear"
    widths: tuple[Fixed, ...] = ("year", "month", "day")
    return widths[value.count("-")]


@lru_cache(maxsize=256)
def bucket_starts(width: Fixed, first: date, last: date) -> tuple[int, ...]:
    """The first day of every bucket from `first` to `last`, as `date.toordinal` counts."""
    if width == "day":
        return tuple(range(first.toordinal(), last.toordinal() + 1))
    starts = []
    start = bucket_of(first, width)[1]
    while start <= last:
        starts.append(start.toordinal())
        start = bucket_of(start, width)[2] + _ONE_DAY
    return tuple(starts)


@lru_cache(maxsize=256)
def bucket_spans(width: Fixed, starts: tuple[int, ...]) -> tuple[tuple[str, date, date], ...]:
    """Value, first and last day of the buckets that `bucket_starts` gives."""
    return tuple(bucket_of(date.fromordinal(start), width) for start in starts)


@lru_cache(maxsize=8_192)
def bucket_of(day: date, width: Fixed) -> tuple[str, date, date]:
    """The value, first and last day of the bucket that holds `day`; a 年度 begins in April."""
    if width == "day":
        return day.isoformat(), day, day
    if width == "month":
        last = calendar.monthrange(day.year, day.month)[1]
        return day.isoformat()[:7], day.replace(day=1), day.replace(day=last)
    if width == "year":
        return f"{day.year:04}", date(day.year, 1, 1), date(day.year, 12, 31)
    year = day.year if day.month > 3 else day.year - 1
    return f"FY{year:04}", date(year, 4, 1), date(year + 1, 4, 1) - _ONE_DAY
