"""The façade: everything the web and the command line ask of the search side."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from search.analysis.japanese import Analyser, analyser_fingerprint
from search.article import Article
from search.engine.base import Engine, Snapshot, Window
from search.errors import NotFound
from search.parser import parse, written
from search.planning import Planner, searched, steps
from search.query import (
    Between,
    Everything,
    FacetRequest,
    Filters,
    Nothing,
    OneOf,
    Phrase,
    Query,
    SearchRequest,
    Term,
)
from search.results import Hit, Matches, SearchResult
from search.schema import VALUE_FACETS, Facet
from search.scoring import clause_weight
from search.snippets import MarkedArticle, make_passages, mark_article


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
                queries = steps(plan, _Weights(snapshot))
                query, matches, relaxed = _first_with_hits(snapshot, queries, asked)
            else:
                query = Nothing() if parsed.node else Everything()
                matches, relaxed = _search(snapshot, query, asked), False
        return SearchResult(
            request=request,
            parsed_query=written(parsed.node),
            warnings=tuple(warnings),
            relaxed=relaxed,
            total=matches.total,
            hits=self._hits(query, matches),
            dates=matches.dates,
            values={facet: matches.counts(facet) for facet in request.facets},
            milliseconds=(time.perf_counter() - started) * 1000,
        )

    def _hits(self, query: Query, matches: Matches) -> tuple[Hit, ...]:
        leaves = tuple(dict.fromkeys(searched(query)))
        kind = "word" if leaves else None
        hits = []
        for match in matches.hits:
            title, body = make_passages(self._analyser, match.article, leaves)
            hits.append(Hit(match.article, match.score, kind, title, body))
        return tuple(hits)

    def article(self, article_id: str) -> Article:
        """The article with this id; NotFound."""
        with self._engine.snapshot() as snapshot:
            article = snapshot.get(article_id)
        if article is None:
            raise NotFound(f"there is no article with the id {article_id!r}")
        return article

    def marked(self, article_id: str, q: str) -> MarkedArticle:
        """An article and all places where a query matches in it; NotFound."""
        article = self.article(article_id)
        parsed = parse(q)
        plan = self._planner.plan(parsed.node) if parsed.node else None
        leaves: tuple[Term | Phrase, ...] = ()
        if plan:
            with self._engine.snapshot() as snapshot:
                queries = list(islice(steps(plan, _Weights(snapshot)), 2))
            leaves = tuple(dict.fromkeys(leaf for query in queries for leaf in searched(query)))
        return mark_article(self._analyser, article, leaves)

    def state(self) -> str:
        """Changes whenever an answer may: generation and rules of analysis."""
        with self._engine.snapshot() as snapshot:
            return f"{snapshot.identity}-{analyser_fingerprint()}"


class _Weights:
    """How telling queries are in one state of the index."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._articles = snapshot.size()

    def __call__(self, queries: Sequence[Query]) -> list[int]:
        having = self._snapshot.counts(queries)
        return [clause_weight(self._articles, count) for count in having]


def _first_with_hits(
    snapshot: Snapshot, queries: Iterator[Query], asked: _Asked
) -> tuple[Query, Matches, bool]:
    """The first query that an article satisfies, filters aside; else the one as typed."""
    typed = next(queries)
    without = matches = _search(snapshot, typed, asked)
    query = typed
    while not _satisfied(snapshot, query, matches, asked):
        following = next(queries, None)
        if following is None:
            return typed, without, False
        query = following
        matches = _search(snapshot, query, asked)
    return query, matches, query != typed


def _satisfied(snapshot: Snapshot, query: Query, matches: Matches, asked: _Asked) -> bool:
    return matches.total > 0 or (bool(asked.filters) and snapshot.counts([query])[0] > 0)


def _search(snapshot: Snapshot, query: Query, asked: _Asked) -> Matches:
    return snapshot.search(query, filters=asked.filters, window=asked.window, facets=asked.facets)


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
