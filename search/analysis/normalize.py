"""Folding: NFKC, full case folding, default-ignorable code points dropped, with offsets back.

The text is cut into clusters (a character and the marks that compose with it), each cluster is
folded by itself, and every folded character remembers the cluster it came from. All offsets
count code points and are half-open.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from operator import attrgetter
from typing import Final, NamedTuple

_FOLDED_START: Final = attrgetter("folded_start")

# Default_Ignorable_Code_Point of DerivedCoreProperties.txt, Unicode 15.
_IGNORABLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


_MOST_MARKS: Final = 30
"""Marks on one character, as the Stream-Safe Text Format of Unicode (UAX 15) allows."""


class Cut(NamedTuple):
    """A cluster that did not fold to one character: where it stands, before and after."""

    folded_start: int
    folded_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the clusters that changed its length, in order."""

    text: str
    cuts: Sequence[Cut] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of the folded span `start`..`end` (not empty)."""
        if not self.cuts:
            return start, end
        return self._cluster(start)[0], self._cluster(end - 1)[1]

    def _cluster(self, place: int) -> tuple[int, int]:
        """The original cluster of one folded character."""
        before = bisect_right(self.cuts, place, key=_FOLDED_START) - 1
        if before < 0:
            return place, place + 1
        cut = self.cuts[before]
        if place < cut.folded_end:
            return cut.start, cut.end
        original = place - cut.folded_end + cut.end
        return original, original + 1


ORDINARY: Final = (" @", "[~", "、。", "々々", "「』", "ぁゖ", "ァー", "一鿿")
"""First and last of the ranges that folding leaves as they are: nearly all of a Japanese text."""


def _character_class(ranges: Sequence[str], but: Mapping[int, str]) -> str:
    """The inside of a regular expression's brackets: the ranges without some code points."""
    parts = []
    for first, last in (tuple(pair) for pair in ranges):
        start = ord(first)
        for code in sorted(code for code in but if ord(first) <= code <= ord(last)):
            parts += [(start, code - 1)] if start < code else []
            start = code + 1
        parts += [(start, ord(last))] if start <= ord(last) else []
    return "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in parts)


@lru_cache(maxsize=65_536)
def fold_cluster(cluster: str) -> str:
    """One cluster folded by itself; NFKC_Casefold of Unicode, section 3.13."""
    kept = _IGNORABLE.sub("", cluster)
    cased = unicodedata.normalize("NFKC", kept).casefold()
    return _IGNORABLE.sub("", unicodedata.normalize("NFKC", cased))


def _joins_previous(char: str) -> bool:
    """Whether `char` may compose with what stands before it."""
    return (
        unicodedata.category(char)[0] == "M"
        or char in "ﾞﾟ"
        or "\u1160" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7ff"
    )


class _Folder:
    """Folds texts, and remembers what it has found out about each character."""

    def __init__(self, then: Mapping[int, str]) -> None:
        self._then = then
        self._unusual = re.compile(f"[^{_character_class(ORDINARY, then)}]")
        self._same: set[str] = set()
        self._simple: dict[str, str] = {}
        self._special: set[str] = set()

    def __call__(self, text: str) -> Folded:
        changing = set(self._unusual.findall(text)).difference(self._same)
        self._learn(changing)
        special = changing & self._special
        if not special:
            return Folded(self._replaced(text, changing))
        return self._by_clusters(text, frozenset(special), changing)

    def _learn(self, chars: set[str]) -> None:
        for char in chars.difference(self._simple, self._special):
            folded = fold_cluster(char).translate(self._then)
            if len(folded) != 1 or _joins_previous(char):
                self._special.add(char)
            elif folded == char:
                self._same.add(char)
                chars.discard(char)
            else:
                self._simple[char] = folded

    def _replaced(self, text: str, changing: set[str]) -> str:
        """Every simple character replaced; what it becomes never changes again."""
        for char in changing:
            text = text.replace(char, self._simple.get(char, char))
        return text

    def _by_clusters(self, text: str, special: frozenset[str], changing: set[str]) -> Folded:
        replaced = self._replaced(text, changing)
        parts: list[str] = []
        cuts: list[Cut] = []
        done = length = 0
        for match in _cluster_pattern(special).finditer(text):
            start, end = match.span()
            folded = fold_cluster(match.group()).translate(self._then)
            length += start - done
            cuts.append(Cut(length, length + len(folded), start, end))
            parts += replaced[done:start], folded
            length += len(folded)
            done = end
        parts.append(replaced[done:])
        return Folded("".join(parts), cuts)


@lru_cache(maxsize=1_024)
def _cluster_pattern(special: frozenset[str]) -> re.Pattern[str]:
    """Matches each cluster that does not fold character by character."""
    joiners = "".join(re.escape(char) for char in sorted(special) if _joins_previous(char))
    others = "".join(re.escape(char) for char in sorted(special) if not _joins_previous(char))
    parts = [rf"(?s:.)?[{joiners}]{{1,{_MOST_MARKS}}}"] if joiners else []
    parts += [f"[{others}]"] if others else []
    return re.compile("|".join(parts))


@lru_cache(maxsize=1)
def _folder() -> _Folder:
    return _Folder({})


@lru_cache(maxsize=1)
def _analysis_folder() -> _Folder:
    controls = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000)]
    return _Folder(kanji_variants() | dict.fromkeys(controls, " "))


def fold(text: str) -> Folded:
    """`text` folded, with the way back; linear in its length."""
    return _folder()(text)


def fold_for_analysis(text: str) -> Folded:
    """`text` folded, its variant kanji unified (髙 to 高) and controls made white space.

    This is what MeCab sees: it ends a text at NUL, its output at a line feed, and takes no lone
    surrogates.
    """
    return _analysis_folder()(text)


@lru_cache(maxsize=1)
def kanji_variants() -> dict[int, str]:
    """Code point of a variant kanji to its standard form (髙 to 高)."""
    lines = (resources.files("search.analysis") / "data/kanji-variants.tsv").read_text("utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if line and line[0] != "#")
    return {ord(variant): standard for variant, standard in pairs}
