"""Runs, merging, renewed averages, and states that outlive their folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine.base import Engine, Window
from search.engine.embedded import merging, writer
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.embedded.segment import Segment
from search.engine.embedded.snapshot import EmbeddedSnapshot
from search.engine.embedded.stored import trained
from search.engine.memory import MemoryEngine
from search.query import (
    And,
    AtLeast,
    Boosted,
    Everything,
    FacetRequest,
    Literal,
    Not,
    OneOf,
    Or,
    Partial,
    Passing,
    Phrase,
    Query,
    Slot,
    Term,
    Weighted,
)
from search.results import Matches
from search.schema import AnalysedArticle, Facet, Field
from tests.engine.made import phrase
from tests.engine.test_contract import ARTICLES, analysed, article, fill, ids
from tests.engine.test_random import (
    Asked,
    analysed_articles,
    questions,
    run,
    twin,
)

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
"""Hypothesis would print many articles, had it to."""

ASKED: tuple[Query, ...] = (
    Term("a"),
    Term("a", (Field.TITLE,)),
    Term("d"),
    phrase("a", "b"),
    phrase("b", "a", "b"),
    phrase("a", "b", fields=(Field.CAPTIONS,)),
    phrase("d", "d"),
    phrase("a", "d", gaps=(3,)),
    Phrase((Slot(("a",), ("b", "bc")), Slot(("c", "d"))), (1,)),
    Literal(("ab",)),
    Literal(("b", "a")),
    Literal(("d",), (Field.CAPTIONS,)),
    And((Term("a"), Term("c"))),
    Or((Term("x"), Term("y"), Literal(("da",)))),
    And((Term("a"), Not(Term("c")))),
    AtLeast((Term("a"), Term("c"), Term("d")), (1, 1, 5), 5),
    Boosted(Literal(("bc",)), Or((Term("b"), Term("c")))),
    Boosted(Passing(Facet.TOPIC, OneOf(("経済",))), Weighted(Term("b"), 5)),
    Everything(),
)
FACETS = [FacetRequest(each, selected=("甲",)) for each in Facet]

Step = AnalysedArticle | str
"""An article to add, or the id of one to remove."""


def take(engine: Engine, steps: Iterable[Step], *, rebuild: bool = False) -> None:
    with engine.writing(rebuild=rebuild) as writing:
        for step in steps:
            if isinstance(step, str):
                writing.remove(step)
            else:
                writing.add(step)


def numbered(number: int, **texts: str) -> AnalysedArticle:
    item = article(number % 28 + 1, id=f"n{number:04}", topics=("経済", "政治")[: number % 3])
    return analysed(item, **({"title": f"a w{number % 7}", "body": "b c d"} | texts))


def answered(engine: Engine) -> list[Matches]:
    lower = Or((Term("a"), Term("b")))
    partial = Partial(Or((lower, Literal(("b",)))), shown=False)
    with engine.snapshot() as snapshot:
        return [
            snapshot.search(
                query,
                filters={},
                window=Window(sort, 0, 100),
                facets=FACETS,
                lower=lower,
                partial=partial,
            )
            for query in ASKED
            for sort in ("relevance", "newest", "oldest")
        ]


def newest(engine: EmbeddedEngine) -> EmbeddedSnapshot:
    with engine.snapshot() as snapshot:
        return snapshot


def living(engine: EmbeddedEngine) -> list[int]:
    return [len(view) for view in newest(engine).state.views]


# Runs.


@pytest.fixture(params=[1, 30, 8_000_000])
def run_characters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(writer, "RUN_CHARACTERS", request.param)
    return int(request.param)


def test_several_runs_make_the_index_of_one(tmp_path: Path, run_characters: int) -> None:
    embedded = EmbeddedEngine(tmp_path, fingerprint="rules")
    memory = twin(embedded)
    for engine in (embedded, memory):
        fill(engine)
    assert answered(embedded) == answered(memory)
    assert living(embedded) == [5]
    assert not list(tmp_path.glob("generation-*/runs"))


def test_articles_of_a_run_are_replaced_and_removed(tmp_path: Path, run_characters: int) -> None:
    embedded = EmbeddedEngine(tmp_path, fingerprint="rules")
    memory = twin(embedded)
    steps = [
        *ARTICLES,
        analysed(article(1, source="C"), "new a", "d"),
        "a2",
        analysed(article(9), "gone"),
        "a9",
        analysed(article(1, source="D"), "newer a"),
        "a4",
        analysed(article(4), "d", "back a b"),
        "unknown",
    ]
    for engine in (embedded, memory):
        take(engine, steps)
        assert ids(engine, Everything()) == ["a1", "a3", "a4", "a5"]
        assert ids(engine, Term("newer")) == ["a1"]
        assert ids(engine, Or((Term("new"), Term("gone"), Term("x")))) == []
        take(engine, [*ARTICLES[:2], "a3", *ARTICLES[2:4], "a1"])
    assert answered(embedded) == answered(memory)
    assert embedded.check() == []


def test_readings_of_a_batch_go_into_every_run(tmp_path: Path, run_characters: int) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    readings = [("ア", "a"), ("ビー", "b"), ("ア", "c"), ("デ", "d")]
    take(engine, [analysed(article(n), w, readings=readings) for n, w in enumerate("abc", 1)])
    found = {each: list(newest(engine).terms_read(each)) for each in ("ア", "ビー", "デ")}
    assert found == {"ア": ["a", "c"], "ビー": ["b"], "デ": []}


def test_a_run_of_which_nothing_is_left_is_no_trouble(tmp_path: Path, run_characters: int) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    take(engine, [*ARTICLES, *(each.article.id for each in ARTICLES)])
    assert ids(engine, Everything()) == []
    fill(engine)
    take(engine, [f"a{number}" for number in range(9)])
    assert (ids(engine, Everything()), living(engine)) == ([], [])
    fill(engine)
    assert ids(engine, Term("a")) == ["a1", "a2", "a3", "a5"]


batches = st.lists(
    st.lists(
        st.one_of(
            analysed_articles(),
            st.builds("{}-{}".format, st.integers(0, 9), st.integers(0, 10)).map(lambda i: [i]),
        ),
        max_size=3,
    ).map(lambda parts: [step for part in parts for step in part]),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40)
@given(
    batches,
    st.sampled_from([1, 40, 10**7]),
    st.sampled_from([1, 50, 1 << 22]),
    st.lists(questions, min_size=1, max_size=4),
)
def test_runs_and_ranges_of_any_size_make_the_same_index(
    batches: list[list[Step]], characters: int, at_once: int, asked: Sequence[Asked]
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "RUN_CHARACTERS", characters)
        patch.setattr(merging, "_AT_ONCE", at_once)
        patch.setattr(merging, "BIG", 3)
        embedded = EmbeddedEngine(Path(folder), fingerprint="rules")
        memory = twin(embedded)
        for steps in batches:
            for engine in (embedded, memory):
                take(engine, steps)
        if memory.generation() is None:
            return
        assert embedded.check() == []
        for each in asked:
            assert run(embedded, each) == run(memory, each)


# Stored texts.


def test_texts_come_back_whatever_dictionary_they_were_compressed_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RUN_CHARACTERS", 6_000)
    chance = np.random.default_rng(3)
    words = ["会議", "政府", "発表した。", "日本銀行", "輸出", "㍿", "髙橋"]

    def long(number: int) -> AnalysedArticle:
        body = "".join(chance.choice(words, 60))
        item = article(number % 28 + 1, id=f"n{number:04}", body=body, title=f"見出し{number}")
        return analysed(item, "t", "b" * 10)

    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    given_articles = {}
    dictionaries = []
    for numbers in (range(40), range(40, 90), range(80, 900), range(900, 2000), range(2000, 2010)):
        steps = [long(number) for number in numbers]
        take(engine, steps)
        given_articles |= {each.article.id: each.article for each in steps}
        with engine.writing() as writing:
            assert {each.id: each for each in writing.articles()} == given_articles
        views = newest(engine).state.views
        dictionaries.append({bool(view.segment.frames.dictionary) for view in views})
    assert dictionaries[0] == {False}
    assert True in dictionaries[-1]
    assert len(trained([b"too few"])) == 0


# Segments.


def test_many_commits_keep_few_segments_and_the_same_answers(tmp_path: Path) -> None:
    embedded = EmbeddedEngine(tmp_path, fingerprint="rules")
    memory = twin(embedded)
    chance = np.random.default_rng(11)
    most = 0
    for commit in range(40):
        first = 0 if commit == 0 else int(chance.integers(0, 400))
        size = 200 if commit == 0 else int(chance.integers(1, 12))
        steps: list[Step] = [numbered(number) for number in range(first, first + size)]
        steps += [f"n{each:04}" for each in chance.integers(0, 400, 3)]
        for engine in (embedded, memory):
            take(engine, steps)
        most = max(most, len(living(embedded)))
        if commit % 8 == 0:
            assert answered(embedded) == answered(memory)
    assert 1 < most <= writer.MOST_SEGMENTS
    assert sum(living(embedded)) == newest(embedded).size() == embedded.status().articles
    assert embedded.status().segments == len(living(embedded))
    assert answered(embedded) == answered(memory)
    assert embedded.check() == []


def test_segments_of_like_size_are_merged_and_much_larger_ones_are_not(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    take(engine, map(numbered, range(300)))
    take(engine, map(numbered, range(300, 330)))
    assert living(engine) == [300, 30]
    take(engine, map(numbered, range(330, 335)))
    assert living(engine) == [300, 30, 5]
    take(engine, map(numbered, range(335, 338)))
    assert living(engine) == [300, 30, 8]
    take(engine, map(numbered, range(400, 450)))
    assert living(engine) == [300, 88]


def test_a_segment_with_many_deletions_is_written_anew(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    take(engine, map(numbered, range(100)))
    (before,) = newest(engine).state.views
    take(engine, [f"n{number:04}" for number in range(24)])
    (view,) = newest(engine).state.views
    assert (view.segment, len(view.deleted)) == (before.segment, 24)
    take(engine, ["n0024"])
    (view,) = newest(engine).state.views
    assert (view.articles, len(view.deleted)) == (75, 0)


def test_what_was_only_in_deleted_articles_is_gone_after_a_merge(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    take(engine, [numbered(1, body="rare/RARE 髙"), *map(numbered, range(2, 4))])
    take(engine, ["n0001"])
    (view,) = newest(engine).state.views
    assert view.segment.term("rare") is None
    assert list(newest(engine).forms("rare")) == ["rare"]
    assert view.segment.gram("RA") is None
    assert view.segment.holding("髙").tolist() == []


# Averages.


def scores(engine: Engine) -> dict[str, float]:
    with engine.snapshot() as snapshot:
        query, window = Or((Term("a"), Term("b"))), Window("relevance", 0, 999)
        hits = snapshot.search(query, filters={}, window=window).hits
    return {hit.article.id: hit.score for hit in hits}


def test_averages_that_moved_far_renew_all_impacts(tmp_path: Path) -> None:
    engine, oracle = EmbeddedEngine(tmp_path, fingerprint="rules"), MemoryEngine()
    for each in (engine, oracle):
        take(each, map(numbered, range(200)))
    assert scores(engine) == scores(oracle)
    (before,) = newest(engine).state.views
    longer = [numbered(number, body="b c d " * 9) for number in range(200, 220)]
    for each in (engine, oracle):
        take(each, longer)
    (view,) = newest(engine).state.views
    assert view.segment.averages.moved(before.segment.averages)
    assert scores(engine) == scores(oracle)


def test_averages_that_moved_little_stay_those_of_the_index(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    oracle, fresh = twin(engine), MemoryEngine()
    for steps in (
        [numbered(number) for number in range(200)],
        [numbered(number, body="b c d e e") for number in range(200, 210)],
        [numbered(number, body="b c d e e") for number in range(210, 212)],
    ):
        for each in (engine, oracle, fresh):
            take(each, steps)
        averages = {view.segment.averages for view in newest(engine).state.views}
        assert len(averages) == 1
        assert averages.pop().body == 3.0
        assert scores(engine) == scores(oracle)
    assert len(living(engine)) > 1
    assert scores(engine) != scores(fresh)


def test_small_steps_add_up_until_the_averages_are_renewed(tmp_path: Path) -> None:
    engine, fresh = EmbeddedEngine(tmp_path, fingerprint="rules"), MemoryEngine()
    oracle = twin(engine)
    renewed = 0
    before = None
    for commit in range(12):
        size = 120 if commit == 0 else 4
        some = range(1000 * commit, 1000 * commit + size)
        body = "b c d" if commit == 0 else "b c d " * 2
        for each in (engine, oracle, fresh):
            take(each, [numbered(number, body=body) for number in some])
        (averages,) = {view.segment.averages for view in newest(engine).state.views}
        if averages != before:
            renewed += 1
            assert scores(engine) == scores(fresh)
        before = averages
        assert scores(engine) == scores(oracle)
    assert 2 <= renewed <= 8


# States.


def test_an_old_snapshot_answers_after_merges_and_without_its_folder(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    other = EmbeddedEngine(tmp_path, fingerprint="rules")
    take(engine, map(numbered, range(60)))
    with engine.snapshot() as old:
        folder = tmp_path / old.state.manifest.folder
        take(other, map(numbered, range(60, 90)))
        take(other, [f"n{number:04}" for number in range(50)])
        take(other, map(numbered, range(90, 300)))
        assert not folder.exists()
        assert (old.size(), old.counts([Term("a")])) == (60, [60])
        result = old.search(phrase("b", "c"), filters={}, window=Window(), facets=FACETS)
        assert (result.total, len(result.hits)) == (60, 10)
        found = old.get("n0003")
        assert found is not None
        assert old.get("n0070") is None
        with engine.snapshot() as new:
            assert new.size() == 250
            assert new.get("n0003") is None
    shutil.rmtree(tmp_path)
    assert old.counts([Literal(("bc",)), Term("a")]) == [60, 60]


def test_reopening_takes_segments_over_with_what_they_have_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[Segment] = []
    postings = Segment.postings

    def counting(segment: Segment, number: int) -> object:
        decoded.append(segment)
        return postings(segment, number)

    monkeypatch.setattr(Segment, "postings", counting)
    engine = EmbeddedEngine(tmp_path, fingerprint="rules")
    take(engine, map(numbered, range(100)))
    assert len(ids(engine, Term("a"))) == 100
    (first,) = newest(engine).state.views
    assert decoded == [first.segment]
    assert len(ids(engine, Term("a"))) == 100
    assert decoded == [first.segment]

    take(engine, map(numbered, range(100, 110)))
    kept, added = newest(engine).state.views
    assert kept is first
    assert newest(engine).counts([Term("a")]) == [110]
    assert decoded == [first.segment, added.segment]

    take(engine, ["n0007"])
    holed, same = newest(engine).state.views
    assert (holed.segment, same) == (first.segment, added)
    assert holed is not first
    assert newest(engine).counts([Term("a")]) == [109]
    assert decoded == [first.segment, added.segment, first.segment]


def test_a_cache_of_nothing_changes_no_answer(tmp_path: Path) -> None:
    plain = EmbeddedEngine(tmp_path, fingerprint="rules", cache_bytes=0)
    fill(plain)
    cached = EmbeddedEngine(tmp_path, fingerprint="rules")
    for _ in range(2):
        assert answered(plain) == answered(cached)
    assert (plain._caches.answers.held, cached._caches.answers.held > 0) == (0, True)


def test_the_cache_stays_within_its_bytes(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="rules", cache_bytes=20_000)
    take(engine, map(numbered, range(300)))
    with engine.snapshot() as snapshot:
        for number in range(100):
            snapshot.counts([Term(f"w{number % 7}"), Literal((f"{number}",)), phrase("b", "c")])
            held = engine._caches.answers.held + engine._caches.places.held
            assert held <= 20_000
    assert held > 6_000
