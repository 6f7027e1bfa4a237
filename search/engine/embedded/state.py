"""One opened generation: its segments, the labels of its facets, and what was decoded of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from search.engine.embedded.codec import segment_path, whoosh_schema
from search.engine.embedded.container import ArrayFile, BrokenFile
from search.engine.embedded.generations import Manifest
from search.engine.embedded.labels import StoredLabels, labels_file
from search.engine.embedded.segment import Segment
from search.engine.embedded.view import Caches, View
from search.schema import VALUE_FACETS, Facet

_FORMS_KEPT: Final = 100_000


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
        self._labels_file = ArrayFile(labels_file(folder))
        self.labels = {each: StoredLabels(self._labels_file, each) for each in VALUE_FACETS}
        self._forms: dict[str, tuple[str, ...]] = {}
        self.damage: str | None = None
        """Set when an array is found that is not what was written."""

    def size(self) -> int:
        """How many articles there are."""
        return sum(map(len, self.views))

    def all_labels(self) -> dict[Facet, list[str]]:
        """Every label of every facet, by number."""
        return {facet: each.all() for facet, each in self.labels.items()}

    def forms(self, term: str) -> tuple[str, ...]:
        """Every way a term is written, itself first."""
        found = self._forms.get(term)
        if found is None:
            written = (form for view in self.views for form in view.segment.forms(term))
            found = tuple(dict.fromkeys((term, *written)))
            if len(self._forms) >= _FORMS_KEPT:
                self._forms.clear()
            self._forms[term] = found
        return found

    @cached_property
    def files(self) -> tuple[ArrayFile, ...]:
        """All array files."""
        return (self._labels_file, *(view.segment.file for view in self.views))

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
