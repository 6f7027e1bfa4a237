"""The tagger's arrays against a slow, obviously right twin."""

from __future__ import annotations

import math
import time
from itertools import pairwise, product

import numpy as np
import pytest

from indexer.enrich.sequences import (
    BEGIN,
    END,
    INSIDE,
    LABELS,
    OUTSIDE,
    SINGLE,
    Weights,
    decode,
    load_weights,
)

AFTER = {
    OUTSIDE: {OUTSIDE, BEGIN, SINGLE},
    BEGIN: {INSIDE, END},
    INSIDE: {INSIDE, END},
    END: {OUTSIDE, BEGIN, SINGLE},
    SINGLE: {OUTSIDE, BEGIN, SINGLE},
}


def paths(scores: np.ndarray, links: list[list[int]], scale: int) -> dict[tuple[int, ...], float]:
    """The weight of every way to label a sentence."""
    weights = {}
    for path in product(LABELS, repeat=len(scores)):
        if path[0] in {INSIDE, END} or path[-1] in {BEGIN, INSIDE}:
            continue
        steps = list(pairwise(path))
        if all(b in AFTER[a] for a, b in steps):
            total = sum(scores[place, label] for place, label in enumerate(path))
            weights[path] = math.exp((total + sum(links[a][b] for a, b in steps)) / scale)
    return weights


@pytest.mark.parametrize("seed", range(12))
def test_labels_and_probabilities_are_those_of_all_ways(seed: int) -> None:
    chance = np.random.default_rng(seed)
    lengths = chance.integers(1, 6, size=4).tolist()
    scores = chance.integers(-200, 200, (sum(lengths), len(LABELS))).astype(np.int32)
    starts = np.zeros(len(scores), np.bool_)
    starts[np.cumsum([0, *lengths[:-1]])] = True
    links = chance.integers(-100, 100, (5, 5)).tolist()
    tagged = decode(scores, starts, Weights(100, links, {}, {}))
    first = 0
    for length in lengths:
        weights = paths(scores[first : first + length], links, 100)
        whole = sum(weights.values())
        assert tuple(tagged.label[first : first + length]) == max(weights, key=weights.__getitem__)
        for end in range(length):
            wanted = (SINGLE,) if end == 0 else (BEGIN, *[INSIDE] * (end - 1), END)
            share = sum(w for path, w in weights.items() if path[: end + 1] == wanted) / whole
            assert tagged.probability(first, first + end) == pytest.approx(share, abs=1e-4)
        first += length


def test_sentences_without_a_likely_name_are_left_out() -> None:
    scores = np.zeros((4, 5), np.int32)
    scores[:, 1:] = -1_000
    scores[2, SINGLE] = 500
    starts = np.array([True, False, True, False])
    tagged = decode(scores, starts, Weights(100, [[0] * 5] * 5, {}, {}))
    assert tagged.decoded.tolist() == [False, False, True, True]
    assert tagged.label.tolist() == [OUTSIDE, OUTSIDE, SINGLE, OUTSIDE]
    assert tagged.probability(0, 0) == 0


def test_nothing_is_tagged_as_nothing() -> None:
    none = np.zeros((0, 5), np.int32)
    tagged = decode(none, np.zeros(0, np.bool_), Weights(100, [[0] * 5] * 5, {}, {}))
    assert len(tagged.label) == 0


def test_the_model_loads_in_a_moment() -> None:
    before = time.process_time()
    load_weights()
    assert time.process_time() - before < 0.3
