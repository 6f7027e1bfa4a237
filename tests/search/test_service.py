"""Searches on a handful of articles: why each is a hit, dates, exactness, expansions."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.japanese import Analyser
from search.answer import marked
from search.article import Article
from search.dates import parse_published
from search.engine.memory import MemoryEngine
from search.errors import NotFound
from search.params import LONGEST_QUERY
from search.parser import parse
from search.planner import Planner
from search.query import SearchRequest
from search.results import DateRead, Passage, SearchResult
from search.service import SearchService
from search.synonyms import Synonyms, read_groups
from tests.conftest import Filled
from tests.search.made import TODAY
from tests.search.news import NEWS
from tests.search.test_written import texts

Ask = Callable[..., SearchResult]


@pytest.fixture(scope="module")
def engine(filled: Filled) -> MemoryEngine:
    made = MemoryEngine()
    filled(made, NEWS)
    return made


@pytest.fixture(scope="module")
def service(engine: MemoryEngine, analyser: Analyser, synonyms: Synonyms) -> SearchService:
    return SearchService(engine, analyser, synonyms, lambda: TODAY)


@pytest.fixture(scope="module")
def ask(service: SearchService) -> Ask:
    return lambda q, **how: service.search(SearchRequest(q=q, facets=(), **how))


def kinds(result: SearchResult) -> dict[str, str | None]:
    return {hit.article.id: hit.match_type for hit in result.hits}


def found(result: SearchResult) -> set[str]:
    return set(kinds(result))


def marks(result: SearchResult) -> set[str]:
    passages = [passage for hit in result.hits for passage in (hit.title, *hit.body)]
    return {p.text[m.start : m.start + m.length] for p in passages for m in p.matches}


@pytest.mark.parametrize(
    ("q", "hits", "marked_places"),
    [
        ("退団", {"leaves": "word", "leaves-too": "word"}, {"退団"}),
        ("避難した", {"volcano": "word"}, {"避難"}),
        ("渡邊", {"name": "word"}, {"渡邊"}),
        ("渡辺", {"name": "variant"}, {"渡邊"}),
        ("サーバー", {"leaves": "word", "name": "variant"}, {"サーバー", "サーバ"}),
        ("server", {"leaves": "variant", "name": "variant"}, {"サーバー", "サーバ"}),
        ("りんご", {"name": "variant"}, {"林檎"}),
        ("６０００人", {"volcano": "variant"}, {"六千人"}),
        ("ケビンハセット", {"stage": "word"}, {"ケビンハセット"}),
        ("ケビン・ハセット", {"stage": "variant"}, {"ケビンハセット"}),
        ("ケビン ハセット", {"stage": "variant"}, {"ケビンハセット"}),
        ("ウイーン", {"stage": "variant"}, {"ウィーン"}),
        ("トランプ大統領", {"trump": "near"}, {"トランプ", "大統領"}),
        ("いしば", {"trump": "reading"}, {"石破"}),
        ("いしばしげる", {"trump": "reading"}, {"石破茂"}),
        ("たかはし", {"name": "reading"}, {"髙橋"}),
        ("首相", {"trump": "word", "premier": "synonym"}, {"首相", "総理大臣"}),
        ("難指", {"volcano": "partial"}, {"難指"}),
        ("ハセット", {"stage": "partial"}, {"ハセット"}),
        ('"難指"', {"volcano": "word"}, {"難指"}),
        ("「難指」", {"volcano": "word"}, {"難指"}),
        ("京都", {"volcano": "word"}, {"京都"}),
        ("トランプ NEAR/5 来日", {"trump": "word"}, {"トランプ", "来日"}),
        ("来日 NEAR/5 トランプ", {"trump": "word"}, {"トランプ", "来日"}),
        ("渡辺 NEAR/9 林檎", {}, set()),
        ("写真説明:火山", {"volcano": "word"}, {"火山"}),
        ("林檎の話と渡邊", {"name": "word"}, {"林檎", "話", "渡邊"}),
        ("<b>拍手</b>", {"stage": "word"}, {"b", "拍手"}),
        ("。", dict.fromkeys([each.id for each in NEWS], "word"), {"。"}),
        ("＝ OR ★", {"volcano": "word"}, {"＝"}),
        ("＝ -。", {}, set()),
        ("＝ 。", {"volcano": "word"}, {"＝", "。"}),
        ("＝ -★", {"volcano": "word"}, {"＝"}),
        ("-＝ 林檎", {"name": "word"}, {"林檎"}),
        ("＝", {"volcano": "word"}, {"＝"}),
        ("！？", {}, set()),
    ],
)
def test_a_hit_says_why_it_is_one_and_marks_it(
    ask: Ask, q: str, hits: dict[str, str], marked_places: set[str]
) -> None:
    result = ask(q)
    assert not result.relaxed
    assert kinds(result) == hits
    assert marks(result) == marked_places


def test_of_several_needed_words_the_worst_reason_counts(ask: Ask) -> None:
    assert kinds(ask("首相 支援")) == {"premier": "synonym"}
    assert kinds(ask("渡辺 講演")) == {"name": "variant"}
    assert kinds(ask("退団 いしば OR 渡辺")) == {"name": "variant"}
    assert kinds(ask("噴火 難指")) == {"volcano": "partial"}


def test_what_is_only_filtered_has_no_reason(ask: Ask) -> None:
    for q in ("", "人物:石破", "日付:2025年5月", "-退団"):
        result = ask(q)
        assert result.hits
        assert set(kinds(result).values()) == {None}


def test_what_only_a_filter_of_an_or_lets_in_has_no_reason(ask: Ask) -> None:
    assert kinds(ask("講演 OR 人物:石破")) == {"name": "word", "trump": None}
    assert kinds(ask("関税 OR 人物:石破")) == {"trump": "word"}
    either = kinds(ask("退団 OR -ウクライナ"))
    assert {name for name, kind in either.items() if kind} == {"leaves", "leaves-too"}
    assert either["stage"] is None


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        ("人物:高橋", {"leaves", "name"}),
        ("人物:トランプ 人物:石破", {"trump"}),
        ("人物:トランプ OR 人物:髙橋一郎", {"trump", "name"}),
        ("人物:誰か", set()),
        ("分野:スポーツ", {"leaves", "leaves-too"}),
        ("分野:気象", {"volcano"}),
        ("-分野:政治 ウクライナ", {"leaves-too"}),
        ("見出し:ウクライナ", {"leaves-too", "premier"}),
        ("本文:ウクライナ", {"leaves-too"}),
        ("見出し:(退団 -主砲)", {"leaves-too"}),
        ("いくつか:(退団 ウクライナ 主砲)", {"leaves", "leaves-too"}),
        ("いくつか:(退団 主砲 -ウクライナ)", {"leaves"}),
        ("日付:2024年", {"volcano", "name"}),
        ("日付:2025-05-20..", {"leaves", "leaves-too", "trump"}),
        ("退団 -日付:昨日", {"leaves-too"}),
    ],
)
def test_fields_values_and_days_limit_what_is_found(ask: Ask, q: str, ids: set[str]) -> None:
    assert found(ask(q)) == ids


def test_hits_inside_longer_words_are_counted_shown_or_not_as_partial_says(ask: Ask) -> None:
    counted = ask("山", partial="0")
    assert (counted.total, counted.partial) == (0, 1)
    assert kinds(ask("山")) == {"volcano": "partial"}
    assert kinds(ask("山", partial="1")) == {"volcano": "partial"}
    hidden = ask("ケビン")
    assert (hidden.total, hidden.partial) == (1, 1)


def test_a_date_alone_is_a_filter_that_can_be_taken_off(ask: Ask) -> None:
    result = ask("退団　2025年6月")
    assert found(result) == {"leaves", "leaves-too"}
    assert result.parsed_query == "退団 AND 日付:2025-06"
    first, last = date(2025, 6, 1), date(2025, 6, 30)
    as_text = '退団　"2025年6月"'
    assert result.date_read == DateRead("2025年6月", first, last, "退団", as_text)
    assert ask(as_text).date_read is None
    assert ask(result.date_read.rest).date_read is None
    assert marks(result) == {"退団"}


def test_a_date_whose_filter_leaves_nothing_is_text_by_itself(ask: Ask) -> None:
    for q in ("2024年5月", "計画 2024年5月", "２０２４年５月"):
        result = ask(q)
        assert found(result) == {"name"}
        assert result.date_read is None
        assert "2024年5月" in marks(result)


def test_a_date_that_is_nowhere_stays_a_filter(ask: Ask) -> None:
    result = ask("退団 2020年")
    assert result.total == 0
    assert result.date_read
    assert result.diagnosis


def test_a_date_is_text_only_where_an_article_has_all_of_it(ask: Ask) -> None:
    for q in ("退団 2024年5月", "2024年5月 関税"):
        result = ask(q)
        assert (result.total, result.relaxed) == (0, False)
        assert result.date_read
        assert "日付:2024-05" in result.parsed_query
    assert ask("退団 (2024年5月)").relaxed == ask('文字:"2024年5月" 退団').relaxed


def test_a_date_after_its_field_is_never_text(ask: Ask) -> None:
    result = ask("日付:2024年5月")
    assert result.total == 0
    assert result.date_read is None


def test_a_date_alone_and_the_days_of_the_request_both_hold(ask: Ask) -> None:
    result = ask("2025年", since=date(2025, 6, 10))
    assert found(result) == {"leaves"}


def test_relative_dates_follow_today(engine: MemoryEngine, analyser: Analyser) -> None:
    for today, ids in ((date(2025, 6, 11), {"leaves"}), (date(2025, 6, 10), {"leaves-too"})):
        service = SearchService(engine, analyser, Synonyms((), lambda _: ()), lambda day=today: day)
        assert found(service.search(SearchRequest(q="昨日"))) == ids


def test_the_state_depends_on_today_only_where_the_query_does(
    engine: MemoryEngine, analyser: Analyser
) -> None:
    none = Synonyms((), lambda _: ())
    one, other = (
        SearchService(engine, analyser, none, lambda day=day: date(2025, 6, day))
        for day in (10, 11)
    )
    for q in ("", "退団", "2025年6月", '"昨日"'):
        assert one.state(q) == other.state(q)
    for q in ("昨日", "退団 先週", "日付:今月 OR 退団"):
        assert one.state(q) != other.state(q)


def test_a_service_knows_what_day_it_is_and_gets_its_synonyms_ready(
    engine: MemoryEngine, analyser: Analyser
) -> None:
    asked: list[str] = []
    own = Synonyms(read_groups("甲, 乙"), lambda text: (asked.append(text) or text,))
    service = SearchService(engine, analyser, own, lambda: TODAY)
    assert service.today() == TODAY
    assert asked == []
    service.warm()
    assert set(asked) == {"甲", "乙"}
    before = len(asked)
    service.search(SearchRequest(q="退団"))
    assert len(asked) == before


def test_the_state_depends_on_articles_and_synonyms(analyser: Analyser, filled: Filled) -> None:
    engine = MemoryEngine()
    filled(engine, NEWS[:1])
    terms = Planner(analyser).terms
    groups = [Synonyms(read_groups(text), terms) for text in ("甲, 乙", "甲, 丙")]
    states = [SearchService(engine, analyser, each).state() for each in groups]
    filled(engine, NEWS[1:2])
    states += [SearchService(engine, analyser, each).state() for each in groups]
    assert len(set(states)) == 4


@pytest.mark.parametrize(
    ("q", "hits"),
    [
        ("首相", {"trump": "word"}),
        ("渡辺", {}),
        ("渡邊", {"name": "word"}),
        ("サーバー", {"leaves": "word"}),
        ("サーバ", {"name": "word"}),
        ("トランプ大統領", {"trump": "word"}),
        ("いしば", {}),
        ("りんご", {}),
        ("6000人", {}),
        ("六千人", {"volcano": "word"}),
        ("髙橋市長の話", {"name": "word"}),
    ],
)
def test_exactly_nothing_is_widened(ask: Ask, q: str, hits: dict[str, str]) -> None:
    result = ask(q, exact=True)
    if not result.relaxed:
        assert kinds(result) == hits
    assert result.expansions == ()


@pytest.mark.parametrize("q", ["サーバ OR サーバー", "サーバー OR サーバ"])
def test_two_spellings_are_two_words_where_they_are_searched_exactly(ask: Ask, q: str) -> None:
    assert found(ask(q, exact=True)) == {"leaves", "name"}


def expansions(result: SearchResult) -> set[tuple[str, str, str]]:
    return {(each.term, each.added, each.kind) for each in result.expansions}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("退団", set()),
        ("りんご", {("りんご", "林檎", "variant")}),
        ("渡辺", {("渡辺", "渡邊", "variant")}),
        ("サーバー", {("サーバー", "サーバ", "variant")}),
        ("いしば", {("いしば", "石破", "reading")}),
        ("いしばしげる", {("いしばしげる", "石破茂", "reading")}),
        ("ケビン・ハセット", {("ケビン・ハセット", "ケビンハセット", "variant")}),
        ("二十歳", set()),
        ('"りんご"', set()),
        ("避難した", set()),
        ("見出し:りんご", {("りんご", "林檎", "variant")}),
    ],
)
def test_what_was_looked_for_besides_is_told(
    ask: Ask, q: str, expected: set[tuple[str, str, str]]
) -> None:
    assert expansions(ask(q)) == expected


def test_synonyms_are_told_and_an_operators_own_come_first(
    ask: Ask, engine: MemoryEngine, analyser: Analyser
) -> None:
    assert ("首相", "総理大臣", "synonym") in expansions(ask("首相"))
    own = Synonyms(read_groups("当社 => 球団\n"), Planner(analyser).terms)
    service = SearchService(engine, analyser, own)
    result = service.search(SearchRequest(q="当社"))
    assert kinds(result) == {"leaves": "synonym"}
    assert expansions(result) == {("当社", "球団", "synonym")}


def test_a_spelling_that_nobody_wrote_is_not_told(ask: Ask) -> None:
    assert expansions(ask("六千人")) == set()


def test_a_hit_by_a_synonym_stands_behind_one_by_the_word(filled: Filled) -> None:
    day = parse_published("2025-06-10")
    articles = [
        Article(id=name, published=day, title=f"{word}が会見", body="会見した。" + "別の話。" * 5)
        for name, word in (("word", "首相"), ("synonym", "総理大臣"))
    ]
    result = filled(MemoryEngine(), articles).search(SearchRequest(q="首相"))
    assert [hit.match_type for hit in result.hits] == ["word", "synonym"]


def test_a_quotation_beside_near_stands_from_border_to_border_of_words(ask: Ask) -> None:
    assert found(ask('"難指"')) == found(ask('"避難指示"')) == {"volcano"}
    assert found(ask('火山 NEAR/9 "避難指示"')) == {"volcano"}
    assert found(ask('火山 NEAR/9 "指示"')) == {"volcano"}
    assert found(ask('火山 NEAR/9 "難指"')) == set()


def test_running_text_beside_near_is_found_by_its_letters(ask: Ask) -> None:
    assert kinds(ask("球団 NEAR/20 主砲の退団")) == {"leaves": "word"}
    for other in ("主砲と退団", "退団の主砲", "砲の退団"):
        assert found(ask(f"球団 NEAR/20 {other}")) == set()


def test_what_begins_with_the_letters_of_running_text_stands_first(filled: Filled) -> None:
    day = parse_published("2025-06-10")
    words = {"a": "退団と理由", "b": "理由の退団", "c": "退団の理由"}
    articles = [Article(id=i, published=day, title="", body=f"{w}。") for i, w in words.items()]
    result = filled(MemoryEngine(), articles).search(SearchRequest(q="退団の理由"))
    assert result.hits[0].article.id == "c"
    assert len(result.hits) == 3


def test_relaxing_is_told_and_never_leaves_out_what_is_demanded(ask: Ask) -> None:
    assert ask("防災計画案").relaxed
    assert ask("退団 関税").relaxed
    for q in ('"退団" "関税"', "退団 AND 関税", "見出し:退団 見出し:関税", "人物:誰か 退団"):
        result = ask(q)
        assert (result.total, result.relaxed) == (0, False)


@pytest.mark.parametrize(
    ("q", "warning"),
    [
        ('"退団', "閉じられていない引用符"),
        ("平成40年", "はありません"),
        ("退団 OR", "前後に語がない"),
        ("日付:いつか", "日付として読めない"),
    ],
)
def test_what_was_read_otherwise_is_told(ask: Ask, q: str, warning: str) -> None:
    assert any(warning in each for each in ask(q).warnings)


def test_a_query_without_anything_to_look_for_finds_nothing_and_says_so(ask: Ask) -> None:
    for q in ("\u200b", "\u00ad\u200b"):
        result = ask(q)
        assert result.total == 0
        assert "検索できる語がありません" in result.warnings
        assert result.diagnosis is None


FAR = "別の話である。" * 80


@pytest.mark.parametrize(
    "q", ["主砲 関税", "主砲の関税", '"主砲" "関税"', "主砲関税", "主砲 NEAR/9 話 関税 NEAR/9 話"]
)
def test_passages_show_every_word_of_the_query(filled: Filled, q: str) -> None:
    body = f"{'主砲の話。' * 3}{FAR}主砲がいた。{FAR}関税の話。{FAR}"
    item = Article(id="1", published=parse_published("2025-06-10"), title="x", body=body)
    found = marks(filled(MemoryEngine(), [item]).search(SearchRequest(q=q)))
    assert found - {"話"} == {"主砲", "関税"}


def test_a_whole_article_is_marked_as_the_search_found_it(service: SearchService) -> None:
    for q, places in (
        ("首相", ["首相"]),
        ("いしばしげる", ["石破茂"]),
        ("トランプ大統領", ["トランプ", "大統領"]),
        ("来日する", ["来日"]),
        ("ンプ米", ["ンプ米"]),
        ("日付:2025年5月", []),
        ("", []),
    ):
        body = service.marked("trump", SearchRequest(q=q)).body
        assert [body.text[m.start : m.start + m.length] for m in body.matches] == places, q
    with pytest.raises(NotFound):
        service.marked("none", SearchRequest())


def test_a_date_that_was_found_as_text_is_marked_in_the_whole_article(
    service: SearchService,
) -> None:
    assert service.marked("name", SearchRequest(q="2024年5月")).body.matches


def assert_marked(passage: Passage) -> None:
    plain = html.unescape(re.sub("</?mark>", "", marked(passage)))
    assert plain == passage.text


WORDS = [
    *("主砲", "退団", "総理大臣", "首相", "東京", "東京都", "京都", '"難指"', "ケビン・ハセット"),
    *("サーバー", "server", "いしば", "りんご", "六千人", "2024年5月", "2025年6月", "昨日", "と"),
    *("主砲の退団を発表", "人物:髙橋", "分野:政治", "-東京", "NOT", "OR", "AND", "(", ")", "。"),
    *("NEAR/5", "見出し:退団", "いくつか:(退団 髙橋)", '"', "「退団」", "！？", "<b>", "日付:2025"),
]
queries = st.one_of(texts, st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join))


@given(queries, st.sampled_from(["auto", "0", "1"]), st.sampled_from(["", "exact"]))
@example("東京 OR 人物:髙橋 -退団", "1", "")
@example("人物:高橋 OR 0 主", "auto", "")
@example("！？ ！", "auto", "")
@example("東京 ！？", "1", "exact")
def test_any_query_is_answered_and_every_hit_shows_what_matched(
    ask: Ask, q: str, partial: str, exact: str
) -> None:
    result = ask(q, partial=partial, exact=bool(exact))
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert result.total == len(result.hits)
    wordless = re.search(r"(Without|Dated|Fielded)\(", repr(parse(q, TODAY).node))
    for hit in result.hits:
        passages = (hit.title, *hit.body)
        list(map(assert_marked, passages))
        is_marked = any(passage.matches for passage in passages)
        assert is_marked == bool(hit.match_type) or (is_marked and wordless)


def test_near_takes_a_long_text(filled: Filled) -> None:
    text = "".join(f"山{number}の" for number in range(180))
    assert len(text) < LONGEST_QUERY
    item = Article(id="1", published=parse_published("2025-06-10"), title="x", body=f"東京の{text}")
    service = filled(MemoryEngine(), [item])
    assert service.search(SearchRequest(q=f"東京 NEAR/5 {text}")).total == 1
