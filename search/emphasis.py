"""How much the parts of running text count: labels less, what stands in quotation marks more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from search.analysis.normalize import literal_text
from search.lexer import PARTNERS

USUAL: Final = 8
_LABEL, _QUOTED, _QUOTED_LABEL = 4, 10, 5
"""Eighths that words count in running text: usual ones, those of 【速報】 at an end, of quotes."""

_LABELS: Final = re.compile(r"^\s*【[^】]*】|【[^】]*】\s*$")
_OPENING: Final = frozenset(PARTNERS)
_CLOSING: Final = frozenset(PARTNERS.values())


def emphasis(text: str) -> list[int]:
    """How much each character of running text counts, in eighths."""
    labelled = [False] * len(text)
    for found in _LABELS.finditer(text):
        labelled[found.start() : found.end()] = [True] * (found.end() - found.start())
    counts = []
    depth = 0
    for char, label in zip(text, labelled, strict=True):
        if char in _CLOSING and depth:
            depth -= 1
        elif char in _OPENING:
            depth += 1
        quoted = _QUOTED_LABEL if label else _QUOTED
        counts.append(quoted if depth else _LABEL if label else USUAL)
    return counts


def pairs_of_letters(text: str, counts: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """The pairs of letters and digits of a literal text, each once with the most that it counts."""
    literal = literal_text(text)
    places = [literal.span(place, place + 1)[0] for place in range(len(literal.text))]
    pairs: dict[str, int] = {}
    for place, pair in enumerate(map("".join, pairwise(literal.text))):
        if pair.isalnum():
            count = min(counts[places[place]], counts[places[place + 1]])
            pairs[pair] = max(count, pairs.get(pair, 0))
    return tuple(pairs.items())
