"""Periods as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.periods import LONGEST, Period, WrongDate, read_period, written_period

TODAY = date(2025, 6, 11)
"""A Wednesday."""
DAYS = st.dates(date(1600, 1, 1), date(2100, 12, 31))
PIECES = st.sampled_from(
    [*"0123456789一二十〇年月日度期 ~〜-./RHSTM元…", "..", "2025", "2024年", "6月", "10日",
     "令和", "平成31年", "昭和", "去年", "先月", "昨日", "過去", "か月", "年度", "上期", "四半期",
     "から", "まで", "以降", "以前", "年代", "FY"]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=9).map("".join))


def read(text: str, today: date = TODAY) -> Period:
    period = read_period(text, today)
    assert period is not None, text
    return period


def written(text: str, today: date = TODAY) -> str:
    return written_period(read(text, today))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2025", "2025"),
        ("2025年", "2025"),
        ("2025年6月", "2025-06"),
        ("2025年 6月", "2025-06"),
        ("2025 年 6 月 10 日", "2025-06-10"),
        ("2025年6月10日", "2025-06-10"),
        ("2025年6月10日（火）", "2025-06-10"),
        ("2025年6月10日 (火曜日)", "2025-06-10"),
        ("2025-06", "2025-06"),
        ("2025-06-10", "2025-06-10"),
        ("2025/6", "2025-06"),
        ("2025/6/10", "2025-06-10"),
        ("2025.6.10", "2025-06-10"),
        ("2025. 6. 10", "2025-06-10"),
        ("2025・6・10", "2025-06-10"),
        ("20250610", "2025-06-10"),
        (" ２０２５年６月 ", "2025-06"),
        ("２０２５－０６－１０", "2025-06-10"),
        ("2025−06−10", "2025-06-10"),
        ("２０２５／６／１０", "2025-06-10"),
        ("二〇二五年六月", "2025-06"),
        ("二○二五年六月", "2025-06"),
        ("二千二十五年十二月二十日", "2025-12-20"),
        ("千九百九十九年", "1999"),
    ],
)
def test_a_date_is_read_in_any_width_and_numerals(text: str, days: str) -> None:
    assert written(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("令和7年", "2025"),
        ("㋿7年", "2025"),
        ("令和 7年 3月", "2025-03"),
        ("令和七年三月", "2025-03"),
        ("令和7年3月5日", "2025-03-05"),
        ("令和7.3.5", "2025-03-05"),
        ("R7", "2025"),
        ("R7年3月", "2025-03"),
        ("R7.3", "2025-03"),
        ("r7.3.5", "2025-03-05"),
        ("R7/3", "2025-03"),
        ("H31.4", "2019-04"),
        ("H31.4.30", "2019-04-30"),
        ("S64.1.7", "1989-01-07"),
        ("M45.7", "1912-07-01..1912-07-30"),
        ("T15.12.25", "1926-12-25"),
        ("大正12年9月1日", "1923-09-01"),
        ("明治37年2月", "1904-02"),
        ("令和76年", "2094"),
    ],
)
def test_the_year_of_an_era_is_read(text: str, days: str) -> None:
    assert written(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("明治元年", "1868-01-25..1868-12-31"),
        ("明治45年", "1912-01-01..1912-07-30"),
        ("大正元年", "1912-07-30..1912-12-31"),
        ("大正15年", "1926-01-01..1926-12-25"),
        ("昭和元年", "1926-12-25..1926-12-31"),
        ("昭和64年", "1989-01-01..1989-01-07"),
        ("昭和六十四年", "1989-01-01..1989-01-07"),
        ("昭和64年1月", "1989-01-01..1989-01-07"),
        ("平成元年", "1989-01-08..1989-12-31"),
        ("平成元年1月", "1989-01-08..1989-01-31"),
        ("平成31年", "2019-01..2019-04"),
        ("平成31年上半期", "2019-01..2019-04"),
        ("令和元年", "2019-05..2019-12"),
        ("令和1年5月", "2019-05"),
    ],
)
def test_the_year_of_an_era_has_only_the_days_of_the_era(text: str, days: str) -> None:
    assert written(text) == days


def test_the_day_on_which_taisho_and_showa_began_is_in_two_eras() -> None:
    assert written("明治45年7月30日") == written("大正元年7月30日")
    assert written("大正15年12月25日") == written("昭和元年12月25日")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2025年度", "2025-04..2026-03"),
        ("FY2025", "2025-04..2026-03"),
        ("fy 2025", "2025-04..2026-03"),
        ("令和7年度", "2025-04..2026-03"),
        ("平成30年度", "2018-04..2019-03"),
        ("平成31年度", "2019-04..2020-03"),
        ("令和元年度", "2019-04..2020-03"),
        ("2025年上半期", "2025-01..2025-06"),
        ("2025年下半期", "2025-07..2025-12"),
        ("2025年後半", "2025-07..2025-12"),
        ("2025年度上期", "2025-04..2025-09"),
        ("2025年度下期", "2025-10..2026-03"),
        ("2025年第1四半期", "2025-01..2025-03"),
        ("2025年度第1四半期", "2025-04..2025-06"),
        ("2025年度第一四半期", "2025-04..2025-06"),
        ("2025年度第4四半期", "2026-01..2026-03"),
        ("1990年代", "1990..1999"),
    ],
)
def test_fiscal_years_parts_of_years_and_decades_are_read(text: str, days: str) -> None:
    assert written(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("今日", "2025-06-11"),
        ("本日", "2025-06-11"),
        ("きょう", "2025-06-11"),
        ("昨日", "2025-06-10"),
        ("きのう", "2025-06-10"),
        ("一昨日", "2025-06-09"),
        ("おととい", "2025-06-09"),
        ("明日", "2025-06-12"),
        ("今週", "2025-06-09..2025-06-15"),
        ("先週", "2025-06-02..2025-06-08"),
        ("先々週", "2025-05-26..2025-06-01"),
        ("今月", "2025-06"),
        ("先月", "2025-05"),
        ("先々月", "2025-04"),
        ("先月10日", "2025-05-10"),
        ("今年", "2025"),
        ("昨年", "2024"),
        ("去年", "2024"),
        ("一昨年", "2023"),
        ("おととし", "2023"),
        ("去年6月", "2024-06"),
        ("今年3月", "2025-03"),
        ("昨年12月5日", "2024-12-05"),
        ("今年度", "2025-04..2026-03"),
        ("昨年度下期", "2024-10..2025-03"),
        ("前年度", "2024-04..2025-03"),
        ("過去7日", "2025-06-05..2025-06-11"),
        ("直近7日間", "2025-06-05..2025-06-11"),
        ("最近 7 日", "2025-06-05..2025-06-11"),
        ("この一週間", "2025-06-05..2025-06-11"),
        ("過去1か月", "2025-05-12..2025-06-11"),
        ("過去３ヶ月", "2025-03-12..2025-06-11"),
        ("過去1年", "2024-06-12..2025-06-11"),
        ("ここ1年", "2024-06-12..2025-06-11"),
        ("3月", "2025-03"),
        ("6月", "2025-06"),
        ("7月", "2024-07"),
        ("3月5日", "2025-03-05"),
        ("6月11日", "2025-06-11"),
        ("6月12日", "2024-06-12"),
        ("2月29日", "2024-02-29"),
        ("先週〜今日", "2025-06-02..2025-06-11"),
        ("去年6月〜8月", "2024-06..2024-08"),
        ("昨日から", "2025-06-10.."),
    ],
)
def test_words_and_dates_without_a_year_depend_on_today(text: str, days: str) -> None:
    assert written(text) == days
    assert read(text).relative


@pytest.mark.parametrize(
    ("text", "today", "days"),
    [
        ("今年度", date(2025, 3, 31), "2024-04..2025-03"),
        ("昨年度", date(2025, 3, 31), "2023-04..2024-03"),
        ("先月", date(2025, 1, 15), "2024-12"),
        ("昨日", date(2025, 1, 1), "2024-12-31"),
        ("先週", date(2025, 6, 8), "2025-05-26..2025-06-01"),
        ("今週", date(2025, 6, 9), "2025-06-09..2025-06-15"),
        ("過去1か月", date(2025, 3, 31), "2025-03"),
        ("過去1年", date(2024, 2, 29), "2023-03..2024-02"),
        ("過去9999年", date(2025, 1, 1), "1600-01-02..2025-01-01"),
        ("2月29日", date(1904, 2, 28), "1896-02-29"),
        ("12月〜2月", date(2025, 1, 10), "2024-12..2025-02"),
        ("12月〜2月", date(2025, 7, 10), "2024-12..2025-02"),
        ("6月10日〜14日", date(2025, 6, 11), "2025-06-10..2025-06-14"),
    ],
)
def test_today_decides_at_the_turn_of_a_week_a_month_or_a_year(
    text: str, today: date, days: str
) -> None:
    assert written(text, today) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024-03..2025-02", "2024-03..2025-02"),
        ("2024-03 - 2025-02", "2024-03..2025-02"),
        ("2024年3月〜2025年2月", "2024-03..2025-02"),
        ("2024年3月～2025年2月", "2024-03..2025-02"),
        ("2024年3月 から 2025年2月 まで", "2024-03..2025-02"),
        ("2024年3月－2025年2月", "2024-03..2025-02"),
        ("2024/3-2025/2", "2024-03..2025-02"),
        ("2024-2025", "2024..2025"),
        ("2024年3月〜5月", "2024-03..2024-05"),
        ("2024年3〜5月", "2024-03..2024-05"),
        ("2025年6月10日〜14日", "2025-06-10..2025-06-14"),
        ("2025年6月10〜14日", "2025-06-10..2025-06-14"),
        ("2025年6月10日〜7月5日", "2025-06-10..2025-07-05"),
        ("2025年6月10日（火）〜14日（土）", "2025-06-10..2025-06-14"),
        ("2025/6/10-14", "2025-06-10..2025-06-14"),
        ("2025-06-10..06-14", "2025-06-10..2025-06-14"),
        ("2023〜25年", "2023..2025"),
        ("2023〜25年度", "2023-04..2026-03"),
        ("平成30年4月〜31年3月", "2018-04..2019-03"),
        ("平成31年4月〜令和元年5月", "2019-04..2019-05"),
        ("R5〜R7", "2023..2025"),
        ("2024-03..", "2024-03.."),
        ("..2025-02", "..2025-02"),
        ("2024年3月〜", "2024-03.."),
        ("2024年3月以降", "2024-03.."),
        ("2024年以降", "2024.."),
        ("2025年2月以前", "..2025-02"),
        ("2025年2月まで", "..2025-02"),
        ("2025年2月10日まで", "..2025-02-10"),
        ("3月〜2025年5月", "2025-03..2025-05"),
    ],
)
def test_the_right_end_of_a_range_takes_over_what_it_leaves_out(text: str, days: str) -> None:
    assert written(text) == days


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("平成40年", "「平成40年」はありません（平成は31年4月30日まで）"),
        ("平成四十年", "「平成四十年」はありません（平成は31年4月30日まで）"),
        ("平成31年5月", "「平成31年5月」はありません（平成は31年4月30日まで）"),
        ("平成31年下半期", "「平成31年下半期」はありません（平成は31年4月30日まで）"),
        ("平成32年度", "「平成32年度」はありません（平成は31年4月30日まで）"),
        ("昭和65年", "「昭和65年」はありません（昭和は64年1月7日まで）"),
        ("S64.1.8", "「S64.1.8」はありません（昭和は64年1月7日まで）"),
        ("令和0年", "「令和0年」はありません（令和は元年5月1日から）"),
        ("令和元年４月", "「令和元年4月」はありません（令和は元年5月1日から）"),
        ("令和83年", "「令和83年」はありません（年は2100年まで）"),
        ("1599年", "「1599年」はありません（年は1600年から2100年まで）"),
        ("21010101", "「21010101」はありません（年は1600年から2100年まで）"),
        ("9990年代", "「9990年代」はありません（年は1600年から2100年まで）"),
        ("2100年度", "「2100年度」はありません（年は1600年から2100年まで）"),
        ("2025年2月30日", "「2025年2月30日」はありません（2月は1日から28日まで）"),
        ("2025年\n13月", "「2025年 13月」はありません（月は1月から12月まで）"),
        ("2025-13", "「2025-13」はありません（月は1月から12月まで）"),
        ("2月30日", "「2月30日」はありません（2月は1日から29日まで）"),
        ("2025-02..2024-03", "「2025-02..2024-03」はありません（終わりが始まりより前）"),
        ("2025年6月〜5月", "「2025年6月〜5月」はありません（終わりが始まりより前）"),
    ],
)
def test_a_date_that_does_not_exist_is_named_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(WrongDate) as caught:
        read_period(text, TODAY)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        ("平成40年", True),
        ("2025年2月30日", True),
        ("9999", False),
        ("0120-12", False),
        ("M9.0", False),
    ],
)
def test_a_wrong_date_says_whether_it_was_plainly_meant_as_one(
    text: str, *, standalone: bool
) -> None:
    with pytest.raises(WrongDate) as caught:
        read_period(text, TODAY)
    assert caught.value.standalone is standalone


@pytest.mark.parametrize(
    "text",
    ["", " ", "林檎", "春", "10日", "十日", "2025年春", "2025年10日", "2025年6", "25年", "M5",
     "T5", "前年", "一", "三日月", "2024 2025", "2025 06 10", "今 日", "..", "〜", "から",
     "まで", "以降", "-", "12", "123", "202506", "2025-6-", "2025-06/10", "03-3456-7890",
     "2025年6月公演", "平成40年-林檎", "9999-林檎", "1995年代", "20世紀", "過去0日", "過去1月",
     "2024年..2025年..2026年", "٢٠٢٥"],
)  # fmt: skip
def test_what_has_not_the_form_of_a_date_is_none(text: str) -> None:
    assert read_period(text, TODAY) is None


@pytest.mark.parametrize("piece", ["2025年", "一", "0", " ", "2025 ", "~", "から", "ﷺ", "か゛"])
def test_a_long_text_is_no_date(piece: str) -> None:
    assert read_period("x" + piece * 100_000, TODAY) is None
    assert read_period(piece * LONGEST, TODAY) is None


@pytest.mark.parametrize(
    "text",
    ["2025年", "2025年6月10日", "2025-06", "2025/6/10", "2025.6.10", "令和7年", "R7.3", "R7/3",
     "H31.4.30", "M5.4.1", "2025年度", "FY2025", "2025年第1四半期", "1990年代", "今日", "昨日",
     "先週", "先月", "去年", "去年6月", "先月10日", "過去7日", "この1週間", "2024-03..2025-02",
     "2024..2025", "2024年〜2025年", "2024年3月〜5月", "2025/6〜2025/8", "2024-03..", "..2025",
     "2024年以降", "2024以降", "先週から"],
)  # fmt: skip
def test_some_forms_tell_enough_to_stand_alone(text: str) -> None:
    assert read(text).standalone


@pytest.mark.parametrize(
    "text",
    ["2025", "20250610", "2025/6", "2025.6", "2025-6", "3月", "3月5日", "R7", "H31", "令和7",
     "R7-3", "M5.4", "T9.1", "明日", "2024-2025", "2024〜2025", "R5-R7", "2025/6-8", "3月以降",
     "3月まで", "3月〜5月"],
)  # fmt: skip
def test_others_may_mean_something_else(text: str) -> None:
    assert not read(text).standalone


@given(DAYS, DAYS)
def test_a_day_is_the_same_in_all_ways_of_writing_it(day: date, today: date) -> None:
    year, month, of_month = day.year, day.month, day.day
    figures = str.maketrans("0123456789", "〇一二三四五六七八九")
    kanji = f"{year}".translate(figures)
    tens = [
        *"一二三四五六七八九",
        *(t + o for t in ("十", "二十", "三十") for o in ["", *"一二三四五六七八九"]),
    ]
    for text in (
        f"{year}年{month}月{of_month}日",
        f"{kanji}年{tens[month - 1]}月{tens[of_month - 1]}日",
        f"{day}",
        f"{day:%Y%m%d}",
        f"{year}/{month}/{of_month}",
        f"{year}.{month}.{of_month}",
        f"{day}..{day}",
    ):
        period = read(text, today)
        assert (period.first, period.last, period.relative) == (day, day, False), text


@given(st.dates(date(1868, 1, 25), date(2100, 12, 31)))
def test_a_day_belongs_to_one_era_but_for_two_days(day: date) -> None:
    starts = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
    found = []
    for name, start in starts.items():
        try:
            period = read(f"{name}{day.year - start + 1}年{day.month}月{day.day}日")
        except (WrongDate, AssertionError):
            continue
        assert period.first == period.last == day
        found.append(name)
    assert len(found) == 1 + (day in {date(1912, 7, 30), date(1926, 12, 25)})


@given(DAYS, st.integers(0, 2000), st.sampled_from(["closed", "from", "until"]), DAYS)
def test_what_is_written_reads_back_to_the_same_days(
    first: date, length: int, ends: str, today: date
) -> None:
    last = min(first + timedelta(days=length), date(2100, 12, 31))
    period = Period(
        None if ends == "until" else first,
        None if ends == "from" else last,
        relative=False,
        standalone=True,
    )
    again = read(written_period(period), today)
    assert (again.first, again.last, again.relative) == (period.first, period.last, False)


@given(TEXTS, DAYS, DAYS)
def test_any_text_is_a_period_none_or_a_wrong_date(text: str, today: date, later: date) -> None:
    try:
        period = read_period(text, today)
    except WrongDate:
        return
    if period is None:
        return
    assert period.first or period.last
    assert not period.first or not period.last or period.first <= period.last
    again = read(written_period(period), later)
    assert (again.first, again.last, again.relative) == (period.first, period.last, False)
    if not period.relative:
        assert read_period(text, later) == period
