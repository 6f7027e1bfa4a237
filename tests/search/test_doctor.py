"""What is said where a query finds nothing: counts, parts, and how it may be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pytest

from search.analysis.japanese import Analyser
from search.doctor import MOST_WORDS, Spelling
from search.engine.memory import MemoryEngine
from search.plans import Token, TypedWord
from search.query import Query, SearchRequest, Term
from search.results import Diagnosis, SearchResult, WordCount
from search.service import SearchService
from search.synonyms import Synonyms
from tests.conftest import Filled
from tests.search.made import MadeUpIndex, letters
from tests.search.news import NEWS

Ask = Callable[..., SearchResult]


@pytest.fixture(scope="module")
def ask(filled: Filled, analyser: Analyser, synonyms: Synonyms) -> Ask:
    engine = MemoryEngine()
    filled(engine, NEWS)
    service = SearchService(engine, analyser, synonyms, lambda: date(2025, 6, 11))
    return lambda q, **how: service.search(SearchRequest(q=q, facets=(), **how))


def diagnosed(ask: Ask, q: str) -> Diagnosis:
    found = ask(q).diagnosis
    assert found
    return found


def test_what_was_found_as_asked_is_not_diagnosed(ask: Ask) -> None:
    for q in ("退団", "トランプ大統領", "いしば", "難指", "", "退団 2025年6月", "-退団"):
        assert ask(q).diagnosis is None, q


def test_nothing_found_and_relaxed_are_diagnosed(ask: Ask) -> None:
    for q in ("対談", "ヌルポガガガ", "防災計画案", "退団 関税", "人物:誰か", "退団 2020年"):
        assert ask(q).diagnosis, q


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("主砲 対談", [("主砲", 1, 1), ("対談", 0, 0)]),
        ("ウィーン 京都", [("ウィーン", 1, 1), ("京都", 1, 2)]),
        ("対談 避難", [("対談", 0, 0), ("避難", 1, 1)]),
        ("防災計画案 退団", [("防災計画案", 0, 0), ("退団", 2, 2)]),
        ("退団 AND 関税", [("退団", 2, 2), ("関税", 1, 1)]),
        ('退団 "総理大臣"', [("退団", 2, 2), ('"総理大臣"', 1, 0)]),
        ("退団 NEAR/1 関税", [("退団", 2, 2), ("関税", 1, 1)]),
        ("退団 退団 関税 火山", [("退団", 2, 2), ("関税", 1, 1), ("火山", 1, 1)]),
        ("退団 2020年", [("退団", 2, 2)]),
    ],
)
def test_every_word_is_counted_by_itself(
    ask: Ask, q: str, words: list[tuple[str, int, int]]
) -> None:
    found = diagnosed(ask, q).words
    assert [(each.text, each.count) for each in found] == [(text, n) for text, n, _ in words]
    assert all(each.inside == 0 or each.inside >= each.count for each in found)


def test_letters_inside_longer_words_are_counted_beside(ask: Ask) -> None:
    (first, second) = diagnosed(ask, "難指 関税").words
    assert (first.text, first.count, first.inside) == ("難指", 0, 1)
    assert (second.text, second.count, second.inside) == ("関税", 1, 1)


def test_a_compound_nobody_wrote_is_shown_in_its_parts(ask: Ask) -> None:
    found = diagnosed(ask, "防災計画案")
    assert found.parts == (WordCount("防災", 1), WordCount("計画", 2))
    assert diagnosed(ask, "主砲 対談").parts == ()


@pytest.mark.parametrize(
    ("q", "suggestion"),
    [
        ("対談", "退団"),
        ("主砲 対談", "主砲 退団"),
        ("主砲　対談", "主砲　退団"),
        ("見出し:対談", "見出し:退団"),
        ("主砲 対談|公園", "主砲 退団|公演"),
        ("市長 公園", "市長 公演"),
        ("ヨロッパ", "ヨーロッパ"),
        ("ヨーロッバ", "ヨーロッパ"),
        ("支援 ヨーロツパ", "支援 ヨーロッパ"),
        ("ヌルポガガガ", None),
        ("退団 関税", None),
        ('"対談"', None),
        ("カンゼイイ", None),
        ("999", None),
    ],
)
def test_the_nearest_spelling_of_what_nobody_wrote_is_suggested(
    ask: Ask, q: str, suggestion: str | None
) -> None:
    assert diagnosed(ask, q).suggestion == suggestion


def test_a_suggestion_finds_something(ask: Ask) -> None:
    for q in ("対談", "市長 公園", "支援 ヨロッパ"):
        suggestion = diagnosed(ask, q).suggestion
        assert suggestion
        assert ask(suggestion).total


def test_a_slip_in_a_word_that_falls_into_names_is_corrected(ask: Ask) -> None:
    assert diagnosed(ask, "ウクレイナ").suggestion == "ウクライナ"


def test_a_slip_in_half_width_is_corrected(ask: Ask) -> None:
    assert diagnosed(ask, "ﾖﾛｯﾊﾟ").suggestion == "ヨーロッパ"


def test_a_word_in_a_field_is_counted_as_such(ask: Ask) -> None:
    for q in ("見出し:関税", '見出し:"関税"', "写真説明:(関税 AND 関税)"):
        (found,) = diagnosed(ask, q).words
        assert (found.text, found.count) == (q.replace("(関税 AND 関税)", "関税"), 0)
    both = diagnosed(ask, "見出し:噴火 AND 見出し:関税").words
    assert [(each.text, each.count) for each in both] == [("見出し:噴火", 1), ("見出し:関税", 0)]


def test_a_value_that_no_article_has_is_named(ask: Ask) -> None:
    for q, words in (
        ("人物:誰か 退団", [("人物:誰か", 0), ("退団", 2)]),
        ("人物:髙橋 分野:国際", [("人物:髙橋", 2), ("分野:国際", 1)]),
        ("媒体:甲新聞", [("媒体:甲新聞", 0)]),
    ):
        assert [(each.text, each.count) for each in diagnosed(ask, q).words] == words


def test_what_is_excluded_is_not_counted(ask: Ask) -> None:
    for without in ("-誰か", "-人物:誰か", "-(誰か 退団)"):
        found = diagnosed(ask, f"主砲 対談 {without}").words
        assert [each.text for each in found] == ["主砲", "対談"]


def test_a_diagnosis_adds_nothing_to_what_was_searched(ask: Ask) -> None:
    result = ask("トランプ NEAR/2 来日")
    assert result.diagnosis
    assert result.expansions == ()


@pytest.mark.parametrize(
    "q",
    [
        *("退団", "首相", "りんご", "ウィーン", "難指", "東京都", "六千人", "防災計画案"),
        *('"難指"', "見出し:退団", "人物:高橋", "分野:スポーツ"),
        "トランプ大統領",
        "いしば",
        "主砲の関税",
        '人物:"髙橋 太郎"',
    ],
)
def test_a_count_is_what_its_text_finds_by_itself(ask: Ask, q: str) -> None:
    (first, second) = diagnosed(ask, f"{q} AND ヌルポガガガ").words
    alone = ask(first.text, partial="0")
    assert (first.count, second.count) == (0 if alone.relaxed else alone.total, 0)


def test_a_long_query_is_diagnosed_by_its_first_words(ask: Ask) -> None:
    q = " OR ".join(f"誰{letter}彼" for letter in "甲乙丙丁戊己庚辛壬癸子丑寅卯")
    assert len(diagnosed(ask, q).words) == MOST_WORDS


READINGS: Mapping[str, Sequence[str]] = {"対談": ("タイダン",)}
COUNTS = {"退団": 3, "隊団": 1, "東京": 9, "大阪": 2, "ヨーロッパ": 5}


class CountingIndex(MadeUpIndex):
    """Has the words of COUNTS, by term or by letters."""

    def counts(self, queries: Sequence[Query]) -> list[int]:
        named = {query: n for text, n in COUNTS.items() for query in (Term(text), letters(text))}
        return [named.get(query, 0) for query in queries]


def spelling(
    vocabulary: Sequence[str] = (),
    readings: Mapping[str, Sequence[str]] = READINGS,
    **index: object,
) -> Spelling:
    made = CountingIndex(**index)  # type: ignore[arg-type]
    return Spelling(made, lambda term: readings.get(term, ()), lambda _: vocabulary)


def test_of_words_with_one_reading_the_commonest_is_meant() -> None:
    read = {"タイダン": ["隊団", "退団", "対談", "隊"]}
    assert spelling(read=read).nearest(Token("対談", "対談")) == "退団"


def test_a_reading_goes_before_letters() -> None:
    read = {"タイダン": ["退団"]}
    assert spelling(["対空", "東京"], read=read).nearest(Token("対談", "対談")) == "退団"


def word(*terms: str) -> TypedWord:
    return TypedWord(tuple(Token(term, term) for term in terms), "".join(terms))


def test_a_single_character_is_not_corrected() -> None:
    made = spelling(readings={"統": ("トウ",)}, read={"トウ": ["退団"]})
    assert list(made.corrections(word("大", "統", "令"))) == []
    assert list(made.corrections(word("統"))) == []


def test_a_compound_is_corrected_as_a_whole_before_its_parts() -> None:
    read = {"タイダン": ["退団"]}
    made = spelling(["ヨーロッパ"], read=read)
    assert list(made.corrections(word("ヨーロ", "ッバ"))) == [("ヨーロッバ", "ヨーロッパ")]
    assert list(made.corrections(word("対談", "東京"))) == [("対談", "退団")]


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("ヨロッパ", "ヨーロッパ"),
        ("ヨーロパ", "ヨーロッパ"),
        ("ヨーーロッパ", "ヨーロッパ"),
        ("ヨロロッパ", "ヨーロッパ"),
        ("ロヨーッパ", None),
        ("東京", None),
        ("東", None),
        ("123456", None),
        ("europe", None),
    ],
)
def test_letters_may_differ_in_one_and_in_two_of_long_words(
    typed: str, nearest: str | None
) -> None:
    assert spelling(["ヨーロッパ", "大阪", "1234567"]).nearest(Token(typed, typed)) == nearest


def test_what_no_article_has_any_more_is_not_suggested() -> None:
    assert spelling(["ヨーロッパン"]).nearest(Token("ヨーロッパア", "ヨーロッパア")) is None


def test_a_word_is_suggested_as_articles_write_it() -> None:
    read = {"タイダン": ["隊団"]}
    for having, nearest in (([], "隊団"), (["体団"], "隊団"), (["体団", "退団"], "退団")):
        found = spelling(read=read, having={"隊団": having})
        assert found.nearest(Token("対談", "対談")) == nearest
