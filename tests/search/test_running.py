"""Running text: a headline or a long query, wherever its spaces are, and what counts in it."""

from __future__ import annotations

from datetime import date

import pytest

from search.emphasis import USUAL
from search.parser import parse, written
from search.planner import MOST_REQUIRED_WORDS, Planner
from search.plans import All, Any, Days, Literally, NotThis, Plan, RunningText, TypedWord
from search.schema import Field
from tests.search.made import TODAY, person, plan, running, word

TITLE = (Field.TITLE,)
JUNE = Days(date(2025, 6, 1), date(2025, 6, 30))

CITIES = ("東京", "大阪", "京都", "神戸", "奈良", "札幌", "仙台", "広島", "福岡", "長崎", "熊本")
MANY = " ".join((*CITIES, "松山", "高知"))
QUOTED = Literally(("野党、反発",))


@pytest.mark.parametrize(
    ("text", "others"),
    [
        (MANY, ()),
        (f"{MANY} 「金沢」", ()),
        (f'{MANY} "金沢"', (Literally(("金沢",)),)),
        (f"{MANY} -金沢", (NotThis(word("金沢")),)),
        (f"{MANY} 見出し:金沢", (word("金沢", fields=TITLE),)),
        (f"{MANY} (金沢 OR 富山)", (Any((word("金沢"), word("富山"))),)),
        (f"{MANY} 日付:2025年6月", (JUNE,)),
        (f"{MANY} 人物:甲", (person("甲"),)),
    ],
)
def test_the_plain_words_of_a_long_query_are_one_running_text(
    planner: Planner, text: str, others: tuple[Plan, ...]
) -> None:
    assert len(MANY.split()) == MOST_REQUIRED_WORDS + 1
    terms = (*MANY.split(), *(("金沢",) if "「" in text else ()))
    expected = running(*terms)
    assert plan(planner, text) == (All((expected, *others), demanded=False) if others else expected)


def test_a_query_of_twelve_words_and_a_demanded_one_are_no_running_text(planner: Planner) -> None:
    for text in (MANY.rpartition(" ")[0], MANY.replace(" ", " AND ")):
        found = plan(planner, text)
        assert isinstance(found, All)
        assert all(isinstance(part, TypedWord) for part in found.parts)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" ".join(CITIES), TypedWord),
        (" ".join((*CITIES, "「松山」")), TypedWord),
        (" ".join((*CITIES, "「松山と」")), RunningText),
        (" ".join((*CITIES, "『松山』", "“高知”")), RunningText),
        (" ".join((*CITIES, "松山", '"高知"')), TypedWord),
        (" ".join((*CITIES, "松山", "＂高知＂", "-金沢")), TypedWord),
        (" ".join(f"{city}と" for city in CITIES[:6]), TypedWord),
        (" ".join(f"{city}と" for city in CITIES[:7]), RunningText),
        (" ".join((*CITIES, "富山県民")), RunningText),
    ],
)
def test_every_word_of_chunks_and_japanese_quotations_counts_for_the_length(
    planner: Planner, text: str, kind: type[Plan]
) -> None:
    found = plan(planner, text)
    kinds = set(map(type, found.parts if isinstance(found, All) else (found,)))
    assert kinds & {RunningText, TypedWord} == {kind}


