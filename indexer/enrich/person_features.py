"""What the tagger of persons looks at: MeCab's lines by where they stand, and small numbers.

A property of a line is a string, found once for each distinct line. Every other feature is a small
number for each word, worked out for all words of all texts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.enrich.person_lines import (
    CLASSES,
    JOINED_PATTERN,
    KANJI,
    LATIN,
    NO_RUN,
    PATTERNS,
)
from search.analysis.columns import RawWords

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Column = NDArray[Any]

LONGEST_SENTENCE: Final = 160
_RUN_WORDS: Final = 4
_COUNT: Final = len(CLASSES)


class Slot(NamedTuple):
    """Where a line stands as seen from a word; with a choice it has a column a pattern."""

    family: str
    name: str
    chosen: bool = False


SLOTS: Final = (
    Slot("full", "0"),
    Slot("near", "-1"),
    Slot("near", "+1"),
    Slot("far", "-2"),
    Slot("far", "+2"),
    Slot("edge", "before", chosen=True),
    Slot("edge", "behind", chosen=True),
    Slot("word", "-1|0", chosen=True),
    Slot("word", "+1|0", chosen=True),
    Slot("word", "0|-1", chosen=True),
    Slot("word", "0|+1", chosen=True),
)


def columns_of(slots: Sequence[Slot] = SLOTS) -> list[int]:
    """The first column of each slot, and behind them how many there are."""
    firsts = [0]
    for slot in slots:
        firsts.append(firsts[-1] + (PATTERNS if slot.chosen else 1))
    return firsts


@dataclass(frozen=True, eq=False)
class Places:
    """Words by place: indices of lines as seen from each, and small numbers for each."""

    lines: list[Ints]
    """The line that a slot is about; 0 where there is none."""
    chosen: list[Ints]
    """The column of each slot."""
    signs: dict[str, Ints]


@dataclass(frozen=True, eq=False)
class Looks:
    """Properties of lines in arrays, a line's at its number."""

    kind: Column
    run: Column
    is_mark: Column
    pattern: Column
    title: Column
    is_noun: Column
    stops: Column
    lead: Column
    organisation: Column
    office: Column
    fused: Column


def sentence_starts(looks: Looks, raw: RawWords) -> Bools:
    """Whether a sentence begins with a word; none is longer than LONGEST_SENTENCE."""
    line = raw.line
    starts = np.zeros(len(line), np.bool_)
    ended = looks.stops[line] | (line == 0)
    starts[:1] = True
    starts[1:] = ended[:-1]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(line)), 0))
    starts[(np.arange(len(line)) - first) % LONGEST_SENTENCE == 0] = True
    return starts


def _shifted(values: Ints, by: int) -> Ints:
    """What stands `by` places behind each; 0 where nothing does."""
    moved = np.zeros_like(values)
    if abs(by) < len(values):
        if by > 0:
            moved[:-by] = values[by:]
        else:
            moved[-by:] = values[:by]
    return moved


def look_around(looks: Looks, line: Ints, starts: Bools) -> Places:
    """The places of all words."""
    sentence: Ints = np.cumsum(starts)
    at: dict[int, Ints] = {0: line}
    for by in (-2, -1, 1, 2):
        at[by] = np.where(_shifted(sentence, by) == sentence, _shifted(line, by), 0)
    runs = _find_runs(looks, line, starts)
    pattern = looks.pattern
    firsts = columns_of()
    own, edge = pattern[line], runs.sort
    lines = [
        line, at[-1], at[1], at[-2], at[2], runs.before, runs.behind, at[-1], at[1], line, line,
    ]  # fmt: skip
    none = np.zeros_like(line)
    choices = [none] * 5 + [edge, edge, own, own, pattern[at[-1]], pattern[at[1]]]
    chosen = [choice + first for choice, first in zip(choices, firsts[:-1], strict=True)]
    return Places(lines, chosen, _signs(looks, at, runs))


class _Runs(NamedTuple):
    """For each word of the run that it stands in, 0 where it stands in none."""

    sort: Ints
    """Kind and number of parts, below 10."""
    place: Ints
    """0 alone, 1 first, 2 inside, 3 last."""
    length: Ints
    pattern: Ints
    offset: Ints
    ahead: Ints
    """The title that follows the run and how far away."""
    before: Ints
    behind: Ints


