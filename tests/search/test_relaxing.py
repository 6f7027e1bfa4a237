"""What a query asks for where no article has all of it."""

from __future__ import annotations

from datetime import date

import pytest

from search.planning import LEAST_LEFT
from search.query import And, AtLeast, Between, Boosted, Literal, Not, Or, Passing, Query, Term
from search.schema import Facet, Field
from tests.search.made import Reader, any_of, side_by_side, typed

JUNE = Passing(Facet.DATE, Between(date(2025, 6, 1), date(2025, 6, 30)))
TOKYO, OSAKA, KYOTO = Term("東京"), Term("大阪"), Term("京都")
POWER = typed("東京電力", "東京", "電力")


def titled(term: str) -> Term:
    return Term(term, (Field.TITLE,))


def test_relaxing_takes_typed_words_apart_then_leaves_the_least_telling_out(read: Reader) -> None:
    found = read.queries("東京電力 大阪")
    assert found[0] == And((POWER, OSAKA))
    parts = And((TOKYO, Term("電力")))
    assert found[1] == And((parts, OSAKA))
    assert found[2:] == [AtLeast((parts, OSAKA), (2, 2), 2)]


def test_parts_of_one_character_are_left_out(read: Reader) -> None:
    assert read.queries("米国産牛肉")[1] == And((Term("米国"), Term("牛肉")))
    assert read.queries("第2") == [typed("第2", "第", "2")]


def test_relaxing_never_goes_below_half_of_the_weight(read: Reader) -> None:
    relaxed = read.queries("東京 大阪 京都 神戸 奈良")[1:]
    assert relaxed
    for query in relaxed:
        assert isinstance(query, AtLeast)
        assert query.needed >= LEAST_LEFT * sum(query.weights)
    needed = [query.needed for query in relaxed if isinstance(query, AtLeast)]
    assert needed == sorted(set(needed), reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        '"東京電力"',
        "東京電力 AND 大阪",
        "大阪 -東京電力",
        "見出し:東京電力",
        "見出し:(東京電力 AND 大阪)",
        "東京電力 NEAR/5 大阪",
        "日付:2025年6月",
        "大阪 2025年6月",
        "人物:甲 人物:乙",
        '"東京電力" "大阪"',
        '大阪 "東京電力"',
        "見出し:東京電力 日付:2025年6月",
    ],
)
def test_what_is_demanded_is_never_relaxed(read: Reader, text: str) -> None:
    found = read.queries(text)
    assert all(query == found[0] for query in found)


@pytest.mark.parametrize(
    ("text", "demanded"),
    [
        ("東京電力 大阪 -京都", Not(KYOTO)),
        ("東京電力 大阪 見出し:京都", titled("京都")),
        ("東京電力 大阪 2025年6月", JUNE),
        ('東京電力 大阪 "京都"', Boosted(Literal(("京都",)), any_of("京都"))),
        ("東京電力 大阪 (京都 AND 神戸)", And((KYOTO, Term("神戸")))),
        ("東京電力 大阪 (京都 OR 神戸)", Or((KYOTO, Term("神戸")))),
        (
            "東京電力 大阪 京都 NEAR/5 神戸",
            Or((side_by_side("京都", "神戸", gaps=(5,)), side_by_side("神戸", "京都", gaps=(5,)))),
        ),
    ],
)
def test_what_is_demanded_is_kept_by_every_relaxed_form(
    read: Reader, text: str, demanded: Query
) -> None:
    found = read.queries(text)
    assert len(found) > 2
    for query in found:
        assert isinstance(query, And)
        assert demanded in query.clauses


def test_a_word_in_an_or_may_fall_into_its_parts_only(read: Reader) -> None:
    first, parts = read.queries("東京電力 OR 大阪")
    assert first == Or((POWER, OSAKA))
    assert parts == Or((And((TOKYO, Term("電力"))), OSAKA))


def test_relaxed_forms_have_no_looser_or_inner_hits(read: Reader) -> None:
    for mode in ("auto", "0", "1"):
        _, *relaxed = read("東京電力 大阪", mode)
        assert relaxed
        assert all(each.lower is None and each.partial is None for each in relaxed)
