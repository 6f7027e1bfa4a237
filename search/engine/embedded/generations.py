"""The folder of an embedded index: generations, the pointer to the current one, the lock.

    index/
      CURRENT           one JSON object: format, generation, folder, fingerprint, …
      LOCK              held by the re-index at work; goes with its process
      generation-7/     segments and their table of contents; never changed once it is current

A change is written into a new folder, which begins with hard links to the files that stay, is
brought to disk, and becomes current by one rename. Whatever goes wrong before, the old folder
is whole and CURRENT still names it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from search.dates import JST
from search.engine.embedded.container import SUFFIX as ARRAYS
from search.engine.embedded.container import directory_digest
from search.errors import (
    AFRESH,
    REINDEX,
    IndexLocked,
    IndexMissing,
    IndexNotWritable,
    IndexUnusable,
)
from search.settings import DEFAULT_INDEX

FORMAT = 4
_CURRENT, _LOCK, _PREFIX = "CURRENT", "LOCK", "generation-"
_NEW = f"{_CURRENT}.new"
_WHOOSH_LOCK = "MAIN_WRITELOCK"
_NOT_OURS_BUT_FINE = {"README.md", ".gitignore", ".gitkeep", _LOCK, _NEW}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What CURRENT says of the current generation."""

    format: int
    generation: int
    folder: str
    fingerprint: str
    articles: int
    indexed_at: str
    files: dict[str, str]
    """Digest of every file, by name."""

    def digest(self) -> str:
        """16 hexadecimal digits of all of it."""
        data = json.dumps(asdict(self), sort_keys=True).encode()
        return hashlib.blake2b(data, digest_size=8).hexdigest()


