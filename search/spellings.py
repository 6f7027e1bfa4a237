"""Other ways to write what was typed, as texts: what no term unites, since MeCab cuts it apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from search.analysis.numerals import KANJI, arabic, in_kanji

MOST: Final = 6

_COUNTED: Final = "人つ日歳"
"""Behind these a number and its kanji make one word in the dictionary: 一人, 二十歳."""

_LETTER: Final = rf"[^\W\d{KANJI}]"
_JOINERS: Final = re.compile(rf"(?<={_LETTER})[・=‐‑–'’-](?={_LETTER})")
_DIGITS: Final = re.compile(rf"(?<![\d.,])(\d[\d,]*)(?=[{_COUNTED}])", re.ASCII)
_NUMERALS: Final = re.compile(rf"([{KANJI}]+)(?=[{_COUNTED}])")
_DECIMAL: Final = re.compile(r"(?<![\d.,])\d+\.\d+(?![\d.,])", re.ASCII)
_KANJI_DECIMAL: Final = re.compile("([〇零一二三四五六七八九十]+)・([〇零一二三四五六七八九]+)")
_TWICE: Final = re.compile(r"([㐀-鿿])\1")
_MARKED: Final = re.compile("([㐀-鿿])々")
_LONG_END: Final = re.compile("(?<=[ァ-ヺー]{3})ー(?![ァ-ヺー])")
_MAY_BE_LONG: Final = "アカサタナハマヤラワガザダバパァャリディ"
_SHORT_END: Final = re.compile(rf"(?<=[ァ-ヺー]{{3}}[{_MAY_BE_LONG}])(?![ァ-ヺー])")


def other_spellings(text: str) -> tuple[str, ...]:
    """Other spellings of a folded text without spaces, at most six, `text` not among them."""
    found = dict.fromkeys(_spellings(text))
    found.pop(text, None)
    return tuple(found)[:MOST]


def _spellings(text: str) -> Iterator[str]:
    yield _JOINERS.sub("", text)
    yield _NUMERALS.sub(lambda found: arabic(found[1]) or found[1], text)
    yield from _by_each(_DIGITS, text, lambda digits: in_kanji(digits.replace(",", "")))
    yield from _by_each(_DECIMAL, text, in_kanji)
    yield _KANJI_DECIMAL.sub(_point, text)
    yield _TWICE.sub(r"\1々", text)
    yield _MARKED.sub(r"\1\1", text)
    yield _LONG_END.sub("", text)
    yield _SHORT_END.sub("ー", text)


def _by_each(
    pattern: re.Pattern[str], text: str, spelt: Callable[[str], tuple[str, ...]]
) -> Iterator[str]:
    """The text with what the pattern finds first spelt in each way."""
    found = pattern.search(text)
    for each in spelt(found.group()) if found else ():
        yield text[: found.start()] + each + text[found.end() :] if found else text


def _point(found: re.Match[str]) -> str:
    whole, part = arabic(found[1]), arabic(found[2])
    return f"{whole}.{part}" if whole and part else found.group()
