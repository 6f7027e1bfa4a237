"""Typed text to a tree: every sign in half and full width, and never an error."""

from __future__ import annotations

import time
from datetime import date

import pytest

from search.parser import (
    MOST_CHUNKS_WITH_A_DATE,
    Chunk,
    Dated,
    Either,
    Enough,
    Fielded,
    Nearby,
    Node,
    Parsed,
    Quoted,
    Together,
    Without,
    parse,
    written,
)
from tests.search.made import TODAY

A, B, C = Chunk("東京"), Chunk("大阪"), Chunk("京都")
JUNE = Dated(date(2025, 6, 1), date(2025, 6, 30))


def tree(text: str) -> Node | None:
    return parse(text, TODAY).node


def warnings(text: str) -> tuple[str, ...]:
    return parse(text, TODAY).warnings


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", None),
        ("　 \n", None),
        ("東京", A),
        ("東京 大阪", Together((A, B))),
        ("東京　大阪", Together((A, B))),
        ("東京 AND 大阪", Together((A, B))),
        ("東京 ＡＮＤ 大阪", Together((A, B))),
        ("東京 AND 大阪 京都", Together((Together((A, B)), C))),
        ("東京 OR 大阪", Either((A, B))),
        ("東京 ＯＲ 大阪", Either((A, B))),
        ("東京|大阪", Either((A, B))),
        ("東京｜大阪", Either((A, B))),
        ("東京 または 大阪", Either((A, B))),
        ("東京 大阪 OR 京都", Either((Together((A, B)), C))),
        ("東京 (大阪 OR 京都)", Together((A, Either((B, C))))),
        ("東京 （大阪 または 京都）", Together((A, Either((B, C))))),
        ("-東京", Without(A)),
        ("東京 -大阪", Together((A, Without(B)))),
        ("東京 －大阪", Together((A, Without(B)))),
        ("東京 NOT 大阪", Together((A, Without(B)))),
        ("東京 ＮＯＴ 大阪", Together((A, Without(B)))),
        ("東京 -(大阪 京都)", Together((A, Without(Together((B, C)))))),
        ("NOT NOT 東京", A),
        ("NOT NOT NOT 東京", Without(A)),
        ("-(-東京)", A),
        ("東京 -大阪 京都-奈良", Together((A, Without(B), Chunk("京都-奈良")))),
        ('"東京 大阪"', Quoted("東京 大阪")),
        ("＂東京 大阪＂", Quoted("東京 大阪")),
        ("「東京 大阪」", Quoted("東京 大阪")),
        ("『東京』 大阪", Together((Quoted("東京"), B))),
        ("“東京”", Quoted("東京")),
        ('-"東京"', Without(Quoted("東京"))),
        ('東京"大阪"京都', Together((A, Quoted("大阪"), C))),
        ('""', None),
        ("and or not", Together((Chunk("and"), Chunk("or"), Chunk("not")))),
    ],
)
def test_what_is_typed_is_read(text: str, node: Node | None) -> None:
    assert parse(text, TODAY) == Parsed(node)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("見出し:東京", Fielded("title", A)),
        ("ＴＩＴＬＥ：東京", Fielded("title", A)),
        ("本文:東京 大阪", Together((Fielded("body", A), B))),
        ("写真説明:(東京 大阪)", Fielded("captions", Together((A, B)))),
        ('見出し:"東京 大阪"', Fielded("title", Quoted("東京 大阪"))),
        ("見出し:「東京 大阪」", Fielded("title", Quoted("東京 大阪"))),
        ("人物:東京 人物:大阪", Together((Fielded("person", A), Fielded("person", B)))),
        ("分野:(東京 OR 大阪)", Fielded("topic", Either((A, B)))),
        ("-媒体:東京", Without(Fielded("source", A))),
        ("媒体:-東京", Fielded("source", Without(A))),
        ("見出し:人物:東京", Fielded("title", Fielded("person", A))),
        ("見出し:東京 OR 大阪", Either((Fielded("title", A), B))),
        ("いくつか:(東京 大阪)", Enough((A, B))),
        ("some:(東京 大阪 -京都)", Enough((A, B, Without(C)))),
        ("いくつか:(東京 AND 大阪)", Enough((A, B))),
        ("いくつか:東京", A),
        ("いくつか:(東京 OR 大阪)", Either((A, B))),
        ("見出し:いくつか:(東京 大阪)", Fielded("title", Enough((A, B)))),
        ('文字:"東京"', A),
        ('文字:"AND" 東京', Together((Chunk("AND"), A))),
        ('文字:"東京 大阪"', Chunk("東京 大阪")),
        ('文字:"見出し:東京"', Chunk("見出し:東京")),
        ('逐語:"a""b"', Quoted('a"b')),
        ('逐語:"」"', Quoted("」")),
    ],
)
def test_a_field_binds_what_follows_at_once(text: str, node: Node) -> None:
    assert parse(text, TODAY) == Parsed(node)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("東京 NEAR/20 大阪", Nearby(A, B, 20)),
        ("東京　ＮＥＡＲ／２０　大阪", Nearby(A, B, 20)),
        ('東京 NEAR/5 "大阪"', Nearby(A, Quoted("大阪"), 5)),
        ("「東京」 NEAR/5 大阪", Nearby(Quoted("東京"), B, 5)),
        ("東京 NEAR/5 大阪 京都", Together((Nearby(A, B, 5), C))),
        ("東京 NEAR/5 大阪 OR 京都", Either((Nearby(A, B, 5), C))),
        ("見出し:東京 NEAR/5 大阪", Fielded("title", Nearby(A, B, 5))),
        ("見出し:(東京 NEAR/5 大阪)", Fielded("title", Nearby(A, B, 5))),
        ("東京 NEAR/5 大阪 NEAR/9 京都", Together((Nearby(A, B, 5), Nearby(B, C, 9)))),
        ("-(東京 NEAR/5 大阪)", Without(Nearby(A, B, 5))),
        ('東京 NEAR/5 ""', A),
    ],
)
def test_near_stands_between_two_words_or_quotations(text: str, node: Node) -> None:
    assert parse(text, TODAY) == Parsed(node)


