"""Date buckets: from days and their counts to the spans a date facet lists."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from search.query import Interval
from search.results import DateBucket

MOST_DAYS = 62
MOST_YEARS_OF_MONTHS = 5

Fixed = Literal["year", "fiscalYear", "month", "day"]


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


@lru_cache(maxsize=256)
def bucket_starts(width: Fixed, first: date, last: date) -> tuple[int, ...]:
    """The first day of every bucket from `first` to `last`, as `date.toordinal` counts."""
    if width == "day":
        return tuple(range(first.toordinal(), last.toordinal() + 1))
    starts = []
    start = bucket_of(first, width)[1]
    while start <= last:
        starts.append(start.toordinal())
        start = bucket_of(start, width)[2] + timedelta(days=1)
    return tuple(starts)


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
    return f"FY{year:04}", date(year, 4, 1), date(year + 1, 4, 1) - timedelta(days=1)
