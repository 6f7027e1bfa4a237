"""The literal texts of many texts at once, in arrays; `literal_text` is the slow twin.

A table over all code points says what each becomes. It is filled as characters turn up; the few
that depend on their neighbours send their text to the slow twin.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis.normalize import (
    Folded,
    joins_previous,
    kanji_variants,
    literal_text,
    unify_variants,
)
from search.schema import FIELD_END

STOP: Final = "。"
SENTENCE_ENDS: Final = "。!?」』)"

Codes = NDArray[np.uint32]
Places = NDArray[np.int64]

_CODE: Final = 0x1FFFFF
_KNOWN: Final = 1 << 24
_SPACE: Final = 1 << 25
_VARIANT: Final = 1 << 26
_LONGER: Final = 1 << 27
_SLOW: Final = 1 << 28
_ENCODING: Final = "utf-32-le"


class Literals(NamedTuple):
    """Literal texts, and what MeCab shall see of each: the same, character by character."""

    joined: str
    """The literal texts, FIELD_END behind each."""
    ends: Places
    """Where each ends, FIELD_END included."""
    seen: list[str]


def see(literal: Folded) -> str:
    """A literal text with variant kanji unified, and blank lines made full stops.

    So no term stands with the next across a blank line; where a sentence ends before it, the
    sign of that does.
    """
    text = unify_variants(literal.text)
    parts: list[str] = []
    done = 0
    for place in literal.blank_lines:
        if text[max(place - 1, 0) : place] not in SENTENCE_ENDS:
            parts += text[done:place], STOP
            done = place + 1
    return "".join([*parts, text[done:]]) if parts else text


def make_literals(texts: Sequence[str]) -> Literals:
    """The literal texts of `texts` and what MeCab shall see of them."""
    if not texts:
        return Literals("", np.zeros(0, np.int64), [])
    codes = _codes(FIELD_END.join([*texts, ""]))
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
    entries = _table().look_up(codes)
    entries[ends - 1] = _KNOWN | ord(FIELD_END)
    slow = np.unique(np.searchsorted(ends, np.flatnonzero(entries & _SLOW), "right"))
    longer = [_longer(code) for code in codes[(entries & _LONGER) != 0].tolist()]
    width = _widths(entries, longer)
    end = np.cumsum(width, dtype=np.int64)
    entries = np.repeat(entries, width)
    literal = entries & np.uint32(_CODE)
    literal[(entries & _LONGER) != 0] = _codes("".join(longer))
    seen = _seen(literal, entries, _blank_lines(codes, end))
    return _parted(texts, _text(literal), _text(seen), end[ends - 1], slow.tolist())


def find_differences(literal: str, seen: Sequence[str]) -> Places:
    """The places in joined literal texts where MeCab sees another character."""
    return np.flatnonzero(_codes(literal) != _codes(FIELD_END.join([*seen, ""])))


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode(_ENCODING, "surrogatepass"), np.uint32)


def _text(codes: Codes) -> str:
    return codes.tobytes().decode(_ENCODING, "surrogatepass")


def _widths(entries: Codes, longer: Sequence[str]) -> NDArray[np.int8]:
    """How many characters each becomes: none inside a run of white space."""
    space = (entries & _SPACE) != 0
    width = np.ones(len(entries), np.int8)
    width[1:] -= space[1:] & space[:-1]
    width[(entries & _LONGER) != 0] = list(map(len, longer))
    return width


def _blank_lines(codes: Codes, end: Places) -> Places:
    """The places in the literal texts of spaces that stand for two or more line feeds."""
    places: Places = end[codes == ord("\n")] - 1
    again = places[1:] == places[:-1]
    return np.compress(again, places[1:])


def _seen(literal: Codes, entries: Codes, blank_lines: Places) -> Codes:
    seen = literal.copy()
    variants = np.flatnonzero(entries & _VARIANT)
    seen[variants] = [ord(kanji_variants()[code]) for code in literal[variants].tolist()]
    before = literal[np.maximum(blank_lines - 1, 0)]
    ended = np.isin(before, _codes(SENTENCE_ENDS + FIELD_END)) | (blank_lines == 0)
    seen[blank_lines[~ended]] = ord(STOP)
    return seen


def _parted(
    texts: Sequence[str], joined: str, seen: str, ends: Places, slow: Sequence[int]
) -> Literals:
    """One by one; those that the table was not enough for are done again."""
    starts = [0, *ends.tolist()]
    spans = [slice(start, end - 1) for start, end in pairwise(starts)]
    parts = [seen[span] for span in spans]
    if not slow:
        return Literals(joined, ends, parts)
    literals = [joined[span] for span in spans]
    for number in slow:
        literal = literal_text(texts[number])
        literals[number], parts[number] = literal.text, see(literal)
    ends = np.cumsum([len(text) + 1 for text in literals])
    return Literals(FIELD_END.join([*literals, ""]), ends, parts)


class _Table:
    """What each code point becomes: one code point and some flags; 0 where it is not yet known."""

    def __init__(self) -> None:
        self._entries = np.zeros(0x110000, np.uint32)

    def look_up(self, codes: Codes) -> Codes:
        """The entry of each code point."""
        entries = self._entries[codes]
        if not entries.all():
            for code in np.unique(codes[entries == 0]).tolist():
                self._entries[code] = _entry(chr(code))
            entries = self._entries[codes]
        return entries


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


def _entry(char: str) -> int:
    folded = literal_text(char).text
    if joins_previous(char) or not folded:
        return _KNOWN | _SLOW
    if len(folded) == 1:
        space = _SPACE if folded == " " else 0
        variant = _VARIANT if ord(folded) in kanji_variants() else 0
        return _KNOWN | space | variant | ord(folded)
    simple = " " not in folded and unify_variants(folded) == folded
    return _KNOWN | (_LONGER if simple else _SLOW) | ord(char)


@lru_cache(maxsize=16_384)
def _longer(code: int) -> str:
    return literal_text(chr(code)).text
