"""Several processes that answer on the same sockets, and the parent that looks after them."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Final

import click

from search.cli import log_to_stderr
from search.errors import SakuinError
from search.opening import open_service
from search.processes import become_worker, interrupts_held
from web.serving import Serving, answer

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)
_SECONDS_FOR_ALL: Final = 0.2
"""A signal to all of us may end a worker before it gets to the parent."""
_SECONDS_TO_END: Final = 3.0
_SECONDS_TO_PROVE: Final = 5.0
"""A worker that ends sooner has failed; starting alone takes about one."""
_MOST_FAILURES: Final = 5


class WorkersFailed(SakuinError):
    """Workers end as soon as they are started, or cannot be started; exit 1."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    started: float
    failures: int
    """How many before it failed in a row, in its place."""


def serve_with_workers(sockets: Sequence[socket.socket], serving: Serving, *, count: int) -> int:
    """Keep `count` workers answering until SIGINT or SIGTERM comes; its number. WorkersFailed."""
    start = partial(_start, partial(_work, sockets, serving, logging.getLogger().level))
    workers: list[_Worker] = []
    with _signals() as signals:
        try:
            workers += (start(failures=0) for _ in range(count))
            while True:
                ended = wait([signals, *(each.process.sentinel for each in workers)])
                if wait([signals], _SECONDS_FOR_ALL):
                    return signals.recv(1)[0]
                for place, worker in enumerate(workers):
                    if worker.process.sentinel in ended:
                        workers[place] = start(failures=_failures(worker))
        finally:
            _end([worker.process for worker in workers])


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket on which the number of every SIGINT and SIGTERM arrives, which do nothing else."""
    receiver, sender = socket.socketpair()
    with receiver, sender:
        sender.settimeout(0)  # a signal handler must not wait
        before = {each: signal.signal(each, _do_nothing) for each in _ENDING}
        woken = signal.set_wakeup_fd(sender.fileno())
        try:
            yield receiver
        finally:
            signal.set_wakeup_fd(woken)
            for each, handler in before.items():
                signal.signal(each, handler)


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Stand in for the default, which would end the process."""


def _start(work: Callable[[], None], *, failures: int) -> _Worker:
    process = get_context("spawn").Process(target=work, daemon=True)
    try:
        with interrupts_held():
            process.start()
    except OSError as error:
        raise WorkersFailed(f"cannot start a worker: {error.strerror or error}") from error
    return _Worker(process, time.monotonic(), failures)


def _failures(ended: _Worker) -> int:
    """Say that a worker has ended; the failures to charge to the next in its place."""
    ended.process.join()
    code = ended.process.exitcode or 0
    names = {-each.value: each.name for each in signal.Signals}
    message = f"worker {ended.process.pid} has ended ({names.get(code, f'status {code}')})"
    failed = time.monotonic() - ended.started < _SECONDS_TO_PROVE
    failures = ended.failures + 1 if failed else 0
    if failures == _MOST_FAILURES:
        raise WorkersFailed(f"{message}, the {failures}th in a row just after its start: giving up")
    click.echo(f"sakuin: {message}; another one takes its place", err=True)
    return failures


def _end(processes: list[SpawnProcess]) -> None:
    """End them, by force those that take too long."""
    for process in processes:
        process.terminate()
    latest = time.monotonic() + _SECONDS_TO_END
    for process in processes:
        process.join(max(0.0, latest - time.monotonic()))
    for process in processes:
        process.kill()
        process.join()


def _work(sockets: Sequence[socket.socket], serving: Serving, level: int) -> None:
    """What a worker does: open an index of its own, then answer."""
    become_worker()
    signal.signal(signal.SIGTERM, _leave)
    log_to_stderr(level)
    service = open_service(serving.settings)
    with suppress(SakuinError):
        service.state()
    answer(sockets, serving, service)


def _leave(number: int, _: FrameType | None) -> None:
    """End at SIGTERM, once; waitress finishes the requests at work."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit()
