"""Whoosh's own Searcher, a second oracle for what matches, on indexes the engine has written."""

from __future__ import annotations

import pickletools
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index
from whoosh import query as whoosh
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.searching import Searcher

from search.engine.base import Engine, Window
from search.engine.embedded.codec import ArrayCodec, ArraySegment
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.query import And, Everything, Not, Or, Query, Term
from search.schema import AnalysedArticle
from tests.engine.test_contract import analysed as made
from tests.engine.test_contract import article, fill
from tests.engine.test_random import TERMS, analysed_articles

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
"""Hypothesis would print many articles, had it to."""

Batch = tuple[list[AnalysedArticle], list[str]]
"""What one writing adds, and the ids it removes."""

word = st.sampled_from(TERMS).map(Term)
queries: st.SearchStrategy[Query] = st.recursive(
    word,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)
removed = st.lists(st.builds("{}-{}".format, st.integers(0, 9), st.integers(0, 10)), max_size=6)
batches = st.lists(st.tuples(analysed_articles(), removed), min_size=1, max_size=7)


def as_whoosh(query: Query) -> whoosh.Query:
    match query:
        case Term():
            return whoosh.Term("word", query.term)
        case And():
            return whoosh.And([as_whoosh(each) for each in query.clauses])
        case Or():
            return whoosh.Or([as_whoosh(each) for each in query.clauses])
        case Not():
            # whoosh.Not also finds a deleted article right behind the last of the clause
            return whoosh.AndNot(whoosh.Every(), as_whoosh(query.clause))
    raise AssertionError(query)


@contextmanager
def searcher(engine: EmbeddedEngine) -> Iterator[Searcher]:
    """A plain Searcher, the schema read from the pickle as anybody's would be."""
    with engine.snapshot() as snapshot:
        folder = engine._generations.path(snapshot.state.manifest)
    opened = index.open_dir(str(folder), indexname="MAIN")
    with closing(opened), opened.searcher() as found:
        assert type(found) is Searcher
        yield found


def found_by(plain: Searcher, query: whoosh.Query) -> list[str]:
    hits = [hit["id"] for hit in plain.search(query, limit=None)]
    assert len(set(hits)) == len(hits)
    assert sorted(plain.stored_fields(each)["id"] for each in plain.docs_for_query(query)) == (
        sorted(hits)
    )
    return sorted(hits)


def ids(engine: Engine, query: Query) -> list[str]:
    with engine.snapshot() as snapshot:
        hits = snapshot.search(query, filters={}, window=Window("newest", 0, 1000)).hits
    return sorted(hit.article.id for hit in hits)


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    filled = EmbeddedEngine(tmp_path, fingerprint="rules")
    fill(filled)
    return filled


