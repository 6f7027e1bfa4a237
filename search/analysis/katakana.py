"""Spellings of words in katakana that stand for the same sounds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_KATAKANA: Final = re.compile("[ァ-ヺー]*[ァ-ヺ][ァ-ヺー]*")
_SOUNDS: Final = (
    *(
        ("ヴァ", "バ"),
        ("ヴィ", "ビ"),
        ("ヴェ", "ベ"),
        ("ヴォ", "ボ"),
        ("ヴュ", "ビュ"),
        ("ヴ", "ブ"),
    ),
    *(("ウィ", "ウイ"), ("ウェ", "ウエ"), ("ウォ", "ウオ"), ("クァ", "クア"), ("グァ", "グア")),
    *(("イェ", "イエ"), ("ヱ", "エ"), ("ヰ", "イ")),
    *(("ヷ", "バ"), ("ヸ", "ビ"), ("ヹ", "ベ"), ("ヺ", "ボ")),
)
_LONG_END: Final = re.compile(r"(?<=...)ー+$")


@lru_cache(maxsize=131_072)
def is_katakana(text: str) -> bool:
    """Whether `text` is a word in katakana, long vowel marks included."""
    return _KATAKANA.fullmatch(text) is not None


def unify(word: str) -> str:
    """One spelling for サーバ and サーバー, ヴァイオリン and バイオリン, ウィーン and ウイーン.

    A long vowel at the end goes where three characters stand before it, as the old rule of the
    Japanese Industrial Standards (JIS Z 8301) had it; shorter words keep it (バー, キー).
    """
    for foreign, plain in _SOUNDS:
        word = word.replace(foreign, plain)
    return _LONG_END.sub("", word)