@contextmanager
def write_errors(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals to write into IndexNotWritable."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno == errno.ENOSPC:
            reason = "no space left on the disk: free some and run the same command again"
        raise IndexNotWritable(f"cannot write the index in {folder}: {reason}") from error


class Generations:
    """The folder of one index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def command(self, what: str) -> str:
        """A command that makes or mends this index."""
        if str(self.folder) == DEFAULT_INDEX:
            return what
        return f"{what} --index {shlex.quote(str(self.folder))}"

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever the current generation does; None where there is none."""
        try:
            found = os.stat(self.folder / _CURRENT)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_ino, found.st_mtime_ns

    def current(self) -> Manifest:
        """What CURRENT says; IndexMissing or IndexUnusable."""
        path = self.folder / _CURRENT
        try:
            data = json.loads(path.read_bytes())
            version = data["format"]
            manifest = _manifest(data) if version == FORMAT else None
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(
                f"there is no index in {self.folder}", command=self.command(REINDEX)
            ) from None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexUnusable(
                f"{path} cannot be read ({error})", command=self.command(AFRESH)
            ) from error
        if manifest is None:
            raise IndexUnusable(
                f"{self.folder} has index format {version}, this version reads {FORMAT}",
                command=self.command(AFRESH),
            )
        return manifest

    def path(self, manifest: Manifest) -> Path:
        """The folder of a generation."""
        return self.folder / manifest.folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; IndexLocked where another process has it. It goes with the process."""
        self._prepare()
        lock = FileLock(self.folder / _LOCK, timeout=0)
        with write_errors(self.folder):
            try:
                lock.acquire()
            except Timeout:
                raise IndexLocked(
                    f"another re-index is at work on {self.folder}: wait until it has finished"
                ) from None
        try:
            self._remove_leftovers()
            yield
        finally:
            lock.release()

    def _prepare(self) -> None:
        with write_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            names = set(os.listdir(self.folder)) - _NOT_OURS_BUT_FINE
        if names and not self._is_ours(names):
            raise IndexUnusable(
                f"{self.folder} is not empty and not an index of Sakuin, nothing was changed:"
                " choose another folder with --index"
            )

    def _is_ours(self, names: set[str]) -> bool:
        """Whether CURRENT is readable, or nothing but it and generations is there."""
        try:
            self.current()
        except IndexMissing:
            return all(_is_generation(self.folder / name) for name in names)
        except IndexUnusable:
            return any(_is_generation(self.folder / name) for name in names)
        return True

    def _remove_leftovers(self) -> None:
        """Folders of runs that were cut off, and of generations long replaced."""
        try:
            keep = {self.current().folder}
        except IndexMissing:
            keep = set()
        except IndexUnusable:
            return
        if any(not (self.folder / each).is_dir() for each in keep):
            return
        with suppress(OSError):
            (self.folder / _NEW).unlink(missing_ok=True)
            for entry in self.folder.glob(_PREFIX + "*"):
                if entry.name not in keep and _is_generation(entry):
                    shutil.rmtree(entry, ignore_errors=True)

    def begin(self, base: Manifest | None) -> Path:
        """A new folder, with the files of `base` linked into it."""
        number = self._last_number() + 1
        folder = self.folder / f"{_PREFIX}{number}"
        try:
            with write_errors(self.folder):
                folder.mkdir()
                for file in sorted(self.path(base).iterdir()) if base else ():
                    _link(file, folder / file.name)
        except IndexNotWritable:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def _last_number(self) -> int:
        names = (entry.name.removeprefix(_PREFIX) for entry in self.folder.glob(_PREFIX + "*"))
        return max((int(name) for name in names if name.isdigit()), default=0)

    def switch(
        self, folder: Path, base: Manifest | None, *, fingerprint: str, articles: int
    ) -> Manifest:
        """Make a finished folder the current one: everything on disk first, then one rename.

        What was linked from `base` keeps its digest, so that damage to it stays visible.
        """
        indexed_at = datetime.now(JST).isoformat(timespec="seconds")
        kept = base.files if base else {}
        number = int(folder.name.removeprefix(_PREFIX))
        with write_errors(self.folder):
            files = {}
            (folder / _WHOOSH_LOCK).unlink(missing_ok=True)
            for file in sorted(folder.iterdir()):
                if file.name in kept:
                    files[file.name] = kept[file.name]
                else:
                    if file.suffix != ARRAYS:  # those are synced as they are written
                        _sync(file)
                    files[file.name] = _digest(file)
            manifest = Manifest(
                FORMAT, number, folder.name, fingerprint, articles, indexed_at, files
            )
            _sync(folder)
            new = self.folder / _NEW
            written = asdict(manifest) | {"digest": manifest.digest()}
            new.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
            _sync(new)
            new.replace(self.folder / _CURRENT)
        with suppress(OSError):  # the new generation is current already
            _sync(self.folder)
        self._remove_leftovers()
        return manifest

    def broken(self, manifest: Manifest) -> list[str]:
        """The files of a generation that are missing, not what was written, or not of it."""
        folder = self.path(manifest)
        others = sorted({path.name for path in folder.glob("*")}.difference(manifest.files))
        problems = [f"{folder / name}: does not belong to the index" for name in others]
        for name, digest in sorted(manifest.files.items()):
            try:
                if _digest(folder / name) != digest:
                    problems.append(f"{folder / name}: not what was written")
            except OSError as error:
                problems.append(f"{folder / name}: {error.strerror or error}")
        return problems

    def require_whole(self, manifest: Manifest) -> None:
        """ValueError where a file is missing or not what was written."""
        for problem in self.broken(manifest):
            raise ValueError(problem)

    def abandon(self, folder: Path) -> None:
        """Remove the folder of a change that did not come about; never the current one."""
        try:
            current = self.current().folder
        except IndexMissing:
            current = ""
        except IndexUnusable:
            return  # it may be the one that cannot be read just now
        if folder.name != current:
            shutil.rmtree(folder, ignore_errors=True)


def _manifest(data: dict[str, Any]) -> Manifest:
    """What CURRENT holds; ValueError, TypeError or KeyError where it is not what was written."""
    digest = data.pop("digest")
    manifest = Manifest(**data)
    if manifest.digest() != digest:
        raise ValueError("it is not what was written")
    return manifest


def _is_generation(path: Path) -> bool:
    """A folder named as ours, in which only a re-index has written."""
    if not re.fullmatch(_PREFIX + r"\d+", path.name) or not path.is_dir():
        return False
    return all(re.match("_?MAIN|labels-|runs$", name) for name in os.listdir(path))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        shutil.copy2(source, target)
        _sync(target)


def _digest(path: Path) -> str:
    """Of an array file, whose directory holds a checksum of every array, only the directory."""
    if path.suffix == ARRAYS:
        return directory_digest(path)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
