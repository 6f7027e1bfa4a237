"""Several processes on one port: `sakuin serve --workers 2`."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from search.analysis.japanese import analyser_fingerprint
from search.article import Article
from search.dates import parse_published
from search.engine.embedded.engine import EmbeddedEngine
from tests.conftest import Filled
from tests.web.conftest import SAKUIN

PROC = Path("/proc")
DAY = parse_published("2025-06-10")
pytestmark = [
    pytest.mark.xdist_group("workers"),
    pytest.mark.skipif(not (PROC / "self" / "stat").exists(), reason="no /proc to look into"),
]


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    latest = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.01)


def parent_of(folder: Path) -> int:
    with suppress(OSError):  # it has just ended
        state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        return 0 if state == "Z" else int(parent)
    return 0


def children(parent: int) -> list[int]:
    """Its processes, Python's resource tracker included."""
    return [int(each.name) for each in PROC.glob("[0-9]*") if parent_of(each) == parent]


def workers_of(parent: int) -> list[int]:
    found = []
    for child in children(parent):
        with suppress(OSError):
            if b"--multiprocessing-fork" in (PROC / str(child) / "cmdline").read_bytes():
                found.append(child)
    return sorted(found)


def gone(process: int) -> bool:
    return parent_of(PROC / str(process)) == 0


@dataclass
class Running:
    process: subprocess.Popen[str]
    address: str
    engine: EmbeddedEngine

    def answer(self, q: str) -> tuple[str, dict[str, object]]:
        """The ETag and the answer, but for the time it took."""
        url = f"{self.address}api/search?{urlencode({'q': q})}"
        with urllib.request.urlopen(url, timeout=20) as response:
            found = json.load(response)
            assert response.status == 200
        del found["processingTimeMs"]
        return response.headers["ETag"], found

    def total(self, q: str) -> int:
        total = self.answer(q)[1]["totalHits"]
        assert isinstance(total, int)
        return total

    def workers(self, count: int = 2) -> list[int]:
        until(lambda: len(workers_of(self.process.pid)) == count)
        return workers_of(self.process.pid)

    @contextmanager
    def only(self, worker: int) -> Iterator[None]:
        """Let no other worker than this one do anything."""
        others = [each for each in self.workers() if each != worker]
        for other in others:
            os.kill(other, signal.SIGSTOP)
        try:
            yield
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)

    def ended(self) -> tuple[int, str]:
        """Its exit status and what it said on standard error."""
        _, said = self.process.communicate(timeout=10)
        return self.process.returncode, said


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    """A server in a process group of its own, as a shell starts it."""
    command = [SAKUIN, "serve", "--port", "0", "--workers", "2", "--index", folder]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        address = process.stdout.readline().split()[-1]
        engine = EmbeddedEngine(folder, fingerprint=analyser_fingerprint())
        yield Running(process, address, engine)
        if process.poll() is None:
            process.terminate()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, filled: Filled) -> Iterator[Running]:
    """A server that is used by several tests."""
    folder = tmp_path_factory.mktemp("workers") / "index"
    engine = EmbeddedEngine(folder, fingerprint=analyser_fingerprint())
    filled(engine, [Article(id="1", title="東京の公演", topics=("経済", "国際"), published=DAY)])
    with serving(folder) as server:
        yield server


def test_each_worker_answers_and_all_alike(running: Running) -> None:
    answers = []
    for worker in running.workers():
        with running.only(worker):
            answers.append(running.answer("東京 公演"))
    assert answers[0] == answers[1]
    assert answers[0][1]["totalHits"] == 1


def test_many_requests_at_once_are_all_answered(running: Running) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(running.total, ["東京"] * 200)) == {1}


def test_every_worker_takes_up_a_new_state_of_the_index(running: Running, filled: Filled) -> None:
    for worker in running.workers():
        with running.only(worker):
            assert running.total("新潟") == 0
    filled(running.engine, [Article(id="2", title="新潟", published=DAY)])
    done = time.monotonic()
    for worker in running.workers():
        with running.only(worker):
            until(lambda: running.total("新潟") == 1, seconds=2)
    assert time.monotonic() - done < 2


def test_a_killed_worker_is_replaced_and_the_others_go_on(running: Running) -> None:
    killed, other = running.workers()
    os.kill(killed, signal.SIGKILL)
    assert running.total("東京") == 1
    until(lambda: gone(killed))
    (new,) = set(running.workers()) - {other}
    with running.only(new):
        assert running.total("東京") == 1
    assert running.process.stderr
    said = running.process.stderr.readline()
    assert said == f"sakuin: worker {killed} has ended (SIGKILL); another one takes its place\n"


@pytest.mark.parametrize(
    ("number", "status", "send", "warm"),
    [
        pytest.param(signal.SIGTERM, -15, os.kill, True, id="SIGTERM while they answer"),
        pytest.param(signal.SIGTERM, -15, os.killpg, False, id="SIGTERM to all as they start"),
        pytest.param(signal.SIGINT, 0, os.killpg, True, id="Ctrl-C while they answer"),
        pytest.param(signal.SIGINT, 0, os.killpg, False, id="Ctrl-C as they start"),
    ],
)
def test_a_signal_ends_all_of_them_without_a_word(
    sample_index: Path,
    number: signal.Signals,
    status: int,
    send: Callable[[int, int], None],
    *,
    warm: bool,
) -> None:
    with serving(sample_index) as server:
        processes = [*server.workers(), *children(server.process.pid)]
        if warm:
            assert server.total("レアアース")
        send(server.process.pid, number)
        assert server.ended() == (status, "")
        until(lambda: all(map(gone, processes)), seconds=3)


def test_no_worker_outlives_a_killed_parent(sample_index: Path) -> None:
    with serving(sample_index) as server:
        assert server.total("レアアース")
        processes = children(server.process.pid)
        server.process.kill()
        assert server.ended() == (-9, "")
        until(lambda: all(map(gone, processes)), seconds=3)


def test_it_gives_up_where_workers_end_again_and_again(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        while server.process.poll() is None:
            for worker in workers_of(server.process.pid)[:1]:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        status, said = server.ended()
    assert status == 1
    assert said.splitlines()[-1].endswith("just after its start: giving up")
    assert "Traceback" not in said


def test_a_port_in_use_is_told_by_one_message(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [SAKUIN, "serve", "--port", port, "--workers", "2", "--index", tmp_path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == [
        f"sakuin: cannot listen on 127.0.0.1:{port}: Address already in use"
    ]


def test_an_unusable_index_ends_it_before_it_listens(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("{}")
    command = [SAKUIN, "serve", "--port", "0", "--workers", "2", "--index", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert not done.stdout
    assert "sakuin reindex --rebuild" in done.stderr
