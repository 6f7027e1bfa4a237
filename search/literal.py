"""Literal texts read by their letters: where pieces stand side by side. The slow, plain way.

Snippets use it on the few texts they show, and it says what engines have to find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from search.query import JOINERS, SENTENCE_ENDS, Slot
from search.schema import FIELD_END

Border = Callable[[int], bool]
"""Whether a word starts or ends before a place of a text."""

FormsOf = Callable[[str], Sequence[str]]
"""Every way a term is written in the index, itself included."""

Spans = tuple[tuple[int, int], ...]
"""Start and end of each piece, in order."""

BETWEEN_WORDS: Final = " " + JOINERS
"""One of these may stand between two words of a phrase."""

BETWEEN_PIECES: Final = " "

_STOPS: Final = SENTENCE_ENDS + FIELD_END

_JAPANESE: Final = "[\u3000-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_MOST_OPEN: Final = 16
"""Spaces of a text behind these stand for a space only: every open one costs a search."""

_OPEN_SPACE: Final = re.compile(rf"(?<={_JAPANESE}) (?={_JAPANESE})")


def pieces_of(literal: str) -> tuple[str, ...]:
    """A literal text parted where its space may as well be none: between Japanese characters."""
    stripped = literal.strip()
    return tuple(_OPEN_SPACE.split(stripped, _MOST_OPEN)) if stripped else ()


def alternatives(slot: Slot, forms_of: FormsOf) -> tuple[str, ...]:
    """All that may fill a slot of a phrase, each once."""
    if len(slot.terms) == 1 and not slot.written:
        return tuple(forms_of(slot.terms[0]))
    forms = (form for term in slot.terms for form in forms_of(term))
    return tuple(dict.fromkeys((*forms, *slot.written)))


def places(
    text: str,
    pieces: Sequence[Sequence[str]],
    joints: str,
    border: Border,
    gaps: Sequence[int] = (),
) -> Iterator[Spans]:
    """The spans of the pieces at every place where they stand one after the other.

    Each piece is one of several texts, from border to border. One of the joints may stand between
    pieces i and i + 1, or, where `gaps[i]` is not 0, up to so many characters, none of which ends
    a sentence. Of the readings from one start, that whose last piece ends farthest.
    """
    readings = _Readings(text, pieces, joints, border, gaps)
    for number, form in enumerate(pieces[0]):
        earlier = tuple(pieces[0][:number])
        start = text.find(form)
        while start >= 0:
            if not text.startswith(earlier, start):
                spans = readings.longest(0, start)
                if spans:
                    yield spans
            start = text.find(form, start + 1)


class _Readings:
    """How pieces may be read in a text; what follows a piece is looked at once a place."""

    def __init__(
        self,
        text: str,
        pieces: Sequence[Sequence[str]],
        joints: str,
        border: Border,
        gaps: Sequence[int],
    ) -> None:
        self._text = text
        self._pieces = [_by_first_character(each) for each in pieces]
        self._joints = joints
        self._border = border
        self._gaps = (*(gaps or (0,) * (len(pieces) - 1)), 0)
        self._known: dict[tuple[int, int], Spans] = {}

    def longest(self, number: int, begin: int) -> Spans:
        """The spans of the pieces from `number` on, the first at `begin`; empty where none is."""
        return max(self._readings(number, begin), key=_last_end, default=())

    def _readings(self, number: int, begin: int) -> Iterator[Spans]:
        forms = self._pieces[number].get(self._text[begin : begin + 1], ())
        for form in forms if self._border(begin) else ():
            end = begin + len(form)
            if self._text.startswith(form, begin) and self._border(end):
                if number + 1 == len(self._pieces):
                    yield ((begin, end),)
                    continue
                for following in self._begins(end, self._gaps[number]):
                    rest = self._rest(number + 1, following)
                    if rest:
                        yield ((begin, end), *rest)

    def _rest(self, number: int, begin: int) -> Spans:
        if self._text[begin : begin + 1] not in self._pieces[number]:
            return ()
        found = self._known.get((number, begin))
        if found is None:
            found = self._known[number, begin] = self.longest(number, begin)
        return found

    def _begins(self, end: int, gap: int) -> Iterator[int]:
        """Where a piece may begin behind one that ends at `end`."""
        text = self._text
        yield end
        if not gap and text[end : end + 1] and text[end] in self._joints:
            yield end + 1
        for place in range(end, min(end + gap, len(text))):
            if text[place] in _STOPS:
                break
            yield place + 1


def _last_end(spans: Spans) -> int:
    return spans[-1][1]


def _by_first_character(forms: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for form in dict.fromkeys(forms):
        found.setdefault(form[0], []).append(form)
    return found
