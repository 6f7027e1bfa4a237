"""The labels of the facets, numbered once for all segments of an index.

A label keeps its number for as long as the index lives, so that counts of several segments add
up as they are. The table is one array file a generation.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.engine.embedded.container import SUFFIX, Array, ArrayFile, ArrayFileWriter
from search.engine.embedded.lists import texts_of, write_texts
from search.engine.embedded.postings import Numbers
from search.schema import VALUE_FACETS, Facet

_PREFIX = "labels-"
_MOST_READ = 10_000
_AFTER_ANY = b"\xff"
"""Stands behind every character in UTF-8, and in none."""


def labels_file(folder: Path) -> Path:
    """The table in the folder of a generation; FileNotFoundError."""
    found = sorted(folder.glob(f"{_PREFIX}*{SUFFIX}"))
    if not found:
        raise FileNotFoundError(f"{folder}: no table of labels")
    return found[-1]


class Labels:
    """A growing table, while an index is written."""

    def __init__(self, before: dict[Facet, list[str]] | None = None) -> None:
        before = before or {facet: [] for facet in VALUE_FACETS}
        self._numbers = {
            facet: {label: number for number, label in enumerate(labels)}
            for facet, labels in before.items()
        }
        self._size = self._all()

    def _all(self) -> int:
        return sum(map(len, self._numbers.values()))

    @property
    def grown(self) -> bool:
        """Whether there are more labels than at first."""
        return self._all() > self._size

    def numbers(self, facet: Facet, labels: Iterable[str]) -> list[int]:
        """The numbers of labels, new ones given out where needed; each once, in order."""
        known = self._numbers[facet]
        return [known.setdefault(label, len(known)) for label in dict.fromkeys(labels)]

    def write(self, folder: Path) -> None:
        """Write the table under a name of its own, in the place of an older one."""
        older = list(folder.glob(f"{_PREFIX}*{SUFFIX}"))
        out = ArrayFileWriter(folder / f"{_PREFIX}{secrets.token_hex(8)}{SUFFIX}")
        try:
            for facet, known in self._numbers.items():
                _write(out, f"{facet}", [label.encode() for label in known])
            out.finish()
        finally:
            out.close()
        for path in older:
            path.unlink()


def _write(out: ArrayFileWriter, name: str, texts: list[bytes]) -> None:
    order = sorted(range(len(texts)), key=texts.__getitem__)
    write_texts(out, name, texts)
    out.append(f"{name}.order", np.array(order, np.uint32))


class StoredLabels:
    """The labels of one facet, mapped."""

    def __init__(self, file: ArrayFile, facet: Facet) -> None:
        self._data: Array = file[f"{facet}"]
        self._at: Array = file[f"{facet}.at"]
        self._order: Array = file[f"{facet}.order"]
        self._read: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._order)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """int64[labels]: place of each label in the order of names."""
        rank = np.empty(len(self._order), np.int64)
        rank[self._order] = np.arange(len(self._order))
        return rank

    def _bytes(self, number: int) -> bytes:
        return self._data[int(self._at[number]) : int(self._at[number + 1])].tobytes()

    def __getitem__(self, number: int) -> str:
        label = self._read.get(number)
        if label is None:
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            label = self._read[number] = self._bytes(number).decode()
        return label

    def find(self, label: str) -> int | None:
        """The number of a label."""
        wanted = label.encode(errors="surrogatepass")
        place = bisect_left(self._order, wanted, key=self._bytes)
        if place == len(self._order):
            return None
        number = int(self._order[place])
        return number if self._bytes(number) == wanted else None

    def beginning(self, prefix: str) -> Numbers:
        """The numbers of the labels that begin with a prefix, by name."""
        wanted = prefix.encode(errors="surrogatepass")
        first = bisect_left(self._order, wanted, key=self._bytes)
        last = bisect_left(self._order, wanted + _AFTER_ANY, key=self._bytes)
        return self._order[first:last].astype(np.int64)

    def all(self) -> list[str]:
        """Every label, by number."""
        return [text.decode() for text in texts_of(self._data, self._at)]
