"""From files to articles: which reader, packed files, and what cannot be read."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.files import Found
from indexer.records import Records
from indexer.report import Rejected
from search.article import Article

LINES = "".join(
    f'{{"id": "{number}", "title": "港の灯台", "publishedAt": "2025-06-10"}}\n'
    for number in range(3)
).encode()
PAGE = "港の灯台\n2025-06-10\n灯台が完成した。\n".encode()
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}


def write(path: Path, data: bytes) -> Found:
    path.write_bytes(data)
    return Found(str(path), len(data))


def read(*files: Found, format_: str = "auto", source: str = "") -> list[Article | Rejected]:
    return list(Records(files, format_, source))


def ids(found: list[Article | Rejected]) -> list[str]:
    return [each.id for each in found if isinstance(each, Article)]


def reasons(found: list[Article | Rejected]) -> list[str]:
    return [each.outcome for each in found if isinstance(each, Rejected)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "A.JSONL", "b.2025.jsonl"])
def test_json_lines_are_known_by_their_ending(tmp_path: Path, name: str) -> None:
    assert ids(read(write(tmp_path / name, LINES))) == ["0", "1", "2"]


@pytest.mark.parametrize("name", ["a.txt", "a.text", "A.TXT", "a"])
def test_text_is_known_by_its_ending(tmp_path: Path, name: str) -> None:
    assert ids(read(write(tmp_path / name, PAGE))) == [str(tmp_path / name)]


@pytest.mark.parametrize("ending", [*PACKERS, ".GZ"])
def test_packed_files_are_unpacked(tmp_path: Path, ending: str) -> None:
    packed = PACKERS[ending.lower()]
    lines = write(tmp_path / f"a.jsonl{ending}", packed(LINES))
    page = write(tmp_path / f"a.txt{ending}", packed(PAGE))
    assert ids(read(lines, page)) == ["0", "1", "2", page.path]


@pytest.mark.parametrize("ending", list(PACKERS))
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9])
def test_a_packed_file_cut_short_is_rejected(tmp_path: Path, ending: str, kept: float) -> None:
    packed = PACKERS[ending](LINES * 50)
    cut = write(tmp_path / f"a.jsonl{ending}", packed[: max(5, int(len(packed) * kept))])
    found = read(cut, write(tmp_path / "good.jsonl", LINES))
    assert reasons(found) == ["rejected"]
    (rejected,) = (each for each in found if isinstance(each, Rejected))
    assert rejected.file == cut.path
    assert rejected.reason
    assert rejected.expected
    assert ids(found)[-3:] == ["0", "1", "2"]


@pytest.mark.parametrize("ending", list(PACKERS))
@pytest.mark.parametrize("bad", [b"", b"plain text\n", b"\x1f\x8b\x08\x00garbage" * 9], ids=repr)
def test_a_file_that_is_not_packed_as_it_says_is_no_article(
    tmp_path: Path, ending: str, bad: bytes
) -> None:
    found = read(write(tmp_path / f"a.jsonl{ending}", bad), write(tmp_path / "good.jsonl", LINES))
    assert ids(found) == ["0", "1", "2"]
    assert "rejected" in reasons(found) or bad == b""


def test_a_damaged_packed_file_is_rejected(tmp_path: Path) -> None:
    for ending, pack in PACKERS.items():
        damaged = bytearray(pack(LINES * 50))
        damaged[len(damaged) // 2] ^= 0xFF
        assert "rejected" in reasons(read(write(tmp_path / f"a.jsonl{ending}", bytes(damaged))))


@pytest.mark.parametrize("name", ["a.jpg", "a.tar.xz", "a.md", "a.csv.gz", "a.pdf", "a.jsonl.zip"])
def test_other_endings_are_skipped(tmp_path: Path, name: str) -> None:
    found = read(write(tmp_path / name, b"whatever"))
    assert reasons(found) == ["skipped"]
    assert isinstance(found[0], Rejected)
    assert found[0].file == str(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("a.html", "html"),
        ("a.htm", "html"),
        ("a.rss", "rss"),
        ("a.xml", "rss"),
        ("a.warc", "warc"),
        ("a.warc.gz", "warc"),
        ("a.ninjs", "ninjs"),
    ],
)
def test_formats_that_are_not_there_yet_are_rejected_by_name(
    tmp_path: Path, name: str, format_: str
) -> None:
    found = read(write(tmp_path / name, b"<html>"))
    assert reasons(found) == ["rejected"]
    assert isinstance(found[0], Rejected)
    assert format_ in found[0].reason
    assert "not available" in found[0].reason
    assert "jsonl" in found[0].expected


def test_a_format_that_is_asked_for_is_taken_whatever_the_ending(tmp_path: Path) -> None:
    for name in ("a.txt", "a.dat", "a.html", "a"):
        assert ids(read(write(tmp_path / name, LINES), format_="jsonl")) == ["0", "1", "2"]
    packed = write(tmp_path / "a.dat.gz", gzip.compress(LINES))
    assert ids(read(packed, format_="jsonl")) == ["0", "1", "2"]
    for name in ("a.jsonl", "a.md"):
        assert ids(read(write(tmp_path / name, PAGE), format_="text")) == [str(tmp_path / name)]


def test_the_source_given_goes_to_articles_that_name_none(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.jsonl", LINES), source="みなと通信")
    assert {each.source for each in found if isinstance(each, Article)} == {"みなと通信"}


def test_a_file_that_went_away_meanwhile_is_rejected(tmp_path: Path) -> None:
    gone = Found(str(tmp_path / "gone.jsonl"), 10)
    found = read(gone, write(tmp_path / "good.jsonl", LINES))
    assert reasons(found) == ["rejected"]
    assert ids(found) == ["0", "1", "2"]


def test_progress_counts_the_bytes_on_disk(tmp_path: Path) -> None:
    files = [
        write(tmp_path / "a.jsonl", LINES),
        write(tmp_path / "b.jsonl.gz", gzip.compress(LINES)),
        write(tmp_path / "c.jpg", b"x" * 100),
    ]
    records = Records(files)
    seen = []
    for _ in records:
        seen.append(records.bytes_done)  # noqa: PERF401 - it is read while the loop runs
    assert seen == sorted(seen)
    assert records.bytes_done == records.bytes_all == sum(file.size for file in files)
