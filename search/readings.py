"""How names are read, as an index keeps it: オオヤ/オオタニ ショウヘイ, ?ミオ ?コウ/カオリ.

Words in katakana, parted by spaces, the marks of names kept (スコット・ベセント), Latin letters and
digits as they are. What a word may be read as is parted by /, the likeliest first; ? stands before
a mere guess. Empty where nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice, product
from typing import Final

_OR: Final = "/"
_GUESS: Final = "?"
_MOST: Final = 12
"""So many ways to read a name are considered, and so many words of it."""
_MOST_OF_A_WORD: Final = 3
_KANA: Final = re.compile("[ァ-ヺ]")
_ASCII: Final = re.compile("[a-z0-9]")
_PARTS: Final = re.compile("[ ・=]")
_AROUND_MARKS: Final = re.compile(" ?([・=‐-]) ?")


def reading_of(words: Iterable[tuple[str, Sequence[str]]]) -> str:
    """From words with what is known for sure, or nothing, and what else each may be read as."""
    parts = []
    for sure, others in words:
        found = tuple(dict.fromkeys((*([sure] if sure else []), *others)))[:_MOST_OF_A_WORD]
        if not found:
            return ""
        parts.append(("" if sure else _GUESS) + _OR.join(found))
    reading = _AROUND_MARKS.sub(r"\1", " ".join(parts))
    return reading if _KANA.search(reading) else ""


def told(reading: str) -> str:
    """What is shown of a reading: the likeliest as one word; nothing where a part is no kana."""
    unsure = _GUESS in reading or _ASCII.search(reading)
    return "" if unsure else likeliest(reading).replace(" ", "")


def likeliest(reading: str) -> str:
    """The likeliest reading of each word."""
    words = reading.replace(_GUESS, "").split(" ")
    return " ".join(word.partition(_OR)[0] for word in words)


def first_words(reading: str) -> frozenset[str]:
    """What the first word may be read as."""
    word = reading.replace(_GUESS, "").partition(" ")[0]
    return frozenset(word.split(_OR)) if word else frozenset()


def ways(reading: str) -> Iterable[tuple[str, ...]]:
    """All ways to read a name, as words: オオヤ ショウヘイ, オオタニ ショウヘイ."""
    words = [word.split(_OR) for word in _PARTS.split(reading.replace(_GUESS, "")) if word]
    words = words[:_MOST]
    return islice(product(*words), _MOST) if words else ()
