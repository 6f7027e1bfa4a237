"""The façade: everything the web and the command line ask of the search side."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from search.analysis.japanese import Analyser, analyser_fingerprint
from search.analysis.normalize import Folded
from search.article import Article
from search.caching import ByteCache
from search.engine.base import Engine, Snapshot, Window
from search.errors import NotFound
from search.parser import parse, written
from search.planning import Planner, Reading, readings, searched
from search.query import (
    Between,
    Everything,
    FacetRequest,
    Filters,
    Leaf,
    Nothing,
    OneOf,
    Query,
    SearchRequest,
)
from search.results import Hit, Match, Matches, SearchResult
from search.schema import VALUE_FACETS, Facet
from search.scoring import clause_weight
from search.snippets import (
    LiteralsOf,
    MarkedArticle,
    Marker,
    literal_texts,
    make_passages,
    mark_article,
)

LITERALS_BYTES: Final = 16 << 20
"""What is kept of the literal texts of articles shown lately."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as an engine gets it."""

    filters: Filters
    window: Window
    facets: tuple[FacetRequest, ...]


class SearchService:
    """Answers requests from one engine. Safe from several threads."""

    def __init__(self, engine: Engine, analyser: Analyser) -> None:
        self._engine = engine
        self._analyser = analyser
        self._planner = Planner(analyser)
        self._literals = ByteCache(LITERALS_BYTES)

    def search(self, request: SearchRequest) -> SearchResult:
        """The hits of a request; IndexMissing or IndexUnusable where nothing can be searched."""
        started = time.perf_counter()
        parsed = parse(request.q)
        warnings = list(parsed.warnings)
        plan = self._planner.plan(parsed.node) if parsed.node else None
        if parsed.node and not plan:
            warnings.append("検索できる語がありません")
        with self._engine.snapshot() as snapshot:
            asked = _asked(request)
            if plan:
                found = readings(plan, _Index(snapshot), request.partial)
                reading, matches, relaxed = _first_with_hits(snapshot, found, asked)
            else:
                reading = Reading(Nothing() if parsed.node else Everything())
                matches, relaxed = _search(snapshot, reading, asked), False
            marker = Marker(_leaves(reading), snapshot.forms, self._literals_in(snapshot))
            hits = _hits(matches, marker)
        return SearchResult(
            request=request,
            parsed_query=written(parsed.node),
            warnings=tuple(warnings),
            relaxed=relaxed,
            total=matches.total,
            partial=matches.partial,
            hits=hits,
            dates=matches.dates,
            values={facet: matches.counts(facet) for facet in request.facets},
            milliseconds=(time.perf_counter() - started) * 1000,
        )

    def article(self, article_id: str) -> Article:
        """The article with this id; NotFound."""
        with self._engine.snapshot() as snapshot:
            return _existing(snapshot, article_id).article

    def marked(self, article_id: str, q: str) -> MarkedArticle:
        """An article and all places where a query matches in it; NotFound."""
        parsed = parse(q)
        plan = self._planner.plan(parsed.node) if parsed.node else None
        with self._engine.snapshot() as snapshot:
            match = _existing(snapshot, article_id)
            leaves: dict[Leaf, None] = {}
            for reading in islice(readings(plan, _Index(snapshot), "1"), 2) if plan else ():
                leaves |= dict.fromkeys(_leaves(reading))
            return mark_article(match, Marker(tuple(leaves), snapshot.forms))

    def _literals_in(self, snapshot: Snapshot) -> LiteralsOf:
        """The literal texts of articles in one state of the index, those seen lately at once."""
        identity = snapshot.identity

        def literals(article: Article) -> Sequence[Folded]:
            key = (identity, article.id)
            found: Sequence[Folded] | None = self._literals.get(key)
            if found is None:
                found = literal_texts(article)
                size = sum(4 * len(each.text) + 120 * len(each.cuts) for each in found)
                self._literals.put(key, found, size)
            return found

        return literals

    def state(self) -> str:
        """Changes whenever an answer may: generation and rules of analysis."""
        with self._engine.snapshot() as snapshot:
            return f"{snapshot.identity}-{analyser_fingerprint()}"


class _Index:
    """What planning asks, of one state of the index."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def counts(self, queries: Sequence[Query]) -> list[int]:
        return self._snapshot.counts(queries)

    def weights(self, queries: Sequence[Query]) -> list[int]:
        articles = self._snapshot.size()
        return [clause_weight(articles, count) for count in self.counts(queries)]


def _existing(snapshot: Snapshot, article_id: str) -> Match:
    match = snapshot.get(article_id)
    if match is None:
        raise NotFound(f"there is no article with the id {article_id!r}")
    return match


def _leaves(reading: Reading) -> tuple[Leaf, ...]:
    """What is marked for a reading."""
    return tuple(dict.fromkeys(searched(reading.matched)))


def _hits(matches: Matches, marker: Marker) -> tuple[Hit, ...]:
    hits = []
    for match in matches.hits:
        kind = ("partial" if match.partial else "word") if marker else None
        title, body = make_passages(match, marker)
        hits.append(Hit(match.article, match.score, kind, title, body))
    return tuple(hits)


def _first_with_hits(
    snapshot: Snapshot, found: Iterator[Reading], asked: _Asked
) -> tuple[Reading, Matches, bool]:
    """The first reading that an article satisfies, filters aside; else the one as typed."""
    typed = next(found)
    without = matches = _search(snapshot, typed, asked)
    reading = typed
    while not _satisfied(snapshot, reading, matches, asked):
        following = next(found, None)
        if following is None:
            return typed, without, False
        reading = following
        matches = _search(snapshot, reading, asked)
    return reading, matches, reading is not typed


def _satisfied(snapshot: Snapshot, reading: Reading, matches: Matches, asked: _Asked) -> bool:
    if matches.total or not asked.filters:
        return matches.total > 0
    return snapshot.counts([reading.matched])[0] > 0


def _search(snapshot: Snapshot, reading: Reading, asked: _Asked) -> Matches:
    return snapshot.search(
        reading.query,
        filters=asked.filters,
        window=asked.window,
        facets=asked.facets,
        partial=reading.partial,
    )


def _asked(request: SearchRequest) -> _Asked:
    filters: dict[Facet, OneOf | Between] = {
        facet: OneOf(request.selected(facet)) for facet in VALUE_FACETS if request.selected(facet)
    }
    if request.since or request.until:
        filters[Facet.DATE] = Between(request.since, request.until)
    size = request.hits_per_page
    window = Window(request.effective_sort, (request.page - 1) * size, size)
    facets = tuple(
        FacetRequest(facet, request.facet_size, request.interval, request.selected(facet))
        for facet in request.facets
    )
    return _Asked(filters, window, facets)
