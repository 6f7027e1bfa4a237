"""Writes a generation: articles into runs, runs and small segments into one new segment.

Whoosh's SegmentWriter keeps its lock, its table of contents, deletions and cleaning up; postings
never go through its pool of tuples.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from search.article import Article
from search.engine.base import Known
from search.engine.embedded.codec import ArrayCodec, ArraySegment, segment_path, whoosh_schema
from search.engine.embedded.columns import labels_of
from search.engine.embedded.container import Array, ArrayFile, ArrayFileWriter, write_arrays
from search.engine.embedded.generations import write_errors
from search.engine.embedded.labels import Arrays, Labels, same_table, write_labels
from search.engine.embedded.merging import Part, merge
from search.engine.embedded.runs import RunBuffer
from search.engine.embedded.state import State
from search.engine.embedded.stored import MOST_SAMPLES, Frames, trained
from search.engine.embedded.view import View
from search.errors import IndexUnusable
from search.labels import Linker, unlinked
from search.schema import VALUE_FACETS, AnalysedArticle, Facet, Field
from search.scoring import Averages, averages_of

RUN_CHARACTERS: Final = 3_500_000
"""A run is ended at so many characters; making it takes some 100 bytes for each.

Arrays of so many numbers are small enough for memory that was given back to be used again.
"""

MOST_SEGMENTS: Final = 4
MOST_CHARACTERS: Final = 1 << 31
"""A segment holds no more; its places are numbers of 32 bits."""

_SCALE: Final = 3
"""A segment is merged with newer ones that are together more than a third as large."""

_MOST_DELETED: Final = 0.25
_RUNS: Final = "runs"


class ArrayWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer for segments that are there already: it lists them and cleans up."""

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, codec=ArrayCodec(), compound=False, limitmb=1)

    def keep(self, segments: list[ArraySegment], *, added: int) -> None:
        """Commit: these segments, and the new one where articles were added."""
        self.docnum = added
        self._added = bool(added)
        self.commit(mergetype=lambda _writer, _segments: segments)

    def _flush_segment(self) -> None:
        self.newsegment.set_doc_count(self.docnum)


