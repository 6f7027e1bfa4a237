"""Writes a generation with Whoosh's SegmentWriter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from search.article import Article
from search.engine.base import Known
from search.engine.embedded.fields import whoosh_document, whoosh_schema
from search.engine.embedded.generations import write_errors
from search.engine.embedded.state import State
from search.schema import AnalysedArticle

_MEMORY_MB = 256
_MOST_SEGMENTS = 6


class EmbeddedWriter:
    """Changes in a folder that is not current yet; see ArticleWriter."""

    def __init__(self, folder: Path, before: State | None, *, keep: bool) -> None:
        self._folder = folder
        self._before = before
        self._keep = keep and before is not None
        storage = FileStorage(str(folder))
        if not self._keep:
            storage.create_index(whoosh_schema())
        self._index = FileIndex(storage, schema=whoosh_schema())
        self._whoosh: SegmentWriter = self._index.writer(limitmb=_MEMORY_MB)
        self._added: dict[str, int] = {}
        self._changed = not keep and bool(self._numbers())

    def known(self) -> Mapping[str, Known]:
        """See ArticleWriter.known."""
        if self._before is None:
            return {}
        facts = (self._before.facts[number] for number in self._numbers())
        return {each.id: Known(each.content_hash, each.origin) for each in facts}

    def articles(self) -> Iterator[Article]:
        """See ArticleWriter.articles."""
        if self._before is not None:
            for number in self._numbers():
                yield self._before.article(number)

    def _numbers(self) -> list[int]:
        numbers: list[int] = []
        if self._before is not None:
            numbers = np.flatnonzero(self._before.articles).tolist()
        return numbers

    def add(self, analysed: AnalysedArticle) -> None:
        """See ArticleWriter.add."""
        self.remove(analysed.article.id)
        self._added[analysed.article.id] = self._whoosh.docnum
        with write_errors(self._folder):
            self._whoosh.add_document(**whoosh_document(analysed))
        self._changed = True

    def remove(self, article_id: str) -> None:
        """See ArticleWriter.remove."""
        new = self._added.pop(article_id, None)
        if new is not None:
            self._whoosh.newsegment.delete_document(new)
        old = self._before.number(article_id) if self._keep and self._before else None
        if old is not None and not self._whoosh.is_deleted(old):
            self._whoosh.delete_document(old)
            self._changed = True

    def commit(self) -> int | None:
        """Finish the folder; how many articles it has, or None where nothing changed."""
        if not self._changed:
            self.cancel()
            return None
        self._whoosh.commit(mergetype=_merge_small)
        return int(self._index.doc_count())

    def cancel(self) -> None:
        """Give up; the folder is of no use any more."""
        with suppress(Exception):  # Whoosh writes even now, and the disk may be full
            if not self._whoosh.is_closed:
                self._whoosh.cancel()


def _merge_small(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Merge the smaller half where there are too many segments; Whoosh's own policy never does."""
    if len(segments) < _MOST_SEGMENTS:
        return segments
    by_size = sorted(segments, key=lambda segment: segment.doc_count_all(), reverse=True)
    kept = by_size[: _MOST_SEGMENTS // 2]
    for segment in by_size[_MOST_SEGMENTS // 2 :]:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment in kept]
