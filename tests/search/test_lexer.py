"""Typed text to words and signs, in half and full width."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.lexer import DEEPEST, FARTHEST, FIELD_NAMES, Lexeme, Lexer, balanced

SIGNS = (
    '東京ハセットab1 　"＂「」『』“”()（）|｜-－−‐‑ ANDORNOTＡＮＤまたはNEAR/20ＮＥＡＲ／'
    "見出し本文日付いくつか文字逐語title:：・。、!\n\0"
)
texts = st.one_of(st.text(max_size=40), st.text(st.sampled_from(SIGNS), max_size=40))


def read(text: str) -> list[tuple[str, str]]:
    """Kind and text of every lexeme."""
    return [(each.kind, each.text) for each in Lexer(text).lexemes()]


def kinds(text: str) -> str:
    return " ".join(each.kind for each in Lexer(text).lexemes())


def only(text: str) -> Lexeme:
    (found,) = Lexer(text).lexemes()
    return found


def warnings(text: str) -> list[str]:
    lexer = Lexer(text)
    balanced(list(lexer.lexemes()), lexer.warnings)
    return lexer.warnings


def wide(text: str) -> str:
    """In full width."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@pytest.mark.parametrize("space", [" ", "\u3000", "\n", "\t", "\u00a0", " \u3000 "])
def test_white_space_of_any_kind_parts_words(space: str) -> None:
    assert read(f"{space}東京{space}大阪{space}") == [("word", "東京"), ("word", "大阪")]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("AND", "AND"),
        ("ＡＮＤ", "AND"),
        ("OR", "OR"),
        ("ＯＲ", "OR"),
        ("または", "OR"),
        ("NOT", "NOT"),
        ("ＮＯＴ", "NOT"),
        ("|", "OR"),
        ("｜", "OR"),
        ("and", "word"),
        ("Or", "word"),
        ("ANDO", "word"),
        ("AND、", "word"),
    ],
)
def test_operators_are_capitals_between_spaces_in_any_width(typed: str, kind: str) -> None:
    assert kinds(f"東京 {typed} 大阪") == f"word {kind} word"


def test_a_bar_needs_no_spaces() -> None:
    assert kinds("東京|大阪｜京都") == "word OR word OR word"


@pytest.mark.parametrize("minus", "-－−‐‑")
def test_a_dash_before_a_word_excludes_in_any_width(minus: str) -> None:
    assert read(f"東京 {minus}大阪") == [("word", "東京"), ("NOT", minus), ("word", "大阪")]
    assert kinds(f"{minus}(東京)") == "NOT ( word )"
    assert kinds(f'{minus}"東京"') == "NOT quote"
    assert kinds(f"{minus}見出し:東京") == "NOT field word"


@pytest.mark.parametrize(
    "text",
    ["--東京", "東京-大阪", "-", "- ", "5-0", "-SilentStar-", "－一問一答－", "「-東京-」"],
)
def test_a_dash_elsewhere_is_text(text: str) -> None:
    assert {each.kind for each in Lexer(text).lexemes()} <= {"word", "quote"}


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_a_field_is_named_in_either_script_and_width(name: str) -> None:
    field = FIELD_NAMES[name]
    rest = '"東京"' if field in {"words", "letters"} else "東京"
    for typed in {name, name.upper(), name.title(), wide(name)}:
        for colon in ":：":
            first, *_ = Lexer(f"{typed}{colon}{rest}").lexemes()
            assert first.field == field
            assert first.start == 0


def test_a_field_stands_before_a_word_a_quotation_or_a_parenthesis() -> None:
    assert kinds("見出し:東京") == "field word"
    assert kinds('見出し:"東京 大阪"') == "field quote"
    assert kinds("見出し:「東京 大阪」") == "field quote"
    assert kinds("見出し:(東京 大阪)") == "field ( word word )"
    assert kinds("見出し：（東京　大阪）") == "field ( word word )"
    assert kinds("見出し:-東京") == "field NOT word"
    assert kinds("見出し:人物:東京") == "field field word"


@pytest.mark.parametrize(
    "text",
    [
        "見出し:",
        "見出し： ",
        "大見出し:東京",
        "http://example.com",
        "12:30",
        "東京見出し:大阪",
        "見出し ",
        "文字:東京",
        '文字:""',
        '逐語:" "',
        "逐語:「東京」",
    ],
)
def test_what_only_looks_like_a_field_is_text(text: str) -> None:
    assert "field" not in kinds(text)
    assert all(each.field is None for each in Lexer(text).lexemes())


def test_a_field_before_a_closing_parenthesis_is_text() -> None:
    assert read("(見出し:) 東京") == [("(", "("), ("word", "見出し:"), (")", ")"), ("word", "東京")]


