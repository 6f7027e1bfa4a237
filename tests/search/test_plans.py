"""What a typed query asks for: chunks of every kind, fields, values and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given

from search.analysis.japanese import Analyser
from search.parser import parse, written
from search.planner import LONGEST_IN_KANA, MOST_TYPED_WORDS, Planner
from search.plans import (
    All,
    Any,
    Close,
    Days,
    Labelled,
    Literally,
    NotThis,
    Plan,
    RunningText,
    TypedWord,
    parts_of,
    typed_words,
)
from search.schema import Facet, Field
from tests.search.made import TODAY, person, plan, running, word
from tests.search.test_written import texts

TITLE, BODY = (Field.TITLE,), (Field.BODY,)
JUNE = Days(date(2025, 6, 1), date(2025, 6, 30))


A, B = word("東京"), word("大阪")


def typed(planner: Planner, text: str) -> TypedWord:
    found = plan(planner, text)
    assert isinstance(found, TypedWord), found
    return found


@pytest.mark.parametrize(
    ("chunk", "expected"),
    [
        ("東京", A),
        ("東京電力", word("東京", "電力")),
        ("ケビン・ハセット", word("ケビン", "ハセット")),
        ("ケビン＝ハセット", word("ケビン", "ハセット")),
        ("米国産牛肉", word("米国", "産", "牛肉")),
        ("六千円", word("6000", "円")),
        ("「東京」、", A),
        ("東京の電力", running("東京", "電力")),
        ("東京、電力", running("東京", "電力")),
        ("【東京】電力", running("東京", "電力")),
        ("黒耳岳はなぜ噴火したのか", running("黒", "耳", "岳", "何故", "噴火")),
        ("東京が", A),
        ("述べた", word("述べる")),
        ("の", word("の")),
        ("！？", None),
        ('"東京の電力"', Literally(("東京の電力",))),
        ('"！？"', Literally(("!?",))),
        ('"東京 電力"', Literally(("東京", "電力"))),
        ('"Apple Pie"', Literally(("apple pie",))),
        ("「東京　電力」", Literally(("東京", "電力"))),
        ('"髙橋ｶﾞ"', Literally(("髙橋ガ",))),
    ],
)
def test_a_chunk_is_a_typed_word_running_text_or_a_quotation(
    planner: Planner, chunk: str, expected: Plan | None
) -> None:
    assert plan(planner, chunk) == expected


@pytest.mark.parametrize(
    ("chunk", "terms"),
    [
        ("3分の1", ("3", "分", "の", "1")),
        ("３分の２", ("3", "分", "の", "2")),
        ("三分の一", ("3", "分", "の", "1")),
        ("百分の五", ("100", "分", "の", "5")),
    ],
)
def test_a_fraction_is_a_typed_word(planner: Planner, chunk: str, terms: tuple[str, ...]) -> None:
    assert plan(planner, chunk) == word(*terms)
    assert plan(planner, f"見出し:{chunk}") == word(*terms, fields=TITLE)
    assert isinstance(plan(planner, f"{chunk}の議席"), RunningText)


EQUALS, STOP = Literally(("=",)), Literally(("。",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("！？", Literally(("!?",))),
        ("＝ 。", All((EQUALS, STOP), demanded=True)),
        ("＝ AND 。", All((EQUALS, STOP), demanded=True)),
        ("＝ OR 。", Any((EQUALS, STOP))),
        ("＝ -。", All((EQUALS, NotThis(STOP)), demanded=True)),
        ("-＝", NotThis(EQUALS)),
        ("-(＝ OR 。)", NotThis(Any((EQUALS, STOP)))),
        ("(＝ OR 。) -！", All((Any((EQUALS, STOP)), NotThis(Literally(("!",)))), demanded=True)),
        ("＝ OR \u200b", EQUALS),
        ("\u200b", None),
        ("見出し:＝", None),
    ],
)
def test_signs_keep_what_joins_them(planner: Planner, text: str, expected: Plan | None) -> None:
    node = parse(text, TODAY).node
    assert node
    assert planner.signs(node) == expected


def test_a_quotation_is_ranked_by_its_words(planner: Planner) -> None:
    for text, terms in (
        ('"東京の電力"', ("東京", "の", "電力")),
        ('"東京、東京"', ("東京",)),
        ('"！？"', ()),
    ):
        found = plan(planner, text)
        assert isinstance(found, Literally)
        assert found.terms == terms


@pytest.mark.parametrize(
    ("chunk", "text", "pieces"),
    [
        ("東京", "東京", ("東京",)),
        ("「東京」、", "東京", ("東京",)),
        ("東京が", "東京", ("東京",)),
        ("ｶﾞｿﾘﾝ", "ガソリン", ("ガソリン",)),
        ("髙橋", "髙橋", ("髙橋",)),
        ("ケビン・ハセット", "ケビン・ハセット", ("ケビン・ハセット",)),
        ("iPhone", "iphone", ("iphone",)),
        ("㍿東京", "株式会社東京", ("株式会社東京",)),
        ('文字:"東京　電力"', "東京 電力", ("東京", "電力")),
    ],
)
def test_a_typed_word_knows_its_letters_as_typed(
    planner: Planner, chunk: str, text: str, pieces: tuple[str, ...]
) -> None:
    found = typed(planner, chunk)
    assert (found.text, found.pieces) == (text, pieces)


def test_running_text_knows_its_letters_without_the_punctuation_around(planner: Planner) -> None:
    found = plan(planner, "「東京の電力」、")
    assert isinstance(found, RunningText)
    assert found.text == "東京の電力"
    assert found.terms == ("東京", "電力")


def test_more_words_than_eight_are_running_text(planner: Planner) -> None:
    cities = ["東京", "大阪", "京都", "神戸", "名古屋", "札幌", "仙台", "広島", "福岡"]
    most = typed(planner, "".join(cities[:MOST_TYPED_WORDS]))
    assert len(most.tokens) == MOST_TYPED_WORDS
    assert plan(planner, "".join(cities)) == running(*cities)


@pytest.mark.parametrize(
    ("chunk", "kind"),
    [
        ("とうきょう", TypedWord),
        ("いしばしげる", TypedWord),
        ("すもももももももものうち", TypedWord),
        ("そらからきたひと", TypedWord),
        ("そらからきたひとたちのはなし", RunningText),
        ("トウキョウのはなし", TypedWord),
        ("空から来た人", RunningText),
    ],
)
def test_a_short_chunk_in_kana_is_a_typed_word_whatever_stands_in_it(
    planner: Planner, chunk: str, kind: type[Plan]
) -> None:
    assert len(chunk) <= LONGEST_IN_KANA or kind is RunningText
    assert isinstance(plan(planner, chunk), kind)


@pytest.mark.parametrize(
    ("chunk", "what"),
    [
        ("東京", "name"),
        ("ハセット", "unknown"),
        ("ガソリン", "latin"),
        ("述べた", "inflected"),
        ("の", "not telling"),
    ],
)
def test_a_token_knows_what_kind_of_word_it_is(planner: Planner, chunk: str, what: str) -> None:
    (token,) = typed(planner, chunk).tokens
    marks = {
        "name": token.name,
        "unknown": not token.known,
        "latin": token.latin == "gasoline",
        "inflected": token.inflected,
        "not telling": not token.telling,
    }
    assert [name for name, holds in marks.items() if holds] == [what]


def test_a_token_is_the_same_in_every_form(planner: Planner) -> None:
    assert typed(planner, "髙橋").tokens == typed(planner, "高橋").tokens
    assert [each.written for each in typed(planner, "髙橋サーバー").tokens] == ["髙橋", "サーバー"]


def test_terms_are_the_telling_ones_each_once(planner: Planner) -> None:
    assert typed(planner, "東京東京電力").terms == ("東京", "電力")
    assert typed(planner, "はなしのはなし").terms == ("話",)
    assert typed(planner, "の").terms == ("の",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("見出し:東京", word("東京", fields=TITLE)),
        ('本文:"東京"', Literally(("東京",), fields=BODY)),
        ("本文:東京の電力", running("東京", "電力", fields=BODY)),
        ("写真説明:東京", word("東京", fields=(Field.CAPTIONS,))),
        ("見出し:本文:東京", word("東京", fields=BODY)),
        (
            "見出し:(東京 OR 大阪)",
            Any((word("東京", fields=TITLE), word("大阪", fields=TITLE))),
        ),
        (
            "見出し:(東京 -大阪)",
            All((word("東京", fields=TITLE), NotThis(word("大阪", fields=TITLE))), demanded=False),
        ),
        (
            "見出し:いくつか:(東京 大阪)",
            replace(running("東京", "大阪"), fields=TITLE),
        ),
        ("見出し:(東京 日付:2025年6月)", All((word("東京", fields=TITLE), JUNE), demanded=False)),
        ("見出し:東京 大阪", All((word("東京", fields=TITLE), B), demanded=False)),
    ],
)
def test_a_field_reaches_to_everything_inside(planner: Planner, text: str, expected: Plan) -> None:
    assert plan(planner, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人物:石破", person("石破")),
        ("人物:石破の", person("石破の")),
        ('人物:" 石破 茂 "', Labelled(Facet.PERSON, "石破 茂", quoted=True)),
        ("分野:国際", Labelled(Facet.TOPIC, "国際")),
        ("媒体:甲新聞", Labelled(Facet.SOURCE, "甲新聞")),
        ("人物:甲 人物:乙", All((person("甲"), person("乙")), demanded=False)),
        ("人物:(甲 乙)", All((person("甲"), person("乙")), demanded=True)),
        ("人物:(甲 OR 乙)", Any((person("甲"), person("乙")))),
        ("人物:いくつか:(甲 乙)", All((person("甲"), person("乙")), demanded=True)),
        ("人物:(甲 NEAR/5 乙)", All((person("甲"), person("乙")), demanded=True)),
        ("人物:-甲", NotThis(person("甲"))),
        ("-人物:甲", NotThis(person("甲"))),
        ("人物:見出し:東京", word("東京", fields=TITLE)),
        ("人物:日付:2025年6月", JUNE),
    ],
)
def test_a_field_of_a_facet_holds_values(planner: Planner, text: str, expected: Plan) -> None:
    assert plan(planner, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("日付:2025年6月", JUNE),
        ("2025年6月", JUNE),
        ("日付:2025-06..", Days(date(2025, 6, 1), None)),
        ("-日付:..2025-06", NotThis(Days(None, date(2025, 6, 30)))),
    ],
)
def test_dates_are_days(planner: Planner, text: str, expected: Plan) -> None:
    assert plan(planner, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京 NEAR/5 大阪", Close(A, B, 5)),
        ('東京 NEAR/5 "大阪"', Close(A, Literally(("大阪",)), 5)),
        ("東京 NEAR/5 東京の電力", Close(A, Literally(("東京の電力",)), 5)),
        ("「東京の」、電力 NEAR/5 大阪", Close(Literally(("東京の」、電力",)), B, 5)),
        ("東京 NEAR/5 ！？", A),
        ("！？ NEAR/5 ！", None),
        (
            "見出し:東京 NEAR/5 大阪",
            Close(word("東京", fields=TITLE), word("大阪", fields=TITLE), 5),
        ),
    ],
)
def test_near_holds_two_words_or_quotations(
    planner: Planner, text: str, expected: Plan | None
) -> None:
    assert plan(planner, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京 大阪", All((A, B), demanded=False)),
        ("東京 AND 大阪", All((A, B), demanded=True)),
        ("東京 OR 大阪", Any((A, B))),
        ("-東京", NotThis(A)),
        ("東京 東京", A),
        ("東京 ！？", A),
        ("東京 -！？", A),
        ("いくつか:(東京 ！？)", A),
        ("東京 OR ！？", A),
        ("-！？", None),
        ("！？ ！", None),
    ],
)
def test_what_holds_no_word_is_left_out(planner: Planner, text: str, expected: Plan | None) -> None:
    assert plan(planner, text) == expected


def test_a_field_of_a_facet_without_any_word_is_no_plan(planner: Planner) -> None:
    assert plan(planner, "人物:(見出し:！ 見出し:？)") is None


def test_the_parts_of_a_plan_are_in_order(planner: Planner) -> None:
    found = plan(planner, '東京 -(大阪 OR "京都") 人物:甲 日付:2025年6月 いくつか:(神戸 奈良の鹿)')
    assert found
    kobe_and_deer = running("神戸", "奈良", "鹿")
    assert list(parts_of(found)) == [A, person("甲"), kobe_and_deer]
    assert list(typed_words(found)) == [A, B, kobe_and_deer]
    assert list(typed_words(found, excluded=False)) == [A, kobe_and_deer]
    near = plan(planner, "東京 NEAR/5 大阪")
    assert near
    assert list(parts_of(near)) == [A, B]
    assert list(typed_words(near)) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("東京電力", "東京電力"),
        ("東京の電力", "いくつか:(東京 電力)"),
        ("東京の電力は足りない", "いくつか:(東京 電力 足り)"),
        ("髙橋、サーバー", "いくつか:(髙橋 サーバー)"),
        ("見出し:東京の電力", "見出し:いくつか:(東京 電力)"),
        ("-東京の電力", "NOT いくつか:(東京 電力)"),
        ("大阪 OR 東京の電力", "大阪 OR いくつか:(東京 電力)"),
        ("東京が", "東京が"),
        ("人物:東京の電力", "人物:東京の電力"),
        ('"東京の電力"', '"東京の電力"'),
        ("東京 NEAR/5 東京の電力", "東京 NEAR/5 東京の電力"),
        ("", ""),
    ],
)
def test_running_text_is_shown_as_enough_of_its_words(
    planner: Planner, text: str, shown: str
) -> None:
    assert written(planner.shown(parse(text, TODAY).node)) == shown


@given(texts)
@example("AND、OR、NOT、NEAR/5")
@example("見出し：、本文：、-東京、「」、(a)")
@example("2025年6月、昨日、平成40年")
@example("！？ ！")
@example("東京が ！？")
@example("東京、 東京")
@example("東京 " * 13)
@example("の は が を に へ と も や か から まで より")
def test_what_is_shown_is_read_as_the_same_tree(analyser: Analyser, text: str) -> None:
    planner = Planner(analyser)
    shown = planner.shown(parse(text, TODAY).node)
    assert parse(written(shown), TODAY, dates=False).node == shown
    if shown:
        planner.plan(shown)


@given(texts)
@example("！？ ！")
@example("東京 ！？")
@example("人物:！")
def test_any_text_has_a_plan_or_none(analyser: Analyser, text: str) -> None:
    node = parse(text, TODAY).node
    found = Planner(analyser).plan(node) if node else None
    for part in parts_of(found) if found else ():
        if isinstance(part, TypedWord | RunningText):
            assert part.tokens
            assert part.terms
            assert part.text
            assert all(token.term and token.written for token in part.tokens)
        if isinstance(part, Labelled):
            assert part.text
        else:
            assert part.pieces
            assert all(part.pieces)
