"""Merges parts, runs and segments alike, into the array file of one new segment.

A part is a number of articles with their lists; its articles are numbered newest first, and so
are those of the merged segment. Posting lists go through in ranges of terms, so that memory
stays bounded however large the parts are. Knows numpy and not Whoosh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from search.dates import TOKYO_MICROSECONDS
from search.engine.embedded.container import Array, ArrayFile, ArrayFileWriter
from search.engine.embedded.impacts import all_norms, impacts
from search.engine.embedded.lists import (
    FramedNumbers,
    FramesWriter,
    Lists,
    ListsWriter,
    PlainLists,
    numbered,
    stored_lists,
    texts_of,
    write_texts,
)
from search.engine.embedded.pairs import TABLES, write_pairs
from search.engine.embedded.places import BLOCK, articles_of
from search.engine.embedded.postings import Numbers, chunks, run_starts, stretches
from search.engine.embedded.runs import ALIGNED
from search.engine.embedded.stored import Frames
from search.schema import VALUE_FACETS, Facet, Field
from search.scoring import Averages

BIG: Final = 1024
"""Pairs of characters with so many places have a list of their articles besides."""

_AT_ONCE: Final = 1 << 21
_DAY: Final = 86_400_000_000
_EPOCH: Final = 719_163
"""1970-01-01 as `date.toordinal` counts."""


class Part:
    """What is merged: a run or a segment, without its deleted articles."""

    def __init__(self, file: ArrayFile | dict[str, Array], frames: Frames) -> None:
        self.file = file
        self.frames = frames
        self.ids = texts_of(file["ids"], file["ids.at"])
        self.articles = len(self.ids)
        self.alive = np.ones(self.articles, np.bool_)
        self.stored = "universe" in file
        self.origins = self._origins()
        universe = int(file["text.starts"][-1])
        self.words = self._lists("words", self.articles)
        self.places = self._lists("places", universe)
        self.single = self._lists("single", self.articles)

    def terms(self) -> list[bytes]:
        """The terms, ascending; read anew at every call, as many parts have the same ones."""
        return texts_of(self.file["terms"], self.file["terms.at"])

    @property
    def living(self) -> int:
        """How many articles are merged."""
        return int(self.alive.sum())

    @property
    def characters(self) -> int:
        """Places of the literal texts, deleted ones included."""
        return int(self.file["text.starts"][-1])

    def words_in(self, field: Field) -> int:
        """Words in a field of the articles that are merged."""
        return int(self.file[f"length.{field}"][self.alive].sum(dtype=np.int64))

    def frame(self, number: int) -> Array:
        """The compressed text of an article."""
        at = self.file["store.at"]
        piece: Array = self.file["store"][int(at[number]) : int(at[number + 1])]
        return piece

    def texts(self, step: int) -> Iterator[bytes]:
        """The texts of every so many articles of those that are merged."""
        for number in np.flatnonzero(self.alive)[::step].tolist():
            yield self.frames.decompress(self.frame(number).tobytes())

    def _origins(self) -> list[bytes]:
        if self.stored:
            return unframed_texts(self.file["origins"], self.articles)
        return texts_of(self.file["origins"], self.file["origins.at"])

    def _lists(self, name: str, universe: int) -> Lists:
        counts = self.file[f"{name}.count"]
        if not self.stored:
            return PlainLists(counts, self.file[name])
        return stored_lists(self.file, name, universe)

    def frequencies(self, first: int, last: int) -> NDArray[np.uint16]:
        """The frequencies of the terms `first` up to `last` (excluded), posting by posting."""
        start, end = self.words.start(first), self.words.start(last)
        if self.stored:
            return FramedNumbers(self.file["frequencies"], self.file["frequencies.at"]).range(
                start, end
            )
        piece: NDArray[np.uint16] = self.file["frequencies"][start:end]
        return piece

    def grams(self) -> tuple[Numbers, Numbers]:
        """The ranks of first and second character of every pair."""
        grams = self.file["grams"].astype(np.int64)
        if not self.stored:
            return np.divmod(grams, len(self.file["chars"]) + 1)
        at = self.file["grams.at"].astype(np.int64)
        return np.repeat(np.arange(len(at) - 1), np.diff(at)), grams

    def labels(self) -> dict[Facet, Array]:
        """The labels of the articles that are merged, one after the other."""
        return {
            each: self.file[f"{each}"][np.repeat(self.alive, self.row_lengths(f"{each}"))]
            for each in VALUE_FACETS
        }

    def row_lengths(self, name: str) -> Numbers:
        """How many labels each article has for a facet; int64[n]."""
        if f"{name}.at" in self.file:
            at: Numbers = self.file[f"{name}.at"].astype(np.int64)
            return at[1:] - at[:-1]
        return np.ones(self.articles, np.int64)


def framed_texts(texts: list[bytes]) -> NDArray[np.uint8]:
    """Texts without NUL as one compressed frame."""
    data = zstandard.ZstdCompressor(level=9).compress(b"\0".join(texts))
    return np.frombuffer(data, np.uint8)


def unframed_texts(data: Array, count: int) -> list[bytes]:
    """The texts back from `framed_texts`."""
    whole = zstandard.ZstdDecompressor().decompress(data.tobytes())
    return whole.split(b"\0") if count else []


@dataclass(frozen=True)
class _Numbering:
    """Which article of which part each article of the segment is."""

    source: Numbers
    """int64[n]: number among the articles of all parts, one part after the other."""
    new: list[Numbers]
    """For every part, the new number of each of its articles; -1 where it is dropped."""
    ids: list[bytes]
    """In the new order."""


def _numbering(parts: Sequence[Part]) -> _Numbering:
    ids = [each for part in parts for each in part.ids]
    alive = np.concatenate([part.alive for part in parts])
    instants = np.concatenate([part.file["instants"] for part in parts])
    by_id = np.empty(len(ids), np.int64)
    by_id[np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)] = np.arange(len(ids))
    order = np.lexsort((by_id, -instants))
    source = order[alive[order]]
    new = np.full(len(ids), -1, np.int64)
    new[source] = np.arange(len(source))
    bounds = np.cumsum([part.articles for part in parts])[:-1]
    return _Numbering(source, np.split(new, bounds), [ids[each] for each in source.tolist()])


def merge(parts: Sequence[Part], out: ArrayFileWriter, averages: Averages, frames: Frames) -> int:
    """Write the segment of all living articles of the parts; how many these are.

    `frames` is what the texts are compressed with; those of parts that have the same
    dictionary are copied.
    """
    numbering = _numbering(parts)
    lengths = _write_columns(parts, numbering, out)
    starts = _write_texts(parts, numbering, out)
    _write_store(parts, numbering, out, frames)
    norms = all_norms(lengths, averages)
    _write_words(parts, numbering, out, norms)
    _write_characters(parts, numbering, out, starts)
    out.append("universe", np.array([starts[-1]], np.int64))
    out.finish(
        articles=len(numbering.source),
        averages=[averages.title, averages.body, averages.captions],
    )
    return len(numbering.source)


def _gathered(parts: Sequence[Part], name: str, numbering: _Numbering) -> Array:
    whole: Array = np.concatenate([part.file[name] for part in parts]).take(numbering.source)
    return whole


def _fitted(numbers: Array) -> Array:
    """In the smallest type that takes them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _write_columns(
    parts: Sequence[Part], numbering: _Numbering, out: ArrayFileWriter
) -> dict[Field, Array]:
    instants = _gathered(parts, "instants", numbering)
    out.append("instants", instants)
    days = (instants + TOKYO_MICROSECONDS) // _DAY + _EPOCH
    out.append("days", days.astype(np.int32))
    hashes = np.concatenate([part.file["hash"].reshape(-1, 16) for part in parts])
    out.append("hash", hashes.take(numbering.source, axis=0).ravel())
    order = sorted(range(len(numbering.ids)), key=numbering.ids.__getitem__)
    write_texts(out, "ids", numbering.ids)
    out.append("ids.order", np.array(order, np.uint32))
    origins = [each for part in parts for each in part.origins]
    out.append("origins", framed_texts([origins[each] for each in numbering.source.tolist()]))
    for facet in VALUE_FACETS:
        counts, values = _rows(parts, f"{facet}", numbering)
        out.append(f"{facet}", _fitted(values))
        if (counts != 1).any():
            out.append(f"{facet}.at", np.append(0, np.cumsum(counts)).astype(np.uint32))
    lengths = {each: _gathered(parts, f"length.{each}", numbering) for each in Field}
    for each, column in lengths.items():
        out.append(f"length.{each}", _fitted(column))
    return lengths


