"""Readings that a text gives behind a name: 石破茂（いしば・しげる）."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from search.analysis.katakana import katakana_of
from search.readings import ways

_BEHIND: Final = re.compile(
    r"(?:氏|さん|選手|監督|首相|議員|教授|社長|会長|知事|市長|容疑者|被告)?[（(]\s*"
    r"(?P<kana>[ぁ-ゖー]{1,8}(?:[・\s]?[ぁ-ゖー]{1,8}){0,3})\s*[）)、,，＝=：:／/]"
)
_FARTHEST: Final = 48
_FEWEST: Final = 3
_MOST_OF_A_CHARACTER: Final = 4
_PARTED: Final = re.compile(r"[・\s]+")
_KANJI: Final = re.compile("[㐀-鿿々〆ヶ]")


class Furigana(NamedTuple):
    """A reading and where it stands in the text, half-open."""

    reading: str
    """In katakana, spaces between words; see search.readings."""
    start: int
    end: int


def furigana_behind(text: str, name: tuple[int, int], known: str) -> Furigana | None:
    """The reading that stands in brackets behind a name, if it is one.

    `known` is the reading by the dictionary: what stands behind agrees with a part of it, or is
    parted as names are.
    """
    start, end = name
    written = text[start:end]
    found = _BEHIND.match(text, end, end + _FARTHEST)
    if not found or not _KANJI.search(written):
        return None
    words = [katakana_of(word) for word in _PARTED.split(found["kana"]) if word]
    whole = "".join(words)
    if not _FEWEST <= len(whole) <= _MOST_OF_A_CHARACTER * len(written):
        return None
    if len(words) == 1:
        words = _cut(whole, known)
    if not words:
        return None
    return Furigana(" ".join(words), found.start("kana"), found.end("kana"))


def _cut(whole: str, known: str) -> list[str]:
    """A reading without signs, cut where the dictionary's first or last word agrees with it."""
    for first, *rest in ways(known):
        if whole.startswith(first) and (whole == first or rest):
            return list(filter(None, (first, whole[len(first) :])))
        if rest and whole.endswith(rest[-1]):
            return [whole[: -len(rest[-1])], rest[-1]] if whole != rest[-1] else []
    return []
