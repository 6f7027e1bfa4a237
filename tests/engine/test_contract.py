"""The port's contract, run on every engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from search.article import Article
from search.dates import parse_published
from search.engine.base import Engine, Window
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.errors import IndexMissing, IndexUnusable
from search.query import (
    And,
    AtLeast,
    Between,
    Boosted,
    Everything,
    FacetRequest,
    Literal,
    Not,
    Nothing,
    OneOf,
    Or,
    Phrase,
    Query,
    Term,
)
from search.results import DateBucket, Matches, ValueCount
from search.schema import AnalysedArticle, Facet, Field
from tests.engine.made import analysed as made


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


def analysed(item: Article, title: str = "", body: str = "", captions: str = "") -> AnalysedArticle:
    return made(item, {Field.TITLE: title, Field.BODY: body, Field.CAPTIONS: captions})


ARTICLES = [
    analysed(article(1, source="A", topics=("経済", "国際"), persons=("甲",)), "x", "a b c"),
    analysed(article(2, source="A", topics=("経済",), persons=("甲", "乙")), "a b", "c | d"),
    analysed(article(3, source="B", topics=("政治",)), "y", "b a b a", "a b"),
    analysed(article(4, source="", persons=("丙",)), "", "d d d"),
    analysed(article(5, source="B", topics=("国際",)), "a", "b c", "d"),
]


def fill(engine: Engine) -> None:
    with engine.writing() as writer:
        for each in ARTICLES:
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
        (Phrase(("a", "b")), "a1 a2 a3"),
        (Phrase(("b", "a", "b")), "a3"),
        (Phrase(("c", "d")), ""),
        (Phrase(("a", "b"), (Field.CAPTIONS,)), "a3"),
        (Phrase(("d", "d")), "a4"),
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
        (And((Term("a"), Term("c"))), "a1 a2 a5"),
        (And(()), "a1 a2 a3 a4 a5"),
        (Or((Term("x"), Term("y"))), "a1 a3"),
        (Or(()), ""),
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


def test_values_of_a_facet_are_found_by_prefix(engine: Engine) -> None:
    fill(engine)
    with engine.writing() as writer:
        writer.add(analysed(article(6, topics=("経営", "経済")), "x"))
        writer.add(analysed(article(7, topics=("外交", "経営")), "x"))
        writer.remove("a1")
    with engine.snapshot() as snapshot:
        found = snapshot.values(Facet.TOPIC, "経", 9)
        assert found == (ValueCount("経営", 2), ValueCount("経済", 2))
        assert snapshot.values(Facet.TOPIC, "", 2)[0] == ValueCount("経営", 2)
        assert snapshot.values(Facet.TOPIC, "経済部", 9) == ()
        assert len(snapshot.values(Facet.TOPIC, "", 2)) == 2
        assert snapshot.values(Facet.PERSON, "乙", 9) == (ValueCount("乙", 1),)


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
    wanted = Phrase(("行う", "用紙"))
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
