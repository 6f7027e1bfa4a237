"""The embedded engine: Whoosh on the local disk, no server; see Engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from search.engine.base import EngineStatus
from search.engine.embedded.container import SUFFIX, ArrayFile, BrokenFile
from search.engine.embedded.generations import Generations, Manifest, write_errors
from search.engine.embedded.labels import corrections_in, labels_file
from search.engine.embedded.snapshot import EmbeddedSnapshot
from search.engine.embedded.state import State
from search.engine.embedded.view import Caches
from search.engine.embedded.writer import EmbeddedWriter
from search.errors import (
    AFRESH,
    REBUILD,
    IndexMissing,
    IndexNotWritable,
    IndexUnusable,
    SakuinError,
)
from search.labels import unlinked

CACHE_BYTES: Final = 72 << 20
"""What is kept of decoded lists by default."""

T = TypeVar("T")


class EmbeddedEngine:
    """An index in a folder. `fingerprint` is that of the analyser that makes the terms."""

    def __init__(self, folder: Path, *, fingerprint: str, cache_bytes: int = CACHE_BYTES) -> None:
        self._generations = Generations(folder)
        self._fingerprint = fingerprint
        self._caches = Caches(cache_bytes)
        self._lock = threading.Lock()
        self._opened: tuple[tuple[int, int] | None, EmbeddedSnapshot] | None = None

    @contextmanager
    def snapshot(self) -> Iterator[EmbeddedSnapshot]:
        """See Engine.snapshot."""
        newest = self._newest()
        self._refuse(newest.state.damage)
        try:
            yield newest
            self._refuse(newest.state.damage)
        except SakuinError:
            raise
        except Exception:  # a damaged array makes whatever reads it raise anything
            newest.state.verify()
            self._refuse(newest.state.damage)
            raise

    def _refuse(self, damage: str | None) -> None:
        if damage:
            raise IndexUnusable(damage, command=self._generations.command(AFRESH))

    def _newest(self) -> EmbeddedSnapshot:
        stamp = self._generations.stamp()
        opened = self._opened
        if opened and opened[0] == stamp:
            return opened[1]
        if not self._lock.acquire(blocking=opened is None) and opened:
            return opened[1]  # another request opens the new state; this one does not wait
        try:
            manifest = self._checked()
            state = self._opened[1].state if self._opened else None
            if self._opened and state and state.manifest == manifest and not state.damage:
                self._opened = (stamp, self._opened[1])
            else:
                state = self._open(manifest, None if state and state.damage else state)
                state.verify_in_background()
                self._opened = (stamp, EmbeddedSnapshot(state))
            return self._opened[1]
        finally:
            self._lock.release()

    def _checked(self) -> Manifest:
        manifest = self._generations.current()
        if manifest.fingerprint != self._fingerprint:
            raise IndexUnusable(
                f"the index in {self._generations.folder} was made by other rules of analysis"
                f" ({manifest.fingerprint}, now {self._fingerprint})",
                command=self._generations.command(REBUILD),
            )
        return manifest

    def _open(self, manifest: Manifest, before: State | None = None) -> State:
        folder = self._generations.path(manifest)
        try:
            self._generations.require_whole(manifest)
            return State(manifest, folder, self._caches, before)
        except Exception as error:  # whatever Whoosh makes of a broken file
            newer = self._checked()
            if newer != manifest:
                return self._open(newer, before)
            raise IndexUnusable(
                f"the index in {folder} cannot be opened ({error})",
                command=self._generations.command(AFRESH),
            ) from error

    def generation(self) -> int | None:
        """See Engine.generation."""
        try:
            return self._generations.current().generation
        except IndexMissing:
            return None

    @contextmanager
    def writing(self, *, rebuild: bool = False) -> Iterator[EmbeddedWriter]:
        """See Engine.writing."""
        with self._generations.locked():
            before, lost = self._before(rebuild=rebuild)
            base = before.manifest if before and not rebuild else None
            folder = self._generations.begin(base)
            switched = False
            try:
                writer = self._write(lambda: EmbeddedWriter(folder, before, keep=not rebuild))
                if lost:
                    writer.lost = lost
                    writer.link(unlinked, self._saved_corrections())
                try:
                    yield writer
                    articles = self._write(writer.commit)
                finally:
                    writer.cancel()
                if articles is not None:
                    self._generations.switch(
                        folder, base, fingerprint=self._fingerprint, articles=articles
                    )
                    switched = True
            finally:
                if not switched:
                    self._generations.abandon(folder)

    def _write(self, step: Callable[[], T]) -> T:
        """A step of Whoosh's writing; on a full disk it raises whatever comes to its mind."""
        folder = self._generations.folder
        try:
            with write_errors(folder):
                return step()
        except SakuinError:
            raise
        except Exception as error:
            raise IndexNotWritable(f"cannot write the index in {folder}: {error!r}") from error

    def _before(self, *, rebuild: bool) -> tuple[State | None, IndexUnusable | None]:
        """The state to change, whole; a rebuild goes on without it, but knows why."""
        try:
            manifest = self._generations.current() if rebuild else self._checked()
            state = self._open(manifest)
            self._refuse(next(iter(state.broken()), None))
        except IndexMissing:
            return None, None
        except IndexUnusable as error:
            if rebuild:
                return None, error
            raise
        return state, None

    def _saved_corrections(self) -> str:
        """Those of an index that cannot be opened; empty where its table is damaged as well."""
        try:
            folder = self._generations.path(self._generations.current())
            file = ArrayFile(labels_file(folder))
            return "" if any(file.broken()) else corrections_in(file)
        except (SakuinError, BrokenFile, OSError, KeyError):
            return ""

    def status(self) -> EngineStatus:
        """See Engine.status."""
        manifest = self._generations.current()
        problems = self._generations.broken(manifest)
        if problems:
            if self._generations.current() != manifest:
                return self.status()  # a re-index has just replaced it
            self._refuse(problems[0])
        folder = self._generations.path(manifest)
        try:
            size = sum((folder / name).stat().st_size for name in manifest.files)
        except FileNotFoundError:
            return self.status()  # a re-index has just replaced it
        return EngineStatus(
            engine="embedded",
            articles=manifest.articles,
            segments=sum(
                name.startswith("MAIN_") and name.endswith(SUFFIX) for name in manifest.files
            ),
            bytes=size,
            generation=manifest.generation,
            fingerprint=manifest.fingerprint,
            indexed_at=manifest.indexed_at,
        )

    def check(self) -> list[str]:
        """See Engine.check."""
        manifest = self._generations.current()
        problems = self._generations.broken(manifest)
        folder = self._generations.path(manifest)
        for name in manifest.files:
            if name.endswith(SUFFIX):
                problems += _broken_arrays(folder / name)
        if not problems:
            found = self._open(manifest).size()
            if found != manifest.articles:
                problems.append(f"{found} articles, not {manifest.articles}")
        if problems and self._generations.current() != manifest:
            return self.check()  # a re-index has just replaced it
        return problems

    def close(self) -> None:
        """See Engine.close."""
        self._opened = None


def _broken_arrays(path: Path) -> list[str]:
    try:
        return [f"{path}: {name} is not what was written" for name in ArrayFile(path).broken()]
    except BrokenFile as error:
        return [str(error)]
    except OSError:
        return []  # missing, which the manifest tells
