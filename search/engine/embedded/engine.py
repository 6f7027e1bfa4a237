"""The embedded engine: Whoosh on the local disk, no server; see Engine."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np

from search.article import Article
from search.buckets import date_buckets
from search.engine.base import EngineStatus, Window
from search.engine.embedded.columns import Mask, day_counts
from search.engine.embedded.executor import Executor, Found
from search.engine.embedded.generations import Generations, Manifest, write_errors
from search.engine.embedded.state import State
from search.engine.embedded.writer import EmbeddedWriter
from search.engine.facets import listed
from search.errors import (
    AFRESH,
    REBUILD,
    IndexMissing,
    IndexNotWritable,
    IndexUnusable,
    SakuinError,
)
from search.query import Between, FacetRequest, Filters, OneOf, Query
from search.results import DateBucket, Match, Matches, ValueCount
from search.schema import Facet

T = TypeVar("T")


class EmbeddedSnapshot:
    """One generation; see Snapshot."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._executor = Executor(state)
        self._identity = state.manifest.digest()

    @property
    def manifest(self) -> Manifest:
        """What CURRENT said of this generation."""
        return self._state.manifest

    @property
    def generation(self) -> int:
        """See Snapshot.generation."""
        return self.manifest.generation

    @property
    def identity(self) -> str:
        """See Snapshot.identity."""
        return self._identity

    def search(
        self,
        query: Query,
        *,
        filters: Filters,
        window: Window,
        facets: Sequence[FacetRequest] = (),
    ) -> Matches:
        """See Snapshot.search."""
        found = self._executor.run(query)
        passing = {facet: self._passing(facet, rule) for facet, rule in filters.items()}
        mask = _all_of(found.mask, passing, without=None)
        dates: tuple[DateBucket, ...] = ()
        values: dict[Facet, tuple[ValueCount, ...]] = {}
        for request in facets:
            counted = _all_of(found.mask, passing, without=request.facet)
            if request.facet is Facet.DATE:
                dates = self._dates(counted, request)
            else:
                counts = self._state.column(request.facet).counts(counted)
                values[request.facet] = listed(counts, request)
        return Matches(int(mask.sum()), self._hits(found, mask, window), dates, values)

    def _hits(self, found: Found, mask: Mask, window: Window) -> tuple[Match, ...]:
        numbers = np.flatnonzero(mask)
        by_relevance = window.sort == "relevance"
        scores = found.scores[numbers].round(5) if by_relevance else np.zeros(len(numbers))
        places = self._state.oldest if window.sort == "oldest" else self._state.newest
        order = np.lexsort((places[numbers], -scores))
        cut = order[window.offset : window.offset + window.limit].tolist()
        return tuple(
            Match(self._state.article(int(numbers[each])), float(scores[each])) for each in cut
        )

    def _dates(self, mask: Mask, request: FacetRequest) -> tuple[DateBucket, ...]:
        counts = day_counts(self._state.days, mask)
        days = {date.fromordinal(day): count for day, count in counts.items()}
        return date_buckets(days, request.interval)

    def _passing(self, facet: Facet, rule: OneOf | Between) -> Mask:
        if isinstance(rule, OneOf):
            return self._state.column(facet).having(rule.values, len(self._state.articles))
        first = (rule.since or date.min).toordinal()
        last = (rule.until or date.max).toordinal()
        within: Mask = (self._state.days >= first) & (self._state.days <= last)
        return within

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """See Snapshot.counts."""
        return [int(self._executor.run(query).mask.sum()) for query in queries]

    def size(self) -> int:
        """See Snapshot.size."""
        return int(self._state.articles.sum())

    def get(self, article_id: str) -> Article | None:
        """See Snapshot.get."""
        number = self._state.number(article_id)
        return None if number is None else self._state.article(number)


def _all_of(mask: Mask, passing: dict[Facet, Mask], *, without: Facet | None) -> Mask:
    for facet, each in passing.items():
        if facet is not without:
            mask = mask & each
    return mask


