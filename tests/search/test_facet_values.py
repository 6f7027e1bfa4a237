"""Values of a facet are found by a piece of their writing or the beginning of a reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given

from search.analysis.japanese import Analyser
from search.article import Article, PersonDetail
from search.dates import parse_published
from search.engine.memory import MemoryEngine
from search.errors import InvalidRequest, NotFound, QueryTooLong
from search.facet_answer import facet_answer
from search.facet_values import ValueTable
from search.labels import kana_order
from search.params import read_facet_search
from search.results import Value
from search.service import SearchService
from search.synonyms import Synonyms
from tests.conftest import Filled
from tests.search.test_normalize import texts

VALUES = [
    Value("石破茂", "イシバ シゲル", ("石破茂", "石破")),
    Value("石原慎太郎", "イシハラ シンタロウ", ("石原慎太郎",)),
    Value("武石浩", "タケイシ ヒロシ", ("武石浩",)),
    Value(
        "スコット・ベセント", "スコット・ベセント", ("スコット・ベセント", "スコット・ベイセント")
    ),
    Value("髙橋一郎", "タカハシ イチロウ", ("髙橋一郎",)),
    Value("YOSHIKI", "", ("YOSHIKI",)),
    Value("ジョージ・W・ブッシュ", "ジョージ・w・ブッシュ", ("ジョージ・W・ブッシュ",)),
    Value("大谷 翔平", "オオヤ/オオタニ ショウヘイ", ("大谷 翔平",)),
    Value("東澪香", "アズマ/ヒガシ ?ミオ ?コウ/カオリ", ("東澪香",)),
]


def found(text: str) -> list[str]:
    return sorted(ValueTable(VALUES).matching(text))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("石", ["武石浩", "石原慎太郎", "石破茂"]),
        ("石破", ["石破茂"]),
        ("いし", ["石原慎太郎", "石破茂"]),
        ("イシ", ["石原慎太郎", "石破茂"]),
        ("いしば", ["石破茂"]),
        ("いしばし", ["石破茂"]),
        ("しげる", ["石破茂"]),
        ("げる", []),
        ("isiba", ["石破茂"]),
        ("Ishi", ["石原慎太郎", "石破茂"]),
        ("ＩＳＩＢＡ", ["石破茂"]),
        ("ohtani sho", ["大谷 翔平"]),
        ("べせんと", ["スコット・ベセント"]),
        ("ベイセント", ["スコット・ベセント"]),
        ("besen", ["スコット・ベセント"]),
        ("高橋", ["髙橋一郎"]),
        ("yoshi", ["YOSHIKI"]),
        ("大谷翔平", ["大谷 翔平"]),
        ("大谷　翔平", ["大谷 翔平"]),
        ("おおや", ["大谷 翔平"]),
        ("おおたにしょう", ["大谷 翔平"]),
        ("ひがしみおか", ["東澪香"]),
        ("だれか", []),
        ("・", []),
        ("\n", []),
        ("茂石", []),
        ("ぶっしゅ", ["ジョージ・W・ブッシュ"]),
        ("bush", ["ジョージ・W・ブッシュ"]),
        ("shinjiro ishihara", []),
        ("shintaro ishihara", ["石原慎太郎"]),
    ],
)
def test_values_are_found(text: str, values: list[str]) -> None:
    assert found(text) == sorted(values)


@given(texts)
def test_any_text_finds_values_or_none(text: str) -> None:
    assert set(found(text)) <= {each.value for each in VALUES}


def test_readings_are_in_the_order_of_a_japanese_dictionary() -> None:
    readings = [
        "アーサー",
        "アイカワ",
        "アサダ",
        "カトウ",
        "ガトウ",
        "キョウ",
        "キヨエ",
        "ハット",
        "ハツネ",
    ]
    readings.reverse()
    assert sorted(readings, key=kana_order) == readings[::-1]
    assert sorted(["", "ン"], key=kana_order) == ["ン", ""]


def person(name: str, reading: str) -> PersonDetail:
    return PersonDetail(name, reading, "extracted", 0.9)


ARTICLES = [
    Article(
        id=f"a{number}",
        published=parse_published(f"2025-{number:02}-10"),
        title=title,
        topics=topics,
        source=source,
        person_details=tuple(person(*each) for each in people),
    )
    for number, title, topics, source, people in (
        (1, "輸出の会談", ("経済",), "甲新聞", [("石破茂", "イシバ シゲル")]),
        (
            2,
            "輸出の演説",
            ("経済",),
            "乙通信",
            [("石破茂", "イシバ シゲル"), ("石井一", "イシイ ハジメ")],
        ),
        (3, "灯台", ("国際",), "甲新聞", [("伊藤博文", "イトウ ヒロブミ")]),
    )
]


@pytest.fixture(scope="module")
def service(filled: Filled, analyser: Analyser, synonyms: Synonyms) -> SearchService:
    engine = MemoryEngine()
    filled(engine, ARTICLES)
    return SearchService(engine, analyser, synonyms)


def listed(service: SearchService, field: str, **values: str | list[str]) -> list[tuple[str, int]]:
    given = {name: [each] if isinstance(each, str) else each for name, each in values.items()}
    answer = facet_answer(service.facet(read_facet_search(field, given)))
    return [(each.value, each.count) for each in (*answer.values, *answer.buckets)]


def test_the_largest_come_first_or_the_order_of_readings(service: SearchService) -> None:
    assert listed(service, "person") == [("石破茂", 2), ("伊藤博文", 1), ("石井一", 1)]
    assert [value for value, _ in listed(service, "person", sort="reading")] == [
        *("石井一", "石破茂", "伊藤博文")
    ]
    assert listed(service, "person", q="いし", sort="reading") == [("石井一", 1), ("石破茂", 2)]


def test_hits_of_the_query_and_filters_are_counted_but_not_the_facets_own(
    service: SearchService,
) -> None:
    assert listed(service, "person", query="輸出", q="い") == [("石破茂", 2), ("石井一", 1)]
    assert listed(service, "person", source="乙通信") == [("石井一", 1), ("石破茂", 1)]
    assert listed(service, "topic", topic="経済") == [("経済", 2), ("国際", 1)]


def test_selected_values_are_listed_even_at_0(service: SearchService) -> None:
    chosen = listed(service, "person", q="いとう", query="輸出", person="石破茂")
    assert chosen == [("石破茂", 2)]
    assert ("誰か", 0) in listed(service, "person", person="誰か")


def test_as_many_are_listed_as_asked_for_and_more_is_told(service: SearchService) -> None:
    asked = read_facet_search("person", {"facetSize": ["2"]})
    answer = facet_answer(service.facet(asked))
    assert (len(answer.values), answer.more, answer.size) == (2, True, 2)
    asked = read_facet_search("person", {"facetSize": ["3"]})
    assert not facet_answer(service.facet(asked)).more


def test_buckets_of_the_date_are_found_by_their_value(service: SearchService) -> None:
    assert listed(service, "date", q="2025-02", interval="month") == [("2025-02", 1)]
    assert listed(service, "date", interval="year") == [("2025", 3)]
    assert listed(service, "date", interval="fiscalYear", q="fy2024") == [("FY2024", 3)]


def test_all_buckets_are_listed_and_a_selected_one_always(service: SearchService) -> None:
    days = {"from": "2025-03-01", "to": "2025-03-31"}
    assert listed(service, "date", q="2025-02", interval="month", facetSize="1", **days) == [
        *(("2025-02", 1), ("2025-03", 1))
    ]
    assert len(listed(service, "date", interval="month", facetSize="1")) == 3


def test_more_is_told_where_the_next_value_is_selected(service: SearchService) -> None:
    asked = read_facet_search("person", {"facetSize": ["1"], "person": ["伊藤博文"]})
    answer = facet_answer(service.facet(asked))
    assert [each.value for each in answer.values] == ["石破茂", "伊藤博文"]
    assert answer.more


def test_values_of_a_row_of_the_kana_table(service: SearchService) -> None:
    asked = read_facet_search("person", {"sort": ["reading"]})
    result = service.facet(replace(asked, row="あ"))
    assert result.rows == ("あ",)
    assert [each.value for each in result.values] == ["石井一", "石破茂", "伊藤博文"]
    assert service.facet(replace(asked, row="か")).values == ()
    assert service.facet(replace(asked, row="イ")).values == result.values
    assert service.facet(replace(asked, row="ア")).values == ()
    assert service.facet(replace(asked, row="イ", text="石破")).values == result.values[1:2]
    assert service.facet(replace(asked, row="その他", text="石破")).values == ()


def test_addresses_lead_to_the_search_with_the_value(service: SearchService) -> None:
    asked = read_facet_search("person", {"query": ["輸出"], "q": ["いしば"], "topic": ["経済"]})
    (value,) = facet_answer(service.facet(asked)).values
    assert value.toggle_url == (
        "/api/search?q=%E8%BC%B8%E5%87%BA&topic=%E7%B5%8C%E6%B8%88&person=%E7%9F%B3%E7%A0%B4%E8%8C%82"
    )
    assert value.reading == "イシバシゲル"


@pytest.mark.parametrize(
    ("field", "values", "error", "parameter"),
    [
        ("nothing", {}, NotFound, None),
        ("person", {"sort": ["name"]}, InvalidRequest, "sort"),
        ("person", {"facetSize": ["0"]}, InvalidRequest, "facetSize"),
        ("person", {"q": ["あ" * 1001]}, QueryTooLong, "q"),
        ("person", {"query": ["あ" * 1001]}, QueryTooLong, "query"),
        ("date", {"from": ["2025-13"]}, InvalidRequest, "from"),
    ],
)
def test_what_is_not_allowed_is_named(
    field: str, values: dict[str, list[str]], error: type[Exception], parameter: str | None
) -> None:
    with pytest.raises(error) as raised:
        read_facet_search(field, values)
    assert getattr(raised.value, "parameter", None) == parameter


def people(service: SearchService, name: str) -> Iterable[str]:
    return (each.value for each in service.person(name).together)


def test_a_person_has_months_companions_and_articles(service: SearchService) -> None:
    known = service.person("石破茂")
    assert (known.name, known.reading, known.total) == ("石破茂", "イシバ シゲル", 2)
    assert [each.value for each in known.months] == ["2025-01", "2025-02"]
    assert list(people(service, "石破茂")) == ["石井一"]
    assert [each.id for each in known.articles] == ["a2", "a1"]
    assert [(each.value, each.count) for each in known.topics] == [("経済", 2)]
    assert known.alike == ()
    with pytest.raises(NotFound):
        service.person("誰か")


@pytest.mark.parametrize(
    ("name", "value"), [("石井 一", "石井一"), ("石井一", "石井一"), ("ｲｼｲ", "ｲｼｲ")]
)
def test_a_person_is_chosen_by_any_spelling(service: SearchService, name: str, value: str) -> None:
    asked = read_facet_search("person", {"person": [name]})
    assert service.facet(asked).asked.request.person == (value,)
