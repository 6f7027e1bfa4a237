"""Processes that are measured from outside: commands, servers, and the memory of both."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.corpus import ROOT

_EVERY: Final = 0.1
_FIELD: Final = re.compile(r"^(VmRSS|RssAnon|RssShmem):\s+(\d+) kB", re.MULTILINE)
_ADDRESS: Final = re.compile(rb"http://([\d.]+):(\d+)")
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of one process, or of several together."""

    resident: int = 0
    """With the pages of mapped files; those that several processes share count for each."""
    own: int = 0
    """Without file pages: what the kernel cannot simply take back."""

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.resident + other.resident, self.own + other.own)


@dataclass(frozen=True, slots=True)
class Watched:
    """A command that has ended well."""

    seconds: float
    """Wall time."""
    resident: int
    """The most that it and its children had at one moment, in bytes; see Memory."""
    own: int


def environment() -> dict[str, str]:
    """Children take the packages from here, whatever is installed."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def sakuin(*arguments: str) -> list[str]:
    """The command line of `sakuin`."""
    return [str(Path(sys.executable).parent / "sakuin"), *arguments]


def watched(command: Sequence[str]) -> Watched:
    """Run a command to its end and watch its memory; CalledProcessError where it fails."""
    before = time.perf_counter()
    peak = Memory()
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
    while process.poll() is None:
        now = sum(map(memory, family(process.pid)), Memory())
        peak = Memory(max(peak.resident, now.resident), max(peak.own, now.own))
        time.sleep(_EVERY)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Watched(time.perf_counter() - before, peak.resident, peak.own)


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def memory(pid: int) -> Memory:
    """What a process has now; nothing where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return Memory()
    sizes = {name: int(kilobytes) * 1024 for name, kilobytes in _FIELD.findall(status)}
    own = sizes.get("RssAnon", 0) + sizes.get("RssShmem", 0)
    return Memory(sizes.get("VmRSS", 0), own)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is running."""

    host: str
    port: int
    pid: int

    def largest(self) -> Memory:
        """The memory of that one of its processes which has most of its own."""
        return max(map(memory, family(self.pid)), key=lambda each: each.own)

    def processes(self) -> int:
        """How many processes it is."""
        return len(family(self.pid))


@contextmanager
def serving(command: Sequence[str]) -> Iterator[Server]:
    """A server that prints its address on its first line; ended on leaving."""
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE)
    try:
        assert process.stdout  # noqa: S101 - it was asked for
        line = process.stdout.readline()
        address = _ADDRESS.search(line)
        if not address:
            raise RuntimeError(f"no address in {line!r}")
        yield Server(address[1].decode(), int(address[2]), process.pid)
    finally:
        process.terminate()
        process.wait(30)
