"""A re-index from files to the index, in this process, on both engines."""

from __future__ import annotations

import errno
import gc
import gzip
import json
import multiprocessing
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from indexer.analysing import ALONE, BATCH, analyse_in_order
from indexer.pipeline import Options, Progress, reindex
from indexer.report import Rejected
from search.analysis.japanese import Analyser
from search.article import Article, article_from_json
from search.engine.base import Engine, Window
from search.engine.embedded import generations
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.errors import (
    IndexLocked,
    IndexMissing,
    IndexNotWritable,
    IndexUnusable,
    WrongUsage,
)
from search.query import Everything, Term
from search.schema import Field

EVERYTHING = Window("oldest", 0, 10_000)
leaves_files_to_the_collector = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
"""Whoosh, stopped by an error, does not close all it has opened."""


@pytest.fixture(scope="module")
def ours() -> Analyser:
    """The analyser, once for all tests here."""
    return Analyser()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder `tree`, seen from the folder it is in."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    """An embedded engine without an index yet."""
    engine = EmbeddedEngine(tmp_path / "index", fingerprint="one")
    yield engine
    engine.close()


@pytest.fixture(params=["memory", "embedded"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Both engines, one after the other."""
    if request.param == "memory":
        return MemoryEngine()
    found: EmbeddedEngine = request.getfixturevalue("embedded")
    return found


class Run:
    """A finished re-index: its progress and its report."""

    def __init__(self, engine: Engine, analyser: Analyser, *paths: str, **options: Any) -> None:
        self.report: list[Rejected] = []
        self.seen: list[Progress] = []
        given = {"workers": 1} | options
        self.progress = reindex(
            engine,
            analyser,
            Options(paths=paths, **given),
            on_rejected=self.report.append,
            on_progress=lambda progress: self.seen.append(replace(progress)),
        )

    @property
    def numbers(self) -> tuple[int, int, int, int, int]:
        p = self.progress
        return p.added, p.updated, p.unchanged, p.removed, p.rejected

    def outcomes(self) -> list[str]:
        return [each.outcome for each in self.report]


def entry(number: int | str, **members: Any) -> dict[str, Any]:
    article = {"id": f"n{number}", "title": f"灯台 {number}", "publishedAt": "2025-06-10"}
    return article | members


