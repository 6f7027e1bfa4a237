"""From a plan to the query an engine runs, and to its relaxed forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, assert_never

from search.analysis.katakana import is_kana
from search.emphasis import USUAL
from search.plans import (
    All,
    Any,
    Close,
    Days,
    Labelled,
    Literally,
    NotThis,
    Plan,
    RunningText,
    Some,
    TypedWord,
    typed_words,
)
from search.query import (
    ALL_FIELDS,
    And,
    AtLeast,
    Best,
    Between,
    Boosted,
    Everything,
    Leaf,
    Literal,
    Not,
    Nothing,
    OneOf,
    Opening,
    Or,
    Partial,
    PartialMode,
    Passing,
    Phrase,
    Query,
    Term,
    Weighted,
)
from search.schema import Facet
from search.widening import Widening

ENOUGH: Final = 0.25
"""The share of its words, by weight, that running text asks for (docs/decisions/enough.md)."""

FEW: Final = 1.0
"""Of few words it asks for the weight of as many as this on average: of two for half."""

LEAST_LEFT: Final = 0.5
"""The share of the query's weight that relaxing never goes below."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A query to run for a plan."""

    query: Query
    lower: Query | None = None
    """What it finds besides, stands behind."""
    partial: Partial | None = None
    opening: Opening | None = None
    """What raises the first hits of running text."""

    @property
    def matched(self) -> Query:
        """What every hit that is shown matches."""
        if self.partial and self.partial.shown:
            return self.partial.query
        return self.lower or self.query


def readings(plan: Plan, widening: Widening, partial: PartialMode) -> Iterator[Reading]:
    """The query as typed, then its relaxed forms, each asking for less than the one before.

    Hits inside longer words are shown as `partial` says; `auto` shows those of words that no
    article has as a word, and such a word excludes inside longer ones as well.
    """
    words = tuple(dict.fromkeys(typed_words(plan)))
    single = [word for word in words if isinstance(word, TypedWord)]
    as_words = [widening.choices(word).as_word or Nothing() for word in single]
    counts = widening.index.counts(as_words)
    unseen = {word for word, count in zip(single, counts, strict=True) if not count}
    shown: set[TypedWord | RunningText] = set(words) if partial == "1" else set()
    if partial == "auto":
        shown |= unseen
    builder = _Builder(widening, excluded=frozenset(shown))
    typed = builder.query(plan)
    lower = replace(builder, lower=True)
    below = lower.query(plan)
    wider = replace(lower, widened=frozenset(shown or words)).query(plan)
    yield Reading(
        typed,
        below if below != typed else None,
        Partial(wider, bool(shown)) if wider != below else None,
        _opening(plan),
    )
    yield from (Reading(query, opening=_opening(plan)) for query in _relaxed(plan, builder))


def _opening(plan: Plan) -> Opening | None:
    """The pairs of letters of the running text in a plan."""
    texts = [part for part in _together(plan) if isinstance(part, RunningText)]
    pairs: dict[str, int] = {}
    for text in texts:
        for pair, eighths in text.pairs if text.fields == ALL_FIELDS else ():
            pairs[pair] = max(eighths, pairs.get(pair, 0))
    return Opening(tuple(pairs.items())) if pairs else None


def _relaxed(plan: Plan, builder: _Builder) -> Iterator[Query]:
    typed = builder.query(plan)
    parts = replace(builder, as_parts=True)
    in_parts = parts.query(plan)
    if in_parts != typed:
        yield in_parts
    chunks = tuple(dict.fromkeys(_relaxable(plan)))
    if len(chunks) < 2:
        return
    clauses = tuple(parts.query(chunk) for chunk in chunks)
    fixed = tuple(parts.query(part) for part in _together(plan) if part not in chunks)
    weights = tuple(builder.widening.index.weights(clauses))
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
    """The chunks that may be left out; what a field demands is none of them."""
    return tuple(
        each
        for each in _together(plan)
        if isinstance(each, TypedWord | RunningText) and each.fields == ALL_FIELDS
    )