@settings(max_examples=30)
@given(batches, st.lists(queries, min_size=1, max_size=8))
def test_whoosh_finds_what_the_oracle_finds(batches: list[Batch], asked: list[Query]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        memory, embedded = MemoryEngine(), EmbeddedEngine(Path(folder), fingerprint="rules")
        for added, gone in batches:
            for each in (memory, embedded):
                with each.writing() as writer:
                    for item in added:
                        writer.add(item)
                    for article_id in gone:
                        writer.remove(article_id)
        if memory.generation() is None:
            assert embedded.generation() is None
            return
        with searcher(embedded) as plain:
            assert found_by(plain, whoosh.Every()) == ids(memory, Everything())
            for query in asked:
                assert found_by(plain, as_whoosh(query)) == ids(memory, query)


def test_whoosh_finds_the_same_over_several_segments_and_deletions(tmp_path: Path) -> None:
    engine, memory = EmbeddedEngine(tmp_path, fingerprint="rules"), MemoryEngine()
    numbers = [range(200), range(200, 240), range(240, 248), range(248, 249)]
    for each in (engine, memory):
        for some in numbers:
            with each.writing() as writer:
                for number in some:
                    item = made(article(1, id=f"n{number:03}"), "a" if number % 2 else "b", "c")
                    writer.add(item)
                writer.remove(f"n{number // 2:03}")
    with engine.snapshot() as snapshot:
        assert len(snapshot.state.views) == 4
        assert any(view.deleted for view in snapshot.state.views)
    with searcher(engine) as plain:
        assert not plain.is_atomic()
        for query in (Term("a"), Term("c"), Not(Term("a")), And((Term("a"), Term("c")))):
            assert found_by(plain, as_whoosh(query)) == ids(memory, query)


def test_an_article_is_found_by_its_id(engine: EmbeddedEngine) -> None:
    with engine.writing() as writer:
        writer.remove("a1")
    with searcher(engine) as plain:
        assert found_by(plain, whoosh.Term("id", "a3")) == ["a3"]
        assert found_by(plain, whoosh.Term("id", "a1")) == []
        assert found_by(plain, whoosh.Term("id", "nowhere")) == []
        assert plain.document(id="a2") == {"id": "a2"}
        assert plain.document(id="a1") is None


def test_a_reader_tells_what_there_is(engine: EmbeddedEngine) -> None:
    with searcher(engine) as plain:
        reader = plain.reader()
        assert reader.doc_count() == reader.doc_count_all() == 5
        assert list(reader.lexicon("word")) == [b"a", b"b", b"c", b"d", b"x", b"y"]
        assert [each["id"] for each in reader.all_stored_fields()] == ["a5", "a4", "a3", "a2", "a1"]
        assert reader.doc_frequency("word", "a") == 4
        assert reader.doc_frequency("word", "nowhere") == 0
        assert ("word", "a") in reader
        assert ("word", "nowhere") not in reader
        assert reader.field_length("word") == sum(
            reader.doc_field_length(number, "word") for number in range(5)
        )
        assert [text for _, text in reader.terms_from("word", b"c")] == [b"c", b"d", b"x", b"y"]
        assert list(reader.postings("word", "d").all_ids()) == [0, 1, 3]


def test_an_index_is_opened_read_and_closed_again_and_again(engine: EmbeddedEngine) -> None:
    for _ in range(3):
        with searcher(engine) as plain:
            assert found_by(plain, whoosh.Term("word", "x")) == ["a1"]


def names(data: bytes) -> set[str]:
    """Every global a pickle names, as `module name`; both ways of naming one."""
    found: set[str] = set()
    strings: list[str] = []
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name == "GLOBAL":
            found.add(argument)
        elif opcode.name == "STACK_GLOBAL":
            found.add(" ".join(strings[-2:]))
        elif "UNICODE" in opcode.name:
            strings.append(argument)
    return found


def test_the_table_of_contents_names_no_class_of_ours_but_the_segment(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    with engine.writing() as writer:
        writer.remove("a1")
        writer.remove("a2")
    (path,) = tmp_path.glob("generation-*/_MAIN_*.toc")
    with closing(FileStorage(str(path.parent)).open_file(path.name)) as stream:
        for _ in range(3):
            stream.read_varint()
        stream.read_int()
        stream.read_int()
        for _ in range(3):
            stream.read_varint()
        schema = stream.read_string()
        stream.read_int()
        stream.read_int()
        segments = stream.read()
    assert all(name.split()[0].startswith("whoosh.") for name in names(schema) - PLAIN)
    ours = {name for name in names(segments) if not name.startswith("whoosh.")} - PLAIN
    assert ours == {"search.engine.embedded.codec ArraySegment"}


PLAIN = {
    "builtins set",
    "__builtin__ set",
    "copy_reg _reconstructor",
    "__builtin__ object",
    "copyreg _reconstructor",
    "builtins object",
}


def test_a_segment_keeps_plain_values_only() -> None:
    segment = ArraySegment("MAIN")
    segment.set_doc_count(3)
    segment.delete_document(1)
    assert {type(value) for value in vars(segment).values()} <= {int, str, bool, set, type(None)}
    assert (segment.doc_count(), segment.deleted_count(), segment.has_deletions()) == (2, 1, True)
    segment.delete_document(1, delete=False)
    assert not segment.has_deletions()
    assert isinstance(segment.codec(), ArrayCodec)
    assert isinstance(segment, base.Segment)
