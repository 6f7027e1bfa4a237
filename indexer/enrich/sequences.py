"""A linear-chain CRF in arrays: scores by looking up tables, decoding over padded batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.enrich.person_features import (
    SIZES,
    SLOTS,
    Ints,
    Looks,
    Places,
    columns_of,
    look_around,
    sentence_starts,
)
from indexer.enrich.person_lines import Line, read_line
from search.analysis.columns import RawWords
from search.analysis.lines import Lines

Floats = NDArray[np.float32]
Scores = NDArray[np.int32]

OUTSIDE, BEGIN, INSIDE, END, SINGLE = LABELS = range(5)
LABEL_NAMES: Final = "OBIES"
_COUNT: Final = len(LABELS)
_CELLS: Final = 40_000
"""Places of a batch: sentences times the length of the longest."""
_MARGIN: Final = 6.0
"""A sentence is left out where no word comes this near to being a name."""
_GROWTH: Final = 1.5
_NEVER: Final = -40.0
_OUTSIDE_ONLY: Final = (0, *[-30_000] * (_COUNT - 1))
_ALLOWED: Final = np.array(
    [[1, 1, 0, 0, 1], [0, 0, 1, 1, 0], [0, 0, 1, 1, 0], [1, 1, 0, 0, 1], [1, 1, 0, 0, 1]], np.bool_
)
"""Which label may follow which."""


MODEL: Final = Path(__file__).parent / "data" / "persons.json"


class Weights(msgspec.Struct, frozen=True):
    """A trained model as the file has it; weights are whole numbers, `scale` of them are 1."""

    scale: int
    transitions: list[list[int]]
    """From each label to each, as in LABELS."""
    lines: dict[str, list[int]]
    """Of each property of a line: place in the line's table and weight, in turn."""
    signs: dict[str, list[int]]
    """Of each sign: place in its table (value times labels and label) and weight, in turn."""


def load_weights(path: Path = MODEL) -> Weights:
    """The trained model."""
    return msgspec.json.decode(path.read_bytes(), type=Weights)


@dataclass(frozen=True, eq=False)
class Tagged:
    """What the model says of words; where a sentence was left out, all is outside."""

    label: NDArray[np.int8]
    starts: NDArray[np.bool_]
    """Where sentences begin."""
    emitted: Floats
    """Label by label, exponentials of scores, the largest of each word 1."""
    forward: Floats
    """Probabilities of labels given the words so far."""
    backward: Floats
    """What the words behind say, scaled so that forward times backward is the probability."""
    scale: Floats
    """What each step of `forward` was divided by."""
    links: Floats
    """Exponentials of the transitions."""
    decoded: NDArray[np.bool_]

    def probability(self, first: int, last: int) -> float:
        """That the words `first` to `last` (included) are one name; both in one sentence."""
        if not self.decoded[first]:
            return 0.0
        if first == last:
            return float(self.forward[first, SINGLE] * self.backward[first, SINGLE])
        value = float(self.forward[first, BEGIN])
        label = BEGIN
        for place in range(first + 1, last + 1):
            following = END if place == last else INSIDE
            value *= float(self.links[label, following] * self.emitted[place, following])
            value /= float(self.scale[place])
            label = following
        return value * float(self.backward[last, END])


class Tables:
    """Scores of every line seen so far, by slot and label; grows with the lines."""

    def __init__(self, weights: Weights, lines: Lines) -> None:
        self.weights = weights
        self.lines = lines
        width = columns_of()[-1] * _COUNT
        self._scores = np.zeros((0, width), np.int16)
        self._looks = {name: np.zeros(0, np.int64) for name in Line._fields[4:]}
        self._known = 0
        self._signs = {name: _dense(weights.signs.get(name, []), SIZES[name]) for name in SIZES}
        self._families = [slot.family for slot in SLOTS]

    def update(self) -> None:
        """Take in the lines that have come since."""
        count = len(self.lines.words)
        if count <= self._known:
            return
        if count > len(self._scores):
            self._grow(max(count, int(len(self._scores) * _GROWTH)))
        read = [read_line(word) for word in self.lines.words[self._known : count]]
        for name, column in self._looks.items():
            column[self._known : count] = [getattr(line, name) for line in read]
        for place, line in enumerate(read, start=self._known):
            self._enter(self._scores[place], line)
        self._known = count

    def _grow(self, size: int) -> None:
        scores = np.zeros((size, self._scores.shape[1]), np.int16)
        scores[: self._known] = self._scores[: self._known]
        self._scores = scores
        for name, column in self._looks.items():
            self._looks[name] = np.concatenate([column, np.zeros(size - len(column), np.int64)])

    def _enter(self, row: NDArray[np.int16], line: Line) -> None:
        for family in ("full", "near", "far", "edge", "word"):
            properties = line.near[:1] if family == "word" else getattr(line, family)
            for name in properties:
                pairs = self.weights.lines.get(f"{family}:{name}")
                if pairs:
                    row[pairs[::2]] += np.array(pairs[1::2], np.int16)

    def looks(self) -> Looks:
        """Of all lines."""
        columns = {name: column[: self._known] for name, column in self._looks.items()}
        truths = ("is_mark", "is_noun", "stops", "lead", "organisation", "office", "fused")
        return Looks(**{n: c.astype(np.bool_) if n in truths else c for n, c in columns.items()})

    def scores(self, places: Places) -> Scores:
        """The score of each label for each word."""
        table = self._scores.reshape(len(self._scores), -1, _COUNT)
        total = np.zeros((len(places.lines[0]), _COUNT), np.int32)
        for line, column in zip(places.lines, places.chosen, strict=True):
            total += table[line, column]
        for name, value in places.signs.items():
            total += self._signs[name][value]
        return total


