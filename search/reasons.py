"""Why an article is a hit: the best reason that its query is satisfied by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, assert_never

from search.query import (
    JOINERS,
    And,
    AtLeast,
    Best,
    Boosted,
    Everything,
    Leaf,
    Not,
    Nothing,
    Or,
    Passing,
    Phrase,
    Query,
    Term,
    Weighted,
)
from search.query import (
    Literal as LiteralLeaf,
)

Kind = Literal["word", "variant", "near", "reading", "synonym", "partial"]

KINDS: Final[tuple[Kind, ...]] = ("word", "variant", "near", "reading", "synonym", "partial")
"""From the best to the least; see `matchType` of API.md."""

RANKS: Final = {kind: rank for rank, kind in enumerate(KINDS)}
"""The place of each among them."""

_NO_WORD: Final = -1
"""What is satisfied without a word: filters, exclusions."""

_BETWEEN: Final = str.maketrans("", "", JOINERS + " ")


@dataclass(frozen=True, slots=True)
class Reason:
    """What a leaf of a query stands for."""

    kind: Kind
    word: int = 0
    """The number of the typed word; leaves of one word count as one for passages."""
    typed: str = ""
    """What was typed: where other letters are found, it is a variant. Empty: never."""

    def of(self, found: str) -> Kind:
        """The reason of a place where these letters were found."""
        if self.kind != "word" or not self.typed:
            return self.kind
        return "word" if found.translate(_BETWEEN) == self.typed.translate(_BETWEEN) else "variant"


TYPED: Final = Reason("word")
VARIANT: Final = Reason("variant")


def best_reason(query: Query, found: Mapping[Leaf, Kind]) -> Kind | None:
    """The least good of the reasons that are needed; None where no word is, or nothing satisfies.

    `found` has the leaves that an article matches, with the best reason of each.
    """
    level = _level(query, {leaf: RANKS[kind] for leaf, kind in found.items()})
    return None if level is None or level == _NO_WORD else KINDS[level]


def _level(query: Query, found: Mapping[Leaf, int]) -> int | None:  # noqa: PLR0911 - one a node
    match query:
        case Term() | Phrase() | LiteralLeaf():
            return found.get(query)
        case Boosted() | Weighted():
            return _level(query.clause, found)
        case And():
            levels = [_level(clause, found) for clause in query.clauses]
            return (
                None
                if None in levels
                else max((each for each in levels if each is not None), default=_NO_WORD)
            )
        case Or() | Best():
            levels = [_level(clause, found) for clause in query.clauses]
            there = sorted(each for each in levels if each is not None)
            words = [each for each in there if each != _NO_WORD]
            return next(iter(words or there), None)
        case AtLeast():
            return _enough(query, found)
        case Not() | Passing() | Everything():
            return _NO_WORD
        case Nothing():
            return None
    assert_never(query)


def _enough(query: AtLeast, found: Mapping[Leaf, int]) -> int | None:
    levels = [_level(clause, found) for clause in query.clauses]
    pairs = zip(levels, query.weights, strict=True)
    weight = 0
    for level, mine in sorted((level, mine) for level, mine in pairs if level is not None):
        weight += mine
        if weight >= query.needed:
            return level
    return None
