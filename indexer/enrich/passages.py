"""The words of one article, for looking at single ones, and the mentions among them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from indexer.enrich.person_features import Ints, Looks
from indexer.enrich.person_lines import HONORIFIC, ROLE
from search.analysis.columns import RawWords
from search.analysis.tokens import Word


class Source(IntEnum):
    """How a mention was found."""

    TAGGED = 0
    TITLED = 1
    REPEATED = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A mention: words `first` to `last` (included) of the batch, `form` as it is spelt there."""

    first: int
    last: int
    form: str
    probability: float
    source: Source


class Passage:
    """The words of an article, for looking at single ones; places are those of the batch."""

    def __init__(self, text: str, raw: RawWords, looks: Looks, span: tuple[int, int]) -> None:
        self.first, self.last = span
        self.text = text
        self._words = raw.lines.words
        self.lines = lines = raw.line[self.first : self.last]
        self._line = lines.tolist()
        self.start = raw.start[self.first : self.last].tolist()
        self.end = raw.end[self.first : self.last].tolist()
        self.run = looks.run[lines].tolist()
        self.titles = _titles(looks, lines, self.first)
        self.fused = (np.flatnonzero(looks.fused[lines]) + self.first).tolist()
        self._title_places = frozenset(self.titles)
        self._noun = looks.is_noun[lines].tolist()
        self._title = looks.title[lines].tolist()
        self._organisation = looks.organisation[lines].tolist()
        self._mark = looks.is_mark[lines].tolist()

    def word(self, place: int) -> Word:
        """The word at a place."""
        word: Word = self._words[self._line[place - self.first]]
        return word

    def form(self, first: int, last: int) -> str:
        """What the words say, in the literal text."""
        return self.text[self.start[first - self.first] : self.end[last - self.first]]

    def adjoins(self, place: int) -> bool:
        """Whether the word stands right behind the one before it."""
        at = place - self.first
        return 0 < at < len(self.start) and self.start[at] == self.end[at - 1]

    def title(self, place: int) -> int:
        """The sort of title that the word is; 0 past the end."""
        at = place - self.first
        return self._title[at] if 0 <= at < len(self._title) else 0

    def is_mark(self, place: int) -> bool:
        """Whether the word is a sign inside names."""
        return bool(self._mark[place - self.first])

    def is_organisation(self, place: int) -> bool:
        """Whether the word ends the name of something that is no person."""
        return bool(self._organisation[place - self.first])

    def begins_organisation(self, place: int) -> bool:
        """Whether nouns from a place on end what is no person's name: 浅野|木材|工業."""
        for at in range(place, min(place + 4, self.last)):
            if not self.adjoins(at) or self.title(at) or not self.is_noun(at):
                return False
            if self.is_organisation(at):
                return not (self.adjoins(at + 1) and self.title(at + 1))
        return False

    def is_noun(self, place: int) -> bool:
        """Whether the word is a noun, or a prefix or suffix of one."""
        return bool(self._noun[place - self.first])

    def run_of(self, place: int) -> int:
        """The sort of run the word may stand in."""
        return int(self.run[place - self.first])

    def continues_with_noun(self, last: int) -> bool:
        """Whether a noun stands right behind a word."""
        return self.adjoins(last + 1) and self.is_noun(last + 1)

    def continues_with_office(self, last: int) -> bool:
        """Whether what stands behind an office makes it another, or a thing: 大統領|選, 相|当."""
        return self.continues_with_noun(last) and self.title(last + 1) != HONORIFIC

    def titled(self, last: int) -> bool:
        """Whether an honorific follows, with at most two nouns between."""
        for place in range(last + 1, min(last + 4, self.last)):
            if not self.adjoins(place):
                return False
            if self.title(place) == HONORIFIC or (place > last + 1 and place in self._title_places):
                return True
            if not self.word(place).pos.startswith(("名詞", "接頭辞", "接尾辞")):
                return False
        return False


def _titles(looks: Looks, lines: Ints, first: int) -> list[int]:
    """The places of words before which a name may stand."""
    title = looks.title[lines]
    return (np.flatnonzero((title > 0) & ((title != ROLE) | looks.office[lines])) + first).tolist()