@dataclass(frozen=True)
class _Builder:
    """From plans to queries."""

    widening: Widening
    excluded: frozenset[TypedWord | RunningText] = frozenset()
    """Words that exclude also where they stand inside longer ones."""
    widened: frozenset[TypedWord | RunningText] = frozenset()
    """Words that are found inside longer ones too."""
    lower: bool = False
    """Typed words by their parts close together and by their reading too."""
    as_parts: bool = False
    """Typed words in their parts."""

    def query(self, plan: Plan) -> Query:  # noqa: C901, PLR0911 - one a node
        match plan:
            case TypedWord():
                return self._word(plan)
            case RunningText():
                return self._running(plan)
            case Literally():
                return self.widening.literally(plan)
            case Close():
                return self._close(plan)
            case Labelled():
                values = self.widening.index.labelled(plan.facet, plan.text, quoted=plan.quoted)
                return Passing(plan.facet, OneOf(values)) if values else Nothing()
            case Days():
                return Passing(Facet.DATE, Between(plan.first, plan.last))
            case All():
                return self._all(plan)
            case Any():
                return Or(tuple(self.query(part) for part in plan.parts))
            case Some():
                return self._some(plan.parts)
            case NotThis():
                return Not(self._excluding().query(plan.part))
        assert_never(plan)

    def _excluding(self) -> _Builder:
        return replace(self, widened=self.excluded, lower=False, as_parts=False)

    def _word(self, word: TypedWord) -> Query:
        if self.as_parts and word.fields == ALL_FIELDS:
            return self._parts(word)
        choices = self.widening.choices(word)
        found = [choices.main]
        if self.lower:
            found += choices.lower
        if word in self.widened and choices.inside:
            found.append(choices.inside)
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _parts(self, word: TypedWord) -> Query:
        """What a word falls into where nobody wrote it so; parts of one character are left out."""
        terms = tuple(Term(term) for term in word.terms if len(term) > 1)
        if not terms or len(word.tokens) == 1 or is_kana(word.text):
            return self.widening.choices(word).main
        for term in terms:
            self.widening.typed(term)
        return _all(terms)

    def _running(self, text: RunningText) -> Query:
        clauses = tuple(
            self.widening.clause(token, text, place) for place, token in enumerate(text.tokens)
        )
        enough = self._enough(clauses, [token.eighths for token in text.tokens])
        inside = self.widening.inside_text(text) if text in self.widened else None
        return Or((enough, inside)) if inside else enough

    def _close(self, plan: Close) -> Query:
        first, second = self.widening.slots(plan.first), self.widening.slots(plan.second)
        orders = ((first, second), (second, first))
        fields = plan.first.fields
        either = tuple(
            Phrase(
                (*before, *after),
                (*(0,) * (len(before) - 1), plan.distance, *(0,) * (len(after) - 1)),
                fields,
            )
            for before, after in orders
        )
        for phrase in either:
            self.widening.typed(phrase)
        return Or(tuple(dict.fromkeys(either)))

    def _all(self, plan: All) -> Query:
        if plan.demanded:
            whole = replace(self, as_parts=False)
            return _all(tuple(whole.query(part) for part in plan.parts))
        every = _all(tuple(self.query(part) for part in plan.parts))
        joined = None if self.as_parts else self.widening.joined(plan.joined)
        return Or((every, joined)) if joined else every

    def _some(self, parts: Sequence[Plan]) -> Query:
        """Enough of some parts; what excludes or filters is demanded."""
        demanded = [part for part in parts if isinstance(part, NotThis | Labelled | Days)]
        others = [self.query(part) for part in parts if part not in demanded]
        fixed = [self.query(part) for part in demanded]
        return _all((*fixed, self._enough(tuple(others)))) if others else _all(tuple(fixed))

    def _enough(self, clauses: tuple[Query, ...], eighths: Sequence[int] = ()) -> Query:
        """Enough of the clauses by weight; `eighths` say how much each counts for the score."""
        if len(clauses) == 1:
            return clauses[0]
        shares = eighths or [USUAL] * len(clauses)
        weights = tuple(self.widening.index.weights(clauses))
        weighed = tuple(
            clause if share == USUAL else Weighted(clause, share)
            for clause, share in zip(clauses, shares, strict=True)
        )
        share = max(ENOUGH, min(1.0, FEW / len(clauses)))
        return AtLeast(weighed, weights, max(1, round(share * sum(weights))))


def _all(queries: tuple[Query, ...]) -> Query:
    return queries[0] if len(queries) == 1 else And(queries)


def searched(query: Query) -> Iterator[Leaf]:
    """The leaves that make an article a hit, for marking; nothing below a Not."""
    match query:
        case Term() | Phrase() | Literal():
            yield query
        case Boosted() | Weighted():
            yield from searched(query.clause)
        case And() | Or() | Best() | AtLeast():
            for clause in query.clauses:
                yield from searched(clause)
        case Not() | Passing() | Everything() | Nothing():
            return
        case _:
            assert_never(query)
