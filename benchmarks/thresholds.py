"""The thresholds of the pass over the article: chosen on half of news_dev, measured on the other.

`python -m benchmarks.persons --thresholds` prints it. A threshold that only fits the passages it
was set on loses on the other half what it gains there.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from benchmarks.report import table
from indexer.enrich import mentions, persons

ODDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
"""What is tried: the odds of the value as set times these."""
SPLITS: Final = 20
_AS_SET: Final = ODDS.index(1.0)
_MODULES: Final[Mapping[ModuleType, tuple[str, ...]]] = {
    persons: ("_SURE",),
    mentions: (
        *("_NEAR", "_NEAR_NAMED", "_FAR", "_FAR_NAMED", "_GROUP", "_GROUP_NAMED", "_NOUN"),
        *("_UNLIKELY", "_TOGETHER", "_LONE_CHARACTER", "_OTHER_WORD", "_COMMON_WORD"),
        *("_LIKELY_NAME", "_BELIEVED"),
    ),
}

Counts = tuple[int, int]
"""Of a passage twice what is right, and what was found and what was wanted together."""
Measured = Sequence[Counts]
Measure = Callable[[], Measured]
"""Counts all passages anew."""
Halves = tuple[Sequence[int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of a module that was set by hand."""

    module: ModuleType
    name: str

    def values(self) -> list[float]:
        """What is tried, the value as set among it."""
        value = float(getattr(self.module, self.name))
        odds = value / (1 - value)
        return [value if by == 1 else odds * by / (1 + odds * by) for by in ODDS]


THRESHOLDS: Final = tuple(
    Threshold(module, name) for module, names in _MODULES.items() for name in names
)


@contextmanager
def replaced(values: Mapping[Threshold, float]) -> Iterator[None]:
    """These thresholds are others for a while."""
    before = {each: getattr(each.module, each.name) for each in values}
    try:
        for each, value in values.items():
            setattr(each.module, each.name, value)
        yield
    finally:
        for each, value in before.items():
            setattr(each.module, each.name, value)


def halves(count: int) -> list[Halves]:
    """Both ways of each random split of as many passages."""
    chance = random.Random(1)  # noqa: S311 - the same every time
    found: list[Halves] = []
    for _ in range(SPLITS // 2):
        order = chance.sample(range(count), count)
        one, other = order[: count // 2], order[count // 2 :]
        found += [(one, other), (other, one)]
    return found


def f1(counts: Measured, passages: Sequence[int]) -> float:
    """In percent, of some passages."""
    right = sum(counts[at][0] for at in passages)
    return 100 * right / max(sum(counts[at][1] for at in passages), 1)


def _choose(tried: Sequence[Measured], passages: Sequence[int]) -> int:
    """The place of the best; of equals that which is nearest to the one as set."""
    places = range(len(tried))
    return max(places, key=lambda at: (f1(tried[at], passages), -abs(at - _AS_SET)))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _measured_with(measure: Measure, values: Mapping[Threshold, float]) -> Measured:
    with replaced(values):
        return measure()


def cross_validate(measure: Measure) -> str:
    """A table: of each threshold, and of all chosen together, the mean F1 on the other half."""
    as_set = measure()
    splits = halves(len(as_set))
    before = _mean([f1(as_set, other) for _, other in splits])
    chosen: list[dict[Threshold, float]] = [{} for _ in splits]
    rows = []
    for each in THRESHOLDS:
        values = each.values()
        tried = [_measured_with(measure, {each: value}) for value in values]
        places = [_choose(tried, one) for one, _ in splits]
        for choice, place in zip(chosen, places, strict=True):
            choice[each] = values[place]
        pairs = zip(places, splits, strict=True)
        after = _mean([f1(tried[place], other) for place, (_, other) in pairs])
        often = (f"{values[at]:.3g} ({count})" for at, count in Counter(places).most_common(3))
        rows.append((f"`{each.name}`", f"{values[_AS_SET]:.3g}", ", ".join(often), after))
    together = zip(chosen, splits, strict=True)
    after = _mean([f1(_measured_with(measure, choice), other) for choice, (_, other) in together])
    rows.append(("all at once", "", "", after))
    head = ("threshold", "as set", "chosen (of 20)", "F1 as set", "F1 chosen on the other half")
    return table(head, [(*row[:3], f"{before:.2f}", _beside(before, row[3])) for row in rows])


def _beside(before: float, after: float) -> str:
    return f"{after:.2f} ({after - before:+.2f})"
