"""From the syntax tree to the query an engine runs, and to its relaxed forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final, Protocol, assert_never

from search.analysis.japanese import Analyser
from search.analysis.normalize import literal_text
from search.analysis.tokens import GAP, Word
from search.literal import pieces_of
from search.parser import Chunk, Either, Node, Quoted, Together, Without
from search.query import (
    And,
    AtLeast,
    Boosted,
    Everything,
    Leaf,
    Literal,
    Not,
    Nothing,
    Or,
    Partial,
    PartialMode,
    Phrase,
    Query,
    Term,
)

MOST_TYPED_WORDS: Final = 8
"""More words than these in one chunk are running text."""

MOST_REQUIRED_WORDS: Final = 12
"""A query of more words asks for enough of them."""

ENOUGH: Final = 0.4
"""The share of its words, by weight, that running text asks for (docs/decisions/enough.md)."""

LEAST_LEFT: Final = 0.5
"""The share of the query's weight that relaxing never goes below."""


class Index(Protocol):
    """What planning asks of the index."""

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """How many articles match each query."""
        ...

    def weights(self, queries: Sequence[Query]) -> list[int]:
        """How telling each query is, from 1."""
        ...


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A chunk of up to eight words to be found side by side."""

    terms: tuple[str, ...]
    pieces: tuple[str, ...] = field(default=(), compare=False)
    """The chunk as a literal text."""

    def query(self) -> Query:
        """The word as typed; of several terms, each adds to the score."""
        if len(self.terms) == 1:
            return Term(self.terms[0])
        return Boosted(Phrase(self.terms), Or(tuple(map(Term, self.words))))

    def inside(self) -> Query:
        """The word inside longer ones as well; digits meet whole numbers only."""
        if not self.pieces or self.pieces[0][0].isdigit() or self.pieces[-1][-1].isdigit():
            return self.query()
        return Literal(self.pieces)

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
    """A quotation: found by its letters, ranked by its words."""

    pieces: tuple[str, ...]
    words: tuple[str, ...]

    def query(self) -> Query:
        """The quotation as typed."""
        literal = Literal(self.pieces)
        return Boosted(literal, Or(tuple(map(Term, self.words)))) if self.words else literal


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
                return self._quoted(node.text)
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

    def _quoted(self, text: str) -> Plan | None:
        pieces = pieces_of(literal_text(text).text)
        terms = dict.fromkeys(term for term in self._analyser.analyse(text).terms if term)
        return Literally(pieces, tuple(terms)) if pieces else None

    def _chunk(self, text: str) -> Plan | None:
        analysed = self._analyser.analyse(text)
        kept = [place for place, word in enumerate(analysed.words) if word.term]
        if not kept:
            return None
        words = analysed.words[kept[0] : kept[-1] + 1]
        terms = [word.term for word in words]
        telling = _telling(words)
        broken = GAP in terms or len(telling) < len(terms)
        if (broken and telling) or len(terms) > MOST_TYPED_WORDS:
            if len(telling) > 1:
                return RunningText(tuple(dict.fromkeys(telling)))
            kept = [place for place in kept if analysed.words[place].term == telling[0]]
            terms = list(telling)
        start, end = analysed.spans[kept[0]][0], analysed.spans[kept[-1]][1]
        pieces = pieces_of(literal_text(text[start:end]).text)
        return TypedWord(tuple(term for term in terms if term), pieces)


def _telling(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.term for word in words if word.term and not word.is_function_word)


def _single(parts: tuple[Plan, ...]) -> Plan | None:
    return parts[0] if len(parts) == 1 else None


@dataclass(frozen=True, slots=True)
class Reading:
    """A query to run for a plan."""

    query: Query
    partial: Partial | None = None

    @property
    def matched(self) -> Query:
        """What every hit that is shown matches."""
        return self.partial.query if self.partial and self.partial.shown else self.query


def readings(plan: Plan, index: Index, partial: PartialMode) -> Iterator[Reading]:
    """The query as typed, then its relaxed forms, each asking for less than the one before.

    Hits inside longer words are shown as `partial` says; `auto` shows those of words that no
    article has as a word, and such a word excludes inside longer ones as well.
    """
    words = tuple(dict.fromkeys(_typed_words(plan)))
    counts = index.counts([word.query() for word in words])
    unseen = {word for word, count in zip(words, counts, strict=True) if not count}
    shown = {"1": set(words), "auto": unseen, "0": set[TypedWord]()}[partial]
    builder = _Builder(index, excluded=frozenset(shown))
    typed = builder.query(plan)
    wider = replace(builder, widened=frozenset(shown or words)).query(plan)
    yield Reading(typed, Partial(wider, bool(shown)) if wider != typed else None)
    yield from (Reading(query) for query in _relaxed(plan, builder))


def _relaxed(plan: Plan, builder: _Builder) -> Iterator[Query]:
    typed = builder.query(plan)
    parts = replace(builder, as_parts=True)
    in_parts = parts.query(plan)
    if in_parts != typed:
        yield in_parts
    chunks = tuple(dict.fromkeys(_relaxable(plan)))
    words = {word for chunk in chunks for word in chunk.words}
    if len(chunks) < 2 or len(words) > MOST_REQUIRED_WORDS:
        return
    clauses = tuple(parts.query(chunk) for chunk in chunks)
    fixed = tuple(parts.query(part) for part in _together(plan) if part not in chunks)
    weights = tuple(
        sum(builder.index.weights([Term(word) for word in chunk.words])) for chunk in chunks
    )
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


def _typed_words(plan: Plan) -> Iterator[TypedWord]:
    match plan:
        case TypedWord():
            yield plan
        case All() | Any():
            for part in plan.parts:
                yield from _typed_words(part)
        case NotThis():
            yield from _typed_words(plan.part)
        case RunningText() | Literally():
            return
        case _:
            assert_never(plan)


@dataclass(frozen=True)
class _Builder:
    """From plans to queries."""

    index: Index
    excluded: frozenset[TypedWord] = frozenset()
    """Words that exclude also where they stand inside longer ones."""
    widened: frozenset[TypedWord] = frozenset()
    """Words that are found inside longer ones too."""
    as_parts: bool = False
    """Typed words in their parts."""

    def query(self, plan: Plan) -> Query:
        match plan:
            case TypedWord():
                return self._word(plan)
            case RunningText():
                return self._enough(plan.words)
            case Literally():
                return plan.query()
            case All():
                return self._all(plan)
            case Any():
                return Or(tuple(self.query(part) for part in plan.parts))
            case NotThis():
                return Not(replace(self, widened=self.excluded, as_parts=False).query(plan.part))
        assert_never(plan)

    def _word(self, word: TypedWord) -> Query:
        if self.as_parts:
            return _all(word.parts())
        query, inside = word.query(), word.inside()
        return Or((query, inside)) if word in self.widened and inside != query else query

    def _all(self, plan: All) -> Query:
        if plan.demanded:
            whole = replace(self, as_parts=False)
            return _all(tuple(whole.query(part) for part in plan.parts))
        chunks = _relaxable(plan)
        words = tuple(dict.fromkeys(word for chunk in chunks for word in chunk.words))
        if len(words) <= MOST_REQUIRED_WORDS:
            return _all(tuple(self.query(part) for part in plan.parts))
        fixed = (self.query(part) for part in plan.parts if part not in chunks)
        return _all((*fixed, self._enough(words)))

    def _enough(self, words: Sequence[str]) -> Query:
        clauses = tuple(Term(word) for word in words)
        if len(clauses) == 1:
            return clauses[0]
        weights = tuple(self.index.weights(clauses))
        return AtLeast(clauses, weights, max(1, round(ENOUGH * sum(weights))))


def _all(queries: tuple[Query, ...]) -> Query:
    return queries[0] if len(queries) == 1 else And(queries)


def searched(query: Query) -> Iterator[Leaf]:
    """The leaves that make an article a hit, for marking; nothing below a Not."""
    match query:
        case Term() | Phrase() | Literal():
            yield query
        case Boosted():
            yield from searched(query.clause)
        case And() | Or() | AtLeast():
            for clause in query.clauses:
                yield from searched(clause)
        case Not() | Everything() | Nothing():
            return
        case _:
            assert_never(query)
