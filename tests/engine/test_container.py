"""Array files: what is written comes back, and damage to any byte is found."""

from __future__ import annotations

import errno
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.embedded import container
from search.engine.embedded.container import (
    ArrayFile,
    ArrayFileWriter,
    BrokenFile,
    directory_digest,
)

KINDS = ["|u1", "<u2", "<u4", "<i8", "<f8"]


def write(path: Path, arrays: dict[str, np.ndarray], **values: object) -> Path:
    out = ArrayFileWriter(path)
    try:
        for name, array in arrays.items():
            out.append(name, array)
        out.finish(**values)
    finally:
        out.close()
    return path


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    arrays = {
        "one": np.arange(100, dtype=np.int64),
        "none": np.empty(0, np.uint8),
        "odd": np.arange(77, dtype=np.uint8),
        "last": np.arange(3, dtype=np.uint16),
    }
    return write(tmp_path / "a.arrays", arrays, articles=3, averages=[1.0, 2.5, 1.0])


def test_arrays_and_values_come_back(sample: Path) -> None:
    file = ArrayFile(sample)
    assert file.values == {"articles": 3, "averages": [1.0, 2.5, 1.0]}
    assert file["one"].tolist() == list(range(100))
    assert file["one"].dtype == np.int64
    assert file["none"].tolist() == []
    assert file["odd"].tolist() == list(range(77))
    assert ("last" in file, "nowhere" in file) == (True, False)
    assert list(file.broken()) == []


def test_an_array_is_a_view_that_nobody_writes_through(sample: Path) -> None:
    array = ArrayFile(sample)["one"]
    assert not array.flags.writeable
    assert not array.flags.owndata
    assert array.ctypes.data % 64 == 0


def test_a_missing_array_is_a_key_error(sample: Path) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        ArrayFile(sample)["nowhere"]


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.lists(st.integers(0, 255), max_size=70)),
        max_size=12,
    ),
    st.lists(st.sampled_from(KINDS), min_size=3, max_size=3),
    st.sampled_from([16, 1 << 20]),
)
def test_arrays_grow_side_by_side(
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[tuple[str, list[int]]],
    kinds: list[str],
    spool: int,
) -> None:
    folder = tmp_path_factory.mktemp("arrays")
    whole: dict[str, list[int]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "_IN_MEMORY", spool)  # large arrays are collected on disk
        patch.setattr(container, "_PIECE", 3 * spool)
        out = ArrayFileWriter(folder / "x.arrays")
        for name, piece in pieces:
            out.append(name, np.array(piece, kinds["abc".index(name)]))
            whole.setdefault(name, []).extend(piece)
        out.finish()
        file = ArrayFile(folder / "x.arrays")
        assert list(file.broken()) == []
    assert list(file.broken()) == []
    assert {name: file[name].tolist() for name in whole} == whole
    assert [path.name for path in folder.iterdir()] == ["x.arrays"]
    shutil.rmtree(folder)


def test_pieces_of_an_array_are_of_one_type(tmp_path: Path) -> None:
    out = ArrayFileWriter(tmp_path / "a.arrays")
    out.append("a", np.empty(0, np.uint8))
    with pytest.raises(TypeError, match=r"a: a piece of <i8, expected \|u1"):
        out.append("a", np.empty(0, np.int64))
    out.close()


def test_nothing_is_written_over_a_file(sample: Path) -> None:
    out = ArrayFileWriter(sample)
    with pytest.raises(FileExistsError):
        out.finish()


def test_an_array_may_be_written_in_strides(tmp_path: Path) -> None:
    whole = np.arange(30, dtype=np.uint32)
    file = ArrayFile(write(tmp_path / "a.arrays", {"third": whole[::3]}))
    assert file["third"].tolist() == list(range(0, 30, 3))


def found(path: Path) -> str:
    """What is said of a file; empty where it is whole."""
    try:
        return " ".join(ArrayFile(path).broken())
    except BrokenFile as error:
        said = str(error)
    assert str(path) in said
    return said


def test_every_flipped_bit_is_found(sample: Path) -> None:
    whole = sample.read_bytes()
    chance = random.Random(7)  # noqa: S311 - no secret
    digest = directory_digest(sample)
    start = int.from_bytes(whole[-32:-24], "little")
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1 << chance.randrange(8)
        sample.write_bytes(data)
        said = found(sample)
        assert said, place
        if 64 <= place < 64 + 832:  # with the zeros behind it
            assert said == "one"
        elif 64 <= place < start:
            assert said in {"odd", "last"}
        elif place >= start:
            assert directory_digest(sample) != digest
    sample.write_bytes(whole)
    assert found(sample) == ""
    assert directory_digest(sample) == digest


def test_a_file_cut_short_or_grown_is_found(sample: Path) -> None:
    whole = sample.read_bytes()
    digest = directory_digest(sample)
    for length in [*range(len(whole)), len(whole) + 1, len(whole) + 64]:
        sample.write_bytes(whole.ljust(length, b"\0")[:length])
        assert found(sample)
        assert directory_digest(sample) != digest


@pytest.mark.parametrize(
    "data", [b"", b"x", b"PK\x03\x04" * 99, b"SAKUIN\x00\n" * 20, b"\xff" * 4096]
)
def test_a_foreign_file_is_none_of_ours(sample: Path, data: bytes) -> None:
    digest = directory_digest(sample)
    sample.write_bytes(data)
    with pytest.raises(BrokenFile):
        ArrayFile(sample)
    assert directory_digest(sample) != digest


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ArrayFile(tmp_path / "nowhere.arrays")


@pytest.mark.parametrize("version", [0, container.FORMAT - 1, container.FORMAT + 1, 1 << 31])
def test_another_format_is_told_by_its_number(sample: Path, version: int) -> None:
    data = bytearray(sample.read_bytes())
    data[-12:-8] = version.to_bytes(4, "little")
    sample.write_bytes(data)
    with pytest.raises(BrokenFile, match=f"array format {version}, this version reads"):
        ArrayFile(sample)


def test_a_full_disk_leaves_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(container.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "a.arrays", {"a": np.arange(9)})