@pytest.mark.parametrize(
    ("text", "kind", "inside"),
    [
        ('文字:"AND"', "word", "AND"),
        ('文字："東京 大阪"', "word", "東京 大阪"),
        ('words:"a""b"', "word", 'a"b'),
        ('文字:"見出し:東京"', "word", "見出し:東京"),
        ('文字:""""', "word", '"'),
        ('逐語:"東京"', "quote", "東京"),
        ('逐語:"a""b"', "quote", 'a"b'),
        ('letters:"「a"', "quote", "「a"),
    ],
)
def test_an_escape_makes_a_word_or_a_quotation_of_any_letters(
    text: str, kind: str, inside: str
) -> None:
    found = only(text)
    assert (found.kind, found.text, found.end) == (kind, inside, len(text))
    assert found.field == ("words" if kind == "word" else "letters")


def test_a_quotation_knows_what_opens_it() -> None:
    for text, mark in (
        ("「東京」", "「"),
        ('"東京"', '"'),
        ("＂東京＂", "＂"),
        ('逐語:"東京"', '"'),
    ):
        assert only(text).mark == mark
    assert only("東京").mark == ""


def test_an_escape_needs_ascii_quotes() -> None:
    assert read('文字："ＡＮＤ"') == [("word", "ＡＮＤ")]
    assert read("文字：＂ＡＮＤ＂") == [("word", "文字："), ("quote", "ＡＮＤ")]
    assert read("文字:「AND」") == [("word", "文字:「AND」")]


@pytest.mark.parametrize(
    ("typed", "distance"),
    [("NEAR/20", 20), ("ＮＥＡＲ／２０", 20), ("NEAR/1", 1), (f"NEAR/{FARTHEST}", FARTHEST)],
)
def test_near_says_how_far(typed: str, distance: int) -> None:
    _, near, _ = Lexer(f"東京 {typed} 大阪").lexemes()
    assert (near.kind, near.distance) == ("NEAR", distance)


@pytest.mark.parametrize(
    "typed", ["NEAR/0", "NEAR/201", "NEAR/9999", "near/20", "NEAR", "NEAR/", "NEAR/a", "NEAR/２x"]
)
def test_another_near_is_a_word(typed: str) -> None:
    assert kinds(f"東京 {typed} 大阪") == "word word word"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"東京 大阪"', [("quote", "東京 大阪")]),
        ("＂東京＂", [("quote", "東京")]),
        ("「東京」", [("quote", "東京")]),
        ("『東京』", [("quote", "東京")]),
        ("“東京”", [("quote", "東京")]),
        ("「東「京」」", [("quote", "東「京」")]),
        ('東"京"都', [("word", "東"), ("quote", "京"), ("word", "都")]),
        ("「東京」 大阪", [("quote", "東京"), ("word", "大阪")]),
        ("「東京」と", [("word", "「東京」と")]),
        ("首相「続投」", [("word", "首相「続投」")]),
        ("「東京", [("word", "「東京")]),
        ("『東京」", [("word", "『東京」")]),
        ('＂東京"', [("word", '東京"')]),
        ("(「東京」)", [("(", "("), ("quote", "東京"), (")", ")")]),
    ],
)
def test_a_quote_is_closed_by_its_own_partner(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found


def test_a_parenthesis_is_one_where_a_word_could_begin() -> None:
    assert kinds("(東京 大阪)") == "( word word )"
    assert kinds("（東京 大阪）") == "( word word )"
    assert read("トランプ氏(右)と") == [("word", "トランプ氏(右)と")]
    assert read("(東京(都)") == [("(", "("), ("word", "東京(都)")]
    assert read("東京)") == [("word", "東京)")]


def test_what_is_dropped_is_said() -> None:
    assert warnings('"東京') == ['閉じられていない引用符 " は文字として扱いました']
    assert warnings("＂東京") == ["閉じられていない引用符 ＂ は文字として扱いました"]
    assert warnings("(東京") == ["閉じられていない括弧は読み飛ばしました"]
    deep = "(" * (DEEPEST + 1) + "東京" + ")" * (DEEPEST + 1)
    assert warnings(deep) == [f"{DEEPEST}重を超える括弧は読み飛ばしました"]
    assert warnings(deep[1:-1]) == []
    assert warnings("「東京") == []


@given(texts)
@example('文字:"')
@example('いくつか:文字:"""')
@example("NEAR/1/１")
def test_lexemes_stand_in_order_where_they_were_typed(text: str) -> None:
    done = 0
    for each in Lexer(text).lexemes():
        assert done <= each.start < each.end <= len(text)
        done = each.end
        if each.kind == "word" and not each.field:
            assert each.text == text[each.start : each.end]
            assert not any(map(str.isspace, each.text))
        if each.kind == "quote" and not each.field:
            assert each.text == text[each.start + 1 : each.end - 1]


@given(texts)
def test_what_is_balanced_has_partners_and_is_not_too_deep(text: str) -> None:
    lexer = Lexer(text)
    depth = 0
    for each in balanced(list(lexer.lexemes()), lexer.warnings):
        depth += (each.kind == "(") - (each.kind == ")")
        assert 0 <= depth <= DEEPEST
    assert depth == 0
