"""Dates as news pages print them below a headline."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Final

from search.dates import JST, Published, parse_published

_DAY: Final = (
    r"(?:(?P<year>\d{4})|(?P<era>令和|平成|昭和)(?P<of_era>\d{1,2}|元))\s*[-/.年]\s*"
    r"(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
)
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925}
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
_WITHIN: Final = re.compile(rf"(?<!\d){_DAY}{_WEEKDAY}{_TIME}", re.ASCII)
_SENTENCE: Final = re.compile("[。、「」！？!?]")
_LABELLED: Final = re.compile(r"\d{1,2}[:時]\d{0,2}|更新|公開|配信|掲載|投稿")
_LONGEST: Final = 120
_LONGEST_MIXED: Final = 60
EXPECTED: Final = "a line with the date below the headline, such as 2025-06-10 11:53"


def parse_dateline(line: str) -> Published | None:
    """The date of a line that holds hardly anything else; ValueError for a day that cannot be."""
    text = " ".join(unicodedata.normalize("NFKC", line[:_LONGEST]).split())
    if len(line.strip()) > _LONGEST:
        return None
    try:
        return parse_published(text)
    except ValueError:
        match = _LINE.fullmatch(text) or _mixed(text)
    if not match:
        return None
    year = int(match["year"]) if match["year"] else _year_of_era(match["era"], match["of_era"])
    month, day = int(match["month"]), int(match["day"])
    if match["hour"] is None:
        return parse_published(date(year, month, day).isoformat())
    hour = int(match["hour"])
    if match["half"] and hour <= 12:
        hour = hour % 12 + (12 if match["half"] == "午後" else 0)
    minute = int(match["minute"] or 0)
    return parse_published(datetime(year, month, day, hour, minute, tzinfo=JST).isoformat())


def _mixed(text: str) -> re.Match[str] | None:
    """The first date of a short line with a time or a label, which is no sentence."""
    if len(text) > _LONGEST_MIXED or _SENTENCE.search(text) or not _LABELLED.search(text):
        return None
    return _WITHIN.search(text)


def _year_of_era(era: str, year: str) -> int:
    return _ERAS[era] + (1 if year == "元" else int(year))