def put(path: Path, *entries: dict[str, Any] | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (each if isinstance(each, str) else json.dumps(each) for each in entries)
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
    return path


def many(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [entry(number) for number in range(start, start + count)]


def ids(engine: Engine) -> list[str]:
    with engine.snapshot() as snapshot:
        found = snapshot.search(Everything(), filters={}, window=EVERYTHING)
        assert found.total == len(found.hits) == snapshot.size()
        return sorted(match.article.id for match in found.hits)


def get(engine: Engine, article_id: str) -> Article:
    with engine.snapshot() as snapshot:
        found = snapshot.get(article_id)
    assert found is not None
    return found.article


def names(*numbers: int | str) -> list[str]:
    return sorted(f"n{number}" for number in numbers)


# -- new, changed, unchanged


def test_new_articles_are_added(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "a.jsonl", *many(3))
    run = Run(engine, ours, "tree")
    assert run.numbers == (3, 0, 0, 0, 0)
    assert run.report == []
    assert run.progress.closing_line() == "added 3, updated 0, unchanged 0, removed 0, rejected 0"
    assert ids(engine) == names(0, 1, 2)


def test_what_was_added_is_found_by_its_words(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "a.jsonl", entry(1, body="レアアースの輸出"), entry(2, captions=["鯨の親子"]))
    Run(engine, ours, "tree")
    with engine.snapshot() as snapshot:
        for term, field, wanted in (
            ("灯台", Field.TITLE, names(1, 2)),
            ("輸出", Field.BODY, names(1)),
            ("鯨", Field.CAPTIONS, names(2)),
        ):
            found = snapshot.search(Term(term, (field,)), filters={}, window=EVERYTHING)
            assert sorted(match.article.id for match in found.hits) == wanted


def test_a_second_run_changes_nothing_and_makes_no_generation(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(engine, ours, "tree")
    before = engine.status()
    assert Run(engine, ours, "tree").numbers == (0, 0, 3, 0, 0)
    assert engine.status() == before


def test_a_run_that_only_rejects_makes_no_generation(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(engine, ours, "tree")
    before = engine.generation()
    put(tree / "b.jsonl", "bad")
    assert Run(engine, ours, "tree", prune=True).numbers == (0, 0, 3, 0, 1)
    assert engine.generation() == before


def test_a_first_run_that_finds_nothing_leaves_no_index(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    run = Run(engine, ours, "tree")
    assert run.outcomes() == ["skipped"]
    assert engine.generation() is None
    with pytest.raises(IndexMissing):
        engine.status()


def test_a_change_of_any_shown_member_is_an_update(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(3))
    Run(engine, ours, "tree")
    changes: list[dict[str, Any]] = [
        {"title": "別の見出し"},
        {"body": "本文"},
        {"publishedAt": "2025-06-11"},
        {"source": "みなと通信"},
        {"topics": ["国際"]},
        {"persons": ["汐見"]},
        {"captions": ["港"]},
        {"updatedAt": "2025-06-12"},
        {"authors": ["汐見"]},
        {"url": "https://news.example/1"},
    ]
    for number, change in enumerate(changes, start=2):
        put(file, entry(0), entry(1, **change), entry(2))
        assert Run(engine, ours, "tree").numbers == (0, 1, 2, 0, 0), change
        assert engine.generation() == number
        assert get(engine, "n1").to_json().items() >= change.items()
    assert ids(engine) == names(0, 1, 2)


def test_an_updated_article_is_no_more_found_by_its_old_words(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", entry(1, body="鯨"), entry(2, body="鯨"))
    Run(engine, ours, "tree")
    put(file, entry(1, body="鮫"), entry(2, body="鯨"))
    Run(engine, ours, "tree")
    with engine.snapshot() as snapshot:
        assert snapshot.counts([Term("鯨", (Field.BODY,)), Term("鮫", (Field.BODY,))]) == [1, 1]


def test_added_updated_and_unchanged_are_told_apart(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(3))
    Run(engine, ours, "tree")
    put(file, entry(0), entry(1, body="新しい"), entry(2), entry(3), entry(4))
    assert Run(engine, ours, "tree").numbers == (2, 1, 2, 0, 0)
    assert ids(engine) == names(0, 1, 2, 3, 4)


def test_a_file_read_under_another_name_changes_nothing_where_ids_are_its_own(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(engine, ours, "tree")
    for path in (str(tree), "./tree", "tree/a.jsonl", "tree/../tree/"):
        assert Run(engine, ours, path).numbers == (0, 0, 3, 0, 0)


def test_bad_lines_and_files_leave_the_good_ones(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", entry(1), "{", entry(2, publishedAt="2025-02-30"), entry(3))
    (tree / "away.jsonl").symlink_to("nowhere")
    put(tree / "page.txt", "見出しだけ")
    put(tree / "LICENSE.txt", "x")
    (tree / "empty").mkdir()
    run = Run(engine, ours, "tree")
    assert run.numbers == (2, 0, 0, 0, 4)
    assert run.progress.skipped == 2
    assert sorted(run.outcomes()) == ["rejected"] * 4 + ["skipped"] * 2
    assert ids(engine) == names(1, 3)


def test_progress_ends_with_everything_read_and_the_index_being_written(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(40))
    seen = Run(engine, ours, "tree").seen
    assert [each.articles for each in seen] == sorted(each.articles for each in seen)
    last = seen[-1]
    assert last.writing
    assert last.articles == 40
    assert last.bytes_done == last.bytes_all == file.stat().st_size


# -- several articles with one id


def test_of_two_articles_with_one_id_the_first_stays_and_the_other_is_rejected(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", entry(1, body="最初"))
    put(tree / "b.jsonl", entry(2), entry(1, body="二番目"))
    run = Run(engine, ours, "tree")
    assert run.numbers == (2, 0, 0, 0, 1)
    (rejected,) = run.report
    assert (rejected.outcome, rejected.field, rejected.id) == ("rejected", "id", "n1")
    assert rejected.file.endswith("tree/b.jsonl")
    assert "a.jsonl" in rejected.reason
    assert rejected.expected
    assert get(engine, "n1").body == "最初"


def test_a_rejected_twin_is_named_by_file_as_given_and_line(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", entry(1, body="最初"), entry(2), entry(1, body="二番目"))
    (rejected,) = Run(engine, ours, "tree").report
    assert (rejected.file, rejected.line) == ("tree/a.jsonl", 3)


def test_the_same_article_twice_is_no_error(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "a.jsonl", entry(1), entry(1))
    put(tree / "b.jsonl", entry(1))
    run = Run(engine, ours, "tree")
    assert run.numbers == (1, 0, 0, 0, 0)
    assert run.outcomes() == ["skipped", "skipped"]


def test_twins_end_the_same_way_in_every_run(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "a.jsonl", entry(1, body="最初"), entry(1, body="二番目"))
    Run(engine, ours, "tree")
    before = engine.generation()
    assert Run(engine, ours, "tree").numbers == (0, 0, 1, 0, 1)
    assert engine.generation() == before
    assert get(engine, "n1").body == "最初"


def test_when_the_first_twin_is_gone_the_other_takes_its_place(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    first = put(tree / "a.jsonl", entry(1, body="最初"))
    put(tree / "b.jsonl", entry(1, body="二番目"))
    Run(engine, ours, "tree")
    first.unlink()
    assert Run(engine, ours, "tree", prune=True).numbers == (0, 1, 0, 0, 0)
    assert get(engine, "n1").body == "二番目"


# -- prune


def test_without_prune_nothing_is_removed(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "a.jsonl", *many(5))
    gone = put(tree / "b.jsonl", entry(9))
    Run(engine, ours, "tree")
    gone.unlink()
    assert Run(engine, ours, "tree").numbers == (0, 0, 5, 0, 0)
    assert ids(engine) == names(0, 1, 2, 3, 4, 9)


def test_prune_removes_the_articles_of_files_that_are_gone(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(5))
    gone = put(tree / "sub" / "b.jsonl", entry(9))
    Run(engine, ours, "tree")
    gone.unlink()
    assert Run(engine, ours, "tree", prune=True).numbers == (0, 0, 5, 1, 0)
    assert ids(engine) == names(0, 1, 2, 3, 4)


def test_prune_removes_lines_that_are_gone(engine: Engine, ours: Analyser, tree: Path) -> None:
    file = put(tree / "a.jsonl", *many(6))
    Run(engine, ours, "tree")
    put(file, *many(5))
    assert Run(engine, ours, str(file), prune=True).numbers == (0, 0, 5, 1, 0)
    assert ids(engine) == names(0, 1, 2, 3, 4)


def test_prune_looks_only_below_the_paths_given(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "a" / "1.jsonl", *many(5))
    kept = put(tree / "b" / "1.jsonl", entry("b"))
    neighbour = put(tree / "a2" / "1.jsonl", entry("a2"))
    Run(engine, ours, "tree")
    kept.unlink()
    neighbour.unlink()
    assert Run(engine, ours, "tree/a", prune=True).numbers == (0, 0, 5, 0, 0)
    assert ids(engine) == names(0, 1, 2, 3, 4, "a2", "b")


def test_prune_knows_a_path_by_any_spelling(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(12))
    for number, path in enumerate(("./tree", "tree/../tree/", str(tree))):
        gone = put(tree / f"gone{number}.jsonl", entry("gone"))
        Run(embedded, ours, "tree")
        gone.unlink()
        assert Run(embedded, ours, path, prune=True).numbers == (0, 0, 12, 1, 0), path


def test_prune_works_below_a_folder_whose_name_is_no_utf_8(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path
) -> None:
    folder = Path(os.fsdecode(os.fsencode(tree) + b"/caf\xe9"))
    put(folder / "a.jsonl", *many(5))
    gone = put(folder / "b.jsonl", entry("gone"))
    Run(embedded, ours, str(folder))
    gone.unlink()
    assert Run(embedded, ours, str(folder), prune=True).numbers == (0, 0, 5, 1, 0)


def test_prune_spares_the_file_it_cannot_read_also_where_the_names_are_no_utf_8(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(os.fsdecode(os.fsencode(tree) + b"/caf\xe9"))
    file = put(folder / "tree" / "a.jsonl", *many(10))
    monkeypatch.chdir(folder)
    Run(embedded, ours, "tree")
    put(file, *many(9), "bad")
    assert Run(embedded, ours, "tree", prune=True).numbers == (0, 0, 9, 0, 1)
    assert len(ids(embedded)) == 10


def test_an_article_that_moved_to_another_file_stays(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(3))
    Run(engine, ours, "tree")
    file.rename(tree / "b.jsonl")
    assert Run(engine, ours, "tree", prune=True).numbers == (0, 0, 3, 0, 0)
    assert ids(engine) == names(0, 1, 2)


def test_an_article_found_elsewhere_meanwhile_is_not_pruned_with_its_old_folder(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "old" / "moving.jsonl", entry("m"))
    put(tree / "old" / "staying.jsonl", *many(9))
    Run(engine, ours, "tree/old")
    (tree / "new").mkdir()
    file.rename(tree / "new" / "moving.jsonl")
    Run(engine, ours, "tree/new")
    Run(engine, ours, "tree/old", prune=True)
    assert ids(engine) == names(*range(9), "m")


def test_articles_of_a_file_with_a_bad_line_are_not_pruned(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(10))
    Run(engine, ours, "tree")
    put(file, *many(8), '{"id": "n8", "title": "灯')
    assert Run(engine, ours, "tree", prune=True).numbers == (0, 0, 8, 0, 1)
    assert ids(engine) == names(*range(10))


def test_articles_of_a_file_that_became_unreadable_are_not_pruned(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(10))
    packed = gzip.compress("".join(json.dumps(entry(f"p{n}")) + "\n" for n in range(2)).encode())
    (tree / "b.jsonl.gz").write_bytes(packed)
    Run(engine, ours, "tree")
    (tree / "b.jsonl.gz").write_bytes(packed[:-12])
    run = Run(engine, ours, "tree", prune=True)
    assert (run.progress.removed, run.progress.rejected) == (0, 1)
    assert ids(engine) == names(*range(10), "p0", "p1")


def test_articles_below_a_folder_whose_link_broke_are_not_pruned(
    engine: Engine, ours: Analyser, tree: Path, tmp_path: Path
) -> None:
    put(tree / "a.jsonl", *many(10))
    put(tmp_path / "disk" / "b.jsonl", entry("far"))
    (tree / "mounted").symlink_to(tmp_path / "disk")
    Run(engine, ours, "tree")
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    assert Run(engine, ours, "tree", prune=True).numbers == (0, 0, 10, 0, 1)
    assert ids(engine) == names(*range(10), "far")


def test_articles_below_a_path_that_is_not_there_are_not_pruned(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a" / "1.jsonl", *many(10))
    put(tree / "b" / "1.jsonl", entry("b"))
    Run(engine, ours, "tree")
    (tree / "b").rename(tree / "elsewhere")
    run = Run(engine, ours, "tree/a", "tree/b", prune=True)
    assert run.numbers == (0, 0, 10, 0, 1)
    assert ids(engine) == names(*range(10), "b")


def test_a_fifth_of_the_articles_may_go_without_asking(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(10))
    Run(engine, ours, "tree")
    put(file, *many(8))
    assert Run(engine, ours, "tree", prune=True).numbers == (0, 0, 8, 2, 0)


def test_more_than_a_fifth_goes_only_with_yes_and_else_nothing_changes(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(10))
    Run(engine, ours, "tree")
    before = engine.status()
    put(file, entry(0, body="新しい"), *many(6, start=1), entry("new"))
    with pytest.raises(WrongUsage, match="--yes"):
        Run(engine, ours, "tree", prune=True)
    assert engine.status() == before
    assert ids(engine) == names(*range(10))
    assert get(engine, "n0").body == ""
    assert Run(engine, ours, "tree", prune=True, yes=True).numbers == (1, 1, 6, 3, 0)
    assert ids(engine) == names(*range(7), "new")


def test_a_pruned_article_comes_back_with_its_file(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(5))
    gone = put(tree / "b.jsonl", entry("b"))
    Run(engine, ours, "tree")
    gone.unlink()
    Run(engine, ours, "tree", prune=True)
    put(gone, entry("b"))
    assert Run(engine, ours, "tree").numbers == (1, 0, 5, 0, 0)
    assert ids(engine) == names(*range(5), "b")


# -- rebuild


def test_a_rebuild_from_the_stored_articles_keeps_them_all(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(30), entry("x", body="本文\n\n段落", captions=["港"]))
    Run(embedded, ours, "tree")
    before, generation = get(embedded, "nx"), embedded.generation()
    file.unlink()
    run = Run(embedded, ours, rebuild=True)
    assert (run.progress.removed, run.progress.rejected) == (0, 0)
    assert ids(embedded) == names(*range(30), "x")
    assert get(embedded, "nx") == before
    assert get(embedded, "nx").origin == before.origin
    assert embedded.generation() == (generation or 0) + 1


def test_a_rebuild_is_what_a_change_of_the_analyser_needs(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, tmp_path: Path
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(embedded, ours, "tree")
    newer = EmbeddedEngine(tmp_path / "index", fingerprint="two")
    with pytest.raises(IndexUnusable, match="--rebuild"):
        Run(newer, ours, "tree")
    assert ids(embedded) == names(0, 1, 2)
    Run(newer, ours, rebuild=True)
    assert ids(newer) == names(0, 1, 2)
    with pytest.raises(IndexUnusable):
        ids(embedded)


def test_a_rebuild_from_paths_holds_only_what_is_there(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(9))
    put(tree / "b.jsonl", entry("b"))
    Run(engine, ours, "tree")
    assert Run(engine, ours, "tree/a.jsonl", rebuild=True).progress.removed == 1
    assert ids(engine) == names(*range(9))


def test_a_rebuild_that_drops_more_than_a_fifth_needs_yes(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", *many(3))
    put(tree / "b.jsonl", entry("b"))
    Run(engine, ours, "tree")
    before = engine.status()
    with pytest.raises(WrongUsage, match="--yes"):
        Run(engine, ours, "tree/a.jsonl", rebuild=True)
    assert engine.status() == before
    Run(engine, ours, "tree/a.jsonl", rebuild=True, yes=True)
    assert ids(engine) == names(0, 1, 2)


def test_a_rebuild_from_paths_needs_no_index(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "a.jsonl", *many(3))
    assert Run(engine, ours, "tree", rebuild=True).numbers == (3, 0, 0, 0, 0)
    assert ids(engine) == names(0, 1, 2)


def test_a_rebuild_from_nothing_says_that_there_is_no_index(engine: Engine, ours: Analyser) -> None:
    with pytest.raises(IndexMissing, match="sakuin reindex"):
        Run(engine, ours, rebuild=True)


def test_a_rebuild_of_an_index_without_articles_is_fine(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path
) -> None:
    file = put(tree / "a.jsonl", *many(3))
    Run(embedded, ours, "tree")
    file.unlink()
    Run(embedded, ours, "tree", prune=True, yes=True)
    assert ids(embedded) == []
    assert Run(embedded, ours, rebuild=True).numbers == (0, 0, 0, 0, 0)


# -- giving up


def test_a_run_stops_after_the_errors_allowed_and_keeps_what_came_before(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "a.jsonl", entry(1), "bad", entry(2), "bad", entry(3), "bad", entry(4))
    run = Run(engine, ours, "tree", max_errors=2)
    assert run.progress.stopped
    assert run.numbers == (2, 0, 0, 0, 2)
    assert ids(engine) == names(1, 2)


def test_fewer_errors_than_allowed_stop_nothing(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "a.jsonl", "bad", entry(1), "bad", entry(2))
    run = Run(engine, ours, "tree", max_errors=3)
    assert not run.progress.stopped
    assert run.numbers == (2, 0, 0, 0, 2)


def test_a_run_that_stopped_prunes_nothing(engine: Engine, ours: Analyser, tree: Path) -> None:
    put(tree / "b.jsonl", *many(10))
    Run(engine, ours, "tree")
    put(tree / "a.jsonl", "bad", "bad")
    assert Run(engine, ours, "tree", prune=True, yes=True, max_errors=1).progress.removed == 0
    assert ids(engine) == names(*range(10))


def test_a_rebuild_that_stopped_leaves_the_old_index(
    engine: Engine, ours: Analyser, tree: Path
) -> None:
    put(tree / "b.jsonl", *many(10))
    Run(engine, ours, "tree")
    before = engine.status()
    put(tree / "a.jsonl", entry("new"), "bad")
    try:
        run = Run(engine, ours, "tree", rebuild=True, yes=True, max_errors=1)
    except WrongUsage:
        pytest.fail("--max-errors ends with exit 1, wrong usage is exit 2")
    finally:
        assert engine.status() == before
    assert run.progress.stopped


def test_an_error_in_the_middle_changes_nothing(
    engine: Engine, ours: Analyser, tree: Path, tmp_path: Path
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(engine, ours, "tree")
    before = engine.status()
    put(tree / "b.jsonl", *many(300, start=10), "bad")

    def interrupt(_: Rejected) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(engine, ours, Options(paths=["tree"], workers=1), on_rejected=interrupt)
    assert engine.status() == before
    assert ids(engine) == names(0, 1, 2)
    assert len(list((tmp_path / "index").glob("generation-*"))) <= 1
    assert Run(engine, ours, "tree").numbers == (300, 0, 3, 0, 1)


# -- the folder of the embedded engine


def test_one_generation_is_left_after_every_run(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, tmp_path: Path
) -> None:
    for number in range(4):
        put(tree / f"{number}.jsonl", entry(number))
        Run(embedded, ours, "tree")
        left = [entry.name for entry in (tmp_path / "index").iterdir()]
        assert sorted(left) == ["CURRENT", "LOCK", f"generation-{number + 1}"]
    assert embedded.check() == []


def test_many_small_runs_do_not_make_many_segments(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path
) -> None:
    for number in range(15):
        put(tree / f"{number}.jsonl", entry(number))
        Run(embedded, ours, f"tree/{number}.jsonl")
    assert embedded.status().segments < 10
    assert embedded.check() == []
    assert ids(embedded) == names(*range(15))


def test_leftovers_of_a_run_that_was_cut_off_go_with_the_next(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, tmp_path: Path
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(embedded, ours, "tree")
    left = tmp_path / "index" / "generation-2"
    left.mkdir()
    (left / "MAIN_x.seg").write_bytes(b"half a segment")
    assert ids(embedded) == names(0, 1, 2)
    Run(embedded, ours, "tree")
    assert not left.exists()


def test_a_second_run_at_the_same_time_finds_the_index_locked(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, tmp_path: Path
) -> None:
    put(tree / "a.jsonl", *many(3))
    other = EmbeddedEngine(tmp_path / "index", fingerprint="one")
    with other.writing(), pytest.raises(IndexLocked):
        Run(embedded, ours, "tree")
    assert Run(embedded, ours, "tree").numbers == (3, 0, 0, 0, 0)


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"thesis.txt": "本文"}, id="papers"),
        pytest.param({"generation-photos/cat.jpg": "にゃあ"}, id="photos"),
        pytest.param({"generation-2024/report.txt": "報告"}, id="numbered"),
        pytest.param(
            {"CURRENT": "MANIFEST-000001\n", "LOCK": "", "LOG": "x", "MANIFEST-000001": "x"},
            id="leveldb",
        ),
    ],
)
def test_a_folder_of_somebody_else_is_never_touched(
    ours: Analyser,
    tree: Path,
    tmp_path: Path,
    files: dict[str, str],
    rebuild: bool,  # noqa: FBT001
) -> None:
    put(tree / "a.jsonl", *many(3))
    for file, text in files.items():
        put(tmp_path / "theirs" / file, text)
    before = contents(tmp_path / "theirs")
    foreign = EmbeddedEngine(tmp_path / "theirs", fingerprint="one")
    with suppress(IndexUnusable, WrongUsage):
        Run(foreign, ours, "tree", rebuild=rebuild, yes=True)
    assert contents(tmp_path / "theirs") == before


@leaves_files_to_the_collector
@pytest.mark.parametrize(
    "broken", ["CURRENT", "*.toc", "MAIN_*.arrays", "labels-*.arrays", "generation-1"]
)
def test_a_damaged_index_is_mended_by_a_rebuild_from_paths(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, tmp_path: Path, broken: str
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(embedded, ours, "tree")
    (damaged,) = (tmp_path / "index").rglob(broken)
    if damaged.is_dir():
        shutil.rmtree(damaged)
    else:
        damaged.write_bytes(b"not what was written")
    with pytest.raises(IndexUnusable, match="sakuin reindex --rebuild PATH"):
        Run(embedded, ours, "tree")
    with pytest.raises(IndexUnusable):
        ids(EmbeddedEngine(tmp_path / "index", fingerprint="one"))
    assert Run(embedded, ours, "tree", rebuild=True).numbers == (3, 0, 0, 0, 0)
    assert ids(embedded) == names(0, 1, 2)
    assert embedded.check() == []
    gc.collect()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for the lock."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "LOCK")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_whichever_sync_to_disk_fails_an_index_answers(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(embedded, ours, "tree")
    put(tree / "b.jsonl", *many(3, start=10))
    syncs = 0
    while True:
        left = syncs
        real = os.fsync

        def fail(descriptor: int, real: Any = real) -> None:
            nonlocal left
            if left == 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            left -= 1
            real(descriptor)

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            try:
                Run(embedded, ours, "tree")
            except IndexNotWritable:
                assert set(ids(embedded)) >= set(names(0, 1, 2)), f"after sync {syncs}"
                assert embedded.check() == []
            else:
                break
        syncs += 1
        assert syncs < 50
    assert syncs > 2
    Run(embedded, ours, "tree")
    assert ids(embedded) == names(0, 1, 2, 10, 11, 12)


def test_an_interrupt_just_after_the_switch_leaves_a_whole_index(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tree / "a.jsonl", *many(3))
    Run(embedded, ours, "tree")
    put(tree / "b.jsonl", *many(3, start=10))
    real, calls = generations.Generations._remove_leftovers, 0

    def interrupted(self: generations.Generations) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        real(self)

    with monkeypatch.context() as patch:
        patch.setattr(generations.Generations, "_remove_leftovers", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Run(embedded, ours, "tree")
    assert set(ids(embedded)) >= set(names(0, 1, 2))
    assert embedded.check() == []


@leaves_files_to_the_collector
def test_a_full_disk_while_articles_are_written_is_not_writable_and_no_other_error(
    embedded: EmbeddedEngine, ours: Analyser, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from whoosh.filedb.structfile import StructFile  # noqa: PLC0415 - only patched here

    put(tree / "a.jsonl", *many(3))
    Run(embedded, ours, "tree")
    put(tree / "b.jsonl", *many(200, start=10))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(StructFile, "write", full)
        with pytest.raises(IndexNotWritable, match="space"):
            Run(embedded, ours, "tree")
    assert ids(embedded) == names(0, 1, 2)
    gc.collect()
    assert Run(embedded, ours, "tree").numbers == (200, 0, 3, 0, 0)


# -- analysis in several processes


def articles(count: int) -> list[Article]:
    made = []
    for number in range(count):
        body = f"市長は{number}日、灯台の完成を祝う式で話した。" * (number % 5)
        made.append(article_from_json(entry(number, body=body, captions=["港の鯨"] * (number % 2))))
    return made


def test_several_processes_analyse_as_one_does(ours: Analyser) -> None:
    given = articles(ALONE * BATCH + 5 * BATCH + 3)
    alone = list(analyse_in_order(given, analyser=ours, workers=1))
    together = list(analyse_in_order(given, analyser=ours, workers=2))
    assert [each.article for each in alone] == given
    for one, other in zip(together, alone, strict=True):
        assert (one.text, one.borders) == (other.text, other.borders)
        assert [one.terms(field) for field in Field] == [other.terms(field) for field in Field]


def test_an_index_from_several_processes_is_that_from_one(
    ours: Analyser, tree: Path, tmp_path: Path
) -> None:
    given = [{**each.to_json(), "url": None} for each in articles(ALONE * BATCH + 40)]
    put(tree / "a.jsonl", *given)
    answers = []
    for workers in (1, 2):
        engine = EmbeddedEngine(tmp_path / f"index{workers}", fingerprint="one")
        assert Run(engine, ours, "tree", workers=workers).numbers == (len(given), 0, 0, 0, 0)
        with engine.snapshot() as snapshot:
            queries = [Term(term, (field,)) for field in Field for term in ("灯台", "鯨", "式")]
            by_rank = [
                snapshot.search(query, filters={}, window=Window("relevance", 0, 50))
                for query in queries
            ]
            answers.append((snapshot.counts(queries), by_rank, ids(engine)))
        engine.close()
    assert answers[0] == answers[1]


def test_no_worker_is_left_when_the_analysis_is_given_up(ours: Analyser) -> None:
    stream = analyse_in_order(articles(ALONE * BATCH + 200), analyser=ours, workers=2)
    assert len(list(islice(stream, ALONE * BATCH + 1))) == ALONE * BATCH + 1
    workers = multiprocessing.active_children()
    assert workers
    assert isinstance(stream, Generator)
    stream.close()
    for worker in workers:
        worker.join(timeout=30)
        assert not worker.is_alive()


def test_a_few_articles_start_no_process(ours: Analyser) -> None:
    before = multiprocessing.active_children()
    for _ in analyse_in_order(articles(BATCH), analyser=ours, workers=4):
        assert multiprocessing.active_children() == before
