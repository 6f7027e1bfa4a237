"""Dates as news pages print them below a headline."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Final

from search.dates import JST, Published, parse_published

_DAY: Final = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
_WEEKDAY: Final = r"(?:\s*[(（\[]?[日月火水木金土](?:曜日?)?[)）\]]?)?"
_TIME: Final = (
    r"(?:[\sT,]*(?P<half>午前|午後)?\s*(?P<hour>\d{1,2})\s*[:：時]\s*(?P<minute>\d{1,2})?\s*分?"
    r"(?:[:：]\d{2})?)?"
)
_LABEL: Final = r"(?:\D{0,12}[:：\s])?"
_LINE: Final = re.compile(
    rf"[\s【\[（(]*{_LABEL}{_DAY}{_WEEKDAY}{_TIME}\s*(?:JST|更新|公開|配信|掲載|付)?[】\]）)\s]*",
    re.ASCII,
)
_LONGEST: Final = 120
EXPECTED: Final = "a line with the date below the headline, such as 2025-06-10 11:53"


def parse_dateline(line: str) -> Published | None:
    """The date of a line that holds nothing else; ValueError for a day that cannot be."""
    text = " ".join(unicodedata.normalize("NFKC", line[:_LONGEST]).split())
    if len(line.strip()) > _LONGEST:
        return None
    try:
        return parse_published(text)
    except ValueError:
        match = _LINE.fullmatch(text)
    if not match:
        return None
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if match["hour"] is None:
        return parse_published(date(year, month, day).isoformat())
    hour = int(match["hour"])
    if match["half"] and hour <= 12:
        hour = hour % 12 + (12 if match["half"] == "午後" else 0)
    minute = int(match["minute"] or 0)
    return parse_published(datetime(year, month, day, hour, minute, tzinfo=JST).isoformat())
