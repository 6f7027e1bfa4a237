"""Typed text to a tree: every sign in half and full width, and never an error."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.parser import Chunk, Either, Node, Parsed, Quoted, Together, Without, parse, written

A, B, C = Chunk("東京"), Chunk("大阪"), Chunk("京都")
SIGNS = '東京大阪 　"＂「」『』“”()（）|｜-－ ANDORNOTＡＮＤまたは・。!\n\0'


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", None),
        ("　 \n", None),
        ("東京", A),
        ("東京 大阪", Together((A, B))),
        ("東京　大阪", Together((A, B))),
        ("東京 AND 大阪", Together((A, B), demanded=True)),
        ("東京 ＡＮＤ 大阪", Together((A, B), demanded=True)),
        ("東京 AND 大阪 京都", Together((Together((A, B), demanded=True), C))),
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
    assert parse(text) == Parsed(node)


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
    ],
)
def test_signs_inside_running_text_are_text(headline: str) -> None:
    assert parse(headline) == Parsed(Chunk(headline))


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
    ],
)
def test_what_cannot_be_read_is_searched_as_text(text: str, node: Node | None) -> None:
    assert parse(text).node == node


def test_what_was_read_otherwise_is_explained() -> None:
    assert parse('"東京').warnings == ('閉じられていない引用符 " は文字として扱いました',)
    assert parse("(東京").warnings
    assert parse("OR").warnings
    assert not parse("東京 OR 大阪").warnings


@pytest.mark.parametrize(
    "text", ["(" * 900, "(" * 450 + "東京" + ")" * 450, "(東京 OR " * 110, "-" * 999, '"' * 999]
)
def test_endless_signs_are_read_quickly(text: str) -> None:
    before = time.process_time()
    parse(text)
    assert time.process_time() - before < 2


def test_parentheses_too_deep_are_passed_over_with_a_warning() -> None:
    parsed = parse("(" * 60 + "東京 大阪" + ")" * 60)
    assert parsed.node == Together((A, B))
    assert parsed.warnings


@given(st.text(st.sampled_from(SIGNS), max_size=40))
@example("(|)")
@example("-(")
@example("AND OR NOT ()")
def test_no_text_is_an_error(text: str) -> None:
    parsed = parse(text)
    assert parse(text) == parsed
    written(parsed.node)


nodes = st.recursive(
    st.one_of(
        st.sampled_from([A, B, C]),
        st.sampled_from([Quoted("東京 大阪"), Quoted('a"b')]),
    ),
    lambda inner: st.one_of(
        st.builds(Either, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(
            lambda parts: Together(parts, demanded=True),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        ),
        st.builds(Without, inner.filter(lambda node: not isinstance(node, Without))),
    ),
    max_leaves=6,
)


@given(nodes)
def test_the_written_form_is_read_as_the_same_tree(node: Node) -> None:
    assert parse(written(node)).node == node
