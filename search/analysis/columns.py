"""Many texts analysed at once, in arrays: what an index is made of.

A line of MeCab's is a number (see `lines`), all numbers of all texts are one array, and Python
looks only at the few words that are put together or written in a variant kanji.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.analysis.edits import SORTS, put_together
from search.analysis.lines import Lines
from search.analysis.literals import Literals, find_differences
from search.analysis.tokens import Kind
from search.schema import Form, Reading

Places = NDArray[np.int64]
Kinds = NDArray[np.uint8]

_SORTS: Final = np.array(SORTS, np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class RawWords:
    """The words as MeCab cut them, before any is put together; the line END ends each text."""

    line: Places
    """The number of each word's line: see `Lines.words`."""
    start: Places
    end: Places
    """Places in the literal texts, white space before the word left out, half-open."""
    word_ends: list[int]
    """Text i has the words `word_ends[i - 1]` up to `word_ends[i]`."""
    lines: Lines
    """What the numbers stand for; the analyser may have a new table by now."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Texts and their words; text i is `text[text_ends[i - 1]:text_ends[i]]`, and so with words."""

    text: str
    """The literal text of each, ended by FIELD_END."""
    text_ends: list[int]
    forms: list[Form]
    """Each once; that of gaps first."""
    words: NDArray[np.uint32]
    """Places in `forms`; a gap ends each text."""
    word_ends: list[int]
    borders: NDArray[np.bool_]
    """Whether a word starts or ends before each character of `text`."""
    readings: Sequence[Reading] = ()
    """Of the terms of `forms`."""
    raw: RawWords | None = None
    """Where asked for."""


def make_columns(
    literals: Literals, outputs: Sequence[str], lines: Lines, *, raw: bool = False
) -> Columns:
    """Columns of literal texts and of MeCab's outputs for them."""
    text, text_ends, seen = literals
    words = _Words(_look_up(outputs, lines), lines, text, text_ends)
    unedited = words.raw() if raw else None
    words.edit()
    words.respell(find_differences(text, seen))
    forms, places = _distinct(words.form, lines)
    borders = np.zeros(len(text) + 1, np.bool_)
    is_word = words.form != 0
    borders[words.start[is_word]] = True
    borders[words.end[is_word]] = True
    word_ends = np.flatnonzero(words.line == 0) + 1
    return Columns(
        text, text_ends.tolist(), forms, places, word_ends.tolist(), borders, raw=unedited
    )


def _look_up(outputs: Sequence[str], lines: Lines) -> Places:
    """The numbers of all lines; one output is cut at a time, to stay in the processor's caches."""
    count = sum(output.count("\n") + 1 for output in outputs)
    cut = chain.from_iterable(output.split("\n") for output in outputs)
    return np.fromiter(map(lines.__getitem__, cut), np.int64, count)


def _taken(column: array[int], line: Places) -> NDArray[Any]:
    """The values of lines; from a copy, as other threads lengthen the column meanwhile."""
    return np.asarray(column[:])[line]


class _Words:
    """The words of all texts in columns of the same length; an edit changes them all."""

    def __init__(self, line: Places, lines: Lines, text: str, text_ends: Places) -> None:
        self._lines = lines
        self._text = text
        self.line = line
        self.form = _taken(lines.form_of, line)
        self._lead = _taken(lines.leads, line)
        self._place(text_ends)

    def _place(self, text_ends: Places) -> None:
        """Find start and end of every word in the joined literal texts.

        Words follow each other but for the white space at the end of a text, so that one sum of
        their widths needs one correction a text.
        """
        width = _taken(self._lines.widths, self.line)
        end = np.cumsum(width + self._lead, dtype=np.int64)
        word_ends = np.flatnonzero(self.line == 0) + 1
        late = text_ends - end[word_ends - 1]
        end += np.repeat(np.concatenate([[0], late])[:-1], np.diff(word_ends, prepend=0))
        end[word_ends - 1] = text_ends
        self.start, self.end = end - width, end

    def raw(self) -> RawWords:
        """The words as they are now: later edits leave these columns alone."""
        word_ends = np.flatnonzero(self.line == 0) + 1
        return RawWords(self.line, self.start, self.end.copy(), word_ends.tolist(), self._lines)

    def edit(self) -> None:
        """Put names and numbers together, take joiners out."""
        kind = _taken(self._lines.kinds, self.line)
        kept = kind != Kind.JOINER
        for start, end in _cut_up(kind, self._lead == 0):
            run = list(map(self._lines.words.__getitem__, self.line[start:end].tolist()))
            whole = put_together(run)
            if whole is not None:
                first, last = start + whole.first, start + whole.last
                self.end[first] = self.end[last - 1]
                self._rewrite(first, whole.term)
                kept[first + 1 : last] = False
        self.line, self.start, self.end, self.form = (
            column[kept] for column in (self.line, self.start, self.end, self.form)
        )

    def respell(self, variants: Places) -> None:
        """Give words in variant kanji the form in which they stand in the text."""
        for place in np.unique(np.searchsorted(self.end, variants, "right")).tolist():
            self._rewrite(place, self._lines.forms[self.form[place]][0])

    def _rewrite(self, place: int, term: str) -> None:
        written = self._text[self.start[place] : self.end[place]]
        self.form[place] = self._lines.form(term, written)


def _cut_up(kind: Kinds, adjoins: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs, first and last word (excluded), of words of a sort that may be put together.

    Those of katakana with a fragment, and those of numbers with a point inside or a numeral.
    """
    sort = _SORTS[kind]
    inside = np.zeros(len(kind) + 1, np.bool_)
    inside[1:-1] = (sort[1:] == sort[:-1]) & adjoins[1:]
    points = np.flatnonzero(kind == Kind.POINT)
    points = points[inside[points] & inside[points + 1]]
    points = points[(kind[points - 1] != Kind.POINT) & (kind[points + 1] != Kind.POINT)]
    parts = np.flatnonzero((kind == Kind.FRAGMENT) | (kind == Kind.NUMERAL))
    parts = parts[inside[parts] | inside[parts + 1]]
    borders = np.flatnonzero(~inside)
    runs = np.unique(np.searchsorted(borders, np.concatenate([points, parts]), "right"))
    return list(zip(borders[runs - 1].tolist(), borders[runs].tolist(), strict=True))


def _distinct(form: NDArray[np.uint32], lines: Lines) -> tuple[list[Form], NDArray[np.uint32]]:
    """The forms that occur, and each word's place among them; gaps are always the first."""
    seen = np.zeros(len(lines.forms), np.bool_)
    seen[form] = True
    seen[0] = True
    found = np.flatnonzero(seen)
    place = np.zeros(len(seen), np.uint32)
    place[found] = np.arange(len(found), dtype=np.uint32)
    return list(map(lines.forms.__getitem__, found.tolist())), place[form]
