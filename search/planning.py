"""From the syntax tree to the query an engine runs, and to its relaxed forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, assert_never

from search.analysis.japanese import Analyser
from search.analysis.tokens import GAP, Word
from search.parser import Chunk, Either, Node, Quoted, Together, Without
from search.query import And, AtLeast, Everything, Not, Nothing, Or, Phrase, Query, Term

MOST_TYPED_WORDS: Final = 8
"""More words than these in one chunk are running text."""

MOST_REQUIRED_WORDS: Final = 12
"""A query of more words asks for enough of them."""

ENOUGH: Final = 0.4
"""The share of its words, by weight, that running text asks for (docs/decisions/enough.md)."""

LEAST_LEFT: Final = 0.5
"""The share of the query's weight that relaxing never goes below."""

Weigh = Callable[[Sequence[Query]], list[int]]
"""How telling each query is, from 1."""


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A chunk of up to eight words to be found side by side."""

    terms: tuple[str, ...]

    def query(self) -> Query:
        """The word as typed."""
        return Phrase(self.terms) if len(self.terms) > 1 else Term(self.terms[0])

    def parts(self) -> tuple[Query, ...]:
        """What it falls into where nobody wrote it so; parts of one character are left out."""
        parts = tuple(Term(term) for term in dict.fromkeys(self.terms) if len(term) > 1)
        return parts or (self.query(),)

    @property
    def words(self) -> tuple[str, ...]:
        """The telling terms, each once."""
        return tuple(dict.fromkeys(self.terms))


@dataclass(frozen=True, slots=True)
class RunningText:
    """A headline, a question: enough of its words must be there."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Literally:
    """A quotation."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every part; what a plain query of several chunks is."""

    parts: tuple[Plan, ...]
    demanded: bool


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class NotThis:
    """Without the part."""

    part: Plan


Plan = TypedWord | RunningText | Literally | All | Any | NotThis


class Planner:
    """Analyses the chunks of a syntax tree."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser

    def plan(self, node: Node) -> Plan | None:
        """The plan of a tree; None where it has no word that could be searched."""
        match node:
            case Chunk():
                return self._chunk(node.text)
            case Quoted():
                terms = _trimmed(self._analyser.analyse(node.text).terms)
                return Literally(tuple(terms)) if terms else None
            case Together():
                parts = self._parts(node.parts)
                return _single(parts) or (All(parts, node.demanded) if parts else None)
            case Either():
                parts = self._parts(node.parts)
                return _single(parts) or (Any(parts) if parts else None)
            case Without():
                part = self.plan(node.part)
                return NotThis(part) if part else None
        assert_never(node)

    def _parts(self, nodes: Sequence[Node]) -> tuple[Plan, ...]:
        plans = (self.plan(node) for node in dict.fromkeys(nodes))
        return tuple(plan for plan in plans if plan is not None)

    def _chunk(self, text: str) -> Plan | None:
        words = self._analyser.analyse(text).words
        terms = _trimmed([word.term for word in words])
        if not terms:
            return None
        telling = _telling(words)
        broken = GAP in terms or len(telling) < len(terms)
        if (broken and telling) or len(terms) > MOST_TYPED_WORDS:
            if len(telling) == 1:
                return TypedWord(telling)
            return RunningText(tuple(dict.fromkeys(telling)))
        return TypedWord(tuple(term for term in terms if term))


def _trimmed(terms: Sequence[str]) -> list[str]:
    """Without gaps at either end."""
    kept = [place for place, term in enumerate(terms) if term]
    return list(terms[kept[0] : kept[-1] + 1]) if kept else []


def _telling(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.term for word in words if word.term and not word.is_function_word)


def _single(parts: tuple[Plan, ...]) -> Plan | None:
    return parts[0] if len(parts) == 1 else None


def steps(plan: Plan, weigh: Weigh) -> Iterator[Query]:
    """The query as typed, then its relaxed forms, each asking for less than the one before."""
    typed = _query(plan, weigh, as_parts=False)
    yield typed
    in_parts = _query(plan, weigh, as_parts=True)
    if in_parts != typed:
        yield in_parts
    chunks = tuple(dict.fromkeys(_relaxable(plan)))
    words = {word for chunk in chunks for word in chunk.words}
    if len(chunks) < 2 or len(words) > MOST_REQUIRED_WORDS:
        return
    clauses = tuple(_query(chunk, weigh, as_parts=True) for chunk in chunks)
    fixed = tuple(
        _query(part, weigh, as_parts=True) for part in _together(plan) if part not in chunks
    )
    weights = tuple(sum(weigh([Term(word) for word in chunk.words])) for chunk in chunks)
    total = sum(weights)
    dropped = 0
    for weight in sorted(weights)[:-1]:
        dropped += weight
        needed = max(total - dropped, ceil(LEAST_LEFT * total))
        yield _all((*fixed, AtLeast(clauses, weights, needed)))
        if needed > total - dropped:
            return


def _together(plan: Plan) -> tuple[Plan, ...]:
    return plan.parts if isinstance(plan, All) and not plan.demanded else (plan,)


def _relaxable(plan: Plan) -> tuple[TypedWord | RunningText, ...]:
    return tuple(each for each in _together(plan) if isinstance(each, TypedWord | RunningText))


def _query(plan: Plan, weigh: Weigh, *, as_parts: bool) -> Query:
    match plan:
        case TypedWord():
            return _all(plan.parts()) if as_parts else plan.query()
        case RunningText():
            return _enough(plan.words, weigh)
        case Literally():
            return TypedWord(plan.terms).query()
        case All():
            return _all_parts(plan, weigh, as_parts=as_parts and not plan.demanded)
        case Any():
            return Or(tuple(_query(part, weigh, as_parts=as_parts) for part in plan.parts))
        case NotThis():
            return Not(_query(plan.part, weigh, as_parts=False))
    assert_never(plan)


def _all_parts(plan: All, weigh: Weigh, *, as_parts: bool) -> Query:
    chunks = () if plan.demanded else _relaxable(plan)
    words = tuple(dict.fromkeys(word for chunk in chunks for word in chunk.words))
    if len(words) <= MOST_REQUIRED_WORDS:
        return _all(tuple(_query(part, weigh, as_parts=as_parts) for part in plan.parts))
    others = [part for part in plan.parts if part not in chunks]
    fixed = (_query(part, weigh, as_parts=as_parts) for part in others)
    return _all((*fixed, _enough(words, weigh)))


def _enough(words: Sequence[str], weigh: Weigh) -> Query:
    clauses = tuple(Term(word) for word in words)
    if len(clauses) == 1:
        return clauses[0]
    weights = tuple(weigh(clauses))
    return AtLeast(clauses, weights, max(1, round(ENOUGH * sum(weights))))


def _all(queries: tuple[Query, ...]) -> Query:
    return queries[0] if len(queries) == 1 else And(queries)


def searched(query: Query) -> Iterator[Term | Phrase]:
    """The leaves that make an article a hit, for marking; nothing below a Not."""
    match query:
        case Term() | Phrase():
            yield query
        case And() | Or() | AtLeast():
            for clause in query.clauses:
                yield from searched(clause)
        case Not() | Everything() | Nothing():
            return
        case _:
            assert_never(query)
