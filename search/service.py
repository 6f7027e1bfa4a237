"""The façade: everything the web and the command line ask of the search side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Final

from search.analysis.japanese import Analyser, analyser_fingerprint
from search.analysis.normalize import Folded
from search.article import Article
from search.caching import ByteCache
from search.dates import JST
from search.doctor import Spelling, diagnose
from search.engine.base import Engine, Snapshot, Window
from search.errors import NotFound
from search.facet_values import ValueFinder, as_named, dates_among, filed_under, listed_values
from search.lookups import Lookups
from search.parser import Dated, Parsed, parse, written
from search.people import person_of
from search.planner import Planner
from search.planning import Reading, readings, searched
from search.plans import Plan, TypedWord, typed_words
from search.query import (
    Between,
    Everything,
    FacetRequest,
    FacetSearch,
    Filters,
    Leaf,
    Nothing,
    OneOf,
    Query,
    SearchRequest,
)
from search.reasons import TYPED, Reason, best_reason
from search.results import (
    DateRead,
    Diagnosis,
    Expansion,
    FacetResult,
    Hit,
    Match,
    Matches,
    PersonResult,
    SearchResult,
)
from search.schema import VALUE_FACETS, Facet
from search.snippets import (
    LiteralsOf,
    MarkedArticle,
    Marker,
    literal_texts,
    make_passages,
    mark_article,
)
from search.synonyms import Synonyms, load_synonyms
from search.widening import Widening

LITERALS_BYTES: Final = 16 << 20
"""What is kept of the literal texts of articles shown lately."""

Today = Callable[[], date]


def today_in_tokyo() -> date:
    """The calendar day in Tokyo."""
    return datetime.now(JST).date()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as an engine gets it."""

    filters: Filters
    window: Window
    facets: tuple[FacetRequest, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found for one reading of a request."""

    parsed: Parsed
    plan: Plan | None
    widening: Widening
    reading: Reading
    matches: Matches
    relaxed: bool


class SearchService:
    """Answers requests from one engine. Safe from several threads."""

    def __init__(
        self,
        engine: Engine,
        analyser: Analyser,
        synonyms: Synonyms | None = None,
        today: Today = today_in_tokyo,
    ) -> None:
        """`synonyms`: those that come with the software where None."""
        self._engine = engine
        self._analyser = analyser
        self._planner = Planner(analyser)
        self._synonyms = synonyms or _bundled(analyser)
        self.today = today
        """The day it is, for dates that depend on it."""
        self._literals = ByteCache(LITERALS_BYTES)
        self._values = ValueFinder()

    def warm(self) -> None:
        """Get ready what the first query would have to wait for."""
        self._synonyms.warm()

    def search(self, request: SearchRequest) -> SearchResult:
        """The hits of a request; IndexMissing or IndexUnusable where nothing can be searched."""
        started = time.perf_counter()
        with self._engine.snapshot() as snapshot:
            request = as_named(snapshot, request, self._values)
            answer = self._found(snapshot, _asked(request), request)
            hits = self._hits(snapshot, answer)
            expansions = _expansions(answer)
            diagnosis = self._diagnosis(snapshot, answer, request)
        matches = answer.matches
        return SearchResult(
            request=request,
            parsed_query=written(self._planner.shown(answer.parsed.node)),
            warnings=self._warnings(answer),
            relaxed=answer.relaxed,
            expansions=expansions,
            date_read=_date_read(request.q, answer.parsed.dated),
            diagnosis=diagnosis,
            total=matches.total,
            partial=matches.partial,
            hits=hits,
            dates=matches.dates,
            values={facet: matches.counts(facet) for facet in request.facets},
            milliseconds=(time.perf_counter() - started) * 1000,
        )

    def facet(self, asked: FacetSearch) -> FacetResult:
        """The values of a facet that a text is in; IndexMissing or IndexUnusable."""
        facet, size = asked.facet, asked.request.facet_size
        with self._engine.snapshot() as snapshot:
            request = as_named(snapshot, asked.request, self._values)
            asked = replace(asked, request=request)
            if facet is Facet.DATE:
                wanted = FacetRequest(facet, interval=request.interval)
                matches = self._counted(snapshot, request, wanted)
                return dates_among(asked, matches.dates)
            table = self._values.table(snapshot, facet)
            found = table.matching(asked.text) if asked.text.strip() else None
            among = table.among(found, asked.row)
            chosen = request.selected(facet)
            counted = size + len(chosen) + 1
            wanted = FacetRequest(facet, counted, "auto", chosen, asked.order, among)
            counts = self._counted(snapshot, request, wanted).counts(facet)
        return listed_values(asked, counts, table, found)

    def _counted(self, snapshot: Snapshot, request: SearchRequest, wanted: FacetRequest) -> Matches:
        asked = replace(_asked(request), window=Window("newest", 0, 1), facets=(wanted,))
        return self._found(snapshot, asked, request).matches

    def person(self, name: str) -> PersonResult:
        """A person of the archive; NotFound."""
        with self._engine.snapshot() as snapshot:
            return person_of(snapshot, name, self._values)

    def _found(self, snapshot: Snapshot, asked: _Asked, request: SearchRequest) -> _Answer:
        """What is found; a date that leaves nothing is read as text."""
        parsed = parse(request.q, self.today())
        answer = self._answer(snapshot, parsed, asked, request)
        if parsed.dated and not answer.matches.total:
            as_text = parse(request.q, self.today(), dates=False)
            other = self._answer(snapshot, as_text, asked, request)
            answer = other if other.matches.total and not other.relaxed else answer
        return answer

    def _answer(
        self, snapshot: Snapshot, parsed: Parsed, asked: _Asked, request: SearchRequest
    ) -> _Answer:
        """What is found for one way to read a request, relaxed where that is needed."""
        plan = self._plan(parsed)
        widening = self._widening(snapshot, exact=request.exact)
        if plan is None:
            reading = Reading(Nothing() if parsed.node else Everything())
            matches, relaxed = _search(snapshot, reading, asked), False
        else:
            found = readings(plan, widening, request.partial)
            reading, matches, relaxed = _first_with_hits(snapshot, found, asked)
        return _Answer(parsed, plan, widening, reading, matches, relaxed)

    def _plan(self, parsed: Parsed) -> Plan | None:
        """The plan of a query; of one without words, its signs; None where it is empty."""
        if parsed.node is None:
            return None
        return self._planner.plan(parsed.node) or self._planner.signs(parsed.node)

    def _widening(self, snapshot: Snapshot, *, exact: bool) -> Widening:
        index = Lookups(snapshot, self._values)
        return Widening(index, self._planner.tokens, self._synonyms, exact)

    def _hits(self, snapshot: Snapshot, answer: _Answer) -> tuple[Hit, ...]:
        leaves = _leaves(answer.reading, answer.widening)
        marker = Marker(leaves, snapshot.forms, self._literals_in(snapshot))
        matched = answer.reading.matched
        hits = []
        for match in answer.matches.hits:
            title, body, found = make_passages(match, marker)
            kind = best_reason(matched, found) if marker else None
            hits.append(Hit(match.article, match.score, kind, title, body))
        return tuple(hits)

    def _diagnosis(
        self, snapshot: Snapshot, answer: _Answer, request: SearchRequest
    ) -> Diagnosis | None:
        """Where nothing was found, or not what was asked for."""
        if answer.plan is None or (answer.matches.total and not answer.relaxed):
            return None
        spelling = Spelling(answer.widening.index, self._analyser.readings_of, snapshot.vocabulary)
        widening = answer.widening

        def query_of(part: Plan) -> Query:
            return next(readings(part, widening, "0")).matched

        found = diagnose(answer.plan, widening, request.q, spelling, query_of)
        better = found.suggestion and self._planner.plan_of(found.suggestion, self.today())
        ways = [each.matched for each in readings(better, widening, "0")] if better else []
        return found if any(widening.index.counts(ways)) else replace(found, suggestion=None)

    def _warnings(self, answer: _Answer) -> tuple[str, ...]:
        warnings = answer.parsed.warnings
        if answer.parsed.node and not answer.plan:
            return (*warnings, "検索できる語がありません")
        return warnings

    def article(self, article_id: str) -> Article:
        """The article with this id; NotFound."""
        with self._engine.snapshot() as snapshot:
            return _existing(snapshot, article_id).article

    def marked(self, article_id: str, request: SearchRequest) -> MarkedArticle:
        """An article and all places where the query of a request matches in it; NotFound."""
        ways = [parse(request.q, self.today(), dates=dates) for dates in (True, False)]
        with self._engine.snapshot() as snapshot:
            match = _existing(snapshot, article_id)
            widening = self._widening(snapshot, exact=request.exact)
            leaves: dict[Leaf, Reason] = {}
            for parsed in ways if ways[0].dated else ways[:1]:
                plan = self._plan(parsed)
                for reading in islice(readings(plan, widening, "1"), 2) if plan else ():
                    leaves |= _leaves(reading, widening)
            marked = mark_article(match, Marker(leaves, snapshot.forms))
            return replace(marked, filed=filed_under(snapshot, match.article))

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

    def state(self, q: str = "") -> str:
        """Changes whenever an answer may: generation, rules, synonyms, and today where `q` asks."""
        today = self.today()
        relative = parse(q, today).relative if q else False
        with self._engine.snapshot() as snapshot:
            parts = [snapshot.identity, analyser_fingerprint(), self._synonyms.fingerprint]
            return "-".join([*parts, *([today.isoformat()] if relative else [])])


def _expansions(answer: _Answer) -> tuple[Expansion, ...]:
    """What was looked for besides what was typed; nothing of what was excluded."""
    words = typed_words(answer.plan, excluded=False) if answer.plan else ()
    typed = (word for word in words if isinstance(word, TypedWord))
    each = (answer.widening.choices(word).expansions for word in typed)
    return tuple(dict.fromkeys(chain.from_iterable(each)))


@lru_cache(maxsize=2)
def _bundled(analyser: Analyser) -> Synonyms:
    return load_synonyms(None, Planner(analyser).terms)


def _existing(snapshot: Snapshot, article_id: str) -> Match:
    match = snapshot.get(article_id)
    if match is None:
        raise NotFound(f"there is no article with the id {article_id!r}")
    return match


def _leaves(reading: Reading, widening: Widening) -> dict[Leaf, Reason]:
    """What is marked for a reading, and what each stands for."""
    leaves = dict.fromkeys(searched(reading.matched))
    return {leaf: widening.reasons.get(leaf, TYPED) for leaf in leaves}


def _date_read(q: str, dated: Dated | None) -> DateRead | None:
    """The date in a query that was read as a filter; the query without it, and with it as text."""
    if dated is None:
        return None
    before, text, after = q[: dated.start], q[dated.start : dated.end], q[dated.end :]
    rest = " ".join(f"{before} {after}".split())
    return DateRead(text, dated.first, dated.last, rest, f'{before}"{text}"{after}')


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
        matches = replace(_search(snapshot, reading, asked), partial=without.partial)
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
        lower=reading.lower,
        opening=reading.opening,
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
