"""The engine in memory: naive, obviously right, and the oracle of every other engine.

Useful for: tests, and for searching a few hundred articles without a disk. Every query looks at
every article.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from search.article import Article
from search.buckets import date_buckets
from search.dates import as_microseconds, tokyo_day
from search.engine.base import EngineStatus, Known, Window
from search.engine.facets import listed
from search.errors import REINDEX, IndexMissing
from search.query import (
    And,
    AtLeast,
    Between,
    Everything,
    FacetRequest,
    Filters,
    Not,
    Nothing,
    OneOf,
    Or,
    Phrase,
    Query,
    Term,
)
from search.results import Match, Matches, ValueCount
from search.schema import FIELD_WEIGHTS, AnalysedArticle, Facet, Field, facet_values
from search.scoring import K1, B, idf


def frequency(leaf: Term | Phrase, terms: Sequence[str]) -> int:
    """How often a leaf occurs in a sequence of terms."""
    wanted = list(leaf.terms) if isinstance(leaf, Phrase) else [leaf.term]
    width = len(wanted)
    return sum(list(terms[at : at + width]) == wanted for at in range(len(terms) - width + 1))


def matches(query: Query, article: AnalysedArticle) -> bool:  # noqa: PLR0911 - one a node
    """Whether an article matches; the meaning of every node, in one place."""
    match query:
        case Term() | Phrase():
            return any(frequency(query, article.terms[each]) for each in query.fields)
        case And():
            return all(matches(clause, article) for clause in query.clauses)
        case Or():
            return any(matches(clause, article) for clause in query.clauses)
        case AtLeast():
            pairs = zip(query.clauses, query.weights, strict=True)
            return sum(w for clause, w in pairs if matches(clause, article)) >= query.needed
        case Not():
            return not matches(query.clause, article)
        case Everything():
            return True
        case Nothing():
            return False
    assert_never(query)


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

    @property
    def identity(self) -> str:
        """See Snapshot.identity."""
        return f"{id(self.articles):x}-{self.generation}"

    def search(
        self,
        query: Query,
        *,
        filters: Filters,
        window: Window,
        facets: Sequence[FacetRequest] = (),
    ) -> Matches:
        """See Snapshot.search."""
        found = [each for each in self.articles if matches(query, each)]
        hits = [each for each in found if _passes_all(each.article, filters, None)]
        ordered = self._ordered(query, hits, window)
        cut = ordered[window.offset : window.offset + window.limit]
        dates: Counter[date] = Counter()
        values: dict[Facet, tuple[ValueCount, ...]] = {}
        for facet in facets:
            counted = [e.article for e in found if _passes_all(e.article, filters, facet.facet)]
            if facet.facet is Facet.DATE:
                dates = Counter(tokyo_day(article.published) for article in counted)
            else:
                per_article = (facet_values(article, facet.facet) for article in counted)
                counts = Counter(value for each in per_article for value in each)
                values[facet.facet] = listed(counts, facet)
        intervals = [each.interval for each in facets if each.facet is Facet.DATE]
        buckets = date_buckets(dates, intervals[0]) if intervals else ()
        return Matches(len(hits), tuple(cut), buckets, values)

    def _ordered(self, query: Query, hits: list[AnalysedArticle], window: Window) -> list[Match]:
        scores = self._scores(query, hits) if window.sort == "relevance" else [0.0] * len(hits)
        found = [Match(hit.article, score) for hit, score in zip(hits, scores, strict=True)]
        found.sort(key=lambda each: each.article.id)
        oldest = window.sort == "oldest"
        found.sort(key=lambda each: as_microseconds(each.article.published), reverse=not oldest)
        if window.sort == "relevance":
            found.sort(key=lambda each: -each.score)
        return found

    def _scores(self, query: Query, hits: list[AnalysedArticle]) -> list[float]:
        statistics = _Statistics(self.articles)
        return [round(statistics.score(query, hit), 5) for hit in hits]

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """See Snapshot.counts."""
        return [sum(matches(query, each) for each in self.articles) for query in queries]

    def size(self) -> int:
        """See Snapshot.size."""
        return len(self.articles)

    def get(self, article_id: str) -> Article | None:
        """See Snapshot.get."""
        found = (each.article for each in self.articles if each.article.id == article_id)
        return next(found, None)


def _passes_all(article: Article, filters: Filters, without: Facet | None) -> bool:
    return all(passes(article, facet, rule) for facet, rule in filters.items() if facet != without)


class _Statistics:
    """What BM25F takes from the whole collection."""

    def __init__(self, articles: Sequence[AnalysedArticle]) -> None:
        self._articles = articles
        count = max(1, len(articles))
        self._averages = {
            each: sum(len(article.terms[each]) for article in articles) / count for each in Field
        }
        self._having: dict[Query, int] = {}

    def score(self, query: Query, article: AnalysedArticle) -> float:
        match query:
            case Term() | Phrase():
                return self._leaf(query, article)
            case And() | Or() | AtLeast():
                matching = [clause for clause in query.clauses if matches(clause, article)]
                return sum(self.score(clause, article) for clause in matching)
            case Not() | Everything() | Nothing():
                return 0.0
        assert_never(query)

    def _leaf(self, leaf: Term | Phrase, article: AnalysedArticle) -> float:
        if leaf not in self._having:
            self._having[leaf] = sum(matches(leaf, each) for each in self._articles)
        weight = 0.0
        for each in leaf.fields:
            terms = article.terms[each]
            length = len(terms) / (self._averages[each] or 1)
            weight += (
                FIELD_WEIGHTS[each] * frequency(leaf, terms) / (1 - B[each] + B[each] * length)
            )
        return idf(len(self._articles), self._having[leaf]) * weight / (K1 + weight)


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

    def __init__(self) -> None:
        self._current: MemorySnapshot | None = None
        self._lock = threading.Lock()

    @contextmanager
    def snapshot(self) -> Iterator[MemorySnapshot]:
        """See Engine.snapshot."""
        if self._current is None:
            raise IndexMissing("nothing has been indexed yet", command=REINDEX)
        yield self._current

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
