"""Days and instants as articles and requests write them, in Japan Standard Time.

Japan Standard Time is taken as UTC+9 throughout (docs/decisions/japan-time.md).
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
TOKYO_MICROSECONDS = 9 * 3600 * 1_000_000
"""What Tokyo is ahead of UTC."""
FIRST_YEAR, LAST_YEAR = 1600, 2100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTIAL_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)

Published = date | datetime
"""A day, or an instant with its zone (`datetime` is the narrower type: test for it first)."""


def parse_published(text: str) -> Published:
    """A day or a date-time in ISO 8601; without a zone it is Tokyo's.

    Raises ValueError with the reason: no such form, no such day, a year outside 1600 to 2100,
    a zone that RFC 3339 cannot write.
    """
    stripped = text.strip()
    try:
        day = date.fromisoformat(stripped)
    except ValueError:
        return _checked(_parse_instant(stripped))
    return _checked(day)


def _parse_instant(text: str) -> datetime:
    if ":" not in text and "T" not in text.upper():
        raise ValueError("not an ISO 8601 day or date-time")
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise ValueError(f"not an ISO 8601 day or date-time ({error})") from None
    instant = instant if instant.tzinfo else instant.replace(tzinfo=JST)
    if (instant.utcoffset() or timedelta()) % timedelta(minutes=1):
        raise ValueError("the zone is not in whole minutes")
    return instant


def _checked(published: Published) -> Published:
    if not FIRST_YEAR <= published.year <= LAST_YEAR:
        raise ValueError(f"the year {published.year} is outside {FIRST_YEAR} to {LAST_YEAR}")
    return published


def format_published(published: Published) -> str:
    """The day as `YYYY-MM-DD`, or the instant as RFC 3339 with its zone."""
    return published.isoformat()


def as_instant(published: Published) -> datetime:
    """The instant to sort by; a day counts as 00:00 in Tokyo."""
    if isinstance(published, datetime):
        return published
    return datetime.combine(published, time(), JST)


def as_microseconds(published: Published) -> int:
    """Microseconds since 1970-01-01T00:00Z, exact."""
    return (as_instant(published) - _EPOCH) // timedelta(microseconds=1)


def tokyo_day(published: Published) -> date:
    """The calendar day in Tokyo."""
    return as_instant(published).astimezone(JST).date()


def day_range(text: str) -> tuple[date, date]:
    """First and last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; ValueError for anything else."""
    match = _PARTIAL_DAY.fullmatch(text.strip())
    if not match:
        raise ValueError("YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        raise ValueError("a day that the calendar has") from None
    if month is None:
        return first, first.replace(month=12, day=31)
    if day is None:
        return first, first.replace(day=calendar.monthrange(first.year, month)[1])
    return first, first
