"""The port's contract, run on every engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search.article import Article, Mention, PersonDetail
from search.dates import parse_published
from search.engine.base import Engine, Window
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.errors import IndexMissing, IndexUnusable
from search.labels import Linked, PersonLabel, person_label, unlinked
from search.query import (
    And,
    AtLeast,
    Best,
    Between,
    Boosted,
    Everything,
    FacetRequest,
    Literal,
    Not,
    Nothing,
    OneOf,
    Or,
    Passing,
    Phrase,
    Query,
    Slot,
    Term,
    Weighted,
)
from search.results import DateBucket, Matches, ValueCount
from search.schema import AnalysedArticle, Facet, Field, Reading
from search.scoring import SCORE_UNITS
from tests.engine.made import analysed as made
from tests.engine.made import phrase


@pytest.fixture(params=["memory", "embedded"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made: Engine
    if request.param == "memory":
        made = MemoryEngine()
    else:
        made = EmbeddedEngine(tmp_path / "index", fingerprint="rules")
    yield made
    if made.generation() is not None:
        assert made.check() == []
    made.close()


def article(number: int, **members: object) -> Article:
    base = Article(id=f"a{number}", published=parse_published(f"2025-06-{number:02}"))
    return replace(base, **members)  # type: ignore[arg-type]


def analysed(
    item: Article,
    title: str = "",
    body: str = "",
    captions: str = "",
    readings: Sequence[Reading] = (),
) -> AnalysedArticle:
    words = {Field.TITLE: title, Field.BODY: body, Field.CAPTIONS: captions}
    return made(item, words, readings)


ARTICLES = [
    analysed(article(1, source="A", topics=("経済", "国際"), persons=("甲",)), "x", "a b c"),
    analysed(article(2, source="A", topics=("経済",), persons=("甲", "乙")), "a b", "c | d"),
    analysed(article(3, source="B", topics=("政治",)), "y", "b a b a", "a b"),
    analysed(article(4, source="", persons=("丙",)), "", "d d d"),
    analysed(article(5, source="B", topics=("国際",)), "a", "b c", "d"),
]


MANY = [analysed(article(28, id=f"n{number}"), "y", "y y y", "y") for number in range(100)]
"""So many that what is written later does not go into their segment."""

ECONOMY = Passing(Facet.TOPIC, OneOf(("経済",)))


def fill(engine: Engine, articles: Iterable[AnalysedArticle] = ARTICLES) -> None:
    with engine.writing() as writer:
        for each in articles:
            writer.add(each)


def found(engine: Engine, query: Query, **kwargs: object) -> Matches:
    arguments: dict[str, object] = {"filters": {}, "window": Window("oldest", 0, 100)}
    with engine.snapshot() as snapshot:
        return snapshot.search(query, **(arguments | kwargs))  # type: ignore[arg-type]


def ids(engine: Engine, query: Query, **kwargs: object) -> list[str]:
    return [hit.article.id for hit in found(engine, query, **kwargs).hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Term("a"), "a1 a2 a3 a5"),
        (Term("a", (Field.TITLE,)), "a2 a5"),
        (Term("d"), "a2 a4 a5"),
        (Term("nowhere"), ""),
        (Term("\ud800"), ""),
        (phrase("\ud800", "a", gaps=(2,)), ""),
        (phrase("a", "b"), "a1 a2 a3"),
        (phrase("b", "a", "b"), "a3"),
        (phrase("c", "d"), ""),
        (phrase("a", "b", fields=(Field.CAPTIONS,)), "a3"),
        (phrase("d", "d"), "a4"),
        (phrase("a", "c", gaps=(1,)), "a1"),
        (phrase("a"), "a1 a2 a3 a5"),
        (phrase("a", fields=(Field.TITLE,)), "a2 a5"),
        (Phrase((Slot((), ("ab", "d")), Slot(("c", "x")))), "a1"),
        (Literal(("a",)), "a1 a2 a3 a5"),
        (Literal(("a",), (Field.TITLE,)), "a2 a5"),
        (Literal(("ab",)), "a1 a2 a3"),
        (Literal(("ab",), (Field.CAPTIONS,)), "a3"),
        (Literal(("abc",)), "a1"),
        (Literal(("b", "c")), "a1 a5"),
        (Literal(("c、d",)), "a2"),
        (Literal(("xa",)), ""),
        (Literal(("dd", "d")), "a4"),
        (Literal(("東",)), ""),
        (Boosted(Term("c"), Term("x")), "a1 a2 a5"),
        (Weighted(Term("c"), 3), "a1 a2 a5"),
        (Weighted(Term("c"), 0), "a1 a2 a5"),
        (ECONOMY, "a1 a2"),
        (Passing(Facet.PERSON, OneOf(("乙", "丙", "無"))), "a2 a4"),
        (Passing(Facet.SOURCE, OneOf(())), ""),
        (Passing(Facet.DATE, Between(date(2025, 6, 2), date(2025, 6, 4))), "a2 a3 a4"),
        (Passing(Facet.DATE, Between(None, date(2025, 6, 1))), "a1"),
        (Passing(Facet.DATE, Between()), "a1 a2 a3 a4 a5"),
        (Passing(Facet.DATE, Between(date(2025, 6, 4), date(2025, 6, 2))), ""),
        (Not(ECONOMY), "a3 a4 a5"),
        (Or((ECONOMY, Term("y"))), "a1 a2 a3"),
        (Or((ECONOMY, Passing(Facet.SOURCE, OneOf(("B",))))), "a1 a2 a3 a5"),
        (And((ECONOMY, Term("x"))), "a1"),
        (And((Term("a"), Not(Or((ECONOMY, Term("y")))))), "a5"),
        (AtLeast((ECONOMY, Term("a"), Term("c")), (1, 1, 1), 2), "a1 a2 a5"),
        (Boosted(ECONOMY, Term("x")), "a1 a2"),
        (And((Term("a"), Term("c"))), "a1 a2 a5"),
        (And(()), "a1 a2 a3 a4 a5"),
        (Or((Term("x"), Term("y"))), "a1 a3"),
        (Or(()), ""),
        (Best((Term("x"), Term("y"), Nothing())), "a1 a3"),
        (Best(()), ""),
        (And((Term("a"), Not(Term("c")))), "a3"),
        (Not(Term("a")), "a4"),
        (Not(Not(Term("x"))), "a1"),
        (AtLeast((Term("a"), Term("c"), Term("d")), (1, 1, 1), 2), "a1 a2 a5"),
        (AtLeast((Term("a"), Term("c"), Term("d")), (1, 1, 5), 5), "a2 a4 a5"),
        (Everything(), "a1 a2 a3 a4 a5"),
        (Nothing(), ""),
    ],
)
def test_every_node_finds_its_articles(engine: Engine, query: Query, expected: str) -> None:
    fill(engine)
    assert ids(engine, query) == expected.split()
    with engine.snapshot() as snapshot:
        assert snapshot.counts([query]) == [len(expected.split())]


def test_a_filter_inside_the_query_passes_no_removed_article(engine: Engine) -> None:
    fill(engine, [*ARTICLES, *MANY])
    with engine.writing() as writer:
        writer.remove("a1")
        writer.add(analysed(article(6, topics=("経済",)), "b"))
    assert_several_segments(engine)
    assert ids(engine, ECONOMY) == ["a2", "a6"]
    assert ids(engine, Not(Not(ECONOMY))) == ["a2", "a6"]
    assert ids(engine, Passing(Facet.DATE, Between(None, date(2025, 6, 2)))) == ["a2"]
    assert {hit.score for hit in found(engine, ECONOMY, window=Window()).hits} == {0.0}


def assert_several_segments(engine: Engine) -> None:
    assert engine.status().segments > 1 or isinstance(engine, MemoryEngine)


def bodies(engine: Engine, *texts: str) -> None:
    """Articles a1, a2, … with these bodies."""
    fill(engine, (analysed(article(number), "", text) for number, text in enumerate(texts, 1)))


def test_a_gap_takes_up_to_so_many_characters(engine: Engine) -> None:
    bodies(engine, "a b", "a x b", "a _ b", "a xx b", "a | x b", "a xxx b", "b a", "a a xx b")
    assert ids(engine, phrase("a", "b", gaps=(0,))) == ["a1", "a3"]
    assert ids(engine, phrase("a", "b", gaps=(1,))) == ["a1", "a2", "a3"]
    assert ids(engine, phrase("a", "b", gaps=(2,))) == ["a1", "a2", "a3", "a4", "a5", "a8"]
    assert ids(engine, phrase("a", "b", gaps=(3,))) == ["a1", "a2", "a3", "a4", "a5", "a6", "a8"]


def test_every_gap_is_its_own(engine: Engine) -> None:
    bodies(engine, "a b x x c", "a x b c", "a x b x c", "a _ b c", "a b c d", "a b xx c x d")
    assert ids(engine, phrase("a", "b", "c", gaps=(0, 2))) == ["a1", "a4", "a5", "a6"]
    assert ids(engine, phrase("a", "b", "c", gaps=(1, 0))) == ["a2", "a4", "a5"]
    assert ids(engine, phrase("a", "b", "c", "d", gaps=(0, 2, 1))) == ["a5", "a6"]


def test_the_way_to_the_next_slot_may_not_be_the_nearest(engine: Engine) -> None:
    bodies(engine, "a b x b c", "a x b b", "a a x b c", "a xx a b x c")
    assert ids(engine, phrase("a", "b", "c", gaps=(2, 0))) == ["a1", "a3"]
    assert ids(engine, phrase("a", "b", "b", gaps=(2, 0))) == ["a2"]
    assert ids(engine, phrase("a", "b", "c", gaps=(3, 1))) == ["a1", "a3", "a4"]


@pytest.mark.parametrize("end", ["。", "!", "?"])
def test_no_gap_reaches_over_the_end_of_a_sentence(engine: Engine, end: str) -> None:
    bodies(engine, f"a {end} b", f"a x {end} x b", f"a x{end}y b", f"{end} a x b {end}", "a、 b")
    assert ids(engine, phrase("a", "b", gaps=(9,))) == ["a4"]
    # what fills a slot may hold one
    assert ids(engine, phrase("a", f"x{end}y", "b", gaps=(9, 9))) == ["a3"]
    assert ids(engine, Phrase((Slot(("a",)), Slot((), (end,))), (1,))) == ["a1", "a2"]


def test_no_gap_reaches_over_fields_or_captions(engine: Engine) -> None:
    texts = [
        ("x a", "b", ""),
        ("", "a", "b"),
        ("a", "", "b"),
        ("", "", "a ¦ b"),
        ("", "", "a ¦ ¦ b"),
        ("", "", "b ¦ a x b ¦ a"),
        ("a x b", "", ""),
        ("", "y a x b", "b"),
    ]
    fill(engine, (analysed(article(number), *each) for number, each in enumerate(texts, 1)))
    for gap in (2, 9, 500):
        assert ids(engine, phrase("a", "b", gaps=(gap,))) == ["a6", "a7", "a8"]
        for number, field in ((7, Field.TITLE), (8, Field.BODY), (6, Field.CAPTIONS)):
            assert ids(engine, phrase("a", "b", gaps=(gap,), fields=(field,))) == [f"a{number}"]


def test_what_fills_a_slot_stands_from_border_to_border(engine: Engine) -> None:
    texts = ("a x b", "a xb", "ax b", "a bx", "a ・b", "a ・ b", "京 都 府", "東京都", "ab ・b")
    bodies(engine, *texts)
    assert ids(engine, phrase("a", "b", gaps=(5,))) == ["a1", "a6"]
    assert ids(engine, phrase("a", "b")) == ["a6"]
    assert ids(engine, phrase("ab", "b")) == []
    assert ids(engine, phrase("b")) == ["a1", "a3", "a6"]
    assert ids(engine, Phrase((Slot((), ("・", "x")),))) == ["a1", "a6"]
    assert ids(engine, Phrase((Slot((), ("京都",)),))) == ["a7"]
    assert ids(engine, Phrase((Slot((), ("都府", "東京都")),))) == ["a7", "a8"]
    assert ids(engine, Phrase((Slot((), ("京", "東")), Slot(("都",))))) == ["a7"]


def test_a_slot_is_filled_by_any_form_of_any_term_or_as_written(engine: Engine) -> None:
    bodies(
        engine, "行く/行っ た", "往く/往っ た", "行う/行っ た", "行 た", "行く た", "x 行く/行か ず"
    )
    went = Slot(("行く", "往く"), ("行",))
    ta = Slot(("た",))
    assert ids(engine, Phrase((went, ta))) == ["a1", "a2", "a3", "a4", "a5"]
    assert ids(engine, Phrase((went,))) == ["a1", "a2", "a3", "a4", "a5", "a6"]
    assert ids(engine, Phrase((Slot((), ("行っ",)), ta))) == ["a1", "a3"]
    assert ids(engine, Phrase((Slot(("行う",)), ta))) == ["a1", "a3"]
    assert ids(engine, Phrase((Slot(("x",)), Slot(("無", "行う"), ("行か",))), (1,))) == ["a6"]
    assert ids(engine, Phrase((Slot(), ta))) == ids(engine, Phrase((ta, Slot()), (3,))) == []


def test_a_phrase_with_gaps_is_found_in_every_segment(engine: Engine) -> None:
    texts = ["a x b", "a 。 b 。"] * 12
    made = [analysed(article(number), "", text) for number, text in enumerate(texts, 1)]
    fill(engine, made[:20])
    fill(engine, made[20:])
    assert_several_segments(engine)
    wanted = phrase("a", "b", gaps=(3,))
    assert ids(engine, wanted) == [f"a{number}" for number in range(1, 25, 2)]
    with engine.writing() as writer:
        writer.remove("a3")
    assert len(ids(engine, wanted)) == 11


def test_weighted_scores_are_eighths_rounded_down(engine: Engine) -> None:
    fill(engine)
    whole = Or((Term("a"), Literal(("bc",)), phrase("a", "c", gaps=(2,))))
    units = score_units(engine, whole)
    for eighths in (0, 1, 3, 5, 7, 8, 9, 100):
        wanted = {name: each * eighths // 8 for name, each in units.items()}
        assert score_units(engine, Weighted(whole, eighths)) == wanted
        boosted = score_units(engine, Boosted(Everything(), Weighted(whole, eighths)))
        assert boosted == {"a4": 0} | wanted
    half = Weighted(Weighted(whole, 7), 4)
    assert score_units(engine, half) == {k: v * 7 // 8 // 2 for k, v in units.items()}


def score_units(engine: Engine, query: Query) -> dict[str, int]:
    hits = found(engine, query, window=Window("relevance", 0, 100)).hits
    return {hit.article.id: round(hit.score * SCORE_UNITS) for hit in hits}


WRITTEN = [
    ("行く/行っ 行く 東京/トーキョー", [("イク", "行く"), ("トウキョウ", "東京"), ("x", "無い")]),
    ("行う/行っ 行っ 東京", [("オコナウ", "行う"), ("イク", "行く"), ("", "東京")]),
    ("往く/行く 往く", [("イク", "往く"), ("ユク", "往く")]),
    ("a 🍣 z ?", [("スシ", "🍣"), ("スシ", "z"), ("イ", "a"), ("?", "?")]),
]


@pytest.mark.parametrize("writings", [1, 2, 4])
def test_terms_are_found_by_form_and_by_reading(engine: Engine, writings: int) -> None:
    fill(engine, MANY)
    made = [analysed(article(n), "", *each) for n, each in enumerate(with_readings(), 1)]
    for first in range(0, 4, 4 // writings):
        fill(engine, made[first : first + 4 // writings])
    assert_several_segments(engine)
    with engine.snapshot() as snapshot:
        for _ in range(2):
            assert list(snapshot.terms_written("行っ")) == ["行う", "行く", "行っ"]
            assert list(snapshot.terms_written("行く")) == ["往く", "行く"]
            assert list(snapshot.terms_written("東京")) == ["東京"]
            assert list(snapshot.terms_written("トーキョー")) == ["東京"]
            assert list(snapshot.terms_written("無い")) == list(snapshot.terms_written("")) == []
            assert list(snapshot.terms_read("イク")) == ["往く", "行く"]
            assert list(snapshot.terms_read("ユク")) == ["往く"]
            assert list(snapshot.terms_read("スシ")) == ["z", "🍣"]
            assert list(snapshot.terms_read("x")) == list(snapshot.terms_read("イク ")) == []
            assert list(snapshot.terms_read("?")) == list(snapshot.terms_written("?")) == ["?"]
            assert list(snapshot.terms_read("\ud800")) == []
            assert list(snapshot.terms_written("\ud800")) == []


def with_readings() -> list[tuple[str, str, Sequence[Reading]]]:
    """Body, captions and readings."""
    return [(body, "", readings) for body, readings in WRITTEN]


def test_readings_are_shared_by_a_batch(engine: Engine) -> None:
    shared = [("イチ", "a"), ("ニ", "b"), ("サン", "c"), ("イチ", "d")]
    fill(engine, [analysed(article(1), "a", readings=shared), analysed(article(2), "b x")])
    with engine.snapshot() as snapshot:
        assert list(snapshot.terms_read("イチ")) == ["a"]
        assert list(snapshot.terms_read("サン")) == []
    fill(engine, [analysed(article(number), "d b", readings=shared) for number in (3, 4)])
    with engine.snapshot() as snapshot:
        assert list(snapshot.terms_read("イチ")) == ["a", "d"]
        assert list(snapshot.terms_read("ニ")) == ["b"]


def test_the_vocabulary_is_that_of_all_articles_together(engine: Engine) -> None:
    fill(engine, [*ARTICLES, *MANY])
    more = ["d 🍣 高橋/髙橋", "d d | \uff41 e"]
    fill(engine, (analysed(article(number), "", text) for number, text in enumerate(more, 6)))
    assert_several_segments(engine)
    with engine.snapshot() as snapshot:
        everything = ["a", "b", "c", "d", "e", "x", "y", "高橋", "\uff41", "🍣"]
        assert list(snapshot.vocabulary(1)) == list(snapshot.vocabulary(0)) == everything
        assert list(snapshot.vocabulary(3)) == ["a", "b", "c", "d", "y"]
        assert list(snapshot.vocabulary(5)) == ["d", "y"]
        assert list(snapshot.vocabulary(101)) == ["y"]
        assert list(snapshot.vocabulary(102)) == []


def values(engine: Engine, facet: Facet) -> list[str]:
    with engine.snapshot() as snapshot:
        return sorted(each.value for each in snapshot.values(facet))


def test_values_are_those_of_all_articles_together(engine: Engine) -> None:
    fill(engine)
    fill(engine, [analysed(article(6, topics=("国際", "科学・IT・環境"), source="A"), "x")])
    assert values(engine, Facet.TOPIC) == ["国際", "政治", "科学・IT・環境", "経済"]
    assert values(engine, Facet.PERSON) == ["丙", "乙", "甲"]
    assert values(engine, Facet.SOURCE) == ["A", "B"]


def test_a_value_goes_with_its_last_article(engine: Engine) -> None:
    fill(engine)
    with engine.writing() as writer:
        for number in range(1, 6):
            writer.remove(f"a{number}")
        writer.add(analysed(article(6, persons=("丁",)), "x"))
    assert values(engine, Facet.PERSON) == ["丁"]
    assert values(engine, Facet.TOPIC) == []


def found_person(name: str, *places: int, office: str = "") -> PersonDetail:
    mentions = tuple(Mention("body", place, len(name)) for place in places)
    return PersonDetail(name, "", "extracted", 0.9, mentions, office)


LINKS = {
    "甲": Linked("甲", "コウ"),
    "甲田": Linked("甲", "コウダ"),
    "乙": Linked("乙山", "オツヤマ"),
    "丙": Linked(None),
    "丁": Linked("丁", "チョウ"),
}


def by_name(facet: Facet, labels: Mapping[str, int], known: Mapping[str, str]) -> dict[str, Linked]:
    if facet is not Facet.PERSON:
        return unlinked(facet, labels, known)
    return {label: LINKS[person_label(label).name] for label in labels}


PEOPLE = [
    analysed(article(1, person_details=(found_person("甲", 0), found_person("甲田", 5))), "x"),
    analysed(article(2, persons=("甲田",), person_details=(found_person("甲", 3),)), "x"),
    analysed(article(3, person_details=(found_person("乙"), found_person("丙"))), "x"),
    analysed(article(4, persons=("丁", "丙")), "x"),
    analysed(article(5, person_details=(found_person("甲", office="首相"),)), "x"),
]


def link(engine: Engine, corrections: str = "") -> None:
    with engine.writing() as writer:
        writer.link(by_name, corrections)


def test_linked_labels_are_counted_once_an_article_and_filtered_together(engine: Engine) -> None:
    fill(engine, PEOPLE)
    link(engine)
    person = FacetRequest(Facet.PERSON)
    result = found(engine, Everything(), facets=[person])
    shown = [(each.value, each.count) for each in result.counts(Facet.PERSON)]
    assert shown == [("甲", 3), ("丁", 1), ("乙山", 1)]
    chosen = found(engine, Everything(), filters={Facet.PERSON: OneOf(("甲",))})
    assert [hit.article.id for hit in chosen.hits] == ["a1", "a2", "a5"]
    assert ids(engine, Passing(Facet.PERSON, OneOf(("甲", "乙山")))) == ["a1", "a2", "a3", "a5"]
    for unknown in ("甲田", "丙"):
        assert not found(engine, Everything(), filters={Facet.PERSON: OneOf((unknown,))}).total


def test_articles_show_their_persons_as_linked_and_the_publishers_as_given(
    engine: Engine,
) -> None:
    fill(engine, PEOPLE)
    link(engine)
    shown = {each.article.id: each.article for each in found(engine, Everything()).hits}
    with engine.snapshot() as snapshot:
        for key, each in shown.items():
            match = snapshot.get(key)
            assert match
            assert match.article.person_details == each.person_details
    names = {key: list(each.person_names()) for key, each in shown.items()}
    assert names == {
        "a1": ["甲"],
        "a2": ["甲田"],
        "a3": ["乙山"],
        "a4": ["丁", "丙"],
        "a5": ["甲"],
    }
    (first,) = shown["a1"].person_details
    assert [(each.start, each.length) for each in first.mentions] == [(0, 1), (5, 2)]
    (given,) = shown["a2"].person_details
    assert (given.origin, [each.start for each in given.mentions]) == ("publisher", [3])


def test_values_know_their_names_readings_and_labels(engine: Engine) -> None:
    fill(engine, PEOPLE)
    link(engine)
    with engine.snapshot() as snapshot:
        known = {each.value: each for each in snapshot.values(Facet.PERSON)}
        assert set(known["甲"].names) == {"甲", "甲田"}
        assert known["甲"].reading in {"コウ", "コウダ"}
        assert known["乙山"].names == ("乙",)
        labels = [(person_label(e.value), e.count) for e in snapshot.labels(Facet.PERSON, "甲")]
        assert (PersonLabel("甲"), 2) == labels[0]
        assert {each.name for each, _ in labels} == {"甲", "甲田"}
        assert PersonLabel("甲", "首相") in dict(labels)
        assert snapshot.labels(Facet.PERSON, "丙") == ()


def test_values_are_listed_by_reading_and_among_others(engine: Engine) -> None:
    fill(engine, PEOPLE)
    link(engine)

    def listed(**asked: Any) -> list[str]:
        request = FacetRequest(Facet.PERSON, **asked)
        result = found(engine, Everything(), facets=[request])
        return [each.value for each in result.counts(Facet.PERSON)]

    assert listed(order="reading") == ["乙山", "甲", "丁"]
    assert listed(order="reading", size=2) == ["乙山", "甲"]
    assert listed(among=("丁", "甲", "無")) == ["甲", "丁"]
    assert listed(among=("丁",), selected=("甲",)) == ["丁", "甲"]
    assert listed(among=()) == []


def test_links_alone_make_a_generation_and_the_same_links_none(engine: Engine) -> None:
    fill(engine, PEOPLE)
    first = engine.generation()
    link(engine, "# corrected")
    second = engine.generation()
    assert second != first
    with engine.writing() as writer:
        assert writer.corrections() == "# corrected"
        assert next(each.person_names() for each in writer.articles()) in {("甲", "甲田"), ("甲",)}
        writer.link(by_name, "# corrected")
    assert engine.generation() == second


def test_removed_articles_do_not_count_for_links(engine: Engine) -> None:
    fill(engine, PEOPLE)
    seen: list[dict[str, int]] = []

    def watching(
        facet: Facet, labels: Mapping[str, int], known: Mapping[str, str]
    ) -> dict[str, Linked]:
        if facet is Facet.PERSON:
            seen.append({person_label(label).name: n for label, n in labels.items()})
        return by_name(facet, labels, known)

    with engine.writing() as writer:
        writer.remove("a3")
        writer.add(analysed(article(6, persons=("丁",)), "x"))
        writer.link(watching, "")
    assert "乙" not in seen[-1]
    assert seen[-1]["丁"] == 2


def test_filters_are_or_inside_and_across(engine: Engine) -> None:
    fill(engine)
    one = {Facet.TOPIC: OneOf(("経済", "政治"))}
    assert ids(engine, Everything(), filters=one) == ["a1", "a2", "a3"]
    two = one | {Facet.SOURCE: OneOf(("A",))}
    assert ids(engine, Everything(), filters=two) == ["a1", "a2"]
    unknown = {Facet.PERSON: OneOf(("誰か",))}
    assert ids(engine, Everything(), filters=unknown) == []
    days = {Facet.DATE: Between(date(2025, 6, 2), date(2025, 6, 4))}
    assert ids(engine, Everything(), filters=days) == ["a2", "a3", "a4"]
    assert ids(engine, Everything(), filters={Facet.DATE: Between(None, date(2025, 6, 1))}) == [
        "a1"
    ]


def test_facets_are_counted_without_their_own_filter(engine: Engine) -> None:
    fill(engine)
    filters = {
        Facet.SOURCE: OneOf(("A",)),
        Facet.DATE: Between(date(2025, 6, 2), None),
    }
    facets = [FacetRequest(each, selected=("無",) * (each is Facet.TOPIC)) for each in Facet]
    result = found(engine, Term("a"), filters=filters, facets=facets)
    assert result.total == 1
    assert result.counts(Facet.SOURCE) == (ValueCount("B", 2), ValueCount("A", 1))
    assert result.counts(Facet.TOPIC) == (ValueCount("経済", 1), ValueCount("無", 0))
    assert result.counts(Facet.PERSON) == (ValueCount("乙", 1), ValueCount("甲", 1))
    assert result.dates == (
        DateBucket("2025-06-01", date(2025, 6, 1), date(2025, 6, 1), 1),
        DateBucket("2025-06-02", date(2025, 6, 2), date(2025, 6, 2), 1),
    )


def test_a_facet_lists_the_largest_first_and_selected_values_always(engine: Engine) -> None:
    fill(engine)
    facet = FacetRequest(Facet.TOPIC, size=1, selected=("政治",))
    result = found(engine, Everything(), facets=[facet])
    assert result.counts(Facet.TOPIC) == (ValueCount("国際", 2), ValueCount("政治", 1))


def test_order_is_newest_first_then_id(engine: Engine) -> None:
    same = parse_published("2025-06-10T12:00:00+09:00")
    later = parse_published("2025-06-10T13:00:00+09:00")
    day = parse_published("2025-06-10")
    with engine.writing() as writer:
        for name, when in (("c", same), ("a", same), ("b", later), ("d", day)):
            writer.add(analysed(Article(id=name, published=when), "t"))
    for sort, expected in (("newest", "bacd"), ("oldest", "dacb"), ("relevance", "bacd")):
        assert "".join(ids(engine, Everything(), window=Window(sort, 0, 9))) == expected  # type: ignore[arg-type]


def test_a_window_cuts_and_the_total_stays(engine: Engine) -> None:
    fill(engine)
    result = found(engine, Everything(), window=Window("oldest", 1, 2))
    assert [hit.article.id for hit in result.hits] == ["a2", "a3"]
    assert result.total == 5
    assert found(engine, Everything(), window=Window("oldest", 10**12, 2)).hits == ()


def test_the_headline_weighs_more_than_the_body(engine: Engine) -> None:
    with engine.writing() as writer:
        writer.add(analysed(article(1), "other", "word filler"))
        writer.add(analysed(article(2), "word", "other filler"))
    result = found(engine, Term("word"), window=Window("relevance", 0, 9))
    assert [hit.article.id for hit in result.hits] == ["a2", "a1"]
    assert result.hits[0].score > result.hits[1].score > 0


def test_articles_come_back_as_they_were_given(engine: Engine) -> None:
    whole = article(
        1,
        title="見出し <b>",
        body="本文\n\n髙橋㍿",
        url="https://example.com/1",
        captions=("写真",),
        authors=("記者",),
        updated=parse_published("2025-06-11T10:00:00.5Z"),
        origin="/tmp/a.txt",  # noqa: S108
    )
    with engine.writing() as writer:
        writer.add(analysed(whole, "t"))
    with engine.snapshot() as snapshot:
        found = snapshot.get("a1")
        assert found is not None
        assert found.article == whole
        assert snapshot.get("none") is None


def test_adding_replaces_and_removing_removes(engine: Engine) -> None:
    fill(engine)
    with engine.writing() as writer:
        writer.add(analysed(article(1, source="C"), "new"))
        writer.add(analysed(article(1, source="D"), "newer"))
        writer.remove("a2")
        writer.remove("unknown")
        writer.add(analysed(article(9), "gone"))
        writer.remove("a9")
    assert ids(engine, Everything()) == ["a1", "a3", "a4", "a5"]
    assert ids(engine, Term("newer")) == ["a1"]
    assert ids(engine, Or((Term("new"), Term("x"), Term("gone")))) == []
    result = found(engine, Everything(), facets=[FacetRequest(Facet.SOURCE)])
    assert result.counts(Facet.SOURCE) == (ValueCount("B", 2), ValueCount("D", 1))
    with engine.snapshot() as snapshot:
        assert snapshot.size() == 4


def test_nothing_is_there_before_the_first_writing(engine: Engine) -> None:
    assert engine.generation() is None
    with pytest.raises(IndexMissing), engine.snapshot():
        pass


def test_a_phrase_is_found_by_forms_that_came_later(engine: Engine) -> None:
    with engine.writing() as writer:
        for number in range(1, 21):
            writer.add(analysed(article(number), "行く/行った 用紙"))
    wanted = phrase("行う", "用紙")
    assert ids(engine, wanted) == []
    with engine.writing() as writer:
        writer.add(analysed(article(21), "行う/行った"))
    assert len(ids(engine, wanted)) == 20


def test_pages_of_several_segments_follow_each_other(engine: Engine) -> None:
    for first in (1, 12, 15):
        with engine.writing() as writer:
            for number in range(first, first + 11 if first == 1 else first + 2):
                writer.add(analysed(article(number % 5 + 1, id=f"a{number}"), "x"))
    for sort in ("newest", "oldest", "relevance"):
        whole = ids(engine, Term("x"), window=Window(sort, 0, 100))  # type: ignore[arg-type]
        pages = [
            ids(engine, Term("x"), window=Window(sort, offset, 4))  # type: ignore[arg-type]
            for offset in range(0, 24, 4)
        ]
        assert [each for page in pages for each in page] == whole


def test_an_exception_leaves_everything_as_it_was(engine: Engine) -> None:
    fill(engine)
    before = engine.generation()
    with pytest.raises(RuntimeError), engine.writing() as writer:  # noqa: PT012 - the point
        writer.remove("a1")
        writer.add(analysed(article(8), "t"))
        raise RuntimeError
    assert engine.generation() == before
    assert ids(engine, Everything()) == ["a1", "a2", "a3", "a4", "a5"]
    fill(engine)


def test_a_writing_that_changes_nothing_makes_no_generation(engine: Engine) -> None:
    with engine.writing():
        pass
    assert engine.generation() is None
    fill(engine)
    before = engine.generation()
    with engine.writing() as writer:
        assert set(writer.known()) == {"a1", "a2", "a3", "a4", "a5"}
        writer.remove("unknown")
    assert engine.generation() == before


def test_a_rebuild_holds_only_what_it_was_given(engine: Engine) -> None:
    fill(engine)
    with engine.writing(rebuild=True) as writer:
        assert {each.id for each in writer.articles()} == {"a1", "a2", "a3", "a4", "a5"}
        writer.add(analysed(article(7), "t"))
    assert ids(engine, Everything()) == ["a7"]


def test_a_snapshot_sees_one_state_to_its_end(engine: Engine) -> None:
    fill(engine)
    with engine.snapshot() as old:
        with engine.writing() as writer:
            writer.add(analysed(article(6), "x"))
        result = old.search(Term("x"), filters={}, window=Window())
        assert result.total == 1
        assert old.get("a1") is not None
        with engine.snapshot() as new:
            assert new.generation > old.generation
            assert new.size() == old.size() + 1


def test_many_small_changes_keep_the_index_right(engine: Engine) -> None:
    fill(engine)
    for number in range(10, 22):
        with engine.writing() as writer:
            writer.add(analysed(article(number), "t"))
            writer.remove(f"a{number - 2}")
    status = engine.status()
    assert status.segments <= 8
    assert status.articles == 7
    assert ids(engine, Term("t")) == ["a20", "a21"]


def test_nothing_is_written_on_top_of_damage(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index", fingerprint="rules")
    fill(engine)
    segment = next((tmp_path / "index").glob("generation-*/MAIN_*.arrays"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    assert engine.check()
    with pytest.raises(IndexUnusable), engine.writing():
        pass
    assert engine.check()


def test_an_index_made_anew_is_seen_as_another(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index", fingerprint="rules")
    fill(engine)
    with engine.snapshot() as snapshot:
        before = snapshot.identity
    shutil.rmtree(tmp_path / "index")
    with EmbeddedEngine(tmp_path / "index", fingerprint="rules").writing() as writer:
        writer.add(analysed(article(1), "another"))
    with engine.snapshot() as snapshot:
        assert snapshot.size() == 1
        assert snapshot.identity != before


def test_what_a_killed_first_run_leaves_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "CURRENT.new").write_text("{")
    (tmp_path / "generation-1").mkdir()
    (tmp_path / "generation-1" / "_MAIN_1.toc").write_bytes(b"half")
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    fill(engine)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "LOCK", "generation-1"]
    assert ids(engine, Term("x")) == ["a1"]
