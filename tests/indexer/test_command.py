"""`sakuin reindex` as a user calls it: its own process, its exit status, its output."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from indexer.pipeline import Options, reindex
from search.analysis.japanese import Analyser, analyser_fingerprint
from search.engine.base import EngineStatus
from search.engine.embedded.engine import EmbeddedEngine
from search.query import Term
from search.schema import Field

SAKUIN = Path(sys.executable).parent / "sakuin"
MARK = "SAKUIN_TEST_RUN"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc")

Done = subprocess.CompletedProcess[str]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder every command here runs in, with the default index below it."""
    monkeypatch.chdir(tmp_path)
    for name in ("SAKUIN_INDEX", "SAKUIN_ENGINE", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return tmp_path


def sakuin(*args: str | bytes, **env: str) -> Done:
    return subprocess.run(
        [SAKUIN, *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | env,
    )


def entry(number: int | str, **members: Any) -> dict[str, Any]:
    article = {"id": f"n{number}", "title": f"灯台 {number}", "publishedAt": "2025-06-10"}
    return article | members


def put(name: str, *entries: dict[str, Any] | str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (each if isinstance(each, str) else json.dumps(each) for each in entries)
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
    return path


def many(count: int, start: int = 0, body: str = "港の鯨") -> list[dict[str, Any]]:
    return [entry(number, body=body) for number in range(start, start + count)]


def ok(done: Done, status: int = 0) -> Done:
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


def engine(index: str = "index") -> EmbeddedEngine:
    """The index, looked at from this process, which is a hundred times quicker."""
    return EmbeddedEngine(Path(index), fingerprint=analyser_fingerprint())


def status(index: str = "index") -> EngineStatus:
    return engine(index).status()


def whole(articles: int, index: str = "index") -> None:
    """The index holds so many articles, finds them, and is not damaged."""
    with engine(index).snapshot() as snapshot:
        assert snapshot.size() == articles
        assert snapshot.counts([Term("灯台", (Field.TITLE,))]) == [articles]
    assert engine(index).check() == []


def indexed(*entries: dict[str, Any] | str, name: str = "in/a.jsonl") -> Path:
    """A file, and an index of it that is already there."""
    file = put(name, *entries)
    reindex(engine(), _analyser(), Options(paths=[name], workers=1))
    return file


@lru_cache(maxsize=1)
def _analyser() -> Analyser:
    return Analyser()


def report(name: str = "report.ndjson") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]


def closing(done: Done) -> str:
    return done.stdout.splitlines()[-1]


def generations(index: str = "index") -> list[str]:
    return sorted(path.name for path in Path(index).glob("generation-*"))


# -- exit status and output


def test_all_well_is_0_and_ends_with_the_closing_line() -> None:
    put("in/a.jsonl", *many(3))
    done = ok(sakuin("reindex", "in"))
    assert closing(done) == "added 3, updated 0, unchanged 0, removed 0, rejected 0"
    assert done.stderr == ""
    whole(3)


def test_no_terminal_gets_plain_lines() -> None:
    put("in/a.jsonl", *many(3))
    done = ok(sakuin("reindex", "in"))
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout


def test_skipped_files_are_no_error() -> None:
    put("in/a.jsonl", *many(2), entry(0, body="港の鯨"))
    put("in/LICENSE.txt", "x")
    put("in/empty.jsonl")
    Path("in/nothing").mkdir()
    Path("in/again").symlink_to(".")
    done = ok(sakuin("reindex", "in", "--report", "report.ndjson"))
    assert {each["outcome"] for each in report()} == {"skipped"}
    assert len(report()) == 5
    assert done.stderr == ""


def test_rejected_articles_are_1_and_the_good_ones_are_there() -> None:
    put("in/a.jsonl", entry(1), "{", entry(2, publishedAt="2025-02-30"), entry(3, title=7))
    Path("in/away.txt").symlink_to("nowhere")
    done = ok(sakuin("reindex", "in"), 1)
    assert closing(done) == "added 1, updated 0, unchanged 0, removed 0, rejected 4"
    for told in ("in/a.jsonl:2", "publishedAt", "2025-02-30", "a string", "in/away.txt"):
        assert told in done.stderr
    whole(1)


def test_the_report_names_what_did_not_become_an_article() -> None:
    put("in/a.jsonl", entry(1), "{", entry(2, publishedAt="2025-02-30"), entry(1, body="別"))
    put("in/b.txt", "見出しだけ")
    put("in/c.jpg", "x")
    ok(sakuin("reindex", "in", "--report", "report.ndjson"), 1)
    found = report()
    assert len(found) == 5
    for each in found:
        assert {"file", "reason", "outcome"} <= set(each)
        members = "file line record id field value expected reason outcome"
        assert set(each) <= set(members.split())
    half, day, twin, page, picture = found
    assert (half["file"], half["line"], half["outcome"]) == ("in/a.jsonl", 2, "rejected")
    assert half["expected"]
    assert (day["line"], day["id"], day["field"]) == (3, "n2", "publishedAt")
    assert day["value"] == "2025-02-30"
    assert "1600 to 2100" in day["expected"]
    assert (twin["id"], twin["field"]) == ("n1", "id")
    assert (page["file"], page["field"]) == ("in/b.txt", "publishedAt")
    assert (picture["file"], picture["outcome"]) == ("in/c.jpg", "skipped")


def test_the_report_is_empty_where_all_went_in() -> None:
    put("in/a.jsonl", *many(3))
    put("report.ndjson", "of an earlier run")
    ok(sakuin("reindex", "in", "--report", "report.ndjson"))
    assert Path("report.ndjson").read_bytes() == b""


def test_a_report_that_cannot_be_written_is_told_before_anything_is_done() -> None:
    put("in/a.jsonl", entry(1), "bad")
    done = sakuin("reindex", "in", "--report", "no/such/folder/report.ndjson")
    assert done.returncode not in {0, 1}
    assert "report.ndjson" in done.stderr
    assert "Traceback" not in done.stderr
    ok(sakuin("status"), 4)


def test_many_rejections_are_counted_and_the_report_has_them_all() -> None:
    put("in/a.jsonl", *["bad"] * 300, entry(1))
    done = ok(sakuin("reindex", "in", "--report", "report.ndjson"), 1)
    assert len(done.stderr.splitlines()) < 50
    assert [each["line"] for each in report()] == list(range(1, 301))


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_json_is_one_object_on_standard_output(quiet: list[str]) -> None:
    put("in/a.jsonl", entry(1), "bad")
    done = ok(sakuin("reindex", "in", "--json", *quiet), 1)
    found = json.loads(done.stdout)
    assert {name: found[name] for name in ("added", "updated", "unchanged")} == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
    }
    assert (found["removed"], found["rejected"]) == (0, 1)
    assert len(done.stdout.splitlines()) == 1
    assert "in/a.jsonl:2" in done.stderr
    for command in ("status", "check"):
        assert isinstance(json.loads(ok(sakuin(command, "--json", *quiet)).stdout), dict)


def test_quiet_prints_nothing_on_standard_output_but_errors_on_standard_error() -> None:
    put("in/a.jsonl", entry(1), "bad")
    done = ok(sakuin("reindex", "in", "--quiet"), 1)
    assert done.stdout == ""
    assert "in/a.jsonl:2" in done.stderr
    for command in ("status", "check"):
        assert ok(sakuin(command, "--quiet")).stdout == ""


def test_bare_sakuin_is_wrong_usage() -> None:
    done = ok(sakuin(), 2)
    assert "reindex" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["reindex"], "PATH"),
        (["reindex", "in", "--format", "warc"], "not available"),
        (["reindex", "in", "--format", "ninjs"], "not available"),
        (["reindex", "in", "--format", "docx"], "docx"),
        (["reindex", "in", "--enrich", "places"], "expected persons,topics or none"),
        (["reindex", "in", "--people", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["reindex", "in", "--people", "in/a.jsonl"], "expected TOML"),
        (["reindex", "in", "--engine", "opensearch"], "not available"),
        (["status", "--engine", "opensearch"], "not available"),
        (["reindex", "in", "--engine", "lucene"], "lucene"),
        (["reindex", "in", "--workers", "0"], "--workers"),
        (["reindex", "in", "--max-errors", "0"], "--max-errors"),
        (["reindex", "in", "--nonsense"], "--nonsense"),
        (["reindex", "not/there"], "not/there"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_is_2_and_makes_no_index(args: list[str], told: str) -> None:
    put("in/a.jsonl", *many(3))
    done = ok(sakuin(*args), 2)
    assert told in done.stderr
    assert done.stdout == ""
    assert not Path("index").exists()


def test_a_missing_index_is_4_with_the_command_that_makes_it() -> None:
    put("in/a.jsonl", *many(3))
    for command in (["status"], ["check"], ["search", "港"], ["reindex", "--rebuild"]):
        done = ok(sakuin(*command), 4)
        assert "sakuin reindex" in done.stderr
        assert done.stdout == ""


def test_reading_commands_write_nothing() -> None:
    for command in (["status"], ["check"], ["search", "港"]):
        sakuin(*command)
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("broken", ["CURRENT", "*.toc"])
def test_a_damaged_index_is_4_and_the_command_it_names_mends_it(broken: str) -> None:
    indexed(*many(3))
    (damaged,) = Path("index").rglob(broken)
    damaged.write_bytes(b"{}\n")
    for command in (["status"], ["search", "港"], ["reindex", "in"]):
        assert "sakuin reindex --rebuild PATH" in ok(sakuin(*command), 4).stderr
    ok(sakuin("reindex", "--rebuild", "in"))
    whole(3)


def test_a_run_that_changes_nothing_makes_no_generation() -> None:
    put("in/a.jsonl", *many(3))
    ok(sakuin("reindex", "in"))
    before = json.loads(ok(sakuin("status", "--json")).stdout)
    assert (before["engine"], before["articles"], before["generation"]) == ("embedded", 3, 1)
    done = ok(sakuin("reindex", "in"))
    assert closing(done) == "added 0, updated 0, unchanged 3, removed 0, rejected 0"
    assert json.loads(ok(sakuin("status", "--json")).stdout) == before


def test_a_change_makes_one_generation() -> None:
    indexed(*many(3))
    put("in/a.jsonl", *many(2), entry(2, body="新しい"), entry(3))
    done = ok(sakuin("reindex", "in"))
    assert closing(done) == "added 1, updated 1, unchanged 2, removed 0, rejected 0"
    assert status().generation == 2
    assert generations() == ["generation-2"]


def persons() -> list[str]:
    found = json.loads(ok(sakuin("search", "", "--json", "--hits-per-page", "1")).stdout)
    return [each["value"] for each in found["facets"]["person"]]


def test_corrections_of_persons_need_no_path_and_stay() -> None:
    body = "石破茂首相は10日、都内で会見した。石破氏は減税に触れた。"
    file = put("in/a.jsonl", entry(1, body=body), entry(2, persons=["髙橋一郎"]))
    ok(sakuin("reindex", "in"))
    assert set(persons()) == {"石破茂", "髙橋一郎"}
    Path("people.toml").write_text('[rename]\n"石破茂" = "石破 茂"\n', "utf-8")
    done = ok(sakuin("reindex", "--people", "people.toml"))
    assert closing(done) == "added 0, updated 0, unchanged 0, removed 0, rejected 0"
    assert set(persons()) == {"石破 茂", "髙橋一郎"}
    ok(sakuin("reindex", str(file), "--rebuild"))
    assert set(persons()) == {"石破 茂", "髙橋一郎"}
    ok(sakuin("reindex", "--rebuild", "--enrich", "none"))
    assert persons() == ["髙橋一郎"]


def test_corrections_of_persons_without_an_index_are_4() -> None:
    Path("people.toml").write_text("", "utf-8")
    assert "sakuin reindex" in ok(sakuin("reindex", "--people", "people.toml"), 4).stderr


def test_prune_of_more_than_a_fifth_asks_for_yes() -> None:
    file = indexed(*many(10))
    before = status()
    put(str(file), *many(5))
    done = ok(sakuin("reindex", "in", "--prune"), 2)
    assert "--yes" in done.stderr
    assert status() == before
    done = ok(sakuin("reindex", "in", "--prune", "--yes"))
    assert closing(done) == "added 0, updated 0, unchanged 5, removed 5, rejected 0"
    whole(5)


def test_rebuild_without_a_path_takes_the_stored_articles() -> None:
    file = indexed(*many(5))
    file.unlink()
    ok(sakuin("reindex", "--rebuild"))
    whole(5)
    assert status().generation == 2


@pytest.mark.parametrize("rebuild", [[], ["--rebuild"]])
def test_max_errors_ends_with_1(rebuild: list[str]) -> None:
    put("in/b.jsonl", *many(2))
    ok(sakuin("reindex", "in"))
    put("in/a.jsonl", "bad", "bad", "bad", entry("late"))
    done = ok(sakuin("reindex", "in", "--max-errors", "2", *rebuild), 1)
    assert len(done.stderr.splitlines()) < 5
    whole(2)


def test_the_index_is_where_option_or_environment_say() -> None:
    put("in/a.jsonl", *many(2))
    ok(sakuin("reindex", "in", SAKUIN_INDEX="elsewhere"))
    whole(2, "elsewhere")
    ok(sakuin("reindex", "in", "--index", "deep/down/here", SAKUIN_INDEX="elsewhere"))
    whole(2, "deep/down/here")
    assert not Path("index").exists()


def test_a_format_is_forced_and_a_source_given() -> None:
    put("in/a.dat", *many(2))
    ok(sakuin("reindex", "in/a.dat", "--format", "jsonl", "--source", "みなと通信"))
    found = json.loads(sakuin("search", "灯台", "--source", "みなと通信", "--json").stdout)
    assert found["totalHits"] == 2


# -- names


@pytest.mark.parametrize(
    "env",
    [
        {"LANG": "C.UTF-8"},
        {"LANG": "C"},
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii:strict"},
    ],
    ids=lambda env: " ".join(f"{key}={value}" for key, value in env.items()),
)
def test_names_that_are_no_utf_8_break_nothing_in_any_locale(env: dict[str, str]) -> None:
    folder = b"in/\xb5\xad\xbb\xf6"
    os.makedirs(folder)  # noqa: PTH103
    with open(folder + b"/caf\xe9.jsonl", "wb") as stream:  # noqa: PTH123
        stream.write(json.dumps(entry(1)).encode() + b"\nbad\n")
    put("in/記事.txt", "灯台の見出し\n2025-06-10\n本文\n")
    for path, unchanged in (("in", 0), (folder, 1)):
        done = ok(sakuin("reindex", path, "--report", "report.ndjson", **env), 1)
        (rejected,) = report()
        assert rejected["file"] == "in/\\xb5\\xad\\xbb\\xf6/caf\\xe9.jsonl"
        assert rejected["line"] == 2
        added = 0 if unchanged else 2
        told = f"added {added}, updated 0, unchanged {unchanged}, removed 0, rejected 1"
        assert closing(done) == told
    whole(2)


# -- one at a time


def test_a_run_beside_another_is_3_and_changes_nothing() -> None:
    indexed(*many(2))
    before = status()
    put("in/b.jsonl", *many(2, start=10))
    with FileLock("index/LOCK"):
        done = ok(sakuin("reindex", "in"), 3)
        assert "another re-index" in done.stderr
        whole(2)
        found = ok(sakuin("search", "灯台", "--json"))
        assert json.loads(found.stdout)["totalHits"] == 2
    assert status() == before
    ok(sakuin("reindex", "in"))
    whole(4)


def _command_line(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


class Blocked:
    """A re-index held up in the middle: it writes its report into a pipe that nobody empties.

    By then it has read 1,000 new articles, has given them to two workers, and holds the lock.
    """

    def __init__(self, *options: str) -> None:
        os.mkfifo("pipe")
        self._pipe = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
        self.mark = uuid.uuid4().hex
        put("in/new.jsonl", *many(1_000, start=1_000), *["bad line " * 9] * 3_000, entry("last"))
        self.process = subprocess.Popen(
            [SAKUIN, "reindex", "in", "--workers", "2", "--report", "pipe", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {MARK: self.mark},
            start_new_session=True,
        )
        readable, _, _ = select.select([self._pipe], [], [], 60)
        assert readable, "the run did not come to its bad lines"
        assert self.process.poll() is None

    def processes(self) -> set[int]:
        """The run, its workers and helpers, by the mark in their environment."""
        found = set()
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if folder.name.isdigit() and self.mark.encode() in (
                    (folder / "environ").read_bytes()
                ):
                    found.add(int(folder.name))
        return found

    def workers(self) -> set[int]:
        """The analysing processes; waits until both are there."""
        _wait(lambda: len(self._analysing()) >= 2)
        return self._analysing()

    def _analysing(self) -> set[int]:
        return {each for each in self.processes() if b"spawn_main" in _command_line(each)}

    def finish(self) -> tuple[int, str]:
        """Empty the pipe to its end; exit status and standard error."""
        emptying = threading.Thread(target=self._empty)
        emptying.start()
        _, stderr = self.process.communicate(timeout=90)
        emptying.join()
        return self.process.returncode, stderr

    def _empty(self) -> None:
        while self.process.poll() is None:
            if select.select([self._pipe], [], [], 0.02)[0]:
                with contextlib.suppress(BlockingIOError):
                    if not os.read(self._pipe, 65_536):
                        time.sleep(0.02)

    def nothing_left(self) -> None:
        """No process of the run is left."""
        _wait(lambda: not self.processes())

    def close(self) -> None:
        """End what is still there."""
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        os.close(self._pipe)


def _wait(condition: Callable[[], bool]) -> None:
    """Until the condition holds; far longer than it should take."""
    for _ in range(1_200):
        if condition():
            return
        time.sleep(0.025)
    pytest.fail("waited in vain")


@pytest.fixture
def blocked() -> Iterator[Callable[..., Blocked]]:
    """Starts a run that stops in the middle, on an index of two articles."""
    indexed(*many(2))
    started: list[Blocked] = []

    def start(*options: str) -> Blocked:
        started.append(Blocked(*options))
        return started[-1]

    yield start
    for each in started:
        each.close()


@needs_proc
def test_while_a_run_is_at_work_the_old_index_answers_and_a_second_run_is_3(
    blocked: Callable[..., Blocked],
) -> None:
    run = blocked()
    assert run.workers()
    ok(sakuin("reindex", "in"), 3)
    ok(sakuin("reindex", "--rebuild"), 3)
    whole(2)
    exit_status, _ = run.finish()
    assert exit_status == 1
    run.nothing_left()
    whole(1_003)


@needs_proc
@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_a_killed_run_leaves_the_old_index_the_lock_free_and_no_process(
    blocked: Callable[..., Blocked], options: list[str]
) -> None:
    run = blocked(*options)
    assert run.workers()
    assert len(generations()) == 2
    run.process.kill()
    run.process.wait()
    run.nothing_left()
    whole(2)
    put("in/new.jsonl", *many(3, start=1_000))
    done = ok(sakuin("reindex", "in"))
    assert closing(done) == "added 3, updated 0, unchanged 2, removed 0, rejected 0"
    whole(5)
    assert len(generations()) == 1


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda each: each.name)
@pytest.mark.parametrize("to_all", [False, True], ids=["to the run", "to its group"])
def test_an_interrupted_run_ends_cleanly(
    blocked: Callable[..., Blocked],
    number: signal.Signals,
    to_all: bool,  # noqa: FBT001
) -> None:
    run = blocked()
    assert run.workers()
    if to_all:
        os.killpg(run.process.pid, number)
    else:
        run.process.send_signal(number)
    exit_status, stderr = run.finish()
    assert exit_status in {130, 143, -number}
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
    run.nothing_left()
    assert status().articles >= 2
    assert len(generations()) == 1
    assert engine().check() == []
    put("in/new.jsonl", *many(3, start=1_000))
    ok(sakuin("reindex", "in"))


@needs_proc
def test_an_interrupted_rebuild_changes_nothing(blocked: Callable[..., Blocked]) -> None:
    before = status()
    run = blocked("--rebuild")
    run.process.send_signal(signal.SIGINT)
    assert run.finish()[0] != 0
    assert status() == before
    whole(2)


@needs_proc
def test_a_worker_that_is_killed_is_an_error_and_no_success(
    blocked: Callable[..., Blocked],
) -> None:
    run = blocked()
    for worker in run.workers():
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    exit_status, stderr = run.finish()
    assert exit_status not in {0, 1}
    assert "Traceback" not in stderr
    run.nothing_left()
    whole(2)
    put("in/new.jsonl", *many(3, start=1_000))
    ok(sakuin("reindex", "in"))


# -- what cannot be written


def kanji(count: int) -> list[dict[str, Any]]:
    """Articles that take much room: no word in them comes again soon."""
    numbers = [[(n * 61 + k * 7) % 20_000 for k in range(300)] for n in range(count)]
    bodies = ["".join(chr(0x4E00 + number) for number in each) for each in numbers]
    return [entry(f"k{n}", body=body) for n, body in enumerate(bodies)]


def limited(kilobytes: int, *args: str) -> Done:
    """`sakuin` where no file may grow beyond a size."""
    code = (
        "import os, resource, signal, sys;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes} * 1024,) * 2);"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return subprocess.run(
        [sys.executable, "-c", code, SAKUIN, *args],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("kilobytes", "rebuild"),
    [(0, []), (1, []), (40, []), (600, []), (1, ["--rebuild"]), (600, ["--rebuild"])],
)
def test_files_that_may_not_grow_are_5_and_the_old_index_answers(
    kilobytes: int, rebuild: list[str]
) -> None:
    indexed(*many(2))
    put("in/b.jsonl", *kanji(150))
    done = ok(limited(kilobytes, "reindex", "in", "--workers", "1", *rebuild), 5)
    assert "cannot write the index" in done.stderr
    assert done.stdout.count("\n") < 3
    whole(2)
    assert len(generations()) == 1
    ok(sakuin("reindex", "in", *rebuild))
    whole(152)


@pytest.fixture
def disk(place: Path) -> Iterator[Callable[[str], None]]:
    """Mounts a small disk on `index`, or changes how it is mounted."""
    (place / "index").mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300k", "sakuin-test", str(place / "index")]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("cannot mount here")

    def remount(options: str) -> None:
        subprocess.run(
            ["mount", "-o", f"remount,{options}", str(place / "index")],
            check=True,
            capture_output=True,
        )

    yield remount
    subprocess.run(["umount", "-l", str(place / "index")], check=False, capture_output=True)


@needs_root
def test_a_full_disk_is_5_and_the_old_index_answers(disk: Callable[[str], None]) -> None:
    indexed(*many(2))
    put("in/b.jsonl", *kanji(150))
    for rebuild in ([], ["--rebuild"]):
        done = ok(sakuin("reindex", "in", *rebuild), 5)
        assert "no space left" in done.stderr
        whole(2)
        assert len(generations()) == 1
    disk("size=100m")
    ok(sakuin("reindex", "in"))
    whole(152)


@needs_root
@pytest.mark.parametrize("rebuild", [[], ["--rebuild"]])
def test_a_read_only_index_is_5_and_answers(
    disk: Callable[[str], None], rebuild: list[str]
) -> None:
    indexed(*many(2))
    put("in/b.jsonl", *many(2, start=10))
    disk("ro")
    done = ok(sakuin("reindex", "in", *rebuild), 5)
    assert "cannot write" in done.stderr
    whole(2)
    disk("rw")
    ok(sakuin("reindex", "in", *rebuild))
    whole(4)


@needs_root
def test_a_read_only_folder_without_an_index_is_5(disk: Callable[[str], None]) -> None:
    put("in/a.jsonl", *many(2))
    disk("ro")
    ok(sakuin("reindex", "in"), 5)
    ok(sakuin("reindex", "in", "--index", "index/deeper"), 5)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_5_and_answers() -> None:
    indexed(*many(2))
    put("in/b.jsonl", *many(2, start=10))
    Path("index").chmod(0o555)
    try:
        ok(sakuin("reindex", "in"), 5)
        whole(2)
    finally:
        Path("index").chmod(0o755)


def test_a_folder_of_somebody_else_is_never_touched() -> None:
    put("in/a.jsonl", *many(2))
    put("theirs/thesis.txt", "大切な本文")
    put("theirs/sub/more.txt", "もっと")
    before = {str(path): path.stat().st_mtime_ns for path in Path("theirs").rglob("*")}
    for rebuild in ([], ["--rebuild", "--yes"]):
        done = sakuin("reindex", "in", "--index", "theirs", *rebuild)
        assert done.returncode not in {0, 1}
        assert "theirs is not empty and not an index" in done.stderr
        assert "Traceback" not in done.stderr
    assert {str(path): path.stat().st_mtime_ns for path in Path("theirs").rglob("*")} == before
    assert Path("theirs/thesis.txt").read_text("utf-8") == "大切な本文\n"


def test_an_index_that_is_a_file_is_told() -> None:
    put("in/a.jsonl", *many(2))
    put("file", "大切な本文")
    for command in (
        ["reindex", "in"],
        ["reindex", "in", "--rebuild"],
        ["status"],
        ["search", "港"],
    ):
        done = sakuin(*command, "--index", "file")
        assert done.returncode in {2, 4, 5}
        assert "file" in done.stderr
        assert "Traceback" not in done.stderr
    assert Path("file").read_text("utf-8") == "大切な本文\n"
