"""Damage is found and named, and a full disk leaves the old generation answering."""

from __future__ import annotations

import errno
import itertools
import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.filestore import FileStorage

from search.dates import parse_published
from search.engine.embedded import container, generations, writer
from search.engine.embedded.container import ArrayFileWriter
from search.engine.embedded.engine import EmbeddedEngine
from search.errors import IndexMissing, IndexNotWritable, IndexProblem, IndexUnusable
from search.labels import unlinked
from search.query import Everything, Literal, Query, Term
from search.schema import AnalysedArticle
from tests.engine.test_contract import analysed, article, ids

ARTICLES = 300
CHANCE = random.Random(20_250_610)  # noqa: S311 - no secret
ASKED: tuple[Query, ...] = (Term("w1"), Term("common"), Literal(("w12",)), Everything())


def made(number: int) -> AnalysedArticle:
    item = article(
        1,
        id=f"n{number}",
        published=parse_published(f"2025-06-{number % 28 + 1:02}"),
        title=f"見出し{number}",
        body="本文。" * (number % 30),
        source="AB"[number % 2],
        topics=("経済", "政治")[: number % 3],
        persons=(f"人{number}",),
    )
    return analysed(item, f"w{number}", f"common w{number % 9} x/y", "w1 | c" * (number % 2))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments with a deletion; left as it is."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    engine = EmbeddedEngine(folder, fingerprint="rules")
    for numbers in (range(ARTICLES - 20), range(ARTICLES - 20, ARTICLES)):
        with engine.writing() as writing:
            for number in numbers:
                writing.add(made(number))
            writing.remove("n3")
    assert engine.status().segments == 2
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(whole, tmp_path / "index"))


