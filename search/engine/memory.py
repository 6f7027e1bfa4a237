"""The engine in memory: naive, obviously right, and the oracle of every other engine.

Useful for: tests, and for searching a few hundred articles without a disk. Every query looks at
every article.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from search.article import Article
from search.buckets import date_buckets
from search.dates import as_microseconds, tokyo_day
from search.engine.base import EngineStatus, Known, Window
from search.engine.facets import listed
from search.engine.meaning import Collection, Links, link_all
from search.errors import REINDEX, IndexMissing
from search.labels import Linker, labels_of, name_of, readings_of, unlinked
from search.query import (
    FacetRequest,
    Filters,
    Opening,
    Partial,
    Query,
)
from search.results import Match, Matches, Value, ValueCount
from search.schema import AnalysedArticle, Facet
from search.scoring import (
    MOST_RAISED,
    SCORE_UNITS,
    Averages,
)

_PARTIAL: Final = 2
"""The last of three ranks of hits."""


@dataclass(frozen=True)
class MemorySnapshot:
    """The articles of one moment."""

    articles: tuple[AnalysedArticle, ...]
    generation: int
    averages: Averages | None = None
    """Those to score with; those of the articles where None."""
    links: Links | None = None
    corrections: str = ""

    @property
    def identity(self) -> str:
        """See Snapshot.identity."""
        return f"{id(self.articles):x}-{self.generation}"

    @cached_property
    def _collection(self) -> Collection:
        return Collection(self.articles, self.averages, self.links)

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
        passing = [each for each in hits if self._passes(each, filters)]
        ordered = _ordered(passing, window, self._collection.shown)
        dates: Counter[date] = Counter()
        values: dict[Facet, tuple[ValueCount, ...]] = {}
        for facet in facets:
            counted = [e.item.article for e in hits if self._passes(e, filters, facet.facet)]
            if facet.facet is Facet.DATE:
                dates = Counter(tokyo_day(article.published) for article in counted)
            else:
                per_article = (self._collection.values(each, facet.facet) for each in counted)
                counts = Counter(value for each in per_article for value in each)
                readings = readings_of(self._collection.links[facet.facet].values())
                values[facet.facet] = listed(counts, facet, readings)
        intervals = [each.interval for each in facets if each.facet is Facet.DATE]
        return Matches(
            len(ordered),
            tuple(ordered[window.offset : window.offset + window.limit]),
            date_buckets(dates, intervals[0]) if intervals else (),
            values,
            sum(each.rank == _PARTIAL and self._passes(each, filters) for each in found),
        )

    def _passes(self, hit: _Hit, filters: Filters, without: Facet | None = None) -> bool:
        rules = ((facet, rule) for facet, rule in filters.items() if facet != without)
        return all(self._collection.passes(hit.item.article, *each) for each in rules)

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
        passing = [each for each in found if not each.rank and self._passes(each, filters)]
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

    def values(self, facet: Facet) -> Sequence[Value]:
        """See Snapshot.values."""
        links = self._collection.links[facet]
        readings = readings_of(links.values())
        names: dict[str, dict[str, None]] = {}
        for label, linked in links.items():
            if linked.value is not None:
                names.setdefault(linked.value, {})[name_of(facet, label)] = None
        return [Value(value, readings[value], tuple(each)) for value, each in names.items()]

    def named(self, facet: Facet, name: str) -> tuple[str, ...]:
        """See Snapshot.named."""
        values = self.values(facet)
        if any(each.value == name for each in values):
            return (name,)
        return tuple(sorted((e.value for e in values if name in e.names), key=str.encode))

    def labels(self, facet: Facet, value: str) -> tuple[ValueCount, ...]:
        """See Snapshot.labels."""
        links = self._collection.links[facet]
        per_article = (labels_of(each.article, facet) for each in self.articles)
        found = (label for each in per_article for label in each if links[label].value == value)
        counts = Counter(found)
        return listed(counts, FacetRequest(facet, size=len(counts)))

    def size(self) -> int:
        """See Snapshot.size."""
        return len(self.articles)

    def get(self, article_id: str) -> Match | None:
        """See Snapshot.get."""
        found = (
            Match(self._collection.shown(each.article), 0.0, borders=each.borders)
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

    def match(self, units: float, shown: Callable[[Article], Article]) -> Match:
        score = round(max(0.0, units) / SCORE_UNITS, 5)
        return Match(shown(self.item.article), score, self.rank == _PARTIAL, self.item.borders)


def _by_relevance(hits: list[_Hit]) -> list[_Hit]:
    ordered = sorted(hits, key=lambda each: each.item.article.id)
    return sorted(
        ordered, key=lambda each: (-each.units, -as_microseconds(each.item.article.published))
    )


def _ordered(hits: list[_Hit], window: Window, shown: Callable[[Article], Article]) -> list[Match]:
    """In the order asked for; by relevance, one rank behind the other."""
    oldest = window.sort == "oldest"
    hits.sort(key=lambda each: each.item.article.id)
    hits.sort(key=lambda each: as_microseconds(each.item.article.published), reverse=not oldest)
    if window.sort != "relevance":
        return [each.match(0, shown) for each in hits]
    matches: list[Match] = []
    lowest: float | None = None
    for rank in range(_PARTIAL + 1):
        ranked = sorted((each for each in hits if each.rank == rank), key=lambda each: -each.units)
        scores = [_behind(each.units, lowest) for each in ranked]
        matches += [each.match(score, shown) for each, score in zip(ranked, scores, strict=True)]
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
    linker: Linker = unlinked
    kept: str = ""
    """See ArticleWriter.corrections."""

    def corrections(self) -> str:
        """See ArticleWriter.corrections."""
        return self.kept

    def link(self, linker: Linker, corrections: str) -> None:
        """See ArticleWriter.link."""
        self.linker, self.kept = linker, corrections

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
            old = self._current
            changed = len(after) < len(before)
            writer = MemoryWriter(before, after, changed, kept=old.corrections if old else "")
            yield writer
            articles = tuple(writer.after.values())
            links = link_all(articles, writer.linker, old.links if old and not rebuild else None)
            same = old is None or (old.links, old.corrections) == (links, writer.kept)
            if writer.changed or not same:
                generation = (self.generation() or 0) + 1
                self._current = MemorySnapshot(
                    articles, generation, links=links, corrections=writer.kept
                )

    def status(self) -> EngineStatus:
        """See Engine.status."""
        with self.snapshot() as snapshot:
            return EngineStatus("memory", snapshot.size(), 1, 0, snapshot.generation, "", None)

    def check(self) -> list[str]:
        """See Engine.check."""
        return []

    def close(self) -> None:
        """See Engine.close."""
