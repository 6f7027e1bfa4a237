"""Lists and frames as they are written to a file and read from it, beside plain ones."""

from __future__ import annotations

import secrets
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.embedded import lists
from search.engine.embedded.container import ArrayFile, ArrayFileWriter
from search.engine.embedded.lists import (
    FramedNumbers,
    FramesWriter,
    ListsWriter,
    PlainLists,
    StoredLists,
    blob,
    chunks,
    texts_of,
)
from search.engine.embedded.postings import STRIDE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lists")


def stored(folder: Path, batches: list[list[list[int]]], universe: int) -> StoredLists:
    path = folder / f"{secrets.token_hex(8)}.arrays"
    out = ArrayFileWriter(path)
    writer = ListsWriter(out, "x", universe)
    for batch in batches:
        counts = np.array([len(each) for each in batch], np.int64)
        writer.append(counts, np.array([v for each in batch for v in each], np.int64))
    writer.finish()
    assert writer.written == sum(map(len, batches))
    out.finish()
    file = ArrayFile(path)
    path.unlink()
    return StoredLists(file["x.count"], (file["x.low"], file["x.high"], file["x.at"]), universe)


def plain(every: list[list[int]]) -> PlainLists:
    counts = np.array([len(each) for each in every], np.uint32)
    return PlainLists(counts, np.array([v for each in every for v in each], np.uint32))


one = st.lists(st.integers(0, 4_999), min_size=1, max_size=12, unique=True).map(sorted)
batches_of = st.lists(st.lists(one, max_size=2 * STRIDE + 3), max_size=5)


@given(batches_of, st.sampled_from([5_000, 70_000, 1 << 31]), st.integers(1, 60))
def test_lists_come_back_from_a_file(
    folder: Path, batches: list[list[list[int]]], universe: int, at_once: int
) -> None:
    every = [each for batch in batches for each in batch]
    both = (stored(folder, batches, universe), plain(every))
    found = both[0]
    assert len(found) == len(every)
    before = 0
    for number, each in enumerate(every):
        values, start = found.list(number)
        assert (values.tolist(), start) == (each, before)
        assert [kind.start(number) for kind in both] == [before, before]
        before += len(each)
    assert [kind.start(len(every)) for kind in both] == [before, before]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "AT_ONCE", at_once)
        for first in range(0, len(every) + 1, 7):
            for last in {first, min(first + 1, len(every)), len(every)}:
                wanted = [value for each in every[first:last] for value in each]
                assert [kind.range(first, last).tolist() for kind in both] == [wanted, wanted]


def test_a_list_of_everything_stands_beside_lists_of_one(folder: Path) -> None:
    every = [[number] for number in range(STRIDE)] + [list(range(3_000)), [2_999], [0]]
    found = stored(folder, [every], 3_000)
    assert found.list(STRIDE)[0].tolist() == every[STRIDE]
    assert found.range(0, len(every)).tolist() == [value for each in every for value in each]


@given(st.lists(st.integers(1, 30), max_size=40), st.integers(1, 50))
def test_chunks_hold_about_so_many_values(counts: list[int], most: int) -> None:
    done = 0
    for first, last in chunks(np.array(counts, np.int64), most):
        assert first == done < last
        assert last == first + 1 or sum(counts[first:last]) <= most
        assert last == len(counts) or sum(counts[first : last + 1]) > most
        done = last
    assert done == len(counts)


@given(
    st.lists(st.lists(st.integers(0, 65_535), max_size=30), max_size=8),
    st.integers(1, 40),
    st.data(),
)
def test_framed_numbers_come_back(
    folder: Path, batches: list[list[int]], frame: int, data: st.DataObject
) -> None:
    whole = [number for batch in batches for number in batch]
    path = folder / f"{secrets.token_hex(8)}.arrays"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "FRAME", frame)
        out = ArrayFileWriter(path)
        writer = FramesWriter(out, "f")
        for batch in batches:
            writer.append(np.array(batch, np.uint16))
        writer.finish()
        out.finish()
        file = ArrayFile(path)
        path.unlink()
        framed = FramedNumbers(file["f"], file["f.at"])
        first = data.draw(st.integers(0, len(whole)))
        last = data.draw(st.integers(first, len(whole)))
        assert framed.range(first, last).tolist() == whole[first:last]
        assert framed.range(0, len(whole)).tolist() == whole


@given(st.lists(st.binary(max_size=9)))
def test_a_blob_keeps_its_texts(texts: list[bytes]) -> None:
    data, at = blob(texts)
    assert texts_of(data, at) == texts
    assert at.tolist()[0] == 0
    assert at.tolist()[-1] == len(data)
