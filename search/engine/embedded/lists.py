"""Posting lists of one array, by number: as stored, or plain while a segment is being made."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Protocol

import numpy as np
import zstandard
from numpy.typing import NDArray

from search.engine.embedded.container import Array, ArrayFile, ArrayFileWriter
from search.engine.embedded.postings import (
    AT_ONCE,
    STRIDE,
    Bytes,
    Numbers,
    chunks,
    decode,
    decode_all,
    encode,
    size_of,
    start_of,
    starts,
)

FRAME = 1 << 16
"""Values of a compressed frame."""


class Lists(Protocol):
    """Lists of ascending numbers."""

    counts: NDArray[np.generic]
    """How long each list is."""

    def start(self, number: int) -> int:
        """How many values stand before a list."""
        ...

    def range(self, first: int, last: int) -> Numbers:
        """The values of the lists `first` up to `last` (excluded), one list after the other."""
        ...


class StoredLists:
    """Lists as a segment keeps them; see postings.py."""

    def __init__(self, counts: Array, parts: tuple[Array, Array, Array], universe: int) -> None:
        self.counts = counts
        self._low, self._high, self._at = parts
        self._universe = universe

    def __len__(self) -> int:
        return len(self.counts)

    def _place(self, number: int) -> tuple[int, int, int]:
        group = number // STRIDE
        sampled = self._at[group * 3 : group * 3 + 3].tolist()
        return start_of(sampled, self.counts[group * STRIDE : number].tolist(), self._universe)

    def start(self, number: int) -> int:
        """See Lists.start."""
        if number == len(self.counts):
            return int(self._at[-1])
        return self._place(number)[2]

    def list(self, number: int) -> tuple[Numbers, int]:
        """One list, and how many values stand before it."""
        low, high, before = self._place(number)
        count = int(self.counts[number])
        bits, low_size, high_size = size_of(count, self._universe)
        values = decode(
            self._low[low : low + low_size], self._high[high : high + high_size], count, bits
        )
        return values, before

    def range(self, first: int, last: int) -> Numbers:
        """See Lists.range."""
        pieces = [np.empty(0, np.int64)]
        low, high, _ = self._place(first) if first < last else (0, 0, 0)
        for start, end in chunks(self.counts[first:last], AT_ONCE):
            counts = self.counts[first + start : first + end].astype(np.int64)
            following = starts(counts, self._universe, (low, high, 0))
            _, low_size, high_size = size_of(int(counts[-1]), self._universe)
            low_end, high_end = int(following[-1, 0]) + low_size, int(following[-1, 1]) + high_size
            pieces.append(
                decode_all(
                    self._low[low:low_end], self._high[high:high_end], counts, self._universe
                )
            )
            low, high = low_end, high_end
        return np.concatenate(pieces)


def stored_lists(file: ArrayFile | dict[str, Array], name: str, universe: int) -> StoredLists:
    """The lists that a file has under a name."""
    parts = (file[f"{name}.low"], file[f"{name}.high"], file[f"{name}.at"])
    return StoredLists(file[f"{name}.count"], parts, universe)


class PlainLists:
    """Lists as they are while a segment is being made."""

    def __init__(self, counts: Array, values: Array) -> None:
        self.counts = counts
        self._values = values
        self._ends = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))

    def start(self, number: int) -> int:
        """See Lists.start."""
        return int(self._ends[number])

    def range(self, first: int, last: int) -> Numbers:
        """See Lists.range."""
        piece: Array = self._values[self._ends[first] : self._ends[last]]
        return piece.astype(np.int64)


class ListsWriter:
    """Writes lists piece by piece as `name`.low, .high, .at and `name`.count."""

    def __init__(self, out: ArrayFileWriter, name: str, universe: int) -> None:
        self._out = out
        self._name = name
        self._universe = universe
        self._before = (0, 0, 0)
        self.written = 0
        """Lists so far."""
        for part in ("low", "high"):
            out.append(f"{name}.{part}", np.empty(0, np.uint8))
        out.append(f"{name}.count", np.empty(0, np.uint32))
        out.append(f"{name}.at", np.empty(0, np.uint64))

    def append(self, counts: Numbers, values: Numbers) -> None:
        """More lists, none of them empty."""
        if not len(counts):
            return
        low, high = encode(values, counts, self._universe)
        table = starts(counts, self._universe, self._before)
        sampled = table[-self.written % STRIDE :: STRIDE]
        self._out.append(f"{self._name}.at", sampled.ravel().astype(np.uint64))
        self._out.append(f"{self._name}.low", low)
        self._out.append(f"{self._name}.high", high)
        self._out.append(f"{self._name}.count", counts.astype(np.uint32))
        before = self._before
        self._before = (before[0] + len(low), before[1] + len(high), before[2] + len(values))
        self.written += len(counts)

    def finish(self) -> None:
        """Write where everything ends."""
        self._out.append(f"{self._name}.at", np.array(self._before, np.uint64))


class FramedNumbers:
    """Numbers of 16 bits in compressed frames, for what is seldom read."""

    def __init__(self, data: Array, at: Array) -> None:
        self._data = data
        self._at = at

    def range(self, first: int, last: int) -> NDArray[np.uint16]:
        """The numbers `first` up to `last` (excluded)."""
        decompressor = zstandard.ZstdDecompressor()
        frames = [
            decompressor.decompress(self._data[int(self._at[n]) : int(self._at[n + 1])].tobytes())
            for n in range(first // FRAME, -(-last // FRAME))
        ]
        whole = np.frombuffer(b"".join(frames), np.uint16)
        skipped = first // FRAME * FRAME
        return whole[first - skipped : last - skipped]


class FramesWriter:
    """Writes numbers of 16 bits as `name` and `name`.at; see FramedNumbers."""

    def __init__(self, out: ArrayFileWriter, name: str) -> None:
        self._out = out
        self._name = name
        self._rest = np.empty(0, np.uint16)
        self._end = 0
        self._compressor = zstandard.ZstdCompressor(level=9)
        out.append(name, np.empty(0, np.uint8))
        out.append(f"{name}.at", np.zeros(1, np.uint64))

    def append(self, numbers: NDArray[np.uint16]) -> None:
        """More numbers."""
        self._rest = np.concatenate((self._rest, numbers))
        whole = len(self._rest) // FRAME * FRAME
        for start in range(0, whole, FRAME):
            self._write(self._rest[start : start + FRAME])
        self._rest = self._rest[whole:]

    def _write(self, frame: NDArray[np.uint16]) -> None:
        data = np.frombuffer(self._compressor.compress(frame.tobytes()), np.uint8)
        self._end += len(data)
        self._out.append(self._name, data)
        self._out.append(f"{self._name}.at", np.array([self._end], np.uint64))

    def finish(self) -> None:
        """Write what is left."""
        if len(self._rest):
            self._write(self._rest)


def blob(texts: list[bytes]) -> tuple[Bytes, NDArray[np.uint32]]:
    """Texts one after the other, and where each begins; the last place is the end."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    at = np.concatenate(([0], np.cumsum(lengths)))
    return np.frombuffer(b"".join(texts), np.uint8), at.astype(np.uint32)


def write_texts(out: ArrayFileWriter, name: str, texts: list[bytes]) -> None:
    """Write a blob as `name` and `name`.at."""
    data, at = blob(texts)
    out.append(name, data)
    out.append(f"{name}.at", at)


def numbered(lists: Iterable[list[bytes]]) -> tuple[list[bytes], list[Numbers]]:
    """The texts of all lists in order, each once, and for each list the places of its texts."""
    known: dict[bytes, int] = {}
    numbers = [
        np.array([known.setdefault(text, len(known)) for text in each], np.int64) for each in lists
    ]
    texts = list(known)
    order = sorted(range(len(texts)), key=texts.__getitem__)
    place = np.empty(len(texts), np.int64)
    place[np.array(order, np.int64)] = np.arange(len(texts))
    return [texts[each] for each in order], [place.take(each) for each in numbers]


def texts_of(data: Array, at: Array) -> list[bytes]:
    """The texts of a blob."""
    whole = data.tobytes()
    places = at.tolist()
    return [whole[start:end] for start, end in pairwise(places)]
