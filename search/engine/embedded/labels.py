"""The labels of the facets, numbered once for all segments of an index, and their values.

A label keeps its number for as long as the index lives, so that counts of several segments add
up as they are. What it is linked to may change with every generation: the table is one array
file a generation. Knows numpy and not Whoosh.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.engine.embedded.columns import Column
from search.engine.embedded.container import SUFFIX, Array, ArrayFile, write_arrays
from search.engine.embedded.lists import blob, texts_of
from search.engine.embedded.postings import Numbers
from search.labels import Linked, Linker, kana_order, readings_of
from search.schema import VALUE_FACETS, Facet

NOWHERE: Final = 0xFFFFFFFF
"""What a label is linked to that is not shown."""

CORRECTIONS: Final = "corrections"

_PREFIX = "labels-"
_MOST_READ = 10_000
_FEW = 100
"""So many values are looked up one by one; for more, all are read once."""

Arrays = dict[str, Array]


def labels_file(folder: Path) -> Path:
    """The table in the folder of a generation; FileNotFoundError."""
    found = sorted(folder.glob(f"{_PREFIX}*{SUFFIX}"))
    if not found:
        raise FileNotFoundError(f"{folder}: no table of labels")
    return found[-1]


def corrections_in(file: ArrayFile) -> str:
    """What an operator has said, as it is kept in a table."""
    return file[CORRECTIONS].tobytes().decode()


class Labels:
    """A growing table, while an index is written."""

    def __init__(self, before: dict[Facet, list[str]] | None = None) -> None:
        before = before or {facet: [] for facet in VALUE_FACETS}
        self._numbers = {
            facet: {label: number for number, label in enumerate(labels)}
            for facet, labels in before.items()
        }

    def numbers(self, facet: Facet, labels: Iterable[str]) -> list[int]:
        """The numbers of labels, new ones given out where needed; each once, in order."""
        known = self._numbers[facet]
        return [known.setdefault(label, len(known)) for label in dict.fromkeys(labels)]

    def counts(self, columns: Iterable[Mapping[Facet, Array]]) -> dict[Facet, dict[str, int]]:
        """How many articles have each label, of those that any have.

        A column has the labels of all its articles, one after the other.
        """
        totals = {facet: np.zeros(len(known), np.int64) for facet, known in self._numbers.items()}
        for each in columns:
            for facet, labels in each.items():
                totals[facet] += np.bincount(labels, minlength=len(totals[facet]))
        return {
            facet: {
                label: count
                for label, count in zip(known, totals[facet].tolist(), strict=True)
                if count
            }
            for facet, known in self._numbers.items()
        }

    def arrays(
        self,
        counts: Mapping[Facet, Mapping[str, int]],
        linker: Linker,
        corrections: str,
        known: Mapping[Facet, Mapping[str, str]],
    ) -> Arrays:
        """The table: labels, values, and what each label is linked to."""
        arrays: Arrays = {CORRECTIONS: np.frombuffer(corrections.encode(), np.uint8)}
        for facet, numbers in self._numbers.items():
            labels, at = blob([label.encode() for label in numbers])
            arrays |= {f"{facet}": labels, f"{facet}.at": at}
            arrays |= _linked(
                facet, list(numbers), linker(facet, counts[facet], known.get(facet, {}))
            )
        return arrays


def _linked(facet: Facet, labels: list[str], links: Mapping[str, Linked]) -> Arrays:
    readings = readings_of(links.values())
    values = sorted(readings, key=str.encode)
    number_of: dict[str | None, int] = {value: number for number, value in enumerate(values)}
    number_of[None] = NOWHERE
    found = (links.get(label) for label in labels)
    numbers = [number_of[each.value] if each else NOWHERE for each in found]
    texts, texts_at = blob([value.encode() for value in values])
    read, read_at = blob([readings[value].encode() for value in values])
    order = sorted(range(len(values)), key=lambda n: (*kana_order(readings[values[n]]), n))
    return {
        f"{facet}.links": np.array(numbers, np.uint32),
        f"{facet}.values": texts,
        f"{facet}.values.at": texts_at,
        f"{facet}.readings": read,
        f"{facet}.readings.at": read_at,
        f"{facet}.by-reading": np.array(order, np.uint32),
    }


def write_labels(folder: Path, arrays: Arrays) -> None:
    """Write the table under a name of its own, in the place of an older one."""
    older = list(folder.glob(f"{_PREFIX}*{SUFFIX}"))
    write_arrays(folder / f"{_PREFIX}{secrets.token_hex(8)}{SUFFIX}", arrays)
    for path in older:
        path.unlink()


def same_table(file: ArrayFile, arrays: Arrays) -> bool:
    """Whether a table is what is stored already."""
    return all(name in file and np.array_equal(file[name], each) for name, each in arrays.items())


class StoredLabels:
    """The labels of one facet and their values, mapped. Values are numbered by name (UTF-8)."""

    def __init__(self, file: ArrayFile, facet: Facet) -> None:
        self._file = file
        self._facet = facet
        self.links: Array = file[f"{facet}.links"]
        """uint32[labels]: the value of each label, or NOWHERE."""
        self._values: Array = file[f"{facet}.values"]
        self._at: Array = file[f"{facet}.values.at"]
        self._readings: Array = file[f"{facet}.readings"]
        self._readings_at: Array = file[f"{facet}.readings.at"]
        self._read: dict[int, str] = {}

    def __len__(self) -> int:
        """How many values there are."""
        return len(self._at) - 1

    def labels(self) -> list[str]:
        """Every label, by number."""
        return self._texts("")

    def beginning(self, text: str) -> list[tuple[str, int]]:
        """The labels that begin with a text, and their numbers."""
        wanted = text.encode(errors="surrogatepass")
        at = self._file[f"{self._facet}.at"]
        whole = self._file[f"{self._facet}"].tobytes()
        found = []
        place = whole.find(wanted) if wanted else -1
        while place >= 0:
            number = int(at.searchsorted(place))
            if number < len(self.links) and at[number] == place:
                found.append((whole[place : int(at[number + 1])].decode(), number))
            place = whole.find(wanted, place + 1)
        return found

    def values(self) -> list[str]:
        """Every value, by number."""
        return self._texts(".values")

    def readings(self) -> list[str]:
        """The reading of every value, by number; empty where it is not known."""
        return self._texts(".readings")

    def _texts(self, kind: str) -> list[str]:
        name = f"{self._facet}{kind}"
        return [text.decode() for text in texts_of(self._file[name], self._file[f"{name}.at"])]

    @cached_property
    def by_reading(self) -> NDArray[np.int64]:
        """int64[values]: place of each value in the order of readings."""
        place = np.empty(len(self), np.int64)
        place[self._file[f"{self._facet}.by-reading"]] = np.arange(len(self))
        return place

    def _bytes(self, number: int) -> bytes:
        return self._values[int(self._at[number]) : int(self._at[number + 1])].tobytes()

    def __getitem__(self, number: int) -> str:
        """The value with a number."""
        value = self._read.get(number)
        if value is None:
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            value = self._read[number] = self._bytes(number).decode()
        return value

    def linked(self, number: int) -> Linked:
        """The value with a number, and its reading; that of NOWHERE is none."""
        if number == NOWHERE:
            return Linked(None)
        at = self._readings_at
        reading = self._readings[int(at[number]) : int(at[number + 1])].tobytes().decode()
        return Linked(self[number], reading)

    def find(self, value: str) -> int | None:
        """The number of a value."""
        wanted = value.encode(errors="surrogatepass")
        number = bisect_left(range(len(self)), wanted, key=self._bytes)
        return number if number < len(self) and self._bytes(number) == wanted else None

    def among(self, values: Collection[str]) -> NDArray[np.bool_]:
        """bool[values]: which values are among some."""
        find = self._numbers.get if len(values) > _FEW else self.find
        found = (find(value) for value in values)
        marked = np.zeros(len(self), np.bool_)
        marked[[each for each in found if each is not None]] = True
        return marked

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {value: number for number, value in enumerate(self.values())}

    def linked_to(self, values: Iterable[int]) -> Numbers:
        """The labels that are linked to one of some values."""
        marked = np.zeros(len(self) + 1, np.bool_)
        marked[list(values)] = True
        return np.flatnonzero(marked.take(self.links, mode="clip"))

    def column(self, labels: Column) -> Column:
        """A column of labels as one of values, each once in an article."""
        values = self.links.take(labels.labels)
        if self._one_to_one and not (values == NOWHERE).any():
            return Column(values, labels.at)
        lengths = np.diff(labels.at) if labels.at is not None else np.ones(len(values), np.int64)
        row = np.repeat(np.arange(len(lengths)), lengths)
        shown = values != NOWHERE
        keys = np.unique(row[shown] * max(1, len(self)) + values[shown])
        rows, values = np.divmod(keys, max(1, len(self)))
        at = np.searchsorted(rows, np.arange(len(lengths) + 1))
        return Column(values.astype(np.uint32), at)

    @cached_property
    def _one_to_one(self) -> bool:
        shown = self.links[self.links != NOWHERE]
        return len(np.unique(shown)) == len(shown)
