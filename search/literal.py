"""Literal texts read by their letters: where pieces stand side by side. The slow, plain way.

Snippets use it on the few texts they show, and it says what engines have to find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from search.query import JOINERS

Border = Callable[[int], bool]
"""Whether a word starts or ends before a place of a text."""

BETWEEN_WORDS: Final = " " + JOINERS
"""One of these may stand between two words of a phrase."""

BETWEEN_PIECES: Final = " "

_JAPANESE: Final = "[\u3000-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_MOST_OPEN: Final = 16
"""Spaces of a text behind these stand for a space only: every open one costs a search."""

_OPEN_SPACE: Final = re.compile(rf"(?<={_JAPANESE}) (?={_JAPANESE})")


def pieces_of(literal: str) -> tuple[str, ...]:
    """A literal text parted where its space may as well be none: between Japanese characters."""
    stripped = literal.strip()
    return tuple(_OPEN_SPACE.split(stripped, _MOST_OPEN)) if stripped else ()


def places(
    text: str, pieces: Sequence[Sequence[str]], joints: str, border: Border
) -> Iterator[tuple[int, int]]:
    """Start and end of every place where the pieces stand side by side.

    Each piece is one of several; the first begins and all end at a border; one of the joints may
    stand between two.
    """
    for form in pieces[0]:
        start = text.find(form)
        while start >= 0:
            if border(start):
                end = _end(text, start, pieces, joints, border)
                if end > start:
                    yield start, end
            start = text.find(form, start + 1)


def _end(
    text: str, place: int, pieces: Sequence[Sequence[str]], joints: str, border: Border
) -> int:
    """Where the longest reading of the pieces from `place` on ends; -1 where there is none."""
    if not pieces:
        return place
    best = -1
    for form in pieces[0]:
        end = place + len(form)
        if not text.startswith(form, place) or not border(end):
            continue
        if len(pieces) > 1 and text[end : end + 1] and text[end] in joints:
            best = max(best, _end(text, end + 1, pieces[1:], joints, border))
        best = max(best, _end(text, end, pieces[1:], joints, border))
    return best