class EmbeddedEngine:
    """An index in a folder. `fingerprint` is that of the analyser that makes the terms."""

    def __init__(self, folder: Path, *, fingerprint: str) -> None:
        self._generations = Generations(folder)
        self._fingerprint = fingerprint
        self._lock = threading.Lock()
        self._opened: tuple[tuple[int, int] | None, EmbeddedSnapshot] | None = None

    @contextmanager
    def snapshot(self) -> Iterator[EmbeddedSnapshot]:
        """See Engine.snapshot."""
        yield self._newest()

    def _newest(self) -> EmbeddedSnapshot:
        stamp = self._generations.stamp()
        opened = self._opened
        if opened and opened[0] == stamp:
            return opened[1]
        with self._lock:
            manifest = self._checked()
            if self._opened and self._opened[1].manifest == manifest:
                self._opened = (stamp, self._opened[1])
            else:
                self._opened = (stamp, EmbeddedSnapshot(self._open(manifest)))
                del opened
                gc.collect()  # Whoosh's readers hold themselves, and with them the files replaced
            return self._opened[1]

    def _checked(self) -> Manifest:
        manifest = self._generations.current()
        if manifest.fingerprint != self._fingerprint:
            raise IndexUnusable(
                f"the index in {self._generations.folder} was made by other rules of analysis"
                f" ({manifest.fingerprint}, now {self._fingerprint})",
                command=self._generations.command(REBUILD),
            )
        return manifest

    def _open(self, manifest: Manifest) -> State:
        folder = self._generations.path(manifest)
        try:
            broken = self._generations.broken(manifest, "*.toc")
            if broken:
                raise ValueError(broken[0])  # noqa: TRY301 - before anything is unpickled
            return State(manifest, folder)
        except Exception as error:  # whatever Whoosh makes of a broken file
            newer = self._checked()
            if newer != manifest:
                return self._open(newer)
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
            before = self._before(rebuild=rebuild)
            base = before.manifest if before and not rebuild else None
            folder = self._generations.begin(base)
            try:
                writer = self._write(lambda: EmbeddedWriter(folder, before, keep=not rebuild))
                try:
                    yield writer
                    articles = self._write(writer.commit)
                finally:
                    writer.cancel()
                if articles is not None:
                    self._generations.switch(
                        folder, base, fingerprint=self._fingerprint, articles=articles
                    )
            finally:
                self._generations.abandon(folder)
                if before:
                    before.close()

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

    def _before(self, *, rebuild: bool) -> State | None:
        try:
            manifest = self._generations.current() if rebuild else self._checked()
            return self._open(manifest)
        except IndexMissing:
            return None
        except IndexUnusable:
            if rebuild:
                return None
            raise

    def status(self) -> EngineStatus:
        """See Engine.status."""
        state = self._open(self._generations.current())
        manifest = state.manifest
        try:
            files = list(self._generations.path(manifest).iterdir())
            size = sum(file.stat().st_size for file in files)
        except FileNotFoundError:
            return self.status()  # a re-index has just replaced it
        finally:
            state.close()
        return EngineStatus(
            engine="embedded",
            articles=manifest.articles,
            segments=state.segments,
            bytes=size,
            generation=manifest.generation,
            fingerprint=manifest.fingerprint,
            indexed_at=manifest.indexed_at,
        )

    def check(self) -> list[str]:
        """See Engine.check."""
        manifest = self._generations.current()
        problems = self._generations.broken(manifest)
        if not problems:
            state = self._open(manifest)
            found = int(state.articles.sum())
            if state.manifest == manifest and found != manifest.articles:
                problems.append(f"{found} articles, not {manifest.articles}")
            state.close()
        if problems and self._generations.current() != manifest:
            return self.check()  # a re-index has just replaced it
        return problems

    def close(self) -> None:
        """See Engine.close."""
        self._opened = None
