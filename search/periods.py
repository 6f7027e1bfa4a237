"""Periods as people write them: 2025年6月, 令和7年, 昨日, 2024-03..2025-02, 過去7日.

A text is folded (width, numerals, signs) and held against the patterns for one date; what fits
none of them is cut into the ends of a range. Eras: docs/decisions/eras.md.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from search.dates import FIRST_YEAR, LAST_YEAR, day_range

LONGEST = 80
"""Characters of a text that may be a period; a longer one is none."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; None is open at this end (only in ranges).

    `relative`: depends on today. `standalone`: telling enough to be read as a date where it
    stands alone in a search box, without 日付: before it.
    """

    first: date | None
    last: date | None
    relative: bool
    standalone: bool


class WrongDate(ValueError):
    """The form of a date, but no such day; the message is a line in Japanese for readers.

    `standalone`: so plainly meant as a date that it is worth saying where it stands alone.
    """

    def __init__(self, message: str, *, standalone: bool = False) -> None:
        super().__init__(message)
        self.standalone = standalone


def read_period(text: str, today: date) -> Period | None:
    """The days that `text` names; None if it has not the form of a date.

    `today` lies in 1600 to 2100. Raises WrongDate for a day, an era year or a range that does not
    exist, and for years outside 1600 to 2100.
    """
    typed = " ".join(text.split())
    if len(typed) > LONGEST:
        return None
    folded = _folded(typed)
    try:
        dates = _read(folded, today)
        return Period(*dates) if dates else _read_range(folded, today)
    except WrongDate as wrong:
        shown = unicodedata.normalize("NFKC", typed)
        plain = _PLAINLY_A_DATE.search(folded) is not None
        raise WrongDate(f"「{shown}」はありません（{wrong}）", standalone=plain) from None


def written_period(period: Period) -> str:
    """2025, 2025-06, 2025-06-10 or a range like 2024-03..2025-02; `read_period` reads it back."""
    forms = (_ends_in(period, length) for length in (4, 7, 10))
    first, last = next(form for form in forms if _says(form, period))
    return first if first == last else f"{first}..{last}"


def _ends_in(period: Period, length: int) -> tuple[str, str]:
    first, last = (day.isoformat()[:length] if day else "" for day in (period.first, period.last))
    return first, last


def _says(form: tuple[str, str], period: Period) -> bool:
    first, last = form
    return (not first or day_range(first)[0] == period.first) and (
        not last or day_range(last)[1] == period.last
    )


# Folding: one way of writing for all


_FIGURES = "〇一二三四五六七八九"
_ONE = f"[{_FIGURES[1:]}]"
_PLACES = re.compile(f"(?:({_ONE}?)千)?(?:({_ONE}?)百)?(?:({_ONE}?)十)?({_ONE})?")
_TYPED = str.maketrans("○◯〜∼‐–—―−ー・", "〇〇~~------.")


def _arabic(match: re.Match[str]) -> str:
    numeral = match.group()
    if not set(numeral) & set("十百千"):
        return "".join(str(_FIGURES.index(figure)) for figure in numeral)
    places = _PLACES.fullmatch(numeral)
    if places is None:
        return numeral
    figures = zip(places.groups(), (1000, 100, 10, 1), strict=True)
    return str(sum(_FIGURES.index(one or "一") * ten for one, ten in figures if one is not None))


_FOLDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile("四半期"), "Q"),
    (re.compile(f"[{_FIGURES}十百千]+(?!昨)"), _arabic),
    (re.compile("元年"), "1年"),
    (re.compile(r"(?<=[0-9日]) ?\([月火水木金土日](?:曜日?|.祝)?\)"), ""),
    (re.compile(r"FY ?([0-9]{4})(?![0-9])"), r"\1年度"),
    (re.compile(r" - |から"), "~"),
    (re.compile(r"\.{2,}"), "…"),
    (re.compile(r"(?<=[年月日度~…]) |(?<=[0-9./-]) (?![0-9])|(?<![0-9]) (?=[0-9~…])"), ""),
)


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper().translate(_TYPED)
    for pattern, put in _FOLDS:
        folded = pattern.sub(put, folded)
    return folded


# Years and eras


class _Era(NamedTuple):
    name: str
    first: date
    last: date


class _Dates(NamedTuple):
    first: date
    last: date
    relative: bool
    standalone: bool


_Span = tuple[date, date]
_ERAS = {
    "M": _Era("明治", date(1868, 1, 25), date(1912, 7, 30)),
    "T": _Era("大正", date(1912, 7, 30), date(1926, 12, 25)),
    "S": _Era("昭和", date(1926, 12, 25), date(1989, 1, 7)),
    "H": _Era("平成", date(1989, 1, 8), date(2019, 4, 30)),
    "R": _Era("令和", date(2019, 5, 1), date(LAST_YEAR, 12, 31)),
}
_ERAS |= {era.name: era for era in _ERAS.values()}
_YEARS_AGO = {"今年": 0, "本年": 0, "ことし": 0, "昨年": 1, "去年": 1, "一昨年": 2, "おととし": 2}
_MONTHS_AGO = {"今月": 0, "先月": 1, "先々月": 2}
_WEEKS_AGO = {"今週": 0, "先週": 1, "先々週": 2}
_DAYS_AGO = {"今日": 0, "本日": 0, "きょう": 0, "昨日": 1, "きのう": 1, "一昨日": 2, "おととい": 2}
_DAYS_AGO |= {"明日": -1, "あす": -1, "あした": -1}


def _known(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongDate(f"年は{FIRST_YEAR}年から{LAST_YEAR}年まで")
    return year


def _dates(span: _Span, *, relative: bool = False, standalone: bool = True) -> _Dates:
    first, last = span
    _known(first.year)
    _known(last.year)
    return _Dates(first, last, relative, standalone)


def _outside(era: _Era, *, before: bool) -> WrongDate:
    if before:
        return WrongDate(f"{era.name}は元年{era.first.month}月{era.first.day}日から")
    if era.last.year == LAST_YEAR:
        return WrongDate(f"年は{LAST_YEAR}年まで")
    year = era.last.year - era.first.year + 1
    return WrongDate(f"{era.name}は{year}年{era.last.month}月{era.last.day}日まで")


def _year_of(match: re.Match[str], today: date) -> tuple[int, _Era | None]:
    parts = match.groupdict()
    if ago := parts.get("ago"):
        begun = _month_of(today) - (3 if parts.get("fiscal") else 0)
        return begun // 12 - _YEARS_AGO.get(ago, 1), None
    if parts["year"]:
        return _known(int(parts["year"])), None
    era = _ERAS[parts["era"]]
    year = era.first.year + int(parts["nth"]) - 1
    if not era.first.year <= year <= era.last.year:
        raise _outside(era, before=year < era.first.year)
    return year, era


def _in_era(span: _Span, era: _Era | None) -> _Span:
    if era is None:
        return span
    first, last = max(span[0], era.first), min(span[1], era.last)
    if first > last:
        raise _outside(era, before=span[1] < era.first)
    return first, last


# Months and days


def _month_of(day: date) -> int:
    """Months since January of the year 0."""
    return day.year * 12 + day.month - 1


def _months(start: int, count: int) -> _Span:
    (year, month), (next_year, next_month) = divmod(start, 12), divmod(start + count, 12)
    return date(year, month + 1, 1), date(next_year, next_month + 1, 1) - timedelta(days=1)


def _span(year: int, month: int | None, day: int | None) -> _Span:
    if month is None:
        return _months(year * 12, 12)
    if not 1 <= month <= 12:
        raise WrongDate("月は1月から12月まで")
    if day is None:
        return _months(year * 12 + month - 1, 1)
    longest = calendar.monthrange(year, month)[1]
    if not 1 <= day <= longest:
        raise WrongDate(f"{month}月は1日から{longest}日まで")
    return date(year, month, day), date(year, month, day)


def _latest(month: int, day: int | None, today: date) -> _Span:
    """The latest such month or day that has begun; a 29 February may be eight years back."""
    _span(2000, month, day)
    years: Sequence[int] = range(today.year, today.year - 9, -1)
    if (month, day) == (2, 29):
        years = [year for year in years if calendar.isleap(year)]
    return next(span for year in years if (span := _span(year, month, day))[0] <= today)


# One date


def _number(figures: str | None) -> int | None:
    return None if figures is None else int(figures)


def _read_units(match: re.Match[str], today: date) -> _Dates:
    month, day = _number(match["month"]), _number(match["day"])
    if match["moon"]:
        year, month = divmod(_month_of(today) - _MONTHS_AGO[match["moon"]], 12)
        return _dates(_span(year, month + 1, day), relative=True)
    if month is not None and not match["head"]:
        return _dates(_latest(month, day, today), relative=True, standalone=False)
    year, era = _year_of(match, today)
    return _dates(_in_era(_span(year, month, day), era), relative=bool(match["ago"]))


def _read_signs(match: re.Match[str], today: date) -> _Dates:
    month, day = _number(match["month"]), _number(match["day"])
    year, era = _year_of(match, today)
    return _dates(_in_era(_span(year, month, day), era), standalone=_telling(match))


def _telling(match: re.Match[str]) -> bool:
    """2025-06 and R7.3, but not 2025/6 (a ratio) or M5.4 (an earthquake)."""
    month: str | None = match["month"]
    if month is None or match["day"]:
        return month is not None
    if match["era"]:
        return match["sign"] != "-" and match["era"] not in {"M", "T"}
    return match["sign"] == "-" and len(month) == 2


def _read_figures(match: re.Match[str], _today: date) -> _Dates:
    year, month, day = (int(figures) for figures in match.groups())
    return _dates(_span(_known(year), month, day), standalone=False)


def _read_part(match: re.Match[str], today: date) -> _Dates:
    """A year, fiscal if so named (from April, not cut to the era), its halves and quarters."""
    year, era = _year_of(match, today)
    start, count = year * 12 + (3 if match["fiscal"] else 0), 12
    if half := match["half"]:
        start, count = start + (6 if half[0] in "下後" else 0), 6
    elif quarter := match["quarter"]:
        start, count = start + 3 * (int(quarter) - 1), 3
    span = _months(start, count)
    return _dates(span if match["fiscal"] else _in_era(span, era), relative=bool(match["ago"]))


def _read_word(match: re.Match[str], today: date) -> _Dates:
    if match["week"]:
        monday = today - timedelta(days=today.weekday() + 7 * _WEEKS_AGO[match["week"]])
        return _dates((monday, monday + timedelta(days=6)), relative=True)
    ago = _DAYS_AGO[match["day"]]
    day = today - timedelta(days=ago)
    return _dates((day, day), relative=True, standalone=ago >= 0)


def _read_past(match: re.Match[str], today: date) -> _Dates:
    """The last so many days, weeks, months or years up to and with today, from 1600 at most."""
    unit, count = match["unit"][-1], int(match["count"])
    if unit in "日週":
        first = today - timedelta(days=count * (7 if unit == "週" else 1) - 1)
    else:
        start = _month_of(today) - count * (12 if unit == "年" else 1)
        year, month = divmod(max(start, FIRST_YEAR * 12), 12)
        longest = calendar.monthrange(year, month + 1)[1]
        first = date(year, month + 1, min(today.day, longest)) + timedelta(days=1)
    return _dates((max(first, date(FIRST_YEAR, 1, 1)), today), relative=True)


def _read_decade(match: re.Match[str], _today: date) -> _Dates:
    start = _known(int(match[1])) * 12
    return _dates(_months(start, 120))


_ERA = "(?P<era>明治|大正|昭和|平成|令和|[MTSHR])"
_YEAR = (
    f"(?P<head>(?:{_ERA}(?P<nth>[0-9]{{1,3}})|(?P<year>[0-9]{{4}}))年"
    f"|(?P<ago>{'|'.join(_YEARS_AGO)}|前年(?=度)))"
)
_MONTH, _DAY = "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
_FORMS: dict[str, Callable[[re.Match[str], date], _Dates]] = {
    f"(?=.)(?:{_YEAR}?(?:{_MONTH}月)?|(?P<moon>{'|'.join(_MONTHS_AGO)}))(?:(?<=月){_DAY}日)?": (
        _read_units
    ),
    f"(?![MT][0-9]+$)(?:{_ERA}(?P<nth>[0-9]{{1,2}})|(?P<year>[0-9]{{4}}))"
    f"(?:(?P<sign>[-/.]){_MONTH}(?:(?P=sign){_DAY})?)?": _read_signs,
    "([0-9]{4})([0-9]{2})([0-9]{2})": _read_figures,
    f"{_YEAR}(?P<fiscal>度)?"
    "(?:(?P<half>[上下]半?期|前半|後半)|第?(?P<quarter>[1-4])Q)?": _read_part,
    f"(?P<week>{'|'.join(_WEEKS_AGO)})|(?P<day>{'|'.join(_DAYS_AGO)})": _read_word,
    "(?:過去|直近|最近|ここ|この)(?P<count>[1-9][0-9]{0,3})"
    "(?P<unit>日|週|[かカヵヶケ箇個]月|[かカヵヶケ箇個]?年)間?": _read_past,
    "([0-9]{3}0)年代": _read_decade,
}
_READERS = tuple((re.compile(form), reader) for form, reader in _FORMS.items())
_PLAINLY_A_DATE = re.compile("年.*月|明治|大正|昭和|平成|令和")


def _is_form(folded: str) -> bool:
    return any(form.fullmatch(folded) for form, _ in _READERS)


def _read(folded: str, today: date) -> _Dates | None:
    matches = ((form.fullmatch(folded), reader) for form, reader in _READERS)
    return next((reader(match, today) for match, reader in matches if match), None)


# Ranges


_YEARLESS = re.compile("[0-9]{1,2}月")
_LENT = {"年": re.compile(f"{_ERA}|[0-9]{{2}}(?=[0-9]{{2}})"), "月": re.compile(_YEAR)}


def _read_range(folded: str, today: date) -> Period | None:
    ends = _split(folded)
    if ends is None or not any(ends):
        return None
    left, right = _completed(*ends) if all(ends) else ends
    if not all(_is_form(end) for end in (left, right) if end):
        return None
    first, last = _read_ends(left, right, today)
    if first and last and first.first > last.last:
        raise WrongDate("終わりが始まりより前")
    return Period(
        first.first if first else None,
        last.last if last else None,
        any(end.relative for end in (first, last) if end),
        _telling_range(folded, first, last),
    )


def _read_ends(left: str, right: str, today: date) -> tuple[_Dates | None, _Dates | None]:
    """Both ends; an end without a year lies in the year before or after the other."""
    if left and _YEARLESS.match(right):
        first = _read(left, today)
        return first, _read(right, _year_after(first) if first else today)
    last = _read(right, today)
    return _read(left, last.last if last and _YEARLESS.match(left) else today), last


def _year_after(dates: _Dates) -> date:
    """The last day of the twelve months from that of the first day."""
    return _months(_month_of(dates.first), 12)[1]


def _telling_range(folded: str, first: _Dates | None, last: _Dates | None) -> bool:
    """Unlike 2024-2025, 2025/6-8 and 3月以降."""
    if "…" in folded:
        return True
    if first and last:
        return first.standalone or last.standalone or folded.count("/") > 1
    return not _YEARLESS.match(folded.lstrip("~"))


def _split(text: str) -> tuple[str, str] | None:
    """The two ends of a range, "" for an open one; None if it is no range."""
    if text.endswith(("以降", "以後")):
        return text[:-2], ""
    if text.endswith("以前"):
        return "", text[:-2]
    plain = text.removesuffix("まで")
    ends = re.split("[~…]", plain)
    if len(ends) == 2:
        return ends[0], ends[1]
    ends = plain.split("-")
    if len(ends) == 2 and all(ends):
        return ends[0], ends[1]
    return ("", plain) if plain != text else None


def _completed(left: str, right: str) -> tuple[str, str]:
    """Both ends with what one of them says for both: 2024年3~5月, 2025年6月10日~14."""
    unit = re.match("[0-9]{1,4}(年度?|月|日)", right)
    if unit and left[-1].isdecimal():
        left += unit[1]
    unit = re.search("(年度?|月|日)$", left)
    if unit and right.isdecimal():
        right += unit[1]
    return left, _lent(left, right) + right


def _lent(left: str, right: str) -> str:
    """What the right end takes from the left: the century or era, the year, the month."""
    start = re.match("[0-9]{1,2}(?:(年|月|日)|(?=[-/.]|$))", right)
    if start is None:
        return ""
    if start[1] == "日":
        return left[: left.rfind("月") + 1]
    if start[1]:
        lent = _LENT[start[1]].match(left)
        return lent.group() if lent else ""
    parts = re.findall("[^-/.]+[-/.]", left)
    return "".join(parts[: max(0, len(parts) - len(re.findall("[-/.]", right)))])