def _rows(parts: Sequence[Part], name: str, numbering: _Numbering) -> tuple[Numbers, Array]:
    """Rows of several values in the new order: how many each, and all of them."""
    counts = np.concatenate([part.row_lengths(name) for part in parts])
    values = np.concatenate([part.file[name] for part in parts])
    starts = np.cumsum(counts) - counts
    chosen = counts.take(numbering.source)
    return chosen, values.take(stretches(starts.take(numbering.source), chosen))


def _write_texts(parts: Sequence[Part], numbering: _Numbering, out: ArrayFileWriter) -> Numbers:
    """Where the text of each article begins; the last place is the end."""
    sizes = np.concatenate([np.diff(part.file["text.starts"].astype(np.int64)) for part in parts])
    chosen = sizes.take(numbering.source)
    starts = np.append(0, np.cumsum(chosen))
    out.append("text.starts", starts.astype(np.uint32))
    out.append("text.block", _blocks(starts).astype(np.uint32))
    for name in ("text.body", "text.captions"):
        out.append(name, _gathered(parts, name, numbering).astype(np.uint32))
    borders = np.concatenate([part.file["borders"] for part in parts])
    old = (np.cumsum(sizes) - sizes).take(numbering.source) // ALIGNED
    out.append("borders", np.empty(0, np.uint8))
    for first, last in chunks(chosen, _AT_ONCE):
        at = stretches(old[first:last], chosen[first:last] // ALIGNED)
        out.append("borders", borders.take(at))
    return starts


def _write_store(
    parts: Sequence[Part], numbering: _Numbering, out: ArrayFileWriter, frames: Frames
) -> None:
    base = np.cumsum([0] + [part.articles for part in parts])
    owners = np.searchsorted(base, numbering.source, side="right") - 1
    lengths = []
    out.append("store", np.empty(0, np.uint8))
    for owner, number in zip(
        owners.tolist(), (numbering.source - base.take(owners)).tolist(), strict=True
    ):
        part = parts[owner]
        frame = part.frame(number)
        if part.frames.dictionary != frames.dictionary:
            data = frames.compress(part.frames.decompress(frame.tobytes()))
            frame = np.frombuffer(data, np.uint8)
        out.append("store", frame)
        lengths.append(len(frame))
    out.append("store.at", np.append(0, np.cumsum(lengths)).astype(np.uint64))
    out.append("store.dictionary", np.frombuffer(frames.dictionary, np.uint8))


@dataclass(frozen=True)
class _Source:
    """Lists of one part on their way into merged ones."""

    lists: Lists
    keys: Numbers
    """Ascending: to which merged list each of them belongs."""
    renumbered: Callable[[Numbers], Numbers]
    """New values, ascending as the old ones; -1 is dropped."""
    payload: Callable[[int, int], NDArray[np.uint16]] | None = None


@dataclass(frozen=True)
class _Merged:
    """Some merged lists, from number `first` on."""

    first: int
    counts: Numbers
    """Some may be 0."""
    values: Numbers
    payload: NDArray[np.uint16]

    def keys(self) -> Numbers:
        """The number of the list of every value, counted from `first`."""
        return np.repeat(np.arange(len(self.counts)), self.counts)


def _merged(sources: Sequence[_Source], lists: int, universe: int) -> Iterator[_Merged]:
    """All merged lists in order, some at a time."""
    counts = np.zeros(lists, np.int64)
    for source in sources:
        np.add.at(counts, source.keys, source.lists.counts.astype(np.int64))
    bits = max(1, universe.bit_length())
    most = 1 << min(40, 63 - 16 - bits)
    for first, last in chunks(counts, _AT_ONCE):
        for start in range(first, last, most):
            yield _merged_range(sources, start, min(last, start + most), bits)


def _merged_range(sources: Sequence[_Source], first: int, last: int, bits: int) -> _Merged:
    shares = []
    for source in sources:
        start, end = np.searchsorted(source.keys, [first, last]).tolist()
        counts = source.lists.counts[start:end].astype(np.int64)
        key = np.repeat(source.keys[start:end] - first, counts)
        values = source.renumbered(source.lists.range(start, end))
        payload = source.payload(start, end).astype(np.int64) if source.payload else 0
        shares.append(((key << bits | values) << 16 | payload)[values >= 0])
    whole = shares[0] if len(shares) == 1 else np.concatenate(shares)
    if len(shares) > 1:
        whole.sort(kind="stable")
    payloads = (whole & 0xFFFF).astype(np.uint16)
    whole >>= 16
    counts = np.bincount(whole >> bits, minlength=last - first)
    return _Merged(first, counts, whole & (1 << bits) - 1, payloads)


def _write_words(
    parts: Sequence[Part],
    numbering: _Numbering,
    out: ArrayFileWriter,
    norms: tuple[NDArray[np.float64], ...],
) -> None:
    """Write the terms and their lists, and how the terms are written and read."""
    terms, places = numbered(part.terms() for part in parts)
    articles = len(numbering.source)
    lists = ListsWriter(out, "words", articles)
    frequencies = FramesWriter(out, "frequencies")
    out.append("impacts", np.empty(0, np.uint8))
    kept: list[bytes] = []
    left = np.full(len(terms), -1, np.int64)
    sources = [
        _Source(part.words, keys, new.take, part.frequencies)
        for part, keys, new in zip(parts, places, numbering.new, strict=True)
    ]
    for merged in _merged(sources, len(terms), articles):
        there = np.flatnonzero(merged.counts)
        left[merged.first + there] = len(kept) + np.arange(len(there))
        kept += [terms[merged.first + each] for each in there.tolist()]
        lists.append(merged.counts[there], merged.values)
        frequencies.append(merged.payload)
        out.append("impacts", impacts(merged.payload, merged.values, norms))
    lists.finish()
    frequencies.finish()
    write_texts(out, "terms", kept)
    new = [left.take(each) for each in places]
    for name in TABLES:
        write_pairs(out, name, [part.file for part in parts], new)


def _write_characters(
    parts: Sequence[Part], numbering: _Numbering, out: ArrayFileWriter, starts: Numbers
) -> None:
    chars = np.unique(np.concatenate([part.file["chars"] for part in parts]))
    places = [np.searchsorted(chars, part.file["chars"]) for part in parts]
    sources = [
        _Source(part.single, keys, new.take)
        for part, keys, new in zip(parts, places, numbering.new, strict=True)
    ]
    articles = len(numbering.source)
    lists = ListsWriter(out, "single", articles)
    there = np.zeros(len(chars), np.bool_)
    for merged in _merged(sources, len(chars), articles):
        found = np.flatnonzero(merged.counts)
        lists.append(merged.counts[found], merged.values)
        there[merged.first + found] = True
    lists.finish()
    out.append("chars", chars[there])
    ranks = np.append(0, np.cumsum(there))
    _write_grams(parts, numbering, out, starts, (places, ranks))


def _write_grams(
    parts: Sequence[Part],
    numbering: _Numbering,
    out: ArrayFileWriter,
    starts: Numbers,
    characters: tuple[list[Numbers], Numbers],
) -> None:
    """Write the pairs and their places.

    `characters`: of each part, the merged rank (from 0) of its characters; and of the merged
    characters (from 1), the rank among those that are left.
    """
    old_ranks, left = characters
    width = len(left)
    tables = []
    for part, ranks in zip(parts, old_ranks, strict=True):
        first, second = part.grams()
        merged_ranks = np.append(0, ranks + 1)
        tables.append(merged_ranks.take(first) * width + merged_ranks.take(second))
    grams = np.unique(np.concatenate(tables))
    sources = [
        _Source(part.places, np.searchsorted(grams, table), _shifted(part, new, starts))
        for part, table, new in zip(parts, tables, numbering.new, strict=True)
    ]
    places = ListsWriter(out, "places", int(starts[-1]))
    big = ListsWriter(out, "big", len(numbering.source))
    blocks = _blocks(starts)
    kept, numbers = [np.empty(0, np.int64)], [np.empty(0, np.uint32)]
    for merged in _merged(sources, len(grams), int(starts[-1])):
        there = np.flatnonzero(merged.counts)
        large = merged.counts >= BIG
        numbers.append((places.written + np.flatnonzero(large[there])).astype(np.uint32))
        places.append(merged.counts[there], merged.values)
        kept.append(grams[merged.first + there])
        keys = merged.keys()
        at = np.flatnonzero(large.take(keys))
        keys, owners = keys[at], articles_of(merged.values[at], starts, blocks)
        new = run_starts(keys, owners)
        big.append(np.bincount(keys[new], minlength=len(large))[large], owners[new])
    places.finish()
    big.finish()
    first, second = np.divmod(np.concatenate(kept), width)
    chars = int(left[-1])
    at = np.cumsum(np.bincount(left.take(first), minlength=chars + 1))
    out.append("grams", left.take(second).astype(np.uint16 if chars < 1 << 16 else np.uint32))
    out.append("grams.at", np.append(0, at).astype(np.uint32))
    out.append("big", np.concatenate(numbers))


def _blocks(starts: Numbers) -> Numbers:
    """The article of every place that is a multiple of BLOCK."""
    return np.searchsorted(starts, np.arange(0, int(starts[-1]), BLOCK), side="right") - 1


def _shifted(part: Part, new: Numbers, starts: Numbers) -> Callable[[Numbers], Numbers]:
    """From places in the text of a part to places in that of the segment."""
    old = part.file["text.starts"].astype(np.int64)
    blocks = _blocks(old)
    shift = np.where(new >= 0, starts.take(new, mode="clip") - old[:-1], -1 << 40)

    def renumbered(places: Numbers) -> Numbers:
        return np.maximum(places + shift.take(articles_of(places, old, blocks)), -1)

    return renumbered