REACTION = ("首相", "続投", "野党", "反発")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("首相、続投へ 野党は反発", running(*REACTION)),
        ("首相「続投」へ 野党は反発", running(*REACTION)),
        ("首相　『続投』と！野党　反発", running(*REACTION)),
        ("【首相】続投 野党 反発", running(*REACTION)),
        ("首相…続投 野党 反発", running(*REACTION)),
        ("首相？続投 「野党は反発」", running(*REACTION)),
        (
            '首相、続投へ "野党は反発"',
            All((running("首相", "続投"), Literally(("野党は反発",))), demanded=False),
        ),
        (
            '首相、続投へ 野党は反発 "会見" -党首 見出し:東京',
            All(
                (
                    running(*REACTION),
                    Literally(("会見",)),
                    NotThis(word("党首")),
                    word("東京", fields=TITLE),
                ),
                demanded=False,
            ),
        ),
        (
            '首相、続投へ 逐語:"野党" 反発',
            All((running("首相", "続投", "反発"), Literally(("野党",))), demanded=False),
        ),
        ("首相 続投 「野党、反発」", All((word("首相"), word("続投"), QUOTED), demanded=False)),
        ("首相、続投へ AND 野党", All((running("首相", "続投"), word("野党")), demanded=True)),
    ],
)
def test_a_pasted_headline_is_one_running_text(
    planner: Planner, text: str, expected: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.planner.FEWEST_OF_A_HEADLINE", 3)
    assert plan(planner, text) == expected


def test_in_a_short_query_with_punctuation_every_chunk_is_required(planner: Planner) -> None:
    found = plan(planner, "レアアース、火山 大統領")
    assert isinstance(found, All)
    assert len(found.parts) == 2
    assert isinstance(plan(planner, "レアアース、火山の噴火に 大統領"), RunningText)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("首相！ 続投", ("首相", "続投")),
        ("Yahoo! ニュース", ("yahoo", "ニュース")),
        ("モーニング娘。 ライブ", ("モーニング娘", "ライブ")),
        ("首相、 続投。", ("首相", "続投")),
        ("首相 続投 ！？", ("首相", "続投")),
    ],
)
def test_punctuation_at_the_end_of_a_word_makes_no_headline(
    planner: Planner, text: str, terms: tuple[str, ...]
) -> None:
    found = plan(planner, text)
    assert isinstance(found, All)
    assert all(isinstance(part, TypedWord) for part in found.parts)
    assert len(found.parts) == len(terms)


def test_a_pasted_headline_is_shown_as_enough_of_its_words(planner: Planner) -> None:
    node = parse('【独自】首相、続投へ 「野党は反発」 "会見"', TODAY).node
    assert written(planner.shown(node)) == 'いくつか:(独自 首相 続投 野党 反発) AND "会見"'


def test_repeated_words_count_for_the_length_of_a_query(planner: Planner) -> None:
    found = plan(planner, " ".join(["東京電力 大阪"] * 5))
    assert found == running("東京", "電力", "大阪")


def eighths(planner: Planner, text: str) -> dict[str, int]:
    found = plan(planner, text)
    assert isinstance(found, RunningText), found
    return {token.term: token.eighths for token in found.tokens}


def test_words_count_by_where_they_stand_in_running_text(planner: Planner) -> None:
    usual = eighths(planner, "東京の大阪、京都")
    assert set(usual.values()) == {USUAL}
    found = eighths(planner, "【速報】東京の「大阪」と『京都』、（神戸）")
    assert found["速報"] < USUAL == found["東京"] == found["神戸"]
    assert found["大阪"] == found["京都"] > USUAL
    at_the_end = eighths(planner, "東京の大阪【動画】")
    assert at_the_end["動画"] < USUAL == at_the_end["東京"]
    inside = eighths(planner, "東京の【大阪】の京都")
    assert inside["大阪"] == USUAL
    label = eighths(planner, "【「大阪」】東京の京都")
    assert label["大阪"] < USUAL


def test_a_word_that_is_there_twice_counts_once_as_it_counts_most(planner: Planner) -> None:
    assert eighths(planner, "東京の「東京」と大阪")["東京"] > USUAL
    assert eighths(planner, "【東京】東京の大阪")["東京"] == USUAL


def test_running_text_knows_its_pairs_of_letters(planner: Planner) -> None:
    for text, across in (
        ("東京の「大阪」、大阪2025㍿", True),
        ("東京の「大阪」、大阪 2025㍿", False),
    ):
        found = plan(planner, text)
        assert isinstance(found, RunningText)
        pairs = dict(found.pairs)
        assert {"東京", "京の", "大阪", "20", "5株", "株式", "会社"} <= pairs.keys()
        assert ("阪2" in pairs) == across
        assert all(len(pair) == 2 and pair.isalnum() for pair in pairs)
        assert pairs["大阪"] > pairs["東京"] == USUAL


def test_a_demanded_quotation_stays_beside_the_same_in_brackets(planner: Planner) -> None:
    found = plan(planner, f'{MANY} 「金沢」 "金沢"')
    assert isinstance(found, All)
    assert Literally(("金沢",)) in found.parts


def test_a_long_query_is_shown_as_enough_of_its_words(planner: Planner) -> None:
    shown = written(planner.shown(parse(MANY, TODAY).node))
    assert shown == f"いくつか:({MANY})"