class EmbeddedWriter:
    """Changes in a folder that is not current yet; see ArticleWriter."""

    def __init__(self, folder: Path, before: State | None, *, keep: bool) -> None:
        self._folder = folder
        self._before = before
        self._kept = before if keep else None
        storage = FileStorage(str(folder))
        if self._kept is None:
            storage.create_index(whoosh_schema())
        self._whoosh = ArrayWriter(FileIndex(storage, schema=whoosh_schema()))
        self._storage = storage
        self._labels = Labels(self._kept.all_labels() if self._kept else None)
        self._buffer = RunBuffer(self._labels)
        self._linker: Linker = unlinked
        self._corrections = before.corrections() if before else ""
        self._runs = _Runs(folder / _RUNS, _frames_of(self._kept.views if self._kept else ()))
        self._changed = not keep and bool(before and before.size())
        self.lost: IndexUnusable | None = None
        """Why the articles of the index before cannot be read; None where they can."""

    def known(self) -> Mapping[str, Known]:
        """See ArticleWriter.known."""
        found: dict[str, Known] = {}
        for view in self._before.views if self._before else ():
            each = view.segment.known()
            found.update(pair for number, pair in enumerate(each) if number not in view.deleted)
        return found

    def articles(self) -> Iterator[Article]:
        """See ArticleWriter.articles."""
        if self.lost:
            raise self.lost
        for view in self._before.views if self._before else ():
            for number in range(view.articles):
                if number not in view.deleted:
                    yield view.segment.article(number)

    def add(self, analysed: AnalysedArticle) -> None:
        """See ArticleWriter.add."""
        self.remove(analysed.article.id)
        self._buffer.add(analysed)
        self._changed = True
        if self._buffer.characters >= RUN_CHARACTERS:
            with write_errors(self._folder):
                self._runs.spill(self._buffer)

    def remove(self, article_id: str) -> None:
        """See ArticleWriter.remove."""
        self._buffer.remove(article_id)
        self._runs.drop(article_id)
        if self._kept is None:
            return
        for segment, view in zip(self._whoosh.segments, self._kept.views, strict=True):
            number = view.segment.number(article_id)
            if number is not None and not segment.is_deleted(number):
                segment.delete_document(number)
                self._changed = True

    def corrections(self) -> str:
        """See ArticleWriter.corrections."""
        return self._corrections

    def link(self, linker: Linker, corrections: str) -> None:
        """See ArticleWriter.link."""
        self._linker, self._corrections = linker, corrections

    def commit(self) -> int | None:
        """Finish the folder; how many articles it has, or None where nothing changed."""
        parts = self._runs.parts(self._buffer)
        before = self._segments()
        labels = self._linked([*parts, *before])
        stored = self._kept.labels_file if self._kept else None
        if not self._changed and (stored is None or same_table(stored, labels)):
            self.cancel()
            return None
        averages, renewed = _averages(parts, before)
        merged = before if renewed else _to_merge(before, parts)
        kept = [each.segment for each in before if each not in merged]
        parts += [each.part() for each in merged]
        *earlier, last = _groups([each for each in parts if each.living])
        kept += [self._segment(each, averages) for each in earlier]
        added = self._merge(self._whoosh.newsegment, last, averages)
        articles = added + sum(int(segment.doc_count()) for segment in kept)
        write_labels(self._folder, labels)
        self._whoosh.keep(kept, added=added)
        self._runs.close()
        return articles

    def _segment(self, parts: list[Part], averages: Averages) -> ArraySegment:
        segment = ArraySegment(self._whoosh.indexname)
        segment.set_doc_count(self._merge(segment, parts, averages))
        return segment

    def _segments(self) -> list[_Committed]:
        views = self._kept.views if self._kept else ()
        pairs = zip(self._whoosh.segments, views, strict=True)
        return [_Committed(segment, view) for segment, view in pairs]

    def _merge(self, segment: ArraySegment, parts: list[Part], averages: Averages) -> int:
        """Write a segment, if there are articles for it; how many."""
        if not any(each.living for each in parts):
            return 0
        out = ArrayFileWriter(segment_path(self._storage, segment))
        try:
            return merge(parts, out, averages, _frames_for(parts))
        finally:
            out.close()

    def _linked(self, parts: Sequence[Part | _Committed]) -> Arrays:
        counts = self._labels.counts(each.labels() for each in parts)
        known = {
            facet: dict(zip(each.values(), each.readings(), strict=True))
            for facet, each in (self._kept.labels if self._kept else {}).items()
        }
        return self._labels.arrays(counts, self._linker, self._corrections, known)

    def cancel(self) -> None:
        """Give up; the folder is of no use any more."""
        self._runs.close()
        with suppress(Exception):  # Whoosh writes even now, and the disk may be full
            if not self._whoosh.is_closed:
                self._whoosh.cancel()


class _Runs:
    """Runs on disk, and which of their articles were taken out again."""

    def __init__(self, folder: Path, frames: Frames | None) -> None:
        self._folder = folder
        self._frames = frames
        self._files: list[Path] = []
        self._run_of: dict[str, int] = {}
        self._dropped: list[set[bytes]] = []

    def spill(self, buffer: RunBuffer) -> None:
        """Bring what is buffered to disk as a run."""
        self._run_of.update(dict.fromkeys(buffer.articles, len(self._files)))
        arrays, self._frames = buffer.finish(self._frames)
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{len(self._files)}"
        write_arrays(path, arrays)
        self._files.append(path)
        self._dropped.append(set())

    def drop(self, article_id: str) -> None:
        """Leave an article out, if it is in a run."""
        run = self._run_of.pop(article_id, None)
        if run is not None:
            self._dropped[run].add(article_id.encode())

    def parts(self, buffer: RunBuffer) -> list[Part]:
        """All runs, and what is still buffered."""
        parts = []
        for path, dropped in zip(self._files, self._dropped, strict=True):
            part = Part(ArrayFile(path), self._frames or Frames(b""))
            part.alive &= np.array([each not in dropped for each in part.ids], np.bool_)
            parts.append(part)
        if buffer.articles:
            arrays, self._frames = buffer.finish(self._frames)
            parts.append(Part(arrays, self._frames))
        return parts

    def close(self) -> None:
        """Remove the runs."""
        shutil.rmtree(self._folder, ignore_errors=True)