@pytest.mark.parametrize(
    "text",
    [
        "NEAR/5 東京",
        "東京 NEAR/5",
        "東京 NEAR/5 (大阪 京都)",
        "(東京 大阪) NEAR/5 京都",
        "東京 NEAR/5 -大阪",
        "-東京 NEAR/5 大阪",
        "東京 NEAR/5 見出し:大阪",
        "東京 NEAR/5 NEAR/6 大阪",
        "日付:2025 NEAR/5 東京",
    ],
)
def test_near_between_anything_else_is_a_word_and_explained(text: str) -> None:
    parsed = parse(text, TODAY)
    assert any("NEAR" in warning for warning in parsed.warnings)
    assert "NEAR/5" in written(parsed.node)


def test_what_and_binds_is_demanded() -> None:
    for text, demanded in (
        ("東京 AND 大阪", True),
        ("東京 大阪", False),
        ("東京 NEAR/5 大阪 NEAR/5 京都", True),
    ):
        node = tree(text)
        assert isinstance(node, Together)
        assert node.demanded == demanded


@pytest.mark.parametrize(
    "headline",
    [
        "首相「続投する」と表明",
        "【速報】東京で地震、震度5強",
        "トランプ氏(右)と会談",
        "コロナー禍の「新常態」、どう生きる？",
        "AND検索とは",
        "5-0で勝利",
        "米・中の協議",
        "「A」と「B」の違い",
        "-SilentStar-",
        "【独自】「核のごみ」文献調査へ、知事「反対」",
        "首相：続投へ",
        "午後3:30に再開",
        "「東京」「大阪」",
        "『名探偵』が1位！",
    ],
)
def test_signs_inside_running_text_are_text(headline: str) -> None:
    assert parse(headline, TODAY) == Parsed(Chunk(headline))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ('"東京', A),
        ("(東京", A),
        ("東京)", Chunk("東京)")),
        ("()", None),
        ("東京 AND", Together((A, Chunk("AND")))),
        ("OR", Chunk("OR")),
        ("OR 東京", Together((Chunk("OR"), A))),
        ("東京 OR", Together((A, Chunk("OR")))),
        ("東京 -", Together((A, Chunk("-")))),
        ("「東京", Chunk("「東京")),
        ("(東京 OR)", Together((A, Chunk("OR")))),
        ("東京 NOT", Together((A, Chunk("NOT")))),
        ("東京 OR OR 大阪", Either((Together((A, Chunk("OR"))), B))),
        ("見出し:()", None),
    ],
)
def test_what_cannot_be_read_is_searched_as_text(text: str, node: Node | None) -> None:
    assert tree(text) == node


