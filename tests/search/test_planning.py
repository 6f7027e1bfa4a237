"""What a typed query asks for, and how it is relaxed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from search.analysis.japanese import Analyser
from search.parser import parse
from search.planning import (
    Planner,
    RunningText,
    TypedWord,
    searched,
    steps,
)
from search.query import And, AtLeast, Not, Or, Phrase, Query, Term


@pytest.fixture(scope="module")
def planner(analyser: Analyser) -> Planner:
    return Planner(analyser)


def weigh(queries: Sequence[Query]) -> list[int]:
    return [2] * len(queries)


def asked(planner: Planner, text: str) -> list[Query]:
    node = parse(text).node
    plan = planner.plan(node) if node else None
    return list(steps(plan, weigh)) if plan else []


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
    ],
)
def test_a_chunk_is_a_typed_word_or_running_text(
    planner: Planner, chunk: str, plan: object
) -> None:
    node = parse(chunk).node
    assert node
    assert planner.plan(node) == plan


def test_a_chunk_of_many_words_is_running_text(planner: Planner) -> None:
    node = parse("東京大阪京都神戸名古屋札幌仙台広島福岡").node
    assert node
    assert isinstance(planner.plan(node), RunningText)


def test_words_are_required_together(planner: Planner) -> None:
    assert asked(planner, "東京 大阪")[0] == And((Term("東京"), Term("大阪")))
    assert asked(planner, "東京電力")[0] == Phrase(("東京", "電力"))
    assert asked(planner, '"東京の電力"')[0] == Phrase(("東京", "の", "電力"))
    assert asked(planner, "東京 OR 大阪")[0] == Or((Term("東京"), Term("大阪")))
    assert asked(planner, "東京 東京")[0] == Term("東京")


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


def test_relaxing_takes_typed_words_apart_then_leaves_the_least_telling_out(
    planner: Planner,
) -> None:
    found = asked(planner, "東京電力 大阪")
    assert found[0] == And((Phrase(("東京", "電力")), Term("大阪")))
    assert found[1] == And((And((Term("東京"), Term("電力"))), Term("大阪")))
    assert found[2:] == [AtLeast((found[1].clauses[0], Term("大阪")), (4, 2), 4)]  # type: ignore[union-attr]


def test_parts_of_one_character_are_left_out(planner: Planner) -> None:
    assert asked(planner, "米国産牛肉")[1] == And((Term("米国"), Term("牛肉")))


def test_relaxing_never_goes_below_half_of_the_weight(planner: Planner) -> None:
    for query in asked(planner, "東京 大阪 京都 神戸 奈良")[2:]:
        assert isinstance(query, AtLeast)
        assert query.needed * 2 >= sum(query.weights)


@pytest.mark.parametrize("text", ['"東京電力"', "東京電力 AND 大阪", "大阪 -東京電力"])
def test_what_is_demanded_is_never_relaxed(planner: Planner, text: str) -> None:
    found = asked(planner, text)
    assert all(query == found[0] for query in found)


def test_nothing_below_a_not_is_marked(planner: Planner) -> None:
    query = asked(planner, "東京 -大阪")[0]
    assert list(searched(query)) == [Term("東京")]
