"""What a typed query asks for, how it is widened and how it is relaxed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from search.analysis.japanese import Analyser
from search.parser import parse
from search.planning import (
    LEAST_LEFT,
    Literally,
    PartialMode,
    Planner,
    Reading,
    RunningText,
    TypedWord,
    readings,
    searched,
)
from search.query import (
    And,
    AtLeast,
    Boosted,
    Everything,
    Literal,
    Not,
    Nothing,
    Or,
    Partial,
    Phrase,
    Query,
    Term,
)


@pytest.fixture(scope="module")
def planner(analyser: Analyser) -> Planner:
    return Planner(analyser)


@dataclass(frozen=True)
class MadeUpIndex:
    """Has every word but some in 5 articles; each weighs 2."""

    unseen: tuple[Query, ...] = ()

    def counts(self, queries: Sequence[Query]) -> list[int]:
        return [0 if query in self.unseen else 5 for query in queries]

    def weights(self, queries: Sequence[Query]) -> list[int]:
        return [2] * len(queries)


def read(
    planner: Planner, text: str, partial: PartialMode = "auto", *unseen: Query
) -> list[Reading]:
    node = parse(text).node
    plan = planner.plan(node) if node else None
    return list(readings(plan, MadeUpIndex(unseen), partial)) if plan else []


def asked(planner: Planner, text: str) -> list[Query]:
    return [reading.query for reading in read(planner, text)]


def boosted(*terms: str) -> Boosted:
    return Boosted(Phrase(terms), Or(tuple(map(Term, terms))))


def inside(query: Query, *pieces: str) -> Or:
    return Or((query, Literal(pieces)))


@pytest.mark.parametrize(
    ("chunk", "plan"),
    [
        ("東京", TypedWord(("東京",))),
        ("東京電力", TypedWord(("東京", "電力"))),
        ("ケビン・ハセット", TypedWord(("ケビン", "ハセット"))),
        ("米国産牛肉", TypedWord(("米国", "産", "牛肉"))),
        ("「東京」、", TypedWord(("東京",))),
        ("東京の電力", RunningText(("東京", "電力"))),
        ("東京、電力", RunningText(("東京", "電力"))),
        ("東京が", TypedWord(("東京",))),
        ("の", TypedWord(("の",))),
        ("！？", None),
        ('"東京の電力"', Literally(("東京の電力",), ("東京", "の", "電力"))),
        ('"！？"', Literally(("!?",), ())),
        ('"東京 電力"', Literally(("東京", "電力"), ("東京", "電力"))),
        ('"Apple Pie"', Literally(("apple pie",), ("apple", "pie"))),
    ],
)
def test_a_chunk_is_a_typed_word_running_text_or_a_quotation(
    planner: Planner, chunk: str, plan: object
) -> None:
    node = parse(chunk).node
    assert node
    assert planner.plan(node) == plan


@pytest.mark.parametrize(
    ("chunk", "pieces"),
    [
        ("東京", ("東京",)),
        ("「東京」、", ("東京",)),
        ("東京が", ("東京",)),
        ("ｶﾞｿﾘﾝ", ("ガソリン",)),
        ("髙橋", ("髙橋",)),
        ("ケビン・ハセット", ("ケビン・ハセット",)),
        ("iPhone", ("iphone",)),
    ],
)
def test_a_typed_word_knows_its_letters_as_typed(
    planner: Planner, chunk: str, pieces: tuple[str, ...]
) -> None:
    node = parse(chunk).node
    assert node
    plan = planner.plan(node)
    assert isinstance(plan, TypedWord)
    assert plan.pieces == pieces
    assert plan.inside() == Literal(pieces)


@pytest.mark.parametrize("chunk", ["2025", "2025年", "第2", "東京2025", "６，０００円", "②"])
def test_digits_are_never_widened(planner: Planner, chunk: str) -> None:
    node = parse(chunk).node
    assert node
    plan = planner.plan(node)
    assert isinstance(plan, TypedWord)
    assert plan.inside() == plan.query()
    for mode in ("auto", "0", "1"):
        assert all(each.partial is None for each in read(planner, chunk, mode, plan.query()))


def test_a_chunk_of_many_words_is_running_text(planner: Planner) -> None:
    node = parse("東京大阪京都神戸名古屋札幌仙台広島福岡").node
    assert node
    assert isinstance(planner.plan(node), RunningText)


def test_words_are_required_together(planner: Planner) -> None:
    assert asked(planner, "東京 大阪")[0] == And((Term("東京"), Term("大阪")))
    assert asked(planner, "東京電力")[0] == boosted("東京", "電力")
    assert asked(planner, "東京 OR 大阪")[0] == Or((Term("東京"), Term("大阪")))
    assert asked(planner, "東京 東京")[0] == Term("東京")


def test_a_quotation_is_found_by_its_letters_and_ranked_by_its_words(planner: Planner) -> None:
    words = Or((Term("東京"), Term("の"), Term("電力")))
    assert asked(planner, '"東京の電力"') == [Boosted(Literal(("東京の電力",)), words)]
    assert asked(planner, '"！？"') == [Literal(("!?",))]


def test_only_a_minus_means_everything_else(planner: Planner) -> None:
    assert asked(planner, "-東京")[0] == Not(Term("東京"))


def test_running_text_asks_for_enough_of_its_words(planner: Planner) -> None:
    query = asked(planner, "東京の大阪の京都の神戸の名古屋")[0]
    assert isinstance(query, AtLeast)
    assert query.clauses == tuple(map(Term, ("東京", "大阪", "京都", "神戸", "名古屋")))
    assert query.needed == 4


def test_a_query_of_more_than_twelve_words_asks_for_enough_of_them(planner: Planner) -> None:
    cities = "東京 大阪 京都 神戸 奈良 札幌 仙台 広島 福岡 長崎 熊本 松山 高知"
    assert isinstance(asked(planner, cities)[0], AtLeast)
    assert isinstance(asked(planner, cities.rpartition(" ")[0])[0], And)


def test_hits_inside_longer_words_are_counted_and_not_shown_where_the_word_is_seen(
    planner: Planner,
) -> None:
    (reading,) = read(planner, "京都")
    assert reading == Reading(Term("京都"), Partial(inside(Term("京都"), "京都"), shown=False))


def test_a_word_no_article_has_is_shown_inside_longer_ones(planner: Planner) -> None:
    (reading,) = read(planner, "京都", "auto", Term("京都"))
    assert reading == Reading(Term("京都"), Partial(inside(Term("京都"), "京都"), shown=True))


def test_only_the_words_no_article_has_are_widened_where_there_are_some(planner: Planner) -> None:
    first = read(planner, "東京 大阪", "auto", Term("大阪"))[0]
    wider = And((Term("東京"), inside(Term("大阪"), "大阪")))
    assert first.partial == Partial(wider, shown=True)
    first = read(planner, "東京 大阪")[0]
    wider = And((inside(Term("東京"), "東京"), inside(Term("大阪"), "大阪")))
    assert first.partial == Partial(wider, shown=False)


@pytest.mark.parametrize("unseen", [(), (Term("東京"),), (Term("東京"), Term("大阪"))])
@pytest.mark.parametrize("mode", ["0", "1"])
def test_partial_of_the_request_decides_whether_they_are_shown(
    planner: Planner, mode: PartialMode, unseen: tuple[Query, ...]
) -> None:
    first, *relaxed = read(planner, "東京 大阪", mode, *unseen)
    wider = And((inside(Term("東京"), "東京"), inside(Term("大阪"), "大阪")))
    assert first == Reading(And((Term("東京"), Term("大阪"))), Partial(wider, mode == "1"))
    assert all(each.partial is None for each in relaxed)


def test_several_terms_are_widened_as_one_literal(planner: Planner) -> None:
    first = read(planner, "東京電力")[0]
    wider = inside(boosted("東京", "電力"), "東京電力")
    assert first.partial == Partial(wider, shown=False)


def test_quotations_and_running_text_are_not_widened(planner: Planner) -> None:
    for text in ('"東京電力"', "東京の電力", "東京、電力"):
        for mode in ("auto", "0", "1"):
            assert all(each.partial is None for each in read(planner, text, mode))


def test_a_not_excludes_words_unless_those_inside_longer_ones_are_shown(planner: Planner) -> None:
    narrow, wide = Not(Term("大阪")), Not(inside(Term("大阪"), "大阪"))
    for mode, unseen, expected in (
        ("auto", (), narrow),
        ("auto", (Term("大阪"),), wide),
        ("0", (), narrow),
        ("0", (Term("大阪"),), narrow),
        ("1", (), wide),
    ):
        first = read(planner, "東京 -大阪", mode, *unseen)[0]  # type: ignore[arg-type]
        assert first.query == And((Term("東京"), expected))
        (only,) = read(planner, "-大阪", mode, *unseen)  # type: ignore[arg-type]
        assert only == Reading(expected)


def test_a_widened_query_excludes_what_the_query_excludes(planner: Planner) -> None:
    first = read(planner, "東京 -大阪")[0]
    wider = And((inside(Term("東京"), "東京"), Not(Term("大阪"))))
    assert first.partial == Partial(wider, shown=False)


def test_relaxing_takes_typed_words_apart_then_leaves_the_least_telling_out(
    planner: Planner,
) -> None:
    found = asked(planner, "東京電力 大阪")
    assert found[0] == And((boosted("東京", "電力"), Term("大阪")))
    parts = And((Term("東京"), Term("電力")))
    assert found[1] == And((parts, Term("大阪")))
    assert found[2:] == [AtLeast((parts, Term("大阪")), (4, 2), 4)]


def test_parts_of_one_character_are_left_out(planner: Planner) -> None:
    assert asked(planner, "米国産牛肉")[1] == And((Term("米国"), Term("牛肉")))
    assert asked(planner, "第2") == [boosted("第", "2")]


def test_relaxing_never_goes_below_half_of_the_weight(planner: Planner) -> None:
    relaxed = asked(planner, "東京 大阪 京都 神戸 奈良")[1:]
    assert relaxed
    for query in relaxed:
        assert isinstance(query, AtLeast)
        assert query.needed >= LEAST_LEFT * sum(query.weights)
    needed = [query.needed for query in relaxed if isinstance(query, AtLeast)]
    assert needed == sorted(set(needed), reverse=True)


@pytest.mark.parametrize("text", ['"東京電力"', "東京電力 AND 大阪", "大阪 -東京電力"])
def test_what_is_demanded_is_never_relaxed(planner: Planner, text: str) -> None:
    found = asked(planner, text)
    assert all(query == found[0] for query in found)


def test_an_exclusion_is_kept_by_every_relaxed_form(planner: Planner) -> None:
    for query in asked(planner, "東京電力 大阪 -京都"):
        assert isinstance(query, And)
        assert Not(Term("京都")) in query.clauses


def test_nothing_below_a_not_and_no_booster_is_marked(planner: Planner) -> None:
    assert list(searched(asked(planner, "東京 -大阪")[0])) == [Term("東京")]
    assert list(searched(boosted("東京", "電力"))) == [Phrase(("東京", "電力"))]
    assert list(searched(And((Everything(), Nothing(), Not(Term("a")))))) == []
    either = Or((Term("a"), AtLeast((Literal(("b",)), Term("c")), (1, 1), 1)))
    assert list(searched(either)) == [Term("a"), Literal(("b",)), Term("c")]
