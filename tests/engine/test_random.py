"""The embedded engine equals the oracle in memory: hits, counts, facets, order and scores."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Article
from search.dates import JST, Published, as_instant
from search.engine.base import Engine, Window
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
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
from search.results import Matches
from search.schema import AnalysedArticle, Facet, Field

WORDS = ["a", "b", "c", "東", "京", ""]
FIRST = date(2024, 1, 1)

words = st.sampled_from(WORDS[:-1])
fields = st.sampled_from([tuple(Field), (Field.TITLE,), (Field.BODY, Field.CAPTIONS)])
days = st.integers(0, 900).map(lambda number: FIRST + timedelta(days=number))
instants = st.builds(
    lambda day, hours: as_instant(day).astimezone(JST) + timedelta(hours=hours),
    days,
    st.integers(0, 30),
)
published: st.SearchStrategy[Published] = st.one_of(days, instants)
text = st.lists(st.sampled_from(WORDS), max_size=8)


@st.composite
def analysed_articles(draw: st.DrawFn) -> list[AnalysedArticle]:
    made = []
    for number in range(draw(st.integers(0, 14))):
        article = Article(
            id=f"{draw(st.integers(0, 9))}-{number % 11}",
            published=draw(published),
            source=draw(st.sampled_from(["", "A", "B"])),
            topics=tuple(draw(st.lists(st.sampled_from("経政国"), unique=True, max_size=2))),
            persons=tuple(draw(st.lists(st.sampled_from("甲乙丙丁"), unique=True, max_size=3))),
        )
        made.append(AnalysedArticle(article, {field: draw(text) for field in Field}))
    return made


leaves = st.one_of(
    st.builds(Term, words, fields),
    st.builds(Phrase, st.lists(words, min_size=2, max_size=3).map(tuple), fields),
    st.builds(lambda one, two: Phrase((one, "", two)), words, words),
    st.just(Everything()),
    st.just(Nothing()),
)


@st.composite
def enough(draw: st.DrawFn, inner: st.SearchStrategy[Query]) -> AtLeast:
    clauses = tuple(draw(st.lists(inner, min_size=1, max_size=4)))
    weights = tuple(draw(st.integers(1, 5)) for _ in clauses)
    return AtLeast(clauses, weights, draw(st.integers(1, sum(weights))))


queries: st.SearchStrategy[Query] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
        enough(inner),
    ),
    max_leaves=6,
)


@st.composite
def filter_sets(draw: st.DrawFn) -> Filters:
    chosen: dict[Facet, OneOf | Between] = {}
    for facet, values in ((Facet.TOPIC, "経政"), (Facet.PERSON, "甲誰"), (Facet.SOURCE, "AB")):
        if draw(st.booleans()):
            picked = draw(st.lists(st.sampled_from(values), min_size=1, unique=True))
            chosen[facet] = OneOf(tuple(picked))
    if draw(st.booleans()):
        chosen[Facet.DATE] = Between(draw(st.none() | days), draw(st.none() | days))
    return chosen


facet_sets = st.tuples(
    st.sampled_from(["auto", "year", "fiscalYear", "month", "day"]), st.integers(1, 3)
).map(
    lambda pair: [
        FacetRequest(facet, size=pair[1], interval=pair[0], selected=("甲",)) for facet in Facet
    ]
)


def write(engine: Engine, first: list[AnalysedArticle], then: list[AnalysedArticle]) -> None:
    with engine.writing() as writer:
        for each in first:
            writer.add(each)
    with engine.writing() as writer:
        for each in then:
            writer.add(each)
        for each in first[::3]:
            writer.remove(each.article.id)


def run(
    engine: Engine, query: Query, filters: Filters, facets: list[FacetRequest]
) -> list[Matches]:
    with engine.snapshot() as snapshot:
        return [
            snapshot.search(query, filters=filters, window=Window(sort, 0, 50), facets=facets)
            for sort in ("newest", "oldest", "relevance")
        ]


@settings(max_examples=50)
@given(
    first=analysed_articles().filter(bool),
    then=analysed_articles(),
    asked=st.lists(st.tuples(queries, filter_sets(), facet_sets), min_size=1, max_size=6),
)
def test_the_embedded_engine_equals_the_oracle(
    first: list[AnalysedArticle],
    then: list[AnalysedArticle],
    asked: list[tuple[Query, Filters, list[FacetRequest]]],
) -> None:
    memory = MemoryEngine()
    write(memory, first, then)
    with tempfile.TemporaryDirectory() as folder:
        embedded = EmbeddedEngine(Path(folder), fingerprint="rules")
        write(embedded, first, then)
        for query, filters, facets in asked:
            expected = run(memory, query, filters, facets)
            got = run(embedded, query, filters, facets)
            assert got[:2] == expected[:2]
            assert_same_ranking(got[2], expected[2])
        embedded.close()


def assert_same_ranking(got: Matches, expected: Matches) -> None:
    """The same scores by article, within rounding, and no pair of clear scores swapped."""
    assert got.total == expected.total
    scores = {hit.article.id: hit.score for hit in expected.hits}
    assert scores.keys() == {hit.article.id for hit in got.hits}
    for hit in got.hits:
        assert abs(hit.score - scores[hit.article.id]) < 2e-5
    order = [scores[hit.article.id] for hit in got.hits]
    assert all(one > other - 4e-5 for one, other in pairwise(order))
