"""Folding: NFKC, full case folding, default-ignorable code points dropped, with offsets back.

The literal text of a text is what quotations are looked up in: folded, and every run of white
space and control characters one space. MeCab sees the same, character by character, with
variant kanji unified.

The text is cut into clusters (a character and the marks that compose with it), each cluster is
folded by itself, and every folded character remembers the cluster it came from. All offsets
count code points and are half-open.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

# Default_Ignorable_Code_Point of DerivedCoreProperties.txt, Unicode 15.
_IGNORABLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


_RUN: Final = re.compile("  +")
_MOST_MARKS: Final = 30
"""Marks on one character, as the Stream-Safe Text Format of Unicode (UAX 15) allows."""


class Cut(NamedTuple):
    """Where characters stand, before and after, that did not become one character each.

    A cluster, or several white space characters that became one space.
    """

    folded_start: int
    folded_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the clusters that changed its length, in order."""

    text: str
    cuts: Sequence[Cut] = ()
    blank_lines: Sequence[int] = ()
    """Places of the spaces in a literal text that stand for two or more line feeds."""
    _starts: Sequence[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", [cut[0] for cut in self.cuts])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of the folded span `start`..`end` (not empty)."""
        if not self.cuts:
            return start, end
        return self._cluster(start)[0], self._cluster(end - 1)[1]

    def _cluster(self, place: int) -> tuple[int, int]:
        """The original cluster of one folded character."""
        before = bisect_right(self._starts, place) - 1
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


def joins_previous(char: str) -> bool:
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
            if len(folded) != 1 or joins_previous(char):
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
    """Matches each cluster that does not fold character by character.

    Ignorable characters before a mark belong to its cluster: it composes across them.
    """
    ignorable = {char for char in special if not fold_cluster(char)}
    marks = {char for char in special - ignorable if joins_previous(char)}
    skipped = f"{_one_of(ignorable)}*+" if ignorable else ""
    parts = [f"(?s:.)?(?:{skipped}{_one_of(marks)}){{1,{_MOST_MARKS}}}"] if marks else []
    parts += [f"{_one_of(ignorable)}++"] if ignorable else []
    others = special - marks - ignorable
    parts += [_one_of(others)] if others else []
    return re.compile("|".join(parts))


def _one_of(chars: Iterable[str]) -> str:
    return f"[{''.join(re.escape(char) for char in sorted(chars))}]"


def _collapsed(folded: Folded) -> Folded:
    """Each run of line feeds and spaces made one space."""
    spaced = folded.text.replace("\n", " ")
    if "  " not in spaced:
        return Folded(spaced, folded.cuts)
    runs = [match.span() for match in _RUN.finditer(spaced)]
    count = folded.text.count
    cuts: list[Cut] = []
    blank_lines: list[int] = []
    removed = 0
    for (place, place_end, start, end), less in _with_runs(folded.cuts, runs):
        if less and place_end - place - less == 1 and count("\n", place, place_end) > 1:
            blank_lines.append(place - removed)
        cuts.append(Cut(place - removed, place_end - removed - less, start, end))
        removed += less
    return Folded(_RUN.sub(" ", spaced), cuts, blank_lines)


def _with_runs(
    cuts: Sequence[Cut], runs: list[tuple[int, int]]
) -> list[tuple[tuple[int, int, int, int], int]]:
    """The cuts of a folded text and its runs of white space in order, overlapping ones joined.

    With each, the number of characters that it loses.
    """
    joined: list[tuple[tuple[int, int, int, int], int]] = []
    done = shift = 0
    for place, place_end in runs:
        while done < len(cuts) and cuts[done].folded_end <= place:
            joined.append((cuts[done], 0))
            shift = cuts[done].end - cuts[done].folded_end
            done += 1
        first, last, start, less = place, place_end, place + shift, place_end - place - 1
        if joined and joined[-1][0][1] > place:
            (first, last, start, _), before = joined.pop()
            last, less = max(last, place_end), less + before
        while done < len(cuts) and cuts[done].folded_start < last:
            if cuts[done].folded_start < first:
                first, start = cuts[done].folded_start, cuts[done].start
            last = max(last, cuts[done].folded_end)
            shift = cuts[done].end - cuts[done].folded_end
            done += 1
        joined.append(((first, last, start, last + shift), less))
    return joined + [(cut, 0) for cut in cuts[done:]]


@lru_cache(maxsize=1)
def _folder() -> _Folder:
    return _Folder({})


@lru_cache(maxsize=1)
def _literal_folder() -> _Folder:
    """Line feeds stay, to tell blank lines by; all else that parts words becomes a space."""
    controls = [*range(0x20), *range(0x7F, 0xA0), 0x1680, 0x2028, 0x2029, *range(0xD800, 0xE000)]
    controls.remove(ord("\n"))
    return _Folder(dict.fromkeys(controls, " "))


def fold(text: str) -> Folded:
    """`text` folded, with the way back; linear in its length."""
    return _folder()(text)


def literal_text(text: str) -> Folded:
    """`text` folded, each run of white space, controls and lone surrogates in it one space."""
    return _collapsed(_literal_folder()(text))


def fold_for_analysis(text: str) -> Folded:
    """The literal text of `text` with its variant kanji unified."""
    literal = literal_text(text)
    return Folded(unify_variants(literal.text), literal.cuts, literal.blank_lines)


def unify_variants(text: str) -> str:
    """Each variant kanji replaced by its standard form (髙 by 高), one character by one."""
    return text.translate(kanji_variants()) if _any_variant().search(text) else text


@lru_cache(maxsize=1)
def _any_variant() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, kanji_variants()))}]")


@lru_cache(maxsize=1)
def kanji_variants() -> dict[int, str]:
    """Code point of a variant kanji to its standard form (髙 to 高)."""
    lines = (resources.files("search.analysis") / "data/kanji-variants.tsv").read_text("utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if line and line[0] != "#")
    return {ord(variant): standard for variant, standard in pairs}
