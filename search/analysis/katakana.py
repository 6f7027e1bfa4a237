"""Spellings of words in katakana that stand for the same sounds."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
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
    *(("クィ", "クイ"), ("クェ", "クエ"), ("クォ", "クオ"), ("グォ", "グオ")),
    *(("イェ", "イエ"), ("ヱ", "エ"), ("ヰ", "イ")),
    *(("ヷ", "バ"), ("ヸ", "ビ"), ("ヹ", "ベ"), ("ヺ", "ボ")),
)
_LONG_END: Final = re.compile(r"(?<=...)ー+$")


@lru_cache(maxsize=131_072)
def is_katakana(text: str) -> bool:
    """Whether `text` is a word in katakana, long vowel marks included."""
    return _KATAKANA.fullmatch(text) is not None


_KANA: Final = re.compile("[ぁ-ゖァ-ヺー]*[ぁ-ゖァ-ヺ][ぁ-ゖァ-ヺー]*")
_TO_KATAKANA: Final = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def is_kana(text: str) -> bool:
    """Whether `text` is in hiragana and katakana only."""
    return _KANA.fullmatch(text) is not None


def katakana_of(text: str) -> str:
    """`text` with its hiragana in katakana."""
    return text.translate(_TO_KATAKANA)


@lru_cache(maxsize=131_072)
def unify(word: str) -> str:
    """One spelling for サーバ and サーバー, ヴァイオリン and バイオリン, ウィーン and ウイーン.

    So too for what no rule of sounds unites: フイルム and フィルム.

    A long vowel at the end goes where three characters stand before it, as the old rule of the
    Japanese Industrial Standards (JIS Z 8301) had it; shorter words keep it (バー, キー).
    """
    for foreign, plain in _SOUNDS:
        word = word.replace(foreign, plain)
    if _irregular_pattern().search(word):
        word = _irregular_pattern().sub(lambda found: _irregular()[found.group()], word)
    return _LONG_END.sub("", word)


@lru_cache(maxsize=1)
def _irregular() -> dict[str, str]:
    """A spelling to its standard form, the longest first."""
    text = (resources.files("search.analysis") / "data/katakana-variants.tsv").read_text("utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def _irregular_pattern() -> re.Pattern[str]:
    return re.compile("|".join(_irregular()))
