"""The engine in memory: naive, obviously right, and the oracle of every other engine.

Useful for: tests, and for searching a few hundred articles without a disk. Every query looks at
every article.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final, assert_never

from search.article import Article
from search.buckets import date_buckets
from search.dates import as_microseconds, tokyo_day
from search.engine.base import EngineStatus, Known, Window
from search.engine.facets import listed
from search.errors import REINDEX, IndexMissing
from search.literal import BETWEEN_PIECES, BETWEEN_WORDS, alternatives, places
from search.query import (
    And,
    AtLeast,
    Best,
    Between,
    Boosted,
    Everything,
    FacetRequest,
    Filters,
    Leaf,
    Literal,
    Not,
    Nothing,
    OneOf,
    Opening,
    Or,
    Partial,
    Passing,
    Phrase,
    Query,
    Term,
    Weighted,
)
from search.results import Match, Matches, ValueCount
from search.schema import FIELD_END, AnalysedArticle, Facet, Field, facet_values
from search.scoring import (
    LEAD,
    MOST_RAISED,
    OPENING,
    OPENING_WEIGHT,
    PLACED,
    SCORE_UNITS,
    Averages,
    averages_of,
    idf_units,
    impact,
    opening_units,
)

_PARTIAL: Final = 2
"""The last of three ranks of hits."""


class Collection:
    """Analysed articles and what is known of all of them together."""

    def __init__(
        self, articles: Sequence[AnalysedArticle], averages: Averages | None = None
    ) -> None:
        self.articles = articles
        self._forms: dict[str, set[str]] = {}
        self._read: dict[str, set[str]] = {}
        self.having: Counter[str] = Counter()
        """How many articles have each term."""
        totals: Counter[Field] = Counter()
        for each in articles:
            held = {term for field in Field for term in each.terms(field) if term}
            self.having.update(held)
            for reading, term in each.readings:
                if term in held:
                    self._read.setdefault(reading, set()).add(term)
            for field in Field:
                totals[field] += sum(map(bool, each.terms(field)))
                for place in each.words[field].tolist():
                    term, form = each.forms[place]
                    self._forms.setdefault(term, set()).add(form)
        self._averages = averages or averages_of(totals, len(articles))
        self._units: dict[Query, int] = {}

    def forms(self, term: str) -> list[str]:
        """Every way a term is written, itself first."""
        return [term, *sorted(self._forms.get(term, set()) - {term})]

    def terms_written(self, form: str) -> list[str]:
        """The terms that are written so somewhere."""
        return sorted(term for term in self.having if form in self.forms(term))

    def terms_read(self, reading: str) -> list[str]:
        """The terms of articles that give them this reading."""
        return sorted(self._read.get(reading, ()))

    def matches(self, query: Query, article: AnalysedArticle) -> bool:  # noqa: C901, PLR0911 - one a node
        """Whether an article matches; the meaning of every node, in one place."""
        match query:
            case Term():
                return any(query.term in article.terms(each) for each in query.fields)
            case Phrase():
                return any(self._side_by_side(query, article, each) for each in query.fields)
            case Literal():
                pieces = [(piece,) for piece in query.pieces]
                return any(
                    any(places(text, pieces, BETWEEN_PIECES, lambda _: True))
                    for each in query.fields
                    for _, text in literal_texts(article)[each]
                )
            case Boosted() | Weighted():
                return self.matches(query.clause, article)
            case And():
                return all(self.matches(clause, article) for clause in query.clauses)
            case Or() | Best():
                return any(self.matches(clause, article) for clause in query.clauses)
            case AtLeast():
                pairs = zip(query.clauses, query.weights, strict=True)
                found = (w for clause, w in pairs if self.matches(clause, article))
                return sum(found) >= query.needed
            case Not():
                return not self.matches(query.clause, article)
            case Passing():
                return passes(article.article, query.facet, query.rule)
            case Everything():
                return True
            case Nothing():
                return False
        assert_never(query)

    def _side_by_side(self, phrase: Phrase, article: AnalysedArticle, field: Field) -> bool:
        pieces = [alternatives(slot, self.forms) for slot in phrase.slots]
        return any(
            any(places(text, pieces, BETWEEN_WORDS, article.border_from(start), phrase.gaps))
            for start, text in literal_texts(article)[field]
        )

    def score(self, query: Query, article: AnalysedArticle) -> int:  # noqa: PLR0911 - one a node
        """The score of an article that matches, in SCORE_UNITS."""
        match query:
            case Term():
                return self._idf(query) * self._impact(query.term, article)
            case Phrase() | Literal():
                return self._idf(query) * PLACED
            case Boosted():
                raised = self.score(query.by, article) if self.matches(query.by, article) else 0
                return self.score(query.clause, article) + raised
            case Weighted():
                return self.score(query.clause, article) * query.eighths // 8
            case And() | Or() | AtLeast():
                matching = [each for each in query.clauses if self.matches(each, article)]
                return sum(self.score(clause, article) for clause in matching)
            case Best():
                matching = [each for each in query.clauses if self.matches(each, article)]
                return max(self.score(clause, article) for clause in matching)
            case Not() | Passing() | Everything() | Nothing():
                return 0
        assert_never(query)

    def raised(self, opening: Opening, article: AnalysedArticle) -> int:
        """What an opening adds to the score of an article, in SCORE_UNITS."""
        return sum(
            OPENING_WEIGHT * (self._opening_units(pair) * eighths // 8)
            for pair, eighths in opening.pairs
            if pair in _beginning(article)
        )

    def _opening_units(self, pair: str) -> int:
        wanted = re.compile(f"(?={re.escape(pair)})")
        places = sum(len(wanted.findall(each.text)) for each in self.articles)
        return opening_units(len(self.articles), places)

    def _idf(self, leaf: Leaf) -> int:
        if leaf not in self._units:
            having = sum(self.matches(leaf, each) for each in self.articles)
            self._units[leaf] = idf_units(len(self.articles), having)
        return self._units[leaf]

    def _impact(self, term: str, article: AnalysedArticle) -> int:
        title, body, captions = (article.terms(each) for each in Field)
        counts = (
            title.count(term),
            body[:LEAD].count(term),
            body[LEAD:].count(term),
            captions.count(term),
        )
        lengths = {each: sum(map(bool, article.terms(each))) for each in Field}
        return impact(counts, lengths, self._averages)


def _beginning(article: AnalysedArticle) -> str:
    """Headline and the first characters of the body, one more where a pair may end in it."""
    title, body, *_ = article.text.split(FIELD_END)
    return f"{title}{FIELD_END}{body[: OPENING + 1]}"


def literal_texts(article: AnalysedArticle) -> dict[Field, list[tuple[int, str]]]:
    """The texts of each field, and where they begin in the literal text."""
    texts: dict[Field, list[tuple[int, str]]] = {each: [] for each in Field}
    start = 0
    for number, text in enumerate(article.text.split(FIELD_END)[:-1]):
        texts[list(Field)[min(number, 2)]].append((start, text))
        start += len(text) + 1
    return texts


def passes(article: Article, facet: Facet, rule: OneOf | Between) -> bool:
    """Whether an article passes the filter on a facet."""
    match rule:
        case OneOf():
            return not set(rule.values).isdisjoint(facet_values(article, facet))
        case Between():
            day = tokyo_day(article.published)
            return (rule.since or date.min) <= day <= (rule.until or date.max)
    assert_never(rule)


@dataclass(frozen=True)
class MemorySnapshot:
    """The articles of one moment."""

    articles: tuple[AnalysedArticle, ...]
    generation: int
    averages: Averages | None = None
    """Those to score with; those of the articles where None."""

    @property
    def identity(self) -> str:
        """See Snapshot.identity."""
        return f"{id(self.articles):x}-{self.generation}"

    @cached_property
    def _collection(self) -> Collection:
        return Collection(self.articles, self.averages)

    def search(  # noqa: PLR0913 - those of the port
        self,
        query: Query,
        *,
        filters: Filters,
        window: Window,
        facets: Sequence[FacetRequest] = (),
        lower: Query | None = None,
        partial: Partial | None = None,
        opening: Opening | None = None,
    ) -> Matches:
        """See Snapshot.search."""
        found = self._hits((query, lower, partial.query if partial else None))
        if opening:
            found = self._raised(found, filters, opening)
        shown = bool(partial and partial.shown)
        hits = [each for each in found if shown or each.rank < _PARTIAL]
        ordered = _ordered([each for each in hits if each.passes(filters)], window)
        dates: Counter[date] = Counter()
        values: dict[Facet, tuple[ValueCount, ...]] = {}
        for facet in facets:
            counted = [e.item.article for e in hits if e.passes(filters, facet.facet)]
            if facet.facet is Facet.DATE:
                dates = Counter(tokyo_day(article.published) for article in counted)
            else:
                per_article = (facet_values(article, facet.facet) for article in counted)
                counts = Counter(value for each in per_article for value in each)
                values[facet.facet] = listed(counts, facet)
        intervals = [each.interval for each in facets if each.facet is Facet.DATE]
        return Matches(
            len(ordered),
            tuple(ordered[window.offset : window.offset + window.limit]),
            date_buckets(dates, intervals[0]) if intervals else (),
            values,
            sum(each.rank == _PARTIAL and each.passes(filters) for each in found),
        )

    def _hits(self, queries: Sequence[Query | None]) -> list[_Hit]:
        """The articles of each query that none before it finds."""
        hits: list[_Hit] = []
        for rank, query in enumerate(queries):
            before = {each.item for each in hits}
            hits += [
                _Hit(item, rank, self._collection.score(query, item))
                for item in self.articles
                if query and item not in before and self._collection.matches(query, item)
            ]
        return hits

    def _raised(self, found: list[_Hit], filters: Filters, opening: Opening) -> list[_Hit]:
        """The hits, the first of the query itself raised by their openings."""
        passing = [each for each in found if not each.rank and each.passes(filters)]
        first = {each.item: each for each in _by_relevance(passing)[:MOST_RAISED]}
        return [
            replace(each, units=each.units + self._collection.raised(opening, each.item))
            if first.get(each.item) is each
            else each
            for each in found
        ]

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """See Snapshot.counts."""
        matches = self._collection.matches
        return [sum(matches(query, each) for each in self.articles) for query in queries]

    def forms(self, term: str) -> Sequence[str]:
        """See Snapshot.forms."""
        return self._collection.forms(term)

    def terms_written(self, form: str) -> Sequence[str]:
        """See Snapshot.terms_written."""
        return self._collection.terms_written(form)

    def terms_read(self, reading: str) -> Sequence[str]:
        """See Snapshot.terms_read."""
        return self._collection.terms_read(reading)

    def vocabulary(self, least: int) -> Sequence[str]:
        """See Snapshot.vocabulary."""
        return sorted(term for term, count in self._collection.having.items() if count >= least)

    def labels(self, facet: Facet) -> Sequence[str]:
        """See Snapshot.labels."""
        return list({v for each in self.articles for v in facet_values(each.article, facet)})

    def values(self, facet: Facet, prefix: str, size: int) -> tuple[ValueCount, ...]:
        """See Snapshot.values."""
        per_article = (facet_values(each.article, facet) for each in self.articles)
        counts = Counter(value for each in per_article for value in each)
        wanted = {value: count for value, count in counts.items() if value.startswith(prefix)}
        return listed(wanted, FacetRequest(facet, size=size))

    def size(self) -> int:
        """See Snapshot.size."""
        return len(self.articles)

    def get(self, article_id: str) -> Match | None:
        """See Snapshot.get."""
        found = (
            Match(each.article, 0.0, borders=each.borders)
            for each in self.articles
            if each.article.id == article_id
        )
        return next(found, None)


@dataclass(frozen=True)
class _Hit:
    """An article, which query found it, and how well, in SCORE_UNITS."""

    item: AnalysedArticle
    rank: int
    """0: the query itself, 1: the lower one, _PARTIAL: the partial one."""
    units: int

    def passes(self, filters: Filters, without: Facet | None = None) -> bool:
        article = self.item.article
        rules = ((facet, rule) for facet, rule in filters.items() if facet != without)
        return all(passes(article, facet, rule) for facet, rule in rules)

    def match(self, units: float) -> Match:
        score = round(max(0.0, units) / SCORE_UNITS, 5)
        return Match(self.item.article, score, self.rank == _PARTIAL, self.item.borders)


def _by_relevance(hits: list[_Hit]) -> list[_Hit]:
    ordered = sorted(hits, key=lambda each: each.item.article.id)
    return sorted(
        ordered, key=lambda each: (-each.units, -as_microseconds(each.item.article.published))
    )


def _ordered(hits: list[_Hit], window: Window) -> list[Match]:
    """In the order asked for; by relevance, one rank behind the other."""
    oldest = window.sort == "oldest"
    hits.sort(key=lambda each: each.item.article.id)
    hits.sort(key=lambda each: as_microseconds(each.item.article.published), reverse=not oldest)
    if window.sort != "relevance":
        return [each.match(0) for each in hits]
    matches: list[Match] = []
    lowest: float | None = None
    for rank in range(_PARTIAL + 1):
        ranked = sorted((each for each in hits if each.rank == rank), key=lambda each: -each.units)
        scores = [_behind(each.units, lowest) for each in ranked]
        matches += [each.match(score) for each, score in zip(ranked, scores, strict=True)]
        lowest = min(scores, default=lowest)
    return matches


def _behind(units: int, lowest: float | None) -> float:
    """A score below the lowest of the ranks before, in the order of the scores of its own rank."""
    if lowest is None:
        return units
    share = units / (units + SCORE_UNITS)
    return lowest * share if lowest > 0 else lowest - 1 + share


@dataclass
class MemoryWriter:
    """Changes to come; see ArticleWriter."""

    before: dict[str, AnalysedArticle]
    after: dict[str, AnalysedArticle]
    changed: bool = False

    def known(self) -> Mapping[str, Known]:
        """See ArticleWriter.known."""
        return {
            key: Known(each.article.content_hash(), each.article.origin)
            for key, each in self.before.items()
        }

    def articles(self) -> Iterator[Article]:
        """See ArticleWriter.articles."""
        return (each.article for each in self.before.values())

    def add(self, analysed: AnalysedArticle) -> None:
        """See ArticleWriter.add."""
        self.after[analysed.article.id] = analysed
        self.changed = True

    def remove(self, article_id: str) -> None:
        """See ArticleWriter.remove."""
        self.changed |= self.after.pop(article_id, None) is not None


class MemoryEngine:
    """Keeps analysed articles in a dictionary; see Engine."""

    def __init__(self, averages: Callable[[], Averages] | None = None) -> None:
        """`averages`: those of another engine, to score as it does."""
        self._current: MemorySnapshot | None = None
        self._averages = averages
        self._lock = threading.Lock()

    @contextmanager
    def snapshot(self) -> Iterator[MemorySnapshot]:
        """See Engine.snapshot."""
        if self._current is None:
            raise IndexMissing("nothing has been indexed yet", command=REINDEX)
        yield replace(self._current, averages=self._averages() if self._averages else None)

    def generation(self) -> int | None:
        """See Engine.generation."""
        return self._current.generation if self._current else None

    @contextmanager
    def writing(self, *, rebuild: bool = False) -> Iterator[MemoryWriter]:
        """See Engine.writing."""
        with self._lock:
            before = {e.article.id: e for e in (self._current.articles if self._current else ())}
            after = {} if rebuild else dict(before)
            writer = MemoryWriter(before, after, changed=len(after) < len(before))
            yield writer
            if writer.changed:
                generation = (self.generation() or 0) + 1
                self._current = MemorySnapshot(tuple(writer.after.values()), generation)

    def status(self) -> EngineStatus:
        """See Engine.status."""
        with self.snapshot() as snapshot:
            return EngineStatus("memory", snapshot.size(), 1, 0, snapshot.generation, "", None)

    def check(self) -> list[str]:
        """See Engine.check."""
        return []

    def close(self) -> None:
        """See Engine.close."""
