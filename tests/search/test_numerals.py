"""Numbers in digits and in kanji as one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.numerals import KANJI, arabic, in_kanji, is_numeral

LARGE = (("兆", 10**12), ("億", 10**8), ("万", 10**4), ("", 1))


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("六千", "6000"),
        ("6千", "6000"),
        ("6,000", "6000"),
        ("六,000", "6000"),
        ("1,234,567", "1234567"),
        ("1億2千万", "120000000"),
        ("1億2000万", "120000000"),
        ("1万5千", "15000"),
        ("一万五千", "15000"),
        ("1234万5678", "12345678"),
        ("二〇二五", "2025"),
        ("二千二十五", "2025"),
        ("十二万三千四百五十六", "123456"),
        ("千万", "10000000"),
        ("一千万", "10000000"),
        ("十", "10"),
        ("千百", "1100"),
        ("1兆2億", "1000200000000"),
        ("1.5億", "150000000"),
        ("2.5", "2.5"),
        ("7.50", "7.50"),
        ("0.5", "0.5"),
        ("3.14.15", "3.14.15"),
        ("〇", "0"),
        ("零", "0"),
        ("〇〇七", "007"),
    ],
)
def test_a_number_is_read_in_any_notation(text: str, digits: str) -> None:
    assert arabic(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        *("", "万", "億", "百千", "十十", "十百", "1億億", "2万3万", "1万23456", "10千", "12十"),
        *("12,34", "1,2345", ",5", "5,", "2.", ".5", "三・五", "一か", "abc", "²", "６千", "1e5"),
        "9" * 41,
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert arabic(text) is None


@given(st.integers(1, 9999))
@example(10)
@example(1001)
def test_a_number_in_kanji_is_read_back(number: int) -> None:
    by_units, *others = in_kanji(str(number))
    assert arabic(by_units) == str(number)
    assert all(arabic(other) == str(number) for other in others)
    assert all(is_numeral(each) for each in (by_units, *others))
    assert len({by_units, *others}) == 1 + len(others) <= 2


def by_large_units(number: int, *, kanji: bool) -> str:
    """A number as newspapers write it: 1億2345万6789 or 一億二千三百四十五万六千七百八十九."""
    text = ""
    for unit, scale in LARGE:
        part, number = divmod(number, scale)
        if part:
            text += (in_kanji(str(part))[0] if kanji else str(part)) + unit
    return text


@given(st.integers(1, 10**16 - 1))
@example(10**12)
@example(100_020_000)
def test_large_numbers_are_read_by_their_units(number: int) -> None:
    for text in (
        by_large_units(number, kanji=True),
        by_large_units(number, kanji=False),
        f"{number:,}",
        str(number),
    ):
        if len(text) <= 40:
            assert arabic(text) == str(number)


@pytest.mark.parametrize(
    ("digits", "kanji"),
    [
        ("1", ("一",)),
        ("10", ("十", "一〇")),
        ("25", ("二十五", "二五")),
        ("1000", ("千", "一〇〇〇")),
        ("2025", ("二千二十五", "二〇二五")),
        ("2.5", ("二・五",)),
        ("0.5", ("〇・五",)),
        ("0", ()),
        ("01", ()),
        ("10000", ()),
        ("12.", ()),
        ("一", ()),
        ("²", ()),
    ],
)
def test_short_numbers_have_a_form_in_kanji(digits: str, kanji: tuple[str, ...]) -> None:
    assert in_kanji(digits) == kanji


@given(st.text(st.sampled_from(KANJI + "0123456789,.・"), max_size=12))
@example("1" * 40 + "兆")
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = arabic(text)
    if found is not None:
        assert set(found) <= set("0123456789.")
        assert found[0].isdigit()
        assert found[-1].isdigit()
        assert arabic(found) == found


def test_only_kanji_are_numerals() -> None:
    assert is_numeral(KANJI)
    for text in ("1", "六か", "6千", "・"):
        assert not is_numeral(text)