def _find_runs(looks: Looks, line: Ints, starts: Bools) -> _Runs:
    """Words of one writing side by side, and marks between them."""
    count = len(line)
    run = looks.run[line].copy()
    run[(run == KANJI) & (looks.title[line] > 0)] = NO_RUN
    before, behind = _shifted(run, -1), _shifted(run, 1)
    adjoins = ~looks.lead[line] | (run == LATIN)
    adjoins[starts] = False
    follows = np.zeros(count, np.bool_)
    follows[:-1] = adjoins[1:]
    mark = looks.is_mark[line]
    bridge = mark & (before == behind) & (before > 0) & (before != KANJI) & adjoins & follows
    run[bridge] = before[bridge]
    joined = np.zeros(count, np.bool_)
    joined[1:] = (run[1:] == run[:-1]) & (run[1:] > 0) & adjoins[1:]
    return _describe(looks, _Cut(line, starts), run, bridge, joined)


class _Cut(NamedTuple):
    line: Ints
    starts: Bools


def _describe(looks: Looks, cut: _Cut, run: Ints, bridge: Bools, joined: Bools) -> _Runs:
    """What is to be said of each run: a run's words are `joined` to the word before them."""
    line, starts = cut
    first = np.flatnonzero(~joined)
    last = np.append(first[1:], len(line)) - 1
    group = np.cumsum(~joined) - 1
    count = len(line)
    seams = bridge | (looks.pattern[line] == JOINED_PATTERN)
    parts = np.minimum(np.add.reduceat(seams.astype(np.int64), first) + 1, 3) if count else first
    sort = (run[first] - 1) * 3 + parts
    sort[run[first] == 0] = 0
    inside = run > 0
    at = np.arange(count)
    place = (at > first[group]) * 1 + (at < last[group]) * 2
    padded = np.append(line, 0)
    sentence = np.append(np.cumsum(starts), 0)
    behind = np.where(sentence[last + 1] == sentence[first], padded[last + 1], 0)
    before = np.where(sentence[first - 1] == sentence[first], padded[first - 1], 0)
    ahead = titles_ahead(looks, line, starts)[last]
    length = np.minimum(last - first + 1, 7)
    shown = np.zeros(len(first), np.int64)
    for step in range(_RUN_WORDS):
        here = np.minimum(first + step, last)
        value = np.where(first + step <= last, looks.pattern[line[here]] + 1, 0)
        shown = shown * (PATTERNS + 1) + value
    offset = np.minimum(at - first[group], _RUN_WORDS)
    columns = (sort, length, shown, ahead, before, behind)
    spread = [np.where(inside, column[group], 0) for column in columns]
    return _Runs(
        spread[0], np.where(inside, place, 0), spread[1], spread[2],
        np.where(inside, offset, 0), spread[3], spread[4], spread[5],
    )  # fmt: skip


def titles_ahead(looks: Looks, line: Ints, starts: Bools) -> Ints:
    """What title follows each word, with at most two nouns between: 0, or its sort and distance."""
    title = looks.title[line]
    noun: Bools = looks.is_noun[line] & ~looks.lead[line] & ~starts
    ahead = np.zeros(len(line), np.int64)
    for distance in (3, 2, 1):
        reached: Ints = _shifted(title, distance)
        clear = reached > 0
        for step in range(1, distance + 1):
            clear &= _shifted(noun.astype(np.int64), step) > 0
        ahead = np.where(clear, (distance - 1) * 4 + reached, ahead)
    return ahead


def _signs(looks: Looks, at: dict[int, Ints], runs: _Runs) -> dict[str, Ints]:
    """The numbers of each word that do not hang on one line."""
    kind = {by: looks.kind[line] for by, line in at.items()}
    pair = {
        "01": (0, 1), "90": (-1, 0), "91": (-1, 1), "12": (1, 2), "89": (-2, -1),
    }  # fmt: skip
    signs = {name: kind[a] * _COUNT + kind[b] for name, (a, b) in pair.items()}
    for name, (a, b, c) in {"901": (-1, 0, 1), "012": (0, 1, 2), "890": (-2, -1, 0)}.items():
        signs[name] = (kind[a] * _COUNT + kind[b]) * _COUNT + kind[c]
    signs["run"] = runs.sort * 4 + runs.place
    signs["length"] = (runs.sort * 8 + runs.length) * 4 + runs.place
    signs["ahead"] = (runs.sort * 12 + runs.ahead) * 4 + runs.place
    signs["pattern"] = runs.pattern * (_RUN_WORDS + 1) + runs.offset
    return signs


SIZES: Final = {
    "01": _COUNT**2, "90": _COUNT**2, "91": _COUNT**2, "12": _COUNT**2, "89": _COUNT**2,
    "901": _COUNT**3, "012": _COUNT**3, "890": _COUNT**3,
    "run": 40, "length": 320, "ahead": 480,
    "pattern": (PATTERNS + 1) ** _RUN_WORDS * (_RUN_WORDS + 1),
}  # fmt: skip
"""How many values each sign has."""
