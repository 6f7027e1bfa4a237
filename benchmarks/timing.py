"""Interleaved rounds and their ratios: these hold when the machine's speed drifts."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_CHUNK = 25
"""Questions that one side answers before the other takes its turn."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours to theirs: the median of the rounds, the lowest and the highest."""

    median: float
    lowest: float
    highest: float

    @staticmethod
    def of(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
        """Round by round."""
        ratios = sorted(mine / other for mine, other in zip(ours, theirs, strict=True))
        return Ratio(statistics.median(ratios), ratios[0], ratios[-1])

    def __str__(self) -> str:
        return f"**{self.median:.2f}x** ({self.lowest:.2f}–{self.highest:.2f})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """CPU seconds of each round of ours and of the peer, taken in turn."""

    ours: list[float]
    peer: list[float]

    def ratio(self) -> Ratio:
        """Time of ours by the peer's: below 1 is faster."""
        return Ratio.of(self.ours, self.peer)

    def speed(self) -> Ratio:
        """Speed of ours by the peer's: above 1 is faster."""
        return Ratio.of(self.peer, self.ours)


def compare(ours: Callable[[], None], peer: Callable[[], None], rounds: int = 7) -> Comparison:
    """Both in turn, after one round that does not count."""
    comparison = Comparison([], [])
    for number in range(rounds + 1):
        for run, seconds in ((peer, comparison.peer), (ours, comparison.ours)):
            gc.collect()
            before = time.process_time()
            run()
            if number:
                seconds.append(time.process_time() - before)
    return comparison


def in_turn(
    sides: Sequence[Callable[[T], object]], items: Sequence[T], rounds: int = 7
) -> list[list[float]]:
    """CPU milliseconds an item of each round, a list a side; one round before does not count.

    The sides take turns every few items, so that a noisy moment hurts all alike.
    """
    times: list[list[float]] = [[] for _ in sides]
    for number in range(rounds + 1):
        gc.collect()
        spent = [0.0] * len(sides)
        for start in range(0, len(items), _CHUNK):
            chunk = items[start : start + _CHUNK]
            for place, answer in enumerate(sides):
                before = time.process_time()
                for item in chunk:
                    answer(item)
                spent[place] += time.process_time() - before
        if number:
            for each, seconds in zip(times, spent, strict=True):
                each.append(seconds * 1000 / len(items))
    return times
