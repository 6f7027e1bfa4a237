"""What the analyser delivers: an analysed text in columns, and single tokens for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from typing import Final, TypeVar

from search.analysis.normalize import Folded

GAP: Final = ""
"""Stands in a sequence of terms where punctuation or a paragraph's end parts two terms."""

LONGEST_TERM: Final = 64
_TERM: Final = attrgetter("term")
T = TypeVar("T")


class Kind(IntEnum):
    """The few sorts of words that matter after MeCab; those above GAP call for an edit."""

    PLAIN = 0
    KATAKANA = 1
    """May be a part of a name cut up."""
    DIGITS = 2
    """May be a part of a number."""
    GAP = 3
    JOINER = 4
    """Inside a name: ケビン・ハセット."""
    FRAGMENT = 5
    """Katakana that the dictionary does not have, or a single one: a sign of a name cut up."""
    POINT = 6
    """A comma or point that may stand inside a number; otherwise a gap."""
    NUMERAL = 7
    """A number in kanji; with digits or others beside it, it may be a part of a larger one."""


@dataclass(frozen=True, slots=True)
class Word:
    """One line of MeCab's output: a form of a word, the same wherever it occurs."""

    surface: str
    """Folded, variant kanji unified, as MeCab saw it."""
    term: str
    """What is indexed and searched; GAP for punctuation."""
    pos: str
    """The four levels of UniDic's part of speech, comma-separated; `名詞,普通名詞,一般,`."""
    lemma: str
    """Empty where the dictionary does not know the word."""
    lead: int
    """White space before it, in characters."""
    width: int
    """Characters of the surface."""
    step: int
    """Both together: how far it moves on."""
    kind: int
    """A `Kind`: what the analyser has to look at again."""

    @property
    def is_function_word(self) -> bool:
        """Particles, auxiliaries, する: what ties words together and tells nothing by itself."""
        return self.pos.startswith(("助詞", "助動詞", "動詞,非自立可能"))


@dataclass(frozen=True, slots=True)
class Token:
    """A word at its place: `text[start:end]` of the original text, code points, half-open."""

    word: Word
    start: int
    end: int
    position: int

    @property
    def term(self) -> str:
        """What is indexed and searched."""
        return self.word.term


@dataclass(frozen=True, slots=True)
class Edit:
    """MeCab's words `first` up to `last` (excluded) give place to `word`, or to nothing."""

    first: int
    last: int
    word: Word | None


@dataclass(frozen=True, eq=False)
class AnalysedText:
    """A text and its terms; offsets are worked out when they are first asked for."""

    text: str
    raw: Sequence[Word]
    """As MeCab cut it."""
    edits: Sequence[Edit]
    """What the analyser put together or took out, in order."""
    folded: Folded
    """The literal text; MeCab saw the same, character by character."""

    @cached_property
    def words(self) -> Sequence[Word]:
        """The words in order, gaps included; a word's index is its position."""
        return list(self._edited(self.raw, lambda edit: edit.word))

    @property
    def terms(self) -> list[str]:
        """The term of every position; GAP where punctuation stands."""
        return list(map(_TERM, self.words))

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Start and end of every position: code points of `text`, half-open."""
        ends = list(accumulate(word.step for word in self.raw))
        spans = [(end - word.width, end) for word, end in zip(self.raw, ends, strict=True)]
        whole = self._edited(
            spans,
            lambda edit: (spans[edit.first][0], spans[edit.last - 1][1]) if edit.word else None,
        )
        return [self.folded.span(start, end) for start, end in whole]

    def _edited(self, column: Sequence[T], made: Callable[[Edit], T | None]) -> Iterable[T]:
        """A column of the raw words with the edits carried out."""
        if not self.edits:
            return column
        kept: list[T] = []
        done = 0
        for edit in self.edits:
            kept += column[done : edit.first]
            new = made(edit)
            if new is not None:
                kept.append(new)
            done = edit.last
        kept += column[done:]
        return kept

    def tokens(self) -> Iterator[Token]:
        """The tokens in order, gaps left out."""
        places = zip(self.words, self.spans, strict=True)
        for position, (word, (start, end)) in enumerate(places):
            if word.term:
                yield Token(word, start, end, position)
