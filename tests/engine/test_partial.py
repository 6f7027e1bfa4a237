"""Hits of a lower query stand behind others, those inside longer words behind both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engine.base import Engine, Window
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.query import (
    Everything,
    FacetRequest,
    Literal,
    Not,
    Nothing,
    OneOf,
    Or,
    Partial,
    Query,
    Term,
    Weighted,
)
from search.results import Matches, ValueCount
from search.schema import Facet, Field
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


def found(
    engine: Engine, query: Query, partial: Partial | None = None, **kwargs: object
) -> Matches:
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


LOWER = Or((KYOTO, Term("x")))
WIDEST = Or((LOWER, Literal(("都",))))


def test_three_ranks_stand_behind_one_another(engine: Engine) -> None:
    with engine.writing() as writer:
        writer.add(analysed(article(6, source="C"), "東京都"))
    matches = found(engine, KYOTO, Partial(WIDEST, shown=True), lower=LOWER)
    names, partial = zip(*shown(matches), strict=True)
    assert [set(names[:3]), set(names[3:5]), set(names[5:])] == [
        {"a1", "a2", "a4"},
        {"a3", "a5"},
        {"a6"},
    ]
    assert partial == (False, False, False, False, False, True)
    scores = [hit.score for hit in matches.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[2] > scores[3]
    assert scores[4] > scores[5] > 0
    assert (matches.total, matches.partial) == (6, 1)
    # the first rank has the scores it has alone
    alone = found(engine, KYOTO)
    assert alone.hits == matches.hits[:3]


def test_lower_hits_stand_in_the_order_of_the_lower_query(engine: Engine) -> None:
    with engine.writing() as writer:
        for number, body in ((6, "x x"), (7, "y y y y x"), (8, "x x"), (9, "x x x")):
            writer.add(analysed(article(number), "", body))
    matches = found(engine, Term("京都", (Field.TITLE,)), lower=LOWER)
    behind = [hit.article.id for hit in found(engine, LOWER).hits if hit.article.id != "a2"]
    assert shown(matches) == [(name, False) for name in ["a2", *behind]]
    assert behind.index("a9") < behind.index("a8") < behind.index("a6") < behind.index("a7")
    scores = [hit.score for hit in matches.hits]
    assert scores == sorted(scores, reverse=True)


def test_without_any_other_hit_lower_ones_keep_their_scores(engine: Engine) -> None:
    assert found(engine, Nothing(), lower=LOWER) == found(engine, LOWER)
    filters = {Facet.SOURCE: OneOf(("C",))}
    alone = found(engine, LOWER, filters=filters)
    assert found(engine, KYOTO, lower=LOWER, filters=filters) == alone
    assert shown(alone) == [("a5", False)]


def test_lower_hits_are_hits_like_all_others(engine: Engine) -> None:
    facets = [FacetRequest(Facet.SOURCE), FacetRequest(Facet.DATE, interval="year")]
    filters = {Facet.SOURCE: OneOf(("B", "C"))}
    matches = found(engine, KYOTO, lower=LOWER, facets=facets, filters=filters)
    assert shown(matches)[0] == ("a2", False)
    assert (matches.total, matches.partial) == (3, 0)
    assert matches.counts(Facet.SOURCE) == (
        ValueCount("A", 2),
        ValueCount("B", 2),
        ValueCount("C", 1),
    )
    assert [bucket.count for bucket in matches.dates] == [3]
    for sort, expected in (("newest", "a5 a3 a2"), ("oldest", "a2 a3 a5")):
        window = Window(sort, 0, 9)  # type: ignore[arg-type]
        matches = found(engine, KYOTO, lower=LOWER, filters=filters, window=window)
        assert shown(matches) == [(name, False) for name in expected.split()]


def test_what_lower_finds_is_not_inside_longer_words(engine: Engine) -> None:
    for lower, inside in ((None, 2), (LOWER, 0), (Term("x"), 0), (Term("y"), 1)):
        matches = found(engine, KYOTO, Partial(INSIDE, shown=False), lower=lower)
        assert (matches.total, matches.partial) == (5 - inside, inside)
        matches = found(engine, KYOTO, Partial(INSIDE, shown=True), lower=lower)
        assert (matches.total, matches.partial) == (5, inside)
        assert sum(hit.partial for hit in matches.hits) == inside


def test_a_lower_query_need_not_be_wider(engine: Engine) -> None:
    for lower in (KYOTO, Nothing(), Term("nowhere"), Term("京都", (Field.TITLE,))):
        assert found(engine, KYOTO, lower=lower) == found(engine, KYOTO)
    narrow = Partial(Literal(("東京都",)), shown=True)
    matches = found(engine, KYOTO, narrow, lower=Term("y"))
    assert {hit.article.id for hit in matches.hits if hit.partial} == {"a3"}


@pytest.mark.parametrize("weight", [0, 8])
def test_scores_never_rise_where_some_are_nothing(engine: Engine, weight: int) -> None:
    first = Weighted(Term("京都", (Field.TITLE,)), weight)
    lower = Or((first, Weighted(KYOTO, 8 - weight)))
    matches = found(engine, first, Partial(WIDEST, shown=True), lower=lower)
    names = [name for name, _ in shown(matches)]
    assert names[0] == "a2"
    assert set(names[1:3]) == {"a1", "a4"}
    assert [partial for _, partial in shown(matches)] == [False] * 3 + [True] * 2
    scores = [hit.score for hit in matches.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[1:] == [0.0] * 4


def test_pages_of_three_ranks_follow_each_other(engine: Engine) -> None:
    whole = found(engine, KYOTO, Partial(WIDEST, shown=True), lower=LOWER).hits
    pages = [
        found(
            engine,
            KYOTO,
            Partial(WIDEST, shown=True),
            lower=LOWER,
            window=Window("relevance", offset, 2),
        ).hits
        for offset in (0, 2, 4)
    ]
    assert tuple(hit for page in pages for hit in page) == whole


def test_a_query_no_wider_shows_none(engine: Engine) -> None:
    for partial in (Partial(KYOTO, shown=True), Partial(Term("nowhere"), shown=True)):
        matches = found(engine, Everything(), partial)
        assert matches.partial == 0
        assert not any(partial for _, partial in shown(matches))