@dataclass(frozen=True)
class _Committed:
    """A segment of the state before, with the deletions of this writing."""

    segment: ArraySegment
    view: View

    @property
    def living(self) -> int:
        return int(self.segment.doc_count())

    @property
    def characters(self) -> int:
        return int(self.view.segment.starts[-1])

    def words_in(self, field: Field) -> int:
        lengths = self.view.segment.file[f"length.{field}"]
        gone = list(self.segment.deleted)
        return int(lengths.sum(dtype=np.int64) - lengths[gone].sum(dtype=np.int64))

    def labels(self) -> dict[Facet, Array]:
        """The labels of the articles that are left."""
        alive = np.ones(self.view.articles, np.bool_)
        alive[list(self.segment.deleted)] = False
        numbers = np.flatnonzero(alive)
        return {each: labels_of(numbers, self.view.segment.columns[each]) for each in VALUE_FACETS}

    def part(self) -> Part:
        part = Part(self.view.segment.file, self.view.segment.frames)
        part.alive[list(self.segment.deleted)] = False
        return part


def _frames_of(views: Sequence[View]) -> Frames | None:
    found = (view.segment.frames for view in views if view.segment.frames.dictionary)
    return next(found, None)


def _frames_for(parts: Sequence[Part]) -> Frames:
    """What the texts of a merged segment are compressed with: the first dictionary there is."""
    for part in parts:
        if part.frames.dictionary:
            return part.frames
    step = max(1, sum(part.living for part in parts) // MOST_SAMPLES)
    texts = [text for part in parts for text in part.texts(step)]
    return Frames(trained(texts))


def _averages(parts: Sequence[Part], before: Sequence[_Committed]) -> tuple[Averages, bool]:
    """The averages for impacts, and whether those of the segments before have to be renewed."""
    totals = {
        field: sum(each.words_in(field) for each in parts)
        + sum(each.words_in(field) for each in before)
        for field in Field
    }
    articles = sum(each.living for each in parts) + sum(each.living for each in before)
    averages = averages_of(totals, articles)
    if not before:
        return averages, False
    stored = before[0].view.segment.averages
    return (averages, True) if averages.moved(stored) else (stored, False)


def _to_merge(before: Sequence[_Committed], parts: Sequence[Part]) -> list[_Committed]:
    """Which segments are written anew: small ones beside what is added, and holey ones."""
    merged = [each for each in before if each.living <= (1 - _MOST_DELETED) * each.view.articles]
    size = sum(each.living for each in parts) + sum(each.living for each in merged)
    characters = sum(each.characters for each in parts) + sum(each.characters for each in merged)
    rest = sorted((each for each in before if each not in merged), key=lambda each: each.living)
    while rest and size and (rest[0].living < _SCALE * size or len(rest) >= MOST_SEGMENTS):
        characters += rest[0].characters
        if characters > MOST_CHARACTERS:
            break
        size += rest[0].living
        merged.append(rest.pop(0))
    return merged


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts of one segment each: all, where their places have numbers of 32 bits."""
    groups: list[list[Part]] = [[]]
    characters = 0
    for part in parts:
        characters += part.characters
        if characters > MOST_CHARACTERS:
            groups.append([])
            characters = part.characters
        groups[-1].append(part)
    return groups
