"""Names in Latin letters: one spelling for isiba and ishiba, Ōtani, ohtani and オオタニ."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ROWS: Final = (
    ("アイウエオ", ""), ("カキクケコ", "k"), ("ガギグゲゴ", "g"), ("サシスセソ", "s"),
    ("ザジズゼゾ", "z"), ("タチツテト", "t"), ("ダ", "d"), ("ナニヌネノ", "n"), ("ハヒフヘホ", "h"),
    ("バビブベボ", "b"), ("パピプペポ", "p"), ("マミムメモ", "m"), ("ラリルレロ", "r"),
)  # fmt: skip
_VOWELS: Final = "aiueo"
_KANA: Final = {
    ord(char): consonant + vowel
    for chars, consonant in _ROWS
    for char, vowel in zip(chars, _VOWELS, strict=False)
} | {
    ord(char): text
    for char, text in (
        *(("ヂ", "zi"), ("ヅ", "zu"), ("デ", "de"), ("ド", "do"), ("ヤ", "ya"), ("ユ", "yu")),
        *(("ヨ", "yo"), ("ワ", "wa"), ("ヰ", "i"), ("ヱ", "e"), ("ヲ", "o"), ("ン", "n")),
        *(("ヴ", "bu"), ("ャ", "<ya"), ("ュ", "<yu"), ("ョ", "<yo"), ("ァ", "<a"), ("ィ", "<i")),
        *(("ゥ", "<u"), ("ェ", "<e"), ("ォ", "<o"), ("ヮ", "<wa"), ("ッ", ""), ("ー", "")),
    )
}
_SMALL: Final = (
    (re.compile(r"(?<![a-z])u<(?=[aeio])"), "w"),
    (re.compile(r"i<y"), "y"),
    (re.compile(r"i<(?=[aueo])"), "y"),
    (re.compile(r"[aueo]?<"), ""),
    (re.compile(r"i<"), ""),
)
_SPELT: Final = (
    (re.compile(r"m(?=[bpm])"), "n"),
    (re.compile(r"tch"), "ch"),
    (re.compile(r"([sc])h(?=[auoe])"), lambda m: {"s": "sy", "c": "ty"}[m[1]]),
    (re.compile(r"sh"), "s"),
    (re.compile(r"ch"), "t"),
    (re.compile(r"ts"), "t"),
    (re.compile(r"jy?(?=[auoe])"), "zy"),
    (re.compile(r"j|dj"), "z"),
    (re.compile(r"f"), "h"),
    (re.compile(r"l"), "r"),
    (re.compile(r"v"), "b"),
    (re.compile(r"oh(?![aiueoy])"), "o"),
)
_LONG: Final = re.compile(r"ou")
_DOUBLE: Final = re.compile(r"([a-z])\1+")
_NO_LETTERS: Final = re.compile(r"[^a-z]+")


def typed_key(text: str) -> str:
    """The key of what is typed in Latin letters; empty where no letter is in it."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = _NO_LETTERS.sub("", plain)
    for wanted, instead in _SPELT:
        plain = wanted.sub(instead, plain)
    return _short(plain)


def reading_key(reading: str) -> str:
    """The key of a reading in katakana: that of its usual spellings in Latin letters."""
    plain = reading.translate(_KANA)
    if "<" in plain:
        for wanted, instead in _SMALL:
            plain = wanted.sub(instead, plain)
    return _short(_NO_LETTERS.sub("", plain))


def _short(plain: str) -> str:
    return _DOUBLE.sub(r"\1", _LONG.sub("o", plain))