def _dense(pairs: Sequence[int], size: int) -> NDArray[np.int16]:
    table = np.zeros(size * _COUNT, np.int16)
    table[list(pairs[::2])] = pairs[1::2]
    return table.reshape(size, _COUNT)


class Batch(NamedTuple):
    """Sentences by length, the shortest first: where each begins, and its length."""

    first: Ints
    length: Ints

    def active(self, step: int) -> int:
        """The first of the sentences that have a word of that number, from 0."""
        return int(np.searchsorted(self.length, step, "right"))


def tag(tables: Tables, raw: RawWords) -> Tagged:
    """Labels and probabilities of all words."""
    tables.update()
    looks = tables.looks()
    starts = sentence_starts(looks, raw)
    scores = tables.scores(look_around(looks, raw.line, starts))
    scores[raw.line == 0] = _OUTSIDE_ONLY
    return decode(scores, starts, tables.weights)


def decode(scores: Scores, starts: NDArray[np.bool_], weights: Weights) -> Tagged:
    """The likeliest labels and the probabilities; sentences without a likely name are left out."""
    shape = scores.shape
    first = np.flatnonzero(starts)
    last = np.append(first[1:], shape[0])[: len(first)] - 1
    value = scores.astype(np.float32) / np.float32(weights.scale)
    value[first[:, None], [INSIDE, END]] = value[last[:, None], [BEGIN, INSIDE]] = _NEVER
    value -= value.max(axis=1, keepdims=True, initial=_NEVER)
    likely = (value[:, 1:].max(axis=1, initial=_NEVER) - value[:, OUTSIDE]) > -_MARGIN
    wanted = np.logical_or.reduceat(likely, first) if len(first) else first.astype(np.bool_)
    given = np.array(weights.transitions, np.float32) / np.float32(weights.scale)
    links: Floats = np.where(_ALLOWED, given, np.float32(_NEVER)).astype(np.float32)
    tagged = Tagged(
        label=np.zeros(shape[0], np.int8),
        starts=starts,
        emitted=np.exp(np.maximum(value, _NEVER)),
        forward=np.zeros(shape, np.float32),
        backward=np.zeros(shape, np.float32),
        scale=np.ones(shape[0], np.float32),
        links=np.where(_ALLOWED, np.exp(links), 0).astype(np.float32),
        decoded=np.repeat(wanted, last - first + 1),
    )
    for batch in _batches(first[wanted], (last - first + 1)[wanted]):
        _weigh(tagged, batch)
        _choose(tagged, batch, value, links)
    return tagged


def _weigh(tagged: Tagged, batch: Batch) -> None:
    """Forward and backward over the sentences of a batch."""
    longest = int(batch.length[-1])
    forward = np.ones((len(batch.first), _COUNT), np.float32)
    for step in range(longest):
        active = batch.active(step)
        place = batch.first[active:] + step
        forward = forward[active - len(batch.first) :] if active else forward
        if step:
            forward = forward @ tagged.links
        forward = forward * tagged.emitted[place]
        total = forward.sum(axis=1)
        forward /= total[:, None]
        tagged.forward[place] = forward
        tagged.scale[place] = total
    tagged.backward[batch.first + batch.length - 1] = 1
    for step in range(longest - 2, -1, -1):
        place = batch.first[batch.active(step + 1) :] + step
        behind = tagged.emitted[place + 1] * tagged.backward[place + 1]
        tagged.backward[place] = behind @ tagged.links.T / tagged.scale[place + 1, None]


def _choose(tagged: Tagged, batch: Batch, value: Floats, links: Floats) -> None:
    """The likeliest labels, by Viterbi."""
    count, longest = len(batch.first), int(batch.length[-1])
    best = value[batch.first]
    came = np.zeros((longest, count, _COUNT), np.int8)
    for step in range(1, longest):
        active = batch.active(step)
        paths = best[active:, :, None] + links
        came[step, active:] = paths.argmax(axis=1)
        best[active:] = paths.max(axis=1) + value[batch.first[active:] + step]
    label = np.zeros(count, np.int64)
    for step in range(longest - 1, -1, -1):
        active = batch.active(step)
        ends = batch.active(step + 1)
        label[active:ends] = best[active:ends].argmax(axis=1)
        if ends < count:
            rows = np.arange(ends, count)
            label[ends:] = came[step + 1, rows, label[ends:]]
        tagged.label[batch.first[active:] + step] = label[active:]


def _batches(first: Ints, length: Ints) -> Iterator[Batch]:
    """Batches of a bounded number of words; none is empty."""
    order = np.argsort(length, kind="stable")
    cuts = [0]
    for place, each in enumerate(length[order].tolist()):
        if (place - cuts[-1]) * each > _CELLS:
            cuts.append(place)
    for start, end in pairwise([*cuts, len(order)]):
        if start < end:
            chosen = order[start:end]
            yield Batch(first[chosen], length[chosen])
