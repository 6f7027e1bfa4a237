"""One opened generation: its segments, the labels of its facets, and what was decoded of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from search.article import Article
from search.engine.embedded.codec import segment_path, whoosh_schema
from search.engine.embedded.columns import Rows, rows_of
from search.engine.embedded.container import ArrayFile, BrokenFile
from search.engine.embedded.generations import Manifest
from search.engine.embedded.labels import StoredLabels, corrections_in, labels_file
from search.engine.embedded.lists import numbered
from search.engine.embedded.segment import Segment
from search.engine.embedded.view import Caches, Linked, View
from search.labels import as_linked
from search.schema import VALUE_FACETS, Facet

_KEPT: Final = 100_000
"""So many answers of the dictionaries are kept, of each kind."""


class State:
    """One generation, opened for reading. Safe from several threads.

    Segments that `before` has open, are taken from there with all they have decoded.
    """

    def __init__(
        self, manifest: Manifest, folder: Path, caches: Caches, before: State | None = None
    ) -> None:
        self.manifest = manifest
        storage = FileStorage(str(folder))
        toc = TOC.read(storage, "MAIN", schema=whoosh_schema())
        opened: dict[str, View] = {}
        if before:
            opened = {view.segment.file.path.name: view for view in before.views}
        views: list[View] = []
        for each in toc.segments:
            path, deleted = segment_path(storage, each), frozenset(each.deleted)
            view = opened.get(path.name)
            if view is None or view.deleted != deleted:
                view = View(view.segment if view else Segment(path), deleted, caches)
            if each.count != view.articles:
                raise BrokenFile(f"{path}: {view.articles} articles, not {each.count}")
            views.append(view)
        self.views: tuple[View, ...] = tuple(views)
        self.labels_file = ArrayFile(labels_file(folder))
        self.labels = {each: StoredLabels(self.labels_file, each) for each in VALUE_FACETS}
        self._columns: dict[tuple[View, Facet], Rows] = {}
        self.linked: Linked = (self.labels_file.path.name, self.shown)
        self.forms = _Kept(self._forms)
        """Every way a term is written, itself first."""
        self.terms_written = _Kept(self._terms_written)
        """The terms that are written so, in order."""
        self.terms_read = _Kept(self._terms_read)
        """The terms that have a reading, in order."""
        self._vocabulary: tuple[int, list[str]] = (-1, [])
        self.damage: str | None = None
        """Set when an array is found that is not what was written."""

    def size(self) -> int:
        """How many articles there are."""
        return sum(map(len, self.views))

    def all_labels(self) -> dict[Facet, list[str]]:
        """Every label of every facet, by number."""
        return {facet: each.labels() for facet, each in self.labels.items()}

    def corrections(self) -> str:
        """See ArticleWriter.corrections."""
        return corrections_in(self.labels_file)

    def rows(self, view: View, facet: Facet) -> Rows:
        """The values of all articles of a segment."""
        key = (view, facet)
        found = self._columns.get(key)
        if found is None:
            labels = self.labels[facet]
            column = labels.column(view.segment.columns[facet])
            found = self._columns[key] = rows_of(column, len(labels))
        return found

    def shown(self, view: View, number: int, article: Article) -> Article:
        """An article of a segment with its persons as they are linked."""
        if not article.person_details:
            return article
        labels, at = view.segment.columns[Facet.PERSON]
        start, end = (number, number + 1) if at is None else at[number : number + 2].tolist()
        persons = self.labels[Facet.PERSON]
        links = persons.links.take(labels[start:end]).tolist()
        return as_linked(article, [persons.linked(number) for number in links])

    def vocabulary(self, least: int) -> list[str]:
        """The terms that at least so many articles have, deleted ones included, in order.

        Those asked for last are kept.
        """
        known, found = self._vocabulary
        if known != least:
            found = self._having(least)
            self._vocabulary = least, found
        return found

    def _having(self, least: int) -> list[str]:
        terms, places = numbered(view.segment.terms() for view in self.views)
        having = np.zeros(len(terms), np.int64)
        for view, mine in zip(self.views, places, strict=True):
            having[mine] += view.segment.words.counts
        return [terms[each].decode() for each in np.flatnonzero(having >= least).tolist()]

    def _forms(self, term: str) -> Iterable[str]:
        written = (form for view in self.views for form in view.segment.forms(term))
        return dict.fromkeys((term, *written))

    def _terms_written(self, form: str) -> Iterable[str]:
        return sorted({term for view in self.views for term in view.segment.terms_written(form)})

    def _terms_read(self, reading: str) -> Iterable[str]:
        return sorted({term for view in self.views for term in view.segment.terms_read(reading)})

    @cached_property
    def files(self) -> tuple[ArrayFile, ...]:
        """All array files."""
        return (self.labels_file, *(view.segment.file for view in self.views))

    def broken(self) -> Iterable[str]:
        """Every array that is not what was written, with its file; each file is read once."""
        for file in self.files:
            for name in () if file.verified else file.broken():
                yield f"{file.path}: {name} is not what was written"

    def verify_in_background(self) -> None:
        """Look at every array once, and remember the first that is damaged."""
        threading.Thread(target=self.verify, daemon=True).start()

    def verify(self) -> None:
        """Look at every array that was not looked at yet."""
        self.damage = next(iter(self.broken()), None)


class _Kept:
    """Answers about texts, the latest of them kept. Safe from several threads."""

    def __init__(self, answer: Callable[[str], Iterable[str]]) -> None:
        self._answer = answer
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, text: str) -> tuple[str, ...]:
        found = self._known.get(text)
        if found is None:
            found = tuple(self._answer(text))
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[text] = found
        return found
