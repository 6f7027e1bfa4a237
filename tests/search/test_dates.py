"""Days and instants."""

from __future__ import annotations

from datetime import date

import pytest

from search.buckets import bucket_of, date_buckets, resolve_interval
from search.dates import (
    as_microseconds,
    day_range,
    format_published,
    parse_published,
    tokyo_day,
)


@pytest.mark.parametrize(
    ("text", "shown", "day"),
    [
        ("2025-06-10", "2025-06-10", date(2025, 6, 10)),
        ("2025-06-10T11:53:00+09:00", "2025-06-10T11:53:00+09:00", date(2025, 6, 10)),
        ("2025-06-10T11:53", "2025-06-10T11:53:00+09:00", date(2025, 6, 10)),
        ("2025-06-10 11:53", "2025-06-10T11:53:00+09:00", date(2025, 6, 10)),
        ("2025-06-09T20:00:00Z", "2025-06-09T20:00:00+00:00", date(2025, 6, 10)),
        ("2025-06-10T01:00:00-05:00", "2025-06-10T01:00:00-05:00", date(2025, 6, 10)),
        ("2010-02-17T14:55:00+0900", "2010-02-17T14:55:00+09:00", date(2010, 2, 17)),
        ("1600-01-01", "1600-01-01", date(1600, 1, 1)),
        ("2100-12-31", "2100-12-31", date(2100, 12, 31)),
    ],
)
def test_a_day_stays_a_day_and_an_instant_keeps_its_zone(text: str, shown: str, day: date) -> None:
    published = parse_published(text)
    assert format_published(published) == shown
    assert tokyo_day(published) == day


@pytest.mark.parametrize(
    "text",
    ["", "昨日", "2025-02-30", "2025-13-01", "1599-12-31", "2101-01-01", "2025-06-10T25:00",
     "2025-06-10T11:53+09:00:30", "10 June 2025", "1749523980"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_published(text)


def test_a_day_counts_as_midnight_in_tokyo() -> None:
    day = as_microseconds(parse_published("2025-06-10"))
    assert day == as_microseconds(parse_published("2025-06-09T15:00:00Z"))
    assert day < as_microseconds(parse_published("2025-06-10T00:00:00.000001+09:00"))


def test_parts_of_a_date_are_ranges() -> None:
    assert day_range("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert day_range("2024") == (date(2024, 1, 1), date(2024, 12, 31))
    assert day_range("2024-02-03") == (date(2024, 2, 3), date(2024, 2, 3))


def test_the_interval_follows_the_span() -> None:
    first = date(2025, 1, 1)
    assert resolve_interval("auto", first, first) == "day"
    assert resolve_interval("auto", first, date(2025, 3, 3)) == "day"
    assert resolve_interval("auto", first, date(2025, 3, 4)) == "month"
    assert resolve_interval("auto", first, date(2029, 12, 31)) == "month"
    assert resolve_interval("auto", first, date(2030, 1, 1)) == "year"
    assert resolve_interval("year", first, first) == "year"


def test_a_fiscal_year_begins_in_april() -> None:
    march = bucket_of(date(2025, 3, 31), "fiscalYear")
    april = bucket_of(date(2025, 4, 1), "fiscalYear")
    assert march == ("FY2024", date(2024, 4, 1), date(2025, 3, 31))
    assert april == ("FY2025", date(2025, 4, 1), date(2026, 3, 31))


def test_buckets_count_every_day_once_and_are_in_order() -> None:
    days = {date(2025, 12, 31): 2, date(2024, 2, 29): 1, date(2025, 12, 1): 3}
    buckets = date_buckets(days, "month")
    assert [(bucket.value, bucket.count) for bucket in buckets] == [("2024-02", 1), ("2025-12", 5)]
    assert buckets[0].last == date(2024, 2, 29)
