"""Finds the files below the given paths, each once, and never opens what is no file."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from indexer.readers.source import path_as_text
from indexer.report import Rejected, skipped

_NO_ARTICLE: Final = frozenset(
    {"license", "licence", "copying", "readme", "changes", "changelog", "notice", "authors"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file; `path` as given or found below what was given."""

    path: str
    size: int


def find_files(paths: Sequence[str]) -> Iterator[Found | Rejected]:
    """Regular files in a fixed order, folders walked, links followed last and only once."""
    walk = _Walk()
    for path in paths:
        yield from walk.visit(path)
    yield from walk.follow_links()


@dataclass(slots=True)
class _Walk:
    seen: set[tuple[int, int]] = field(default_factory=set)
    links: deque[str] = field(default_factory=deque)
    waiting: list[str] = field(default_factory=list)
    """What is still to be visited, the next one last."""

    def visit(self, path: str) -> Iterator[Found | Rejected]:
        """A path as given, and all below it: a link among those given is followed at once."""
        self.waiting.append(path)
        while self.waiting:
            yield from self._one(self.waiting.pop())

    def _one(self, path: str) -> Iterator[Found | Rejected]:
        try:
            status = os.stat(path)
        except OSError as error:
            yield _unreadable(path, error)
            return
        if (status.st_dev, status.st_ino) in self.seen:
            yield skipped(path_as_text(path), "already read: another path or link leads to it")
            return
        self.seen.add((status.st_dev, status.st_ino))
        if stat.S_ISDIR(status.st_mode):
            yield from self._folder(path)
        elif stat.S_ISREG(status.st_mode):
            yield from self._file(path, status.st_size)
        else:
            yield skipped(path_as_text(path), "not a regular file (a pipe, socket or device)")

    def follow_links(self) -> Iterator[Found | Rejected]:
        """The links put off, now that every file itself has been seen."""
        while self.links:
            yield from self.visit(self.links.popleft())

    def _folder(self, path: str) -> Iterator[Rejected]:
        try:
            entries = sorted(os.scandir(path), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield _unreadable(path, error)
            return
        names = [entry.name for entry in entries]
        if "CURRENT" in names and any(name.startswith("generation-") for name in names):
            yield skipped(path_as_text(path), "an index of Sakuin")
            return
        if not entries:
            yield skipped(path_as_text(path), "the folder is empty")
        for entry in entries:
            if entry.name.startswith("."):
                yield skipped(path_as_text(entry.path), "hidden")
            elif entry.is_symlink():
                self.links.append(entry.path)
        self.waiting += [
            entry.path
            for entry in reversed(entries)
            if not entry.name.startswith(".") and not entry.is_symlink()
        ]

    def _file(self, path: str, size: int) -> Iterator[Found | Rejected]:
        stem = os.path.basename(path).partition(".")[0].lower()
        if stem in _NO_ARTICLE:
            yield skipped(path_as_text(path), "by its name not an article")
        elif size == 0:
            yield skipped(path_as_text(path), "the file is empty")
        else:
            yield Found(path, size)


def _unreadable(path: str, error: OSError) -> Rejected:
    reason = error.strerror or str(error)
    if os.path.islink(path) and not os.path.exists(path):
        reason = "the link leads nowhere"
    return Rejected(
        file=path_as_text(path),
        reason=reason,
        expected="a file or folder that exists and can be read",
    )
