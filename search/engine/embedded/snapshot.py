"""One generation answers: matches of all segments put together, facets counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.buckets import Fixed, bucket_of, bucket_spans, bucket_starts, resolve_interval
from search.engine.base import Window
from search.engine.embedded.columns import Mask, counted, counts_between, labels_in, largest
from search.engine.embedded.executor import (
    Execution,
    Hits,
    Postings,
    any_of,
    best,
    kept,
    without,
)
from search.engine.embedded.labels import NOWHERE, StoredLabels
from search.engine.embedded.postings import Numbers, run_starts
from search.engine.embedded.state import State
from search.engine.embedded.view import View
from search.engine.facets import listed
from search.labels import label_beginning, name_of
from search.query import Between, FacetRequest, Filters, Leaf, OneOf, Opening, Partial, Query
from search.results import DateBucket, Match, Matches, Value, ValueCount
from search.schema import Facet
from search.scoring import (
    MOST_RAISED,
    OPENING_WEIGHT,
    SCORE_UNITS,
    idf_units,
    opening_units,
)

_NO_LABELS = np.empty(0, np.uint8)


class EmbeddedSnapshot:
    """One generation; see Snapshot."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._identity = state.manifest.digest()

    @property
    def generation(self) -> int:
        """See Snapshot.generation."""
        return self.state.manifest.generation

    @property
    def identity(self) -> str:
        """See Snapshot.identity."""
        return self._identity

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
        scored = window.sort == "relevance"
        asked = _Asked(self.state, scored=scored)
        found = [_Found(view, asked.run(view, query)) for view in self.state.views]
        rules = [_Rules(self.state, view, filters) for view in self.state.views]
        if opening and scored:
            self._raise_first(found, rules, opening)
        if lower is not None:
            _join(asked, found, rules, _further(asked, found, lower))
        partial_hits = 0
        if partial:
            asked.scored = scored and partial.shown  # for counting, scores are not needed
            extra = _further(asked, found, partial.query)
            for each, rule, more in zip(found, rules, extra, strict=True):
                partial_hits += len(rule.passing(more).articles)
                each.extra = more.articles if partial.shown else each.extra
            if partial.shown:
                _join(asked, found, rules, extra)
        passing = [rule.passing(each.hits) for each, rule in zip(found, rules, strict=True)]
        dates: tuple[DateBucket, ...] = ()
        values: dict[Facet, tuple[ValueCount, ...]] = {}
        for request in facets:
            counted = [
                rule.passing(each.hits, without_facet=request.facet)
                if request.facet in filters
                else hits
                for each, rule, hits in zip(found, rules, passing, strict=True)
            ]
            articles = [hits.articles for hits in counted]
            if request.facet is Facet.DATE:
                dates = self._dates(articles, request)
            else:
                values[request.facet] = self._values(articles, request)
        total = sum(len(hits.articles) for hits in passing)
        hits = self._matches(found, passing, window)
        return Matches(total, hits, dates, values, partial_hits)

    def _raise_first(self, found: list[_Found], rules: list[_Rules], opening: Opening) -> None:
        """Raise the first hits that pass by the pairs of characters in their openings."""
        window = Window("relevance", 0, MOST_RAISED)
        passing = [rule.passing(each.hits) for each, rule in zip(found, rules, strict=True)]
        tops = [best(hits, MOST_RAISED) for hits in passing]
        first = _merged_window(found, tops, window)
        pairs = [
            (pair, OPENING_WEIGHT * (self._opening_units(pair) * eighths // 8))
            for pair, eighths in opening.pairs
        ]
        for each in found:
            numbers = np.array(sorted(c.number for c in first if c.owner is each), np.int64)
            if not len(numbers):
                continue
            scores = _scores_of(each.hits)
            at = each.hits.articles.searchsorted(numbers)
            for pair, raised in pairs:
                if raised:
                    scores[at] += raised * each.view.opening_with(pair, numbers)
            each.hits = Hits(each.hits.articles, scores)

    def _opening_units(self, pair: str) -> int:
        places = sum(view.segment.count_of(pair) for view in self.state.views)
        return opening_units(self.state.size(), places)

    def _matches(
        self, found: list[_Found], passing: list[Hits], window: Window
    ) -> tuple[Match, ...]:
        last = window.offset + window.limit
        tops = [
            _first(each.view, hits, window, last) for each, hits in zip(found, passing, strict=True)
        ]
        if len(found) == 1:
            near = _candidates(found[0], tops[0], slice(window.offset, last))
        else:
            near = _merged_window(found, tops, window)
        return tuple(self._match(each) for each in near)

    def _match(self, candidate: _Candidate) -> Match:
        found, number = candidate.owner, candidate.number
        return Match(
            found.view.article(number, self.state.linked),
            round(max(0.0, candidate.score) / SCORE_UNITS, 5),
            partial=found.is_extra(number),
            borders=found.view.segment.article_borders(number),
        )

    def _dates(self, articles: list[Numbers], request: FacetRequest) -> tuple[DateBucket, ...]:
        pairs = [(v, a) for v, a in zip(self.state.views, articles, strict=True) if len(a)]
        if not pairs:
            return ()
        first = min(int(view.segment.days[each[-1]]) for view, each in pairs)
        last = max(int(view.segment.days[each[0]]) for view, each in pairs)
        days = date.fromordinal(first), date.fromordinal(last)
        width: Fixed = resolve_interval(request.interval, *days)
        starts = bucket_starts(width, bucket_of(days[0], width)[1], bucket_of(days[1], width)[2])
        counts = np.zeros(len(starts), np.int64)
        for view, each in pairs:
            counts += counts_between(each, view.bounds(starts))[::-1]
        return tuple(
            DateBucket(*span, count)
            for span, count in zip(bucket_spans(width, starts), counts.tolist(), strict=True)
            if count
        )

    def _values(self, articles: list[Numbers], request: FacetRequest) -> tuple[ValueCount, ...]:
        labels = self.state.labels[request.facet]
        found = [
            labels_in(each, self.state.rows(view, request.facet))
            for view, each in zip(self.state.views, articles, strict=True)
        ]
        whole = found[0] if len(found) == 1 else np.concatenate([_NO_LABELS, *found])
        numbers, counts = counted(whole, len(labels))
        places = _listed(numbers, counts, labels, request)
        shown = [
            ValueCount(labels[number], count)
            for number, count in zip(
                numbers.take(places).tolist(), counts.take(places).tolist(), strict=True
            )
        ]
        missing = set(request.selected).difference(each.value for each in shown)
        others = [ValueCount(each, _count(labels.find(each), numbers, counts)) for each in missing]
        return (*shown, *sorted(others, key=lambda each: (-each.count, each.value)))

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """See Snapshot.counts."""
        asked = _Asked(self.state, scored=False)
        return [
            sum(len(asked.run(view, query).articles) for view in self.state.views)
            for query in queries
        ]

    def forms(self, term: str) -> tuple[str, ...]:
        """See Snapshot.forms."""
        return self.state.forms(term)

    def terms_written(self, form: str) -> tuple[str, ...]:
        """See Snapshot.terms_written."""
        return self.state.terms_written(form)

    def terms_read(self, reading: str) -> tuple[str, ...]:
        """See Snapshot.terms_read."""
        return self.state.terms_read(reading)

    def vocabulary(self, least: int) -> list[str]:
        """See Snapshot.vocabulary."""
        return self.state.vocabulary(least)

    def values(self, facet: Facet) -> list[Value]:
        """See Snapshot.values."""
        stored = self.state.labels[facet]
        names: list[dict[str, None]] = [{} for _ in range(len(stored))]
        for label, number in zip(stored.labels(), stored.links.tolist(), strict=True):
            if number != NOWHERE:
                names[number][name_of(facet, label)] = None
        rows = zip(stored.values(), stored.readings(), names, strict=True)
        return [Value(value, reading, tuple(each)) for value, reading, each in rows]

    def named(self, facet: Facet, name: str) -> tuple[str, ...]:
        """See Snapshot.named."""
        stored = self.state.labels[facet]
        if stored.find(name) is not None:
            return (name,)
        labels = stored.beginning(label_beginning(facet, name))
        alike = (number for label, number in labels if name_of(facet, label) == name)
        found = sorted({int(stored.links[each]) for each in alike} - {NOWHERE})
        return tuple(stored[each] for each in found)

    def labels(self, facet: Facet, value: str) -> tuple[ValueCount, ...]:
        """See Snapshot.labels."""
        stored = self.state.labels[facet]
        number = stored.find(value)
        if number is None:
            return ()
        counts: Counter[str] = Counter()
        texts = stored.labels()
        for label in stored.linked_to([number]).tolist():
            masks = (view.having(facet, [label], len(stored.links)) for view in self.state.views)
            for view, mask in zip(self.state.views, masks, strict=True):
                alive = mask if view.alive is None else mask & view.alive
                counts[texts[label]] += int(alive.sum())
        return listed(counts, FacetRequest(facet, size=len(counts)))

    def size(self) -> int:
        """See Snapshot.size."""
        return self.state.size()

    def get(self, article_id: str) -> Match | None:
        """See Snapshot.get."""
        for view in self.state.views:
            number = view.segment.number(article_id)
            if number is not None and number not in view.deleted:
                segment = view.segment
                borders = segment.article_borders(number)
                article = self.state.shown(view, number, segment.article(number))
                return Match(article, 0.0, borders=borders)
        return None


def _listed(
    numbers: Numbers, counts: Numbers, labels: StoredLabels, request: FacetRequest
) -> Numbers:
    """The places of the values to list, in the order asked for."""
    if request.among is not None:
        counts = counts * labels.among(request.among).take(numbers)
    if request.order == "reading":
        places = np.flatnonzero(counts)
        order = np.argsort(labels.by_reading.take(numbers.take(places)))
    else:
        places = largest(counts, request.size)
        order = np.lexsort((numbers.take(places), -counts.take(places)))
    return places.take(order[: request.size])


def _count(number: int | None, numbers: Numbers, counts: Numbers) -> int:
    """The count of one label."""
    if number is None:
        return 0
    place = int(numbers.searchsorted(number))
    there = place < len(numbers) and int(numbers[place]) == number
    return int(counts[place]) if there else 0


class _Asked:
    """What one request has decoded, so that nothing is decoded twice for it."""

    def __init__(self, state: State, *, scored: bool) -> None:
        self._state = state
        self.scored = scored
        self._postings: dict[tuple[int, Leaf], Postings] = {}
        self._units: dict[Leaf, int] = {}

    def run(self, view: View, query: Query) -> Hits:
        """The hits of a query in one segment."""
        source = _Source(self._state, view, self)
        return Execution(source, self._units_of, scored=self.scored).run(query)

    def postings(self, view: View, leaf: Leaf) -> Postings:
        """The articles of a leaf in one segment."""
        key = (id(view), leaf)
        found = self._postings.get(key)
        if found is None:
            found = self._postings[key] = view.postings(leaf, self._state.forms)
        return found

    def _units_of(self, leaf: Leaf) -> int:
        units = self._units.get(leaf)
        if units is None:
            having = sum(len(self.postings(view, leaf)[0]) for view in self._state.views)
            units = self._units[leaf] = idf_units(self._state.size(), having)
        return units


class _Source:
    """See executor.Source."""

    def __init__(self, state: State, view: View, asked: _Asked) -> None:
        self.articles = view.articles
        self.alive = view.alive
        self._state = state
        self._view = view
        self._asked = asked

    def postings(self, leaf: Leaf) -> Postings:
        return self._asked.postings(self._view, leaf)

    def passing(self, facet: Facet, rule: OneOf | Between) -> Numbers:
        if isinstance(rule, OneOf):
            mask = _having(self._state, self._view, facet, rule)
            return np.flatnonzero(mask if self.alive is None else mask & self.alive)
        numbers = np.arange(*_range(self._view, rule))
        return numbers if self.alive is None else numbers[self.alive.take(numbers)]


@dataclass(slots=True)
class _Found:
    """The hits in one segment, and those inside longer words."""

    view: View
    hits: Hits
    extra: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    """Those of the hits that are inside longer words only."""

    def is_extra(self, number: int) -> bool:
        """Whether an article is a hit inside longer words only."""
        if not len(self.extra):
            return False
        place = int(self.extra.searchsorted(number))
        return place < len(self.extra) and int(self.extra[place]) == number


class _Candidate(NamedTuple):
    """One of the first hits of a segment."""

    score: float
    owner: _Found
    number: int

    def order(self, sign: int) -> tuple[float, int, str]:
        """Score, time (newest first where `sign` is -1), id."""
        segment = self.owner.view.segment
        return -self.score, sign * int(segment.instants[self.number]), segment.id(self.number)


def _candidates(owner: _Found, hits: Hits, cut: slice) -> list[_Candidate]:
    articles = hits.articles[cut].tolist()
    scores = [0.0] * len(articles) if hits.scores is None else hits.scores[cut].tolist()
    return [_Candidate(score, owner, each) for score, each in zip(scores, articles, strict=True)]


def _merged_window(found: list[_Found], tops: list[Hits], window: Window) -> list[_Candidate]:
    """The window cut from the first hits of several segments, in one order.

    Only hits whose score and time are those of hits of the window are looked at one by one.
    """
    sign = 1 if window.sort == "oldest" else -1
    owner = np.repeat(np.arange(len(tops)), [len(each.articles) for each in tops])
    number = np.concatenate([np.empty(0, np.int64), *(each.articles for each in tops)])
    score = np.concatenate([np.empty(0), *map(_scores_of, tops)])
    times = [
        each.view.segment.instants.take(top.articles) for each, top in zip(found, tops, strict=True)
    ]
    time = sign * np.concatenate([np.empty(0, np.int64), *times])
    order = np.lexsort((time, -score))
    if window.offset >= len(order):
        return []
    bounds = np.append(run_starts(score.take(order), time.take(order)), len(order))
    start = int(bounds[np.searchsorted(bounds, window.offset, side="right") - 1])
    end = int(bounds[np.searchsorted(bounds, min(window.offset + window.limit, len(order)))])
    near = [
        _Candidate(float(score[each]), found[int(owner[each])], int(number[each]))
        for each in order[start:end].tolist()
    ]
    near.sort(key=lambda each: each.order(sign))
    return near[window.offset - start :][: window.limit]


def _scores_of(hits: Hits) -> NDArray[np.float64]:
    return np.zeros(len(hits.articles)) if hits.scores is None else hits.scores.astype(np.float64)


def _further(asked: _Asked, found: list[_Found], wider: Query) -> list[Hits]:
    """What a wider query finds in each segment besides the hits."""
    return [
        without(asked.run(each.view, wider), each.hits.articles, each.view.articles)
        for each in found
    ]


def _join(asked: _Asked, found: list[_Found], rules: list[_Rules], further: list[Hits]) -> None:
    """Put further hits behind those found: with scores below all of theirs that pass."""
    lowest = _lowest(found, rules) if asked.scored else None
    for each, more in zip(found, further, strict=True):
        behind = more if lowest is None else Hits(more.articles, _behind(more, lowest))
        each.hits = any_of([each.hits, behind], each.view.articles)


def _lowest(found: list[_Found], rules: list[_Rules]) -> float | None:
    """The lowest score of the hits that pass; None where there is none."""
    passing = [rule.passing(each.hits) for each, rule in zip(found, rules, strict=True)]
    return min(
        (float(_scores_of(each).min()) for each in passing if len(each.articles)), default=None
    )


def _behind(hits: Hits, lowest: float) -> NDArray[np.float64]:
    """Scores in the same order, all below the lowest of the others."""
    scores = _scores_of(hits)
    share: NDArray[np.float64] = scores / (scores + float(SCORE_UNITS))
    return lowest * share if lowest > 0 else lowest - 1 + share


class _Rules:
    """The filters of a request on one segment."""

    def __init__(self, state: State, view: View, filters: Filters) -> None:
        self._masks: dict[Facet, Mask] = {}
        self._range: tuple[int, int] | None = None
        for facet, rule in filters.items():
            if isinstance(rule, Between):
                self._range = _range(view, rule)
            else:
                self._masks[facet] = _having(state, view, facet, rule)

    def passing(self, hits: Hits, without_facet: Facet | None = None) -> Hits:
        """The hits that pass every filter but that of one facet."""
        if self._range and without_facet is not Facet.DATE:
            start, end = np.searchsorted(hits.articles, self._range).tolist()
            scores = hits.scores[start:end] if hits.scores is not None else None
            hits = Hits(hits.articles[start:end], scores)
        for facet, mask in self._masks.items():
            if facet is not without_facet:
                hits = kept(hits, mask.take(hits.articles))
        return hits


def _range(view: View, rule: Between) -> tuple[int, int]:
    first = (rule.since or date.min).toordinal()
    return view.numbers_of_days(first, (rule.until or date.max).toordinal())


def _having(state: State, view: View, facet: Facet, rule: OneOf) -> Mask:
    labels = state.labels[facet]
    found = (labels.find(value) for value in dict.fromkeys(rule.values))
    chosen = labels.linked_to(each for each in found if each is not None)
    return view.having(facet, chosen.tolist(), len(labels.links))


def _first(view: View, hits: Hits, window: Window, k: int) -> Hits:
    """The first k hits of one segment in the order asked for."""
    if window.sort == "relevance":
        return best(hits, k)
    if window.sort == "newest":
        return Hits(hits.articles[:k], None)
    places = view.segment.oldest.take(hits.articles)
    if k < len(places):
        near = np.argpartition(places, k)[:k]
        articles = hits.articles.take(near)
        return Hits(articles.take(np.argsort(places.take(near))), None)
    return Hits(hits.articles.take(np.argsort(places)), None)