def test_what_was_read_otherwise_is_explained() -> None:
    assert warnings('"東京') == ('閉じられていない引用符 " は文字として扱いました',)
    assert warnings("(東京") == ("閉じられていない括弧は読み飛ばしました",)
    assert warnings("OR") == ("OR の前後に語がないため、文字として検索しました",)
    assert warnings("東京 ＡＮＤ") == ("ＡＮＤ の前後に語がないため、文字として検索しました",)
    assert warnings("東京 ()") == ("空の括弧は読み飛ばしました",)
    assert warnings("() () ()") == ("空の括弧は読み飛ばしました",)
    assert not warnings("東京 OR 大阪")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("日付:2025年6月", JUNE),
        ("日付：２０２５年６月", JUNE),
        ("date:2025-06", JUNE),
        ("日付:令和7年6月", JUNE),
        ("日付:R7.6", JUNE),
        ('日付:"2025年 6月"', JUNE),
        ("日付:「2025年6月」", JUNE),
        ("日付:今月", JUNE),
        ("日付:2025-06..2025-06", JUNE),
        ("日付:2025-06..", Dated(date(2025, 6, 1), None)),
        ("日付:..2025-06", Dated(None, date(2025, 6, 30))),
        ("日付:6月", JUNE),
        ("-日付:2025年6月", Without(JUNE)),
        ("東京 日付:2025年6月", Together((A, JUNE))),
        ("日付:2025年6月 OR 東京", Either((JUNE, A))),
        ("(東京 日付:2025年6月) OR 大阪", Either((Together((A, JUNE)), B))),
        ("日付:昨日", Dated(date(2025, 6, 10), date(2025, 6, 10))),
    ],
)
def test_a_date_after_its_field_is_days(text: str, node: Node) -> None:
    parsed = parse(text, TODAY)
    assert parsed == Parsed(node)
    assert parsed.dated is None


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("2025年6月", JUNE),
        ("２０２５年６月", JUNE),
        ("2025-06", JUNE),
        ("令和7年6月", JUNE),
        ("R7.6", JUNE),
        ("今月", JUNE),
        ("東京 2025年6月", Together((A, JUNE))),
        ("2025年6月　東京", Together((JUNE, A))),
        ("東京 大阪 京都 2025年6月", Together((A, B, C, JUNE))),
        ("東京 -大阪 2025年6月", Together((A, Without(B), JUNE))),
        ("2025年6月 2025年6月", Together((JUNE, JUNE))),
    ],
)
def test_a_date_that_stands_alone_in_a_short_query_is_days(text: str, node: Node) -> None:
    parsed = parse(text, TODAY)
    assert parsed == Parsed(node)
    assert parsed.dated == JUNE
    as_text = parse(text, TODAY, dates=False)
    assert as_text.dated is None
    assert as_text.node != node


