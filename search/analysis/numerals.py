"""Numbers in digits and in kanji as one: 六千, 6千 and 6,000 are 6000."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

KANJI: Final = "〇零一二三四五六七八九十百千万億兆"
_SCALES: Final = {
    "兆": 10**12,
    "億": 10**8,
    "万": 10**4,
    "千": 1000,
    "百": 100,
    "十": 10,
}
_LARGE: Final = frozenset("万億兆")
_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_KANJI_DIGITS: Final = str.maketrans("0123456789", "〇一二三四五六七八九")

_NUMBER: Final = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_DOTTED: Final = re.compile(r"\d+(?:\.\d+){2,}", re.ASCII)
_LONGEST: Final = 40


def is_numeral(text: str) -> bool:
    """Whether `text` is nothing but numerals in kanji."""
    return all(char in KANJI for char in text)


@lru_cache(maxsize=16_384)
def arabic(text: str) -> str | None:
    """The number in digits without commas; None where `text` is not one number."""
    if len(text) > _LONGEST:
        return None
    plain = text.translate(_DIGITS)
    if _NUMBER.fullmatch(plain) or _DOTTED.fullmatch(plain):
        return plain.replace(",", "")
    value = _value(plain)
    if value is None:
        return None
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _value(text: str) -> Decimal | None:
    """By its largest unit: what stands before it so many times, and what follows."""
    for unit, scale in _SCALES.items():
        before, found, after = text.partition(unit)
        if not found:
            continue
        times = _value(before) if before else None if unit in _LARGE else Decimal(1)
        rest = _value(after) if after else Decimal(0)
        if times is None or rest is None or rest >= scale:
            return None
        return None if times >= 10 and unit not in _LARGE else times * scale + rest
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def in_kanji(digits: str) -> tuple[str, ...]:
    """A number in kanji, by units and digit by digit: 25 as 二十五 and 二五; at most 4 digits.

    Decimals have a dot in the middle, 2.5 as 二・五.
    """
    whole, point, part = digits.partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(whole) > 4:
        return ()
    by_digits = whole.translate(_KANJI_DIGITS)
    if point:
        return (f"{by_digits}・{part.translate(_KANJI_DIGITS)}",) if part.isdigit() else ()
    if whole[0] == "0":
        return ()
    by_units = "".join(
        ("" if digit == "1" and unit else digit.translate(_KANJI_DIGITS)) + unit
        for digit, unit in zip(whole.zfill(4), ("千", "百", "十", ""), strict=True)
        if digit != "0"
    )
    return tuple(dict.fromkeys((by_units, by_digits)))
