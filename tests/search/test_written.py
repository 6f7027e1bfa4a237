"""The reading of a query in its written form, which is read as the same tree again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.lexer import FARTHEST
from search.parser import (
    Chunk,
    Dated,
    Either,
    Enough,
    Fielded,
    Nearby,
    Node,
    Quoted,
    Together,
    Without,
    parse,
    written,
)
from tests.search.made import TODAY

A, B, C = Chunk("東京"), Chunk("大阪"), Chunk("京都")


def tree(text: str) -> Node | None:
    return parse(text, TODAY).node


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("東京　大阪", "東京 AND 大阪"),
        ("東京 大阪|京都", "(東京 AND 大阪) OR 京都"),
        ("東京 (大阪 または 京都)", "東京 AND (大阪 OR 京都)"),
        ("-東京", "NOT 東京"),
        ("ｔｉｔｌｅ：東京", "見出し:東京"),
        ("person:(甲 OR 乙)", "人物:(甲 OR 乙)"),
        ("some:(東京 大阪)", "いくつか:(東京 大阪)"),
        ("東京 ＮＥＡＲ／２０ 大阪 京都", "(東京 NEAR/20 大阪) AND 京都"),
        ("「東京」", '"東京"'),
        ('「a"b」', '「a"b」'),
        ('"「a"', '"「a"'),
        ('逐語:"a""」』b"', '逐語:"a""」』b"'),
        ('文字:"AND" 東京', '文字:"AND" AND 東京'),
        ("令和7年6月 東京", "日付:2025-06 AND 東京"),
        ("日付:2025-04-01..2026-03-31", "日付:2025-04..2026-03"),
        ("日付:2025-06..", "日付:2025-06.."),
    ],
)
def test_the_reading_is_written_as_a_person_writes(text: str, shown: str) -> None:
    assert written(tree(text)) == shown
    assert tree(shown) == tree(text)


PIECES = [
    *('東京 大阪　"＂「」『』“”()（）|｜-－−‐‑・。、!:：\n\0a', "AND", " OR ", "ＮＯＴ", "または"),
    *(" NEAR/20 ", "ＮＥＡＲ／２０", "見出し:", "本文：", "人物:", "日付:", "いくつか:(", "some:"),
    *('文字:"', '逐語:"', '""', "2025年6月 ", "昨日", "平成40年", "title:"),
]
LETTERS = "".join(PIECES)
texts = st.one_of(
    st.text(max_size=40), st.text(st.sampled_from(LETTERS), max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join),
)  # fmt: skip


@given(texts)
@example("(|)")
@example("-(")
@example("AND OR NOT ()")
@example('文字:"""')
@example("日付:日付:")
@example("\ud800 \0")
def test_no_text_is_an_error_and_what_was_read_is_read_again(text: str) -> None:
    for dates in (True, False):
        parsed = parse(text, TODAY, dates=dates)
        assert parsed == parse(text, TODAY, dates=dates)
        again = parse(written(parsed.node), TODAY, dates=False)
        assert again.node == parsed.node


any_text = st.text(st.one_of(st.sampled_from(LETTERS), st.characters()), min_size=1, max_size=12)
words = st.one_of(st.sampled_from([A, B, C]), any_text.filter(str.strip).map(Chunk))
quotations = any_text.filter(str.strip).map(Quoted)
days = st.tuples(
    *[st.one_of(st.none(), st.dates(date(1600, 1, 1), date(2100, 12, 31)))] * 2
).filter(lambda ends: any(ends) and (ends[0] or date.min) <= (ends[1] or date.max))
dated = days.map(lambda ends: Dated(*ends))
nearby = st.builds(
    Nearby, st.one_of(words, quotations), st.one_of(words, quotations), st.integers(1, FARTHEST)
)
TEXT_FIELDS = ("title", "body", "captions", "person", "topic", "source")


def several(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(inner, min_size=2, max_size=3).map(tuple)


nodes: st.SearchStrategy[Node] = st.recursive(
    st.one_of(words, quotations, dated, nearby),
    lambda inner: st.one_of(
        st.builds(Either, several(inner)),
        st.builds(Enough, several(inner)),
        st.builds(Together, several(inner), st.booleans()),
        st.builds(Without, inner.filter(lambda node: not isinstance(node, Without))),
        st.builds(Fielded, st.sampled_from(TEXT_FIELDS), inner),
    ),
    max_leaves=6,
)


@given(nodes)
@example(Fielded("title", Without(Fielded("body", Nearby(A, Quoted("」"), 7)))))
@example(Enough((Enough((A, B)), Without(Dated(None, date(2025, 6, 30))))))
@example(Without(Fielded("person", Enough((Chunk('"'), Chunk("AND"))))))
def test_the_written_form_of_any_tree_is_read_as_the_same_tree(node: Node) -> None:
    assert parse(written(node), TODAY, dates=False).node == node


def test_a_word_that_could_be_a_date_is_written_as_a_word() -> None:
    typed = parse('文字:"2025年6月"', TODAY)
    assert written(typed.node) == '文字:"2025年6月"'
    assert parse(written(typed.node), TODAY).node == typed.node