@pytest.mark.parametrize(
    "text",
    [
        '"2025年6月"',
        "「2025年6月」",
        '文字:"2025年6月"',
        "見出し:2025年6月",
        "-2025年6月",
        "2025年6月 OR 東京",
        "2025年6月 AND 東京",
        "2025年6月の東京",
        "2025年6月、東京",
        "東京 大阪 京都 神戸 奈良 2025年6月",
        "2025年6月 2024年5月",
        "2025年6月 NEAR/5 東京",
        "6月",
        "10日",
        "2025",
        "東京 6月10日",
        "2025/6",
        "M5.4",
    ],
)
def test_no_other_date_is_taken_for_days(text: str) -> None:
    parsed = parse(text, TODAY)
    assert parsed.dated is None
    assert parsed == parse(text, TODAY, dates=False)


def test_a_date_knows_where_it_was_typed() -> None:
    for text in ("東京 2025年6月", "　２０２５年６月 東京", "東京 日付:2025年6月"):
        parsed = parse(text, TODAY)
        assert isinstance(parsed.node, Together)
        (dated,) = (part for part in parsed.node.parts if isinstance(part, Dated))
        assert text[dated.start : dated.end] in {"2025年6月", "２０２５年６月", "日付:2025年6月"}


def test_only_words_like_yesterday_depend_on_today() -> None:
    for text in ("昨日", "東京 昨日", "日付:先月 OR 東京", "-日付:昨日", "いくつか:(日付:今月 a)"):
        assert parse(text, TODAY).relative, text
    for text in ("", "2025年6月", '"昨日"', "昨日の東京", "見出し:昨日", "日付:2025 東京"):
        assert not parse(text, TODAY).relative, text


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("平成40年", "「平成40年」はありません（平成は31年4月30日まで）。文字として検索しました"),
        ("日付:平成40年", "「平成40年」はありません"),
        ("日付:2025年13月", "「2025年13月」はありません"),
        ("日付:東京", "「東京」は日付として読めないため、文字として検索しました"),
        ("日付:(2025 2024)", "日付: の後には日付を一つだけ書けます"),
        ("日付:(東京 OR 2025)", "日付: の後には日付を一つだけ書けます"),
    ],
)
def test_a_date_that_cannot_be_read_is_text_and_explained(text: str, warning: str) -> None:
    parsed = parse(text, TODAY)
    assert len(parsed.warnings) == 1
    assert parsed.warnings[0].startswith(warning)
    assert not isinstance(parsed.node, Dated)


@pytest.mark.parametrize("text", ["R40.1", "2025-13", "5.4", "平成40年の東京", '"平成40年"'])
def test_what_need_not_be_a_date_is_text_without_a_word(text: str) -> None:
    assert not warnings(text)


def test_more_chunks_than_a_few_keep_a_date_as_text() -> None:
    words = " ".join("甲乙丙丁"[: MOST_CHUNKS_WITH_A_DATE - 1])
    assert parse(f"{words} 2025年6月", TODAY).dated
    assert not parse(f"{words} 戊 2025年6月", TODAY).dated


@pytest.mark.parametrize(
    "text",
    [
        "(" * 900,
        "(" * 450 + "東京" + ")" * 450,
        "(東京 OR " * 110,
        "-" * 999,
        '"' * 999,
        "「" * 999,
        '文字:"' * 199,
        "見出し:" * 249,
        "東京 NEAR/5 " * 99,
        "いくつか:(" * 166,
        "2025年6月 " * 124,
        "a-" * 499,
    ],
)
def test_endless_signs_are_read_quickly(text: str) -> None:
    before = time.process_time()
    parsed = parse(text, TODAY)
    written(parsed.node)
    assert time.process_time() - before < 2


def test_parentheses_too_deep_are_passed_over_with_a_warning() -> None:
    parsed = parse("(" * 60 + "東京 大阪" + ")" * 60, TODAY)
    assert parsed.node == Together((A, B))
    assert parsed.warnings


def test_signs_are_no_chunks_of_a_short_query() -> None:
    assert tree("(東京 OR 大阪) 2025年6月") == Together((Either((A, B)), JUNE))


def test_a_date_in_parentheses_is_text() -> None:
    assert tree("(2025年6月)") == Chunk("2025年6月")
    assert tree("東京 (2025年6月)") == Together((A, Chunk("2025年6月")))
