"""Pieces of text side by side: from the places of pairs of characters to where pieces end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from search.engine.embedded.places import among, at_borders, united, within
from search.engine.embedded.postings import Numbers
from search.engine.embedded.segment import Segment

_EMPTY: Final = np.empty(0, np.int64)

Ends = dict[str, Numbers]
"""Places right behind what was found so far, by the character before them."""


class Chain:
    """One search for pieces in a segment; pairs of characters are read once for it."""

    def __init__(
        self,
        segment: Segment,
        read: Callable[[int], Numbers],
        between: str,
        *,
        whole_words: bool,
    ) -> None:
        self._segment = segment
        self._read = read
        self._between = between
        self._whole_words = whole_words
        self._pairs: dict[str, Numbers] = {}

    def add(self, ends: Ends, text: str, places: Numbers) -> None:
        """Add places behind a text to what was found; only borders, where words are wanted."""
        if self._whole_words:
            places = at_borders(places, self._segment.borders)
        if len(places):
            last = text[-1]
            ends[last] = united([ends[last], places]) if last in ends else places

    def begin(self, text: str) -> Numbers:
        """Where a text begins; only at borders, where words are wanted."""
        places = self._places(text)
        return at_borders(places, self._segment.borders) if self._whole_words else places

    def add_from_character(self, ends: Ends, char: str, alternatives: Sequence[str]) -> None:
        """Add places behind a single character and one of the alternatives.

        A character has far more places than what follows it, so both are looked for at once.
        """
        for joint in ("", *self._segment.following(char, self._between)):
            for text in alternatives:
                places = self.begin(char + joint + text)
                if self._whole_words:
                    places = at_borders(places + 1, self._segment.borders) - 1
                    if joint:
                        places = at_borders(places + 2, self._segment.borders) - 2
                self.add(ends, text, places + 1 + len(joint) + len(text))

    def extended(self, ends: Ends, alternatives: Sequence[str]) -> Ends:
        """Places behind one of the alternatives that follows what was found so far."""
        if not ends:
            return {}
        starts = self._starts(ends)
        following: Ends = {}
        everywhere = united(list(starts.values()))
        for text in dict.fromkeys(alternatives):
            if len(text) > 1:
                found = everywhere.take(among(everywhere, self._places(text)))
                self.add(following, text, found + len(text))
                continue
            for before, places in starts.items():
                found = places.take(among(places, self._pair(before + text) + 1))
                self.add(following, text, found + 1)
        return following

    def extended_over(self, ends: Ends, alternatives: Sequence[str], gap: int) -> Ends:
        """Places behind one of the alternatives, up to `gap` characters behind what was found."""
        following: Ends = {}
        found = united(list(ends.values()))
        for text in alternatives if len(found) else ():
            starts = within(self.begin(text), found, gap, self._segment.stops)
            self.add(following, text, starts + len(text))
        return following

    def _starts(self, ends: Ends) -> Ends:
        """Where the next piece may begin: at once, or behind one joint."""
        starts = dict(ends)
        for last, places in ends.items():
            for joint in self._segment.following(last, self._between):
                found = places.take(among(places, self._pair(last + joint) + 1)) + 1
                if self._whole_words:
                    found = at_borders(found, self._segment.borders)
                if len(found):
                    starts[joint] = united([starts[joint], found]) if joint in starts else found
        return starts

    def _pair(self, text: str) -> Numbers:
        """Where two characters stand side by side."""
        found = self._pairs.get(text)
        if found is None:
            gram = self._segment.gram(text)
            found = self._pairs[text] = _EMPTY if gram is None else self._read(gram)
        return found

    def _places(self, text: str) -> Numbers:
        """Where a text begins: by every second pair of it and the last, the rarest first."""
        if len(text) == 1:
            return self._segment.places_of(text)
        offsets = [*range(0, len(text) - 2, 2), len(text) - 2]
        found = [self._segment.gram(text[each : each + 2]) for each in offsets]
        grams = [each for each in found if each is not None]
        if len(grams) < len(found):
            return _EMPTY
        counts = self._segment.places.counts.take(grams).tolist()
        order = sorted(range(len(offsets)), key=counts.__getitem__)
        rarest = offsets[order[0]]
        places: Numbers = self._pair(text[rarest : rarest + 2]) - rarest
        for each in order[1:]:
            if not len(places):
                break
            offset = offsets[each]
            places = places.take(among(places, self._pair(text[offset : offset + 2]) - offset))
        return places