def opened(folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine(folder, fingerprint="rules")


def files_of(folder: Path) -> list[Path]:
    (generation,) = folder.glob("generation-*")
    return sorted(path for path in generation.iterdir() if path.stat().st_size)


def put(path: Path, data: bytes) -> None:
    """Other content in the place of a file that somebody may have mapped."""
    new = path.with_name("new")
    new.write_bytes(data)
    new.replace(path)


def flipped(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def assert_refused(engine: EmbeddedEngine, *, soon: bool = True) -> None:
    """Nothing is answered; with `soon`, once the arrays have been looked at."""
    try:
        with engine.snapshot() as snapshot:
            assert soon
            until = time.monotonic() + 20
            while not snapshot.state.damage and time.monotonic() < until:
                time.sleep(0.001)
    except IndexUnusable:
        pass
    with pytest.raises(IndexUnusable, match="sakuin reindex --rebuild PATH"), engine.snapshot():
        pass
    with pytest.raises(IndexUnusable), engine.writing():
        pass


def answers(engine: EmbeddedEngine) -> list[list[str]]:
    return [ids(engine, query) for query in ASKED]


def test_each_of_200_flipped_bits_is_found_and_named(folder: Path) -> None:
    files = files_of(folder)
    assert {path.name.split("-")[0][:5] for path in files} == {"MAIN_", "_MAIN", "label"}
    sizes = [path.stat().st_size for path in files]
    for place in CHANCE.sample(range(sum(sizes)), 200):
        number = 0
        while place >= sizes[number]:
            place -= sizes[number]  # noqa: PLW2901 - counted from the file it is in
            number += 1
        path = files[number]
        data = path.read_bytes()
        put(path, flipped(data, place, CHANCE.randrange(8)))
        engine = opened(folder)
        problems = engine.check()
        assert problems, (path, place)
        assert all(str(path) in each for each in problems)
        if path.suffix == ".arrays":
            assert_refused(engine)
        else:
            assert_refused(engine, soon=False)
        put(path, data)
    assert opened(folder).check() == []


def test_a_flipped_bit_in_every_file_is_found(folder: Path) -> None:
    for path in files_of(folder):
        data = path.read_bytes()
        for place in {0, 63, 64, len(data) // 2, len(data) - 40, len(data) - 1}:
            put(path, flipped(data, place, 0))
            engine = opened(folder)
            assert any(str(path) in each for each in engine.check()), (path, place)
            assert_refused(engine)
        put(path, data)


@pytest.mark.parametrize("cut", ["empty", "half", "last byte", "one more", "foreign", "missing"])
def test_a_file_that_is_another_is_found_before_anything_is_answered(
    folder: Path, cut: str
) -> None:
    for path in files_of(folder):
        data = path.read_bytes()
        other = {
            "empty": b"",
            "half": data[: len(data) // 2],
            "last byte": data[:-1],
            "one more": data + b"\0",
            "foreign": b"%PDF-1.7\n" * (len(data) // 9 + 1),
        }
        if cut in other:
            put(path, other[cut])
        else:
            path.unlink()
        engine = opened(folder)
        problems = engine.check()
        assert problems
        assert all(str(path) in each for each in problems)
        assert_refused(engine, soon=False)
        put(path, data)
    assert opened(folder).check() == []


def test_the_file_of_another_index_is_found(folder: Path, tmp_path: Path) -> None:
    other = opened(tmp_path / "other")
    with other.writing() as writing:
        writing.add(made(1))
    foreign = {path.suffix + path.name[:3]: path for path in files_of(tmp_path / "other")}
    for path in files_of(folder):
        data = path.read_bytes()
        put(path, foreign[path.suffix + path.name[:3]].read_bytes())
        assert any(str(path) in each for each in opened(folder).check())
        assert_refused(opened(folder), soon=False)
        put(path, data)


def test_a_generation_that_is_gone_is_told(folder: Path) -> None:
    (generation,) = folder.glob("generation-*")
    shutil.rmtree(generation)
    assert all(str(generation) in each for each in opened(folder).check())
    assert_refused(opened(folder), soon=False)


def test_the_status_of_a_generation_that_is_gone_is_an_error_of_ours(folder: Path) -> None:
    (generation,) = folder.glob("generation-*")
    shutil.rmtree(generation)
    with pytest.raises(IndexUnusable):
        opened(folder).status()


@pytest.mark.parametrize("version", [container.FORMAT - 1, container.FORMAT + 1])
def test_arrays_of_another_format_are_told(folder: Path, version: int) -> None:
    path = next(path for path in files_of(folder) if path.suffix == ".arrays")
    data = bytearray(path.read_bytes())
    data[-12:-8] = version.to_bytes(4, "little")
    put(path, bytes(data))
    assert any(f"array format {version}" in each for each in opened(folder).check())
    assert_refused(opened(folder), soon=False)
    # the same where the manifest has the digest of just this file
    current = json.loads((folder / "CURRENT").read_bytes())
    current["files"][path.name] = container.directory_digest(path)
    del current["digest"]
    current["digest"] = generations.Manifest(**current).digest()
    put(folder / "CURRENT", json.dumps(current).encode())
    with pytest.raises(IndexUnusable, match=f"array format {version}"), opened(folder).snapshot():
        pass


def test_a_file_that_nobody_listed_is_refused_before_it_is_read(folder: Path) -> None:
    generation = next(folder.glob("generation-*"))
    put(generation / "_MAIN_99.toc", b"not to be unpickled")
    assert any("_MAIN_99.toc: does not belong" in each for each in opened(folder).check())
    with pytest.raises(IndexUnusable, match="does not belong"), opened(folder).snapshot():
        pass


def test_a_damaged_pointer_deletes_no_generation(folder: Path) -> None:
    before = sorted(folder.glob("generation-*"))
    text = (folder / "CURRENT").read_text()
    put(folder / "CURRENT", text.replace('"generation-', '"generation-9').encode())
    with pytest.raises(IndexUnusable), opened(folder).writing():
        pass
    assert sorted(folder.glob("generation-*")) == before


@pytest.mark.parametrize("version", [generations.FORMAT - 1, generations.FORMAT + 1])
def test_an_index_of_another_format_is_told(folder: Path, version: int) -> None:
    current = json.loads((folder / "CURRENT").read_bytes())
    put(folder / "CURRENT", json.dumps(current | {"format": version}).encode())
    for ask in (opened(folder).check, opened(folder).status, opened(folder).snapshot().__enter__):
        with pytest.raises(IndexUnusable, match=f"index format {version}.*--rebuild PATH"):
            ask()
    with pytest.raises(IndexUnusable), opened(folder).writing():
        pass


@pytest.mark.parametrize(
    "ask",
    [
        EmbeddedEngine.check,
        EmbeddedEngine.generation,
        answers,
        EmbeddedEngine.status,
    ],
)
def test_any_damage_to_current_ends_in_an_error_of_ours_or_the_right_answer(
    folder: Path, ask: Callable[[EmbeddedEngine], object]
) -> None:
    current = folder / "CURRENT"
    data = current.read_bytes()
    right = answers(opened(folder))
    broken = [flipped(data, place, place % 8) for place in range(len(data))]
    broken += [data[:length] for length in range(0, len(data), 7)]
    broken += [b"", b"[]", b"null", b"{}", b'{"format": 3}', b"\xff\xfe", b"[" * 100]
    for each in broken:
        put(current, each)
        try:
            answer = ask(opened(folder))
        except IndexProblem:
            continue
        assert ask is not answers or answer == right
    current.unlink()
    with pytest.raises(IndexMissing), opened(folder).snapshot():
        pass


def test_a_rebuild_mends_whatever_is_broken(folder: Path) -> None:
    for path in files_of(folder):
        put(path, b"broken")
    engine = opened(folder)
    with engine.writing(rebuild=True) as writing:
        writing.add(made(1))
    assert engine.check() == []
    assert ids(engine, Everything()) == ["n1"]


def test_a_rebuild_of_a_damaged_index_keeps_the_corrections_of_persons(folder: Path) -> None:
    engine = opened(folder)
    with engine.writing() as writing:
        writing.link(unlinked, "# said")
    for path in files_of(folder):
        if path.name.startswith("MAIN_"):
            put(path, b"broken")
    with engine.writing(rebuild=True) as writing:
        assert writing.corrections() == "# said"
        writing.add(made(1))
    with engine.writing() as writing:
        assert writing.corrections() == "# said"


# A disk that is full.


def full(call: Callable[..., Any], calls: Iterator[int], failing: int) -> Callable[..., Any]:
    """Fails at the call with this number, counted from 1."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        return call(*args, **kwargs)

    return wrapped


def change(engine: EmbeddedEngine) -> None:
    with engine.writing() as writing:
        for number in range(ARTICLES, ARTICLES + 4):
            writing.add(made(number))
        writing.remove("n5")


WRITES: dict[str, list[tuple[object, str]]] = {
    "fsync": [(os, "fsync")],
    "append": [(ArrayFileWriter, "append")],
    "copy": [(container, "_copied")],
    "table of contents": [(FileStorage, "create_file"), (FileStorage, "rename_file")],
    "link": [(os, "link")],
    "current": [(Path, "write_text"), (os, "replace")],
}


@pytest.mark.parametrize("what", list(WRITES))
def test_a_full_disk_leaves_the_old_generation_answering(
    folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(writer, "RUN_CHARACTERS", 60)
    serving = opened(folder)
    before = answers(serving)
    change(opened(shutil.copytree(folder, folder.with_name("copy"))))
    after = answers(opened(folder.with_name("copy")))
    assert after != before
    for failing in itertools.count(1):
        calls = itertools.count(1)
        with monkeypatch.context() as patch:
            for owner, name in WRITES[what]:
                patch.setattr(owner, name, full(getattr(owner, name), calls, failing))
            try:
                change(opened(folder))
            except IndexNotWritable as error:
                assert "no space left on the disk" in str(error)  # noqa: PT017 - most calls fail
            else:
                break
        found = answers(serving)
        if found == after and what == "fsync":
            # the very last one, behind the rename: what is there is whole and stays
            calls = itertools.count(1)
            break
        assert found == before
        assert answers(opened(folder)) == before
    assert failing > 1
    assert opened(folder).check() == []
    change(opened(folder))
    assert answers(serving) == answers(opened(folder)) == after
    assert len(list(folder.glob("generation-*"))) == 1
    assert opened(folder).check() == []
