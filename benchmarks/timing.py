"""Interleaved rounds and their ratios: these hold when the machine's speed drifts."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """CPU seconds of each round of ours and of the peer, taken in turn."""

    ours: list[float]
    peer: list[float]

    def ratios(self) -> list[float]:
        """Speed of ours as a share of the peer's, round by round."""
        return [theirs / mine for mine, theirs in zip(self.ours, self.peer, strict=True)]

    def __str__(self) -> str:
        ratios = sorted(self.ratios())
        median = statistics.median(ratios)
        return (
            f"{median:.2f}x the peer's speed (rounds {ratios[0]:.2f} to {ratios[-1]:.2f});"
            f" {statistics.median(self.ours):.2f} s against {statistics.median(self.peer):.2f} s"
        )


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
