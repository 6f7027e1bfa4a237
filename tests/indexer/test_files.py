"""Finding files: each once, in order, and nothing opened that is no file."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from indexer.files import Found, find_files
from indexer.records import Records
from indexer.report import Rejected
from search.article import Article

LINE = '{"id": "%s", "title": "港の灯台", "publishedAt": "2025-06-10"}\n'
as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder `tree`, seen from the folder it is in."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


def put(path: Path, text: str | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LINE % path.name if text is None else text, "utf-8")
    return path


def found(*paths: str) -> list[str]:
    return [each.path for each in find_files(paths) if isinstance(each, Found)]


def left_out(*paths: str) -> dict[str, Rejected]:
    return {each.file: each for each in find_files(paths) if isinstance(each, Rejected)}


def outcomes(*paths: str) -> dict[str, str]:
    return {name: each.outcome for name, each in left_out(*paths).items()}


def test_files_come_in_the_order_of_their_names_whatever_the_disk_says(tree: Path) -> None:
    names = ["z.jsonl", "a/2.jsonl", "a/10.jsonl", "B.jsonl", "い.jsonl", "あ/1.jsonl", "a.jsonl"]
    for name in names:
        put(tree / name)
    expected = [
        "B.jsonl",
        "a/10.jsonl",
        "a/2.jsonl",
        "a.jsonl",
        "z.jsonl",
        "あ/1.jsonl",
        "い.jsonl",
    ]
    assert found("tree") == [f"tree/{name}" for name in expected]


def test_paths_come_in_the_order_given(tree: Path) -> None:
    put(tree / "a" / "1.jsonl")
    put(tree / "b" / "1.jsonl")
    assert found("tree/b", "tree/a/1.jsonl") == ["tree/b/1.jsonl", "tree/a/1.jsonl"]


def test_a_file_is_named_as_it_was_given(tree: Path) -> None:
    put(tree / "1.jsonl")
    assert found("./tree/../tree/1.jsonl") == ["./tree/../tree/1.jsonl"]
    assert found(str(tree)) == [str(tree / "1.jsonl")]
    assert found("tree/") == ["tree/1.jsonl"]


def test_the_size_is_that_on_disk(tree: Path) -> None:
    put(tree / "1.jsonl", "港")
    (only,) = find_files(["tree"])
    assert only == Found("tree/1.jsonl", 3)


def test_hidden_files_and_folders_are_skipped_and_named(tree: Path) -> None:
    put(tree / ".hidden.jsonl")
    put(tree / ".git" / "1.jsonl")
    put(tree / "seen.jsonl")
    assert found("tree") == ["tree/seen.jsonl"]
    assert outcomes("tree") == {"tree/.hidden.jsonl": "skipped", "tree/.git": "skipped"}


def test_a_hidden_file_given_by_name_is_read(tree: Path) -> None:
    put(tree / ".hidden.jsonl")
    assert found("tree/.hidden.jsonl") == ["tree/.hidden.jsonl"]


def test_empty_files_and_folders_are_skipped(tree: Path) -> None:
    put(tree / "empty.jsonl", "")
    (tree / "nothing" / "at" / "all").mkdir(parents=True)
    assert found("tree") == []
    assert outcomes("tree") == {"tree/empty.jsonl": "skipped", "tree/nothing/at/all": "skipped"}


@pytest.mark.parametrize("name", ["LICENSE.txt", "LICENSE", "README.md", "CHANGES.txt", "COPYING"])
def test_files_that_are_no_article_by_their_name_are_skipped(tree: Path, name: str) -> None:
    put(tree / name, "見出し\n2025-06-10\n本文\n")
    assert found("tree") == []
    assert outcomes("tree") == {f"tree/{name}": "skipped"}


def test_an_article_about_licences_is_read(tree: Path) -> None:
    put(tree / "license-plates-2025.txt")
    assert found("tree") == ["tree/license-plates-2025.txt"]


def test_a_dangling_link_is_rejected_with_its_reason(tree: Path) -> None:
    (tree / "away.jsonl").symlink_to("nowhere.jsonl")
    put(tree / "good.jsonl")
    assert found("tree") == ["tree/good.jsonl"]
    rejected = left_out("tree")["tree/away.jsonl"]
    assert rejected.outcome == "rejected"
    assert "link" in rejected.reason
    assert rejected.expected


def test_links_that_lead_in_a_circle_end(tree: Path) -> None:
    put(tree / "sub" / "1.jsonl")
    (tree / "sub" / "up").symlink_to("..")
    (tree / "sub" / "here").symlink_to(".")
    (tree / "again").symlink_to(tree)
    assert found("tree") == ["tree/sub/1.jsonl"]
    assert outcomes("tree") == {
        "tree/again": "skipped",
        "tree/sub/here": "skipped",
        "tree/sub/up": "skipped",
    }


def test_a_link_to_itself_is_rejected(tree: Path) -> None:
    (tree / "self.jsonl").symlink_to("self.jsonl")
    (tree / "ping").symlink_to("pong")
    (tree / "pong").symlink_to("ping")
    assert found("tree") == []
    assert set(outcomes("tree").values()) == {"rejected"}


@pytest.mark.parametrize("name", ["a-link.jsonl", "z-link.jsonl"])
def test_a_link_and_its_target_in_one_tree_give_the_file_once(tree: Path, name: str) -> None:
    put(tree / "m.jsonl")
    (tree / name).symlink_to("m.jsonl")
    assert found("tree") == ["tree/m.jsonl"]
    assert outcomes("tree") == {f"tree/{name}": "skipped"}


def test_a_link_out_of_the_tree_is_followed(tree: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "1.jsonl")
    (tree / "link").symlink_to(tmp_path / "elsewhere")
    assert found("tree") == ["tree/link/1.jsonl"]


def test_a_link_given_by_name_is_followed_under_that_name(tree: Path) -> None:
    put(tree / "real.jsonl")
    (tree / "link.jsonl").symlink_to("real.jsonl")
    assert found("tree/link.jsonl") == ["tree/link.jsonl"]
    assert found("tree/link.jsonl", "tree") == ["tree/link.jsonl"]


def test_overlapping_paths_give_each_file_once(tree: Path) -> None:
    put(tree / "a" / "1.jsonl")
    put(tree / "a" / "2.jsonl")
    put(tree / "3.jsonl")
    for paths in (["tree", "tree/a"], ["tree/a", "tree"], ["tree/a/1.jsonl", "tree", str(tree)]):
        names = {os.path.abspath(path) for path in found(*paths)}  # noqa: PTH100
        assert len(found(*paths)) == 3, paths
        assert names == {str(tree / name) for name in ("a/1.jsonl", "a/2.jsonl", "3.jsonl")}
        assert set(outcomes(*paths).values()) == {"skipped"}


@pytest.mark.timeout(20)
def test_pipes_and_sockets_are_never_opened(tree: Path) -> None:
    os.mkfifo(tree / "pipe.jsonl")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("tree/socket.txt")
        put(tree / "good.jsonl")
        assert found("tree") == ["tree/good.jsonl"]
        assert found("tree/pipe.jsonl", "tree/socket.txt") == []
        assert outcomes("tree") == {"tree/pipe.jsonl": "skipped", "tree/socket.txt": "skipped"}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_link_to_a_device_is_never_opened(tree: Path, device: str) -> None:
    if not os.path.exists(device):  # noqa: PTH110
        pytest.skip(f"no {device}")
    (tree / "device.jsonl").symlink_to(device)
    assert found("tree") == []
    assert outcomes("tree") == {"tree/device.jsonl": "skipped"}


def test_names_that_are_no_utf_8_are_read_and_named_in_unicode(tree: Path) -> None:
    folder = os.fsencode(tree) + b"/\xb5\xad\xbb\xf6"
    os.mkdir(folder)  # noqa: PTH102
    name = folder + b"/caf\xe9\n1.jsonl"
    with open(name, "wb") as stream:  # noqa: PTH123
        stream.write((LINE % "good").encode() + b"bad\n")
    files = [each for each in find_files(["tree"]) if isinstance(each, Found)]
    assert [os.fsencode(each.path) for each in files] == [os.path.relpath(name)]
    article, rejected = Records(files)
    assert isinstance(article, Article)
    assert isinstance(rejected, Rejected)
    assert rejected.file.encode() == b"tree/\\xb5\\xad\\xbb\\xf6/caf\\xe9\n1.jsonl"
    article.origin.encode()


def test_an_index_folder_inside_the_tree_is_skipped(tree: Path) -> None:
    put(tree / "index" / "CURRENT", "{}")
    put(tree / "index" / "generation-7" / "MAIN_1.toc", "x")
    put(tree / "index" / "LOCK", "")
    put(tree / "1.jsonl")
    assert found("tree") == ["tree/1.jsonl"]
    assert outcomes("tree") == {"tree/index": "skipped"}
    assert found("tree/index") == []


def test_what_an_interrupted_first_run_left_costs_no_rejection(tree: Path) -> None:
    put(tree / "index" / "LOCK", "")
    put(tree / "index" / "generation-1" / "MAIN_WRITELOCK", "")
    put(tree / "index" / "generation-1" / "MAIN_abc.tmp", "x")
    put(tree / "index" / "generation-1" / "_MAIN_1.toc", "x")
    files = [each for each in find_files(["tree"]) if isinstance(each, Found)]
    assert {each.outcome for each in Records(files) if isinstance(each, Rejected)} <= {"skipped"}


@as_root
def test_what_may_not_be_read_is_rejected(tree: Path) -> None:
    put(tree / "secret.jsonl").chmod(0)
    put(tree / "closed" / "1.jsonl").parent.chmod(0)
    put(tree / "good.jsonl")
    try:
        everything = list(find_files(["tree"]))
        files = [each for each in everything if isinstance(each, Found)]
        report = [each for each in (*everything, *Records(files)) if isinstance(each, Rejected)]
        assert {each.file: each.outcome for each in report} == {
            "tree/secret.jsonl": "rejected",
            "tree/closed": "rejected",
        }
    finally:
        (tree / "closed").chmod(0o755)


def test_a_path_that_is_not_there_is_rejected(tree: Path) -> None:
    put(tree / "good.jsonl")
    assert outcomes("tree", "tree/not-there") == {"tree/not-there": "rejected"}


def test_a_very_deep_tree_is_walked(tree: Path) -> None:
    folder = tree
    for _ in range(200):
        folder = folder / "f"
    put(folder / "1.jsonl")
    assert len(found("tree")) == 1
