"""Hits inside longer words stand behind all others, on every engine alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engine.base import Engine, Window
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.query import Everything, FacetRequest, Literal, Not, OneOf, Or, Partial, Query, Term
from search.results import Matches, ValueCount
from search.schema import Facet
from tests.engine.test_contract import analysed, article

RELEVANCE = Window("relevance", 0, 100)
ARTICLES = [
    analysed(article(1, source="A"), "x", "京都 x x x x x x x x x x"),
    analysed(article(2, source="B"), "京都", "京都"),
    analysed(article(3, source="B"), "", "東京都 x"),
    analysed(article(4, source="A"), "東京都", "京都"),
    analysed(article(5, source="C"), "東京都 x", "y"),
]
KYOTO = Term("京都")
INSIDE = Or((KYOTO, Literal(("京都",))))


@pytest.fixture(params=["one segment", "two segments", "memory"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made: Engine = EmbeddedEngine(tmp_path / "index", fingerprint="rules")
    if request.param == "memory":
        made = MemoryEngine()
    cut = 4 if request.param == "two segments" else 5
    with made.writing() as writer:
        for each in ARTICLES[:cut]:
            writer.add(each)
    if cut < 5:
        with made.writing() as writer:
            writer.add(ARTICLES[4])
    yield made
    made.close()


def found(engine: Engine, query: Query, partial: Partial, **kwargs: object) -> Matches:
    arguments: dict[str, object] = {"filters": {}, "window": RELEVANCE}
    with engine.snapshot() as snapshot:
        return snapshot.search(query, partial=partial, **(arguments | kwargs))  # type: ignore[arg-type]


def shown(matches: Matches) -> list[tuple[str, bool]]:
    return [(hit.article.id, hit.partial) for hit in matches.hits]


def test_they_stand_behind_all_others_and_below_them(engine: Engine) -> None:
    matches = found(engine, KYOTO, Partial(INSIDE, shown=True))
    assert [partial for _, partial in shown(matches)] == [False] * 3 + [True] * 2
    scores = [hit.score for hit in matches.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[2] > scores[3] > 0
    assert (matches.total, matches.partial) == (5, 2)


def test_where_they_are_not_shown_they_are_counted(engine: Engine) -> None:
    matches = found(
        engine, KYOTO, Partial(INSIDE, shown=False), facets=[FacetRequest(Facet.SOURCE)]
    )
    assert sorted(shown(matches)) == [("a1", False), ("a2", False), ("a4", False)]
    assert (matches.total, matches.partial) == (3, 2)
    assert matches.counts(Facet.SOURCE) == (ValueCount("A", 2), ValueCount("B", 1))


def test_where_they_are_shown_facets_count_them(engine: Engine) -> None:
    matches = found(engine, KYOTO, Partial(INSIDE, shown=True), facets=[FacetRequest(Facet.SOURCE)])
    assert matches.counts(Facet.SOURCE) == (
        ValueCount("A", 2),
        ValueCount("B", 2),
        ValueCount("C", 1),
    )


def test_hits_without_a_score_stand_before_them_too(engine: Engine) -> None:
    for query in (Not(Term("x")), Not(Term("x", tuple(ARTICLES[0].words)))):
        wider = Or((query, Literal(("京都",))))
        matches = found(engine, query, Partial(wider, shown=True))
        assert shown(matches) == [("a4", False), ("a2", False), *shown(matches)[2:]]
        assert {partial for _, partial in shown(matches)[2:]} == {True}
        assert [hit.score for hit in matches.hits] == [0.0] * 5


def test_they_have_no_score_where_others_have_none(engine: Engine) -> None:
    wider = Or((Not(Term("x")), Literal(("京都",))))
    matches = found(engine, Not(Term("x")), Partial(wider, shown=True))
    assert {hit.score for hit in matches.hits} == {0.0}
    assert sorted(shown(matches), key=lambda pair: pair[1])[:2] == [("a4", False), ("a2", False)]


def test_without_any_other_hit_they_keep_their_scores(engine: Engine) -> None:
    matches = found(engine, Term("nowhere"), Partial(Literal(("東京都",)), shown=True))
    assert shown(matches) == [("a5", True), ("a4", True), ("a3", True)]
    assert min(hit.score for hit in matches.hits) > 0


def test_only_hits_that_pass_the_filters_count_as_others(engine: Engine) -> None:
    filters = {Facet.SOURCE: OneOf(("B",))}
    matches = found(engine, KYOTO, Partial(INSIDE, shown=True), filters=filters)
    assert shown(matches) == [("a2", False), ("a3", True)]
    lowest, below = (hit.score for hit in matches.hits)
    alone = found(engine, Term("nowhere"), Partial(INSIDE, shown=True), filters=filters)
    score = {hit.article.id: hit.score for hit in alone.hits}["a3"]
    assert below == pytest.approx(lowest * score / (score + 1), abs=2e-5)
    assert (matches.total, matches.partial) == (2, 1)


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_by_date_they_stand_among_the_others(engine: Engine, sort: str) -> None:
    matches = found(engine, KYOTO, Partial(INSIDE, shown=True), window=Window(sort, 0, 9))  # type: ignore[arg-type]
    expected = [("a1", False), ("a2", False), ("a3", True), ("a4", False), ("a5", True)]
    assert shown(matches) == (expected if sort == "oldest" else expected[::-1])


def test_a_query_no_wider_shows_none(engine: Engine) -> None:
    for partial in (Partial(KYOTO, shown=True), Partial(Term("nowhere"), shown=True)):
        matches = found(engine, Everything(), partial)
        assert matches.partial == 0
        assert not any(partial for _, partial in shown(matches))
