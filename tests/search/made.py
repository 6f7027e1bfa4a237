"""An index made by hand for what planning asks, and queries for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from search.analysis.japanese import Analyser
from search.parser import Chunk, parse
from search.planner import Planner
from search.planning import ENOUGH, FEW, Reading, readings, searched
from search.plans import Fields, Labelled, Plan, RunningText, Token, TypedWord
from search.query import (
    ALL_FIELDS,
    AtLeast,
    Best,
    Boosted,
    Leaf,
    Or,
    PartialMode,
    Phrase,
    Query,
    Slot,
    Term,
)
from search.reasons import Kind
from search.schema import Facet
from search.synonyms import Synonyms, read_groups
from search.widening import Analyse, Choices, Widening

TODAY: Final = date(2025, 6, 11)
"""A Wednesday."""


@dataclass(frozen=True)
class MadeUpIndex:
    """Has everything but what is `unseen` in 5 articles; each weighs 2, or as it is said."""

    unseen: tuple[Query, ...] = ()
    weighing: Mapping[Query, int] = field(default_factory=dict)
    written: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By form, the terms that are written so."""
    read: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By reading, the terms that are read so."""
    having: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By term, its other forms."""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def counts(self, queries: Sequence[Query]) -> list[int]:
        return [0 if query in self.unseen else 5 for query in queries]

    def weights(self, queries: Sequence[Query]) -> list[int]:
        return [self.weighing.get(query, 2) for query in queries]

    def forms(self, term: str) -> Sequence[str]:
        return (term, *self.having.get(term, ()))

    def terms_written(self, form: str) -> Sequence[str]:
        return self.written.get(form, ())

    def terms_read(self, reading: str) -> Sequence[str]:
        return self.read.get(reading, ())

    def labelled(self, facet: Facet, text: str, *, quoted: bool = False) -> tuple[str, ...]:
        del quoted
        return self.labels.get(text, ()) if facet is not Facet.DATE else ()


def widening(
    analyse: Analyse, index: MadeUpIndex | None = None, groups: str = "", *, exact: bool = False
) -> Widening:
    """On an index, with groups of synonyms, a line each."""
    synonyms = Synonyms(read_groups(groups), lambda text: tuple(t.term for t in analyse(text)))
    return Widening(index or MadeUpIndex(), analyse, synonyms, exact)


def letters(text: str) -> Phrase:
    """Letters that stand from border to border of words."""
    return Phrase((Slot(written=(text,)),))


def side_by_side(*terms: str, gaps: tuple[int, ...] = ()) -> Phrase:
    """A phrase with one term a slot."""
    return Phrase(tuple(Slot((term,)) for term in terms), gaps)


def typed(text: str, *terms: str) -> Boosted:
    """What a typed word of several terms is found by as it was typed."""
    either = Best((side_by_side(*terms), letters(text)))
    return Boosted(either, any_of(*dict.fromkeys(terms)))


def any_of(*terms: str) -> Or:
    """At least one of the terms."""
    return Or(tuple(map(Term, terms)))


def enough(clauses: tuple[Query, ...], weights: tuple[int, ...] = ()) -> AtLeast:
    """Enough of the clauses, of the same weight where none are said."""
    weights = weights or (2,) * len(clauses)
    share = max(ENOUGH, min(1.0, FEW / len(clauses)))
    return AtLeast(clauses, weights, max(1, round(share * sum(weights))))


def word(*terms: str, fields: Fields = ALL_FIELDS) -> TypedWord:
    """A typed word, as far as plans are compared."""
    return TypedWord(tuple(map(Token, terms)), fields=fields)


def running(*terms: str, fields: Fields = ALL_FIELDS) -> RunningText:
    """Running text, as far as plans are compared."""
    return RunningText(tuple(map(Token, terms)), fields=fields)


def person(name: str) -> Labelled:
    """Articles with a person."""
    return Labelled(Facet.PERSON, name)


def plan(planner: Planner, text: str) -> Plan | None:
    """What a query asks for."""
    node = parse(text, TODAY).node
    assert node
    return planner.plan(node)


@dataclass(frozen=True)
class Reader:
    """Gives the readings of a text on an index made by hand, in the order they are tried."""

    planner: Planner

    def __call__(
        self,
        text: str,
        partial: PartialMode = "auto",
        index: MadeUpIndex | None = None,
        groups: str = "",
        *,
        exact: bool = False,
    ) -> list[Reading]:
        node = parse(text, TODAY).node
        plan = self.planner.plan(node) if node else None
        widened = widening(self.planner.tokens, index, groups, exact=exact)
        return list(readings(plan, widened, partial)) if plan else []

    def queries(self, text: str, *unseen: Query) -> list[Query]:
        """What is asked, with words that no article has."""
        return [reading.query for reading in self(text, index=MadeUpIndex(unseen))]


@dataclass(frozen=True)
class Found:
    """A typed word, widened."""

    word: TypedWord
    widening: Widening
    choices: Choices

    def kinds(self, *queries: Query) -> dict[Leaf, Kind]:
        """The leaves of some queries and what they stand for."""
        return {leaf: self.widening.reasons[leaf].kind for q in queries for leaf in searched(q)}

    @property
    def main(self) -> dict[Leaf, Kind]:
        """What the word is found by."""
        return self.kinds(self.choices.main)

    @property
    def lower(self) -> dict[Leaf, Kind]:
        """What stands behind."""
        return self.kinds(*self.choices.lower)

    @property
    def expansions(self) -> set[tuple[str, str, str]]:
        """What is told."""
        return {(each.term, each.added, each.kind) for each in self.choices.expansions}


class Widen:
    """Widens one chunk."""

    def __init__(self, analyser: Analyser) -> None:
        self._planner = Planner(analyser)

    def __call__(
        self, text: str, index: MadeUpIndex | None = None, groups: str = "", *, exact: bool = False
    ) -> Found:
        word = self._planner.plan(Chunk(text))
        assert isinstance(word, TypedWord)
        widened = widening(self._planner.tokens, index, groups, exact=exact)
        return Found(word, widened, widened.choices(word))
