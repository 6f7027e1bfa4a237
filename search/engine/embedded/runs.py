"""A run: some articles inverted in memory, as arrays that are later merged into a segment.

n articles, newest first; m words; every list ascending. Knows numpy and not Whoosh.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.dates import as_microseconds
from search.engine.embedded.container import Array
from search.engine.embedded.impacts import packed as packed_frequencies
from search.engine.embedded.labels import Labels
from search.engine.embedded.lists import blob
from search.engine.embedded.pairs import plain_pairs
from search.engine.embedded.postings import Numbers, order_by, ranks, run_starts
from search.engine.embedded.stored import Frames, packed, trained
from search.labels import labels_of
from search.schema import (
    FIELD_END,
    VALUE_FACETS,
    AnalysedArticle,
    Field,
    Form,
    Reading,
)
from search.scoring import LEAD, MOST

ALIGNED = 8
"""The text of an article begins at a multiple of this, so that borders are whole bytes."""

_CODES = 0x110000
_SIXTEEN_BITS = 1 << 16


@dataclass(slots=True)
class _Buffered:
    """What is kept of an article until the run is made."""

    id: str
    instant: int
    batch: int
    words: list[NDArray[np.uint32]]
    """Places in the forms of the batch, for each field."""
    text: str
    borders: bytes
    stored: bytes
    labels: list[list[int]]
    hash: bytes
    origin: str


@dataclass(slots=True)
class RunBuffer:
    """Collects articles for a run."""

    labels: Labels
    articles: dict[str, _Buffered] = field(default_factory=dict)
    """By id."""
    characters: int = 0
    _forms: dict[Form, int] = field(default_factory=dict)
    _batch: Sequence[Form] = ()
    _tables: list[NDArray[np.uint32]] = field(default_factory=list)
    """For every batch, the places of its forms among all forms of the run."""
    _readings: dict[Reading, None] = field(default_factory=dict)
    _read: Sequence[Reading] = ()

    def add(self, analysed: AnalysedArticle) -> None:
        """Take an article in."""
        if analysed.forms is not self._batch:
            known = self._forms
            found = (known.setdefault(each, len(known)) for each in analysed.forms)
            self._tables.append(np.fromiter(found, np.uint32, len(analysed.forms)))
            self._batch = analysed.forms
        if analysed.readings is not self._read:
            self._readings.update(dict.fromkeys(analysed.readings))
            self._read = analysed.readings
        article = analysed.article
        self.articles[article.id] = _Buffered(
            article.id,
            as_microseconds(article.published),
            len(self._tables) - 1,
            [analysed.words[each] for each in Field],
            analysed.text,
            analysed.borders,
            packed(article),
            [self.labels.numbers(f, labels_of(article, f)) for f in VALUE_FACETS],
            bytes.fromhex(article.content_hash()),
            article.origin,
        )
        self.characters += len(analysed.text)

    def remove(self, article_id: str) -> None:
        """Leave an article out, if it is here."""
        gone = self.articles.pop(article_id, None)
        if gone:
            self.characters -= len(gone.text)

    def finish(self, frames: Frames | None) -> tuple[dict[str, Array], Frames]:
        """The arrays of the run; without `frames` a dictionary is trained on its texts."""
        articles = sorted(self.articles.values(), key=lambda each: (-each.instant, each.id))
        frames = frames or Frames(trained([each.stored for each in articles]))
        arrays = _columns(articles) | _store(articles, frames) | _texts(articles)
        arrays |= _words(articles, list(self._forms), self._tables, self._readings)
        arrays |= _characters(articles)
        self.articles = {}
        self.characters = 0
        self._forms = {}
        self._batch = ()
        self._tables = []
        self._readings = {}
        self._read = ()
        return arrays, frames


def _columns(articles: list[_Buffered]) -> dict[str, Array]:
    ids, ids_at = blob([each.id.encode() for each in articles])
    origins, origins_at = blob([each.origin.encode(errors="surrogateescape") for each in articles])
    arrays: dict[str, Array] = {
        "instants": np.array([each.instant for each in articles], np.int64),
        "hash": np.frombuffer(b"".join(each.hash for each in articles), np.uint8),
        "ids": ids,
        "ids.at": ids_at,
        "origins": origins,
        "origins.at": origins_at,
    }
    for number, facet in enumerate(VALUE_FACETS):
        rows = [each.labels[number] for each in articles]
        arrays[f"{facet}"] = np.array([label for row in rows for label in row], np.uint32)
        arrays[f"{facet}.at"] = _ends([len(row) for row in rows])
    return arrays


def _ends(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.array(lengths, np.int64))))


def _store(articles: list[_Buffered], frames: Frames) -> dict[str, Array]:
    data = [frames.compress(each.stored) for each in articles]
    return {
        "store": np.frombuffer(b"".join(data), np.uint8),
        "store.at": _ends([len(each) for each in data]),
    }


def _texts(articles: list[_Buffered]) -> dict[str, Array]:
    sizes = [_aligned(len(each.text)) for each in articles]
    bodies = [each.text.index(FIELD_END) + 1 for each in articles]
    captions = [
        each.text.index(FIELD_END, body) + 1 for each, body in zip(articles, bodies, strict=True)
    ]
    borders = b"".join(
        each.borders.ljust(size // 8, b"\0") for each, size in zip(articles, sizes, strict=True)
    )
    return {
        "text.starts": _ends(sizes),
        "text.body": np.array(bodies, np.uint32),
        "text.captions": np.array(captions, np.uint32),
        "borders": np.frombuffer(borders, np.uint8),
    }


def _aligned(length: int) -> int:
    return -(-length // ALIGNED) * ALIGNED


def _words(
    articles: list[_Buffered],
    forms: list[Form],
    tables: list[NDArray[np.uint32]],
    readings: Iterable[Reading],
) -> dict[str, Array]:
    terms = sorted({term.encode() for term, _ in forms if term})
    rank_of = {term: rank for rank, term in enumerate(terms)}
    ranks = np.array([rank_of.get(term.encode(), -1) for term, _ in forms], np.int64)
    flat, row, slot = _occurrences(articles, tables)
    occurring = np.flatnonzero(np.bincount(flat, minlength=len(forms)))
    term = ranks.take(flat)
    at = np.flatnonzero(term >= 0)
    term, row, slot = term[at], row[at], slot[at]
    lengths = np.bincount(row, minlength=len(articles) * len(Field)).astype(np.uint32)
    article = row // len(Field)
    order = order_by((term >> 16).astype(np.uint16), term.astype(np.uint16))
    term, article = term[order], article[order]
    first = run_starts(term, article)
    posting = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(term))))
    counts = np.bincount(posting * len(MOST) + slot[order], minlength=len(first) * len(MOST))
    texts, texts_at = blob(terms)
    lengths_of: dict[str, Array] = {
        f"length.{each}": lengths[place :: len(Field)] for place, each in enumerate(Field)
    }
    arrays: dict[str, Array] = {
        "terms": texts,
        "terms.at": texts_at,
        "words.count": np.bincount(term[first], minlength=len(terms)).astype(np.uint32),
        "words": article[first].astype(np.uint32),
        "frequencies": packed_frequencies(counts.reshape(-1, len(MOST))),
    }
    return arrays | lengths_of | _pairs((forms[each] for each in occurring), readings, rank_of)


def _occurrences(
    articles: list[_Buffered], tables: list[NDArray[np.uint32]]
) -> tuple[Numbers, Numbers, Numbers]:
    """Of every word its form, row (article and field) and slot (headline, lead, rest, captions)."""
    rows = [row for each in articles for row in each.words]
    lengths = np.array([len(row) for row in rows], np.int64)
    bases = np.append(0, np.cumsum([len(table) for table in tables]))
    base = bases[np.repeat([each.batch for each in articles], len(Field)).astype(np.int64)]
    flat = np.concatenate([np.empty(0, np.uint32), *rows]) + np.repeat(base, lengths)
    flat = np.concatenate([np.empty(0, np.uint32), *tables]).take(flat)
    row = np.repeat(np.arange(len(rows)), lengths)
    place = ranks(lengths)
    slot = row % len(Field)
    slot += (slot == 2) | ((slot == 1) & (place >= LEAD))
    return flat, row, slot


def _pairs(
    forms: Iterable[Form], readings: Iterable[Reading], rank_of: dict[bytes, int]
) -> dict[str, Array]:
    """The written forms that differ from their term, and the readings of the run's terms."""
    written = ((rank_of[term.encode()], form) for term, form in forms if form != term)
    ranked = ((rank_of.get(term.encode()), reading) for reading, term in readings)
    read = ((rank, reading) for rank, reading in ranked if rank is not None)
    return plain_pairs("forms", written) | plain_pairs("readings", read)


def _characters(articles: list[_Buffered]) -> dict[str, Array]:
    padded = "".join(each.text.ljust(_aligned(len(each.text)), FIELD_END) for each in articles)
    codes = np.frombuffer(padded.encode("utf-32-le"), np.uint32)
    blocks = np.array([_aligned(len(each.text)) // ALIGNED for each in articles], np.int64)
    article = np.repeat(np.arange(len(articles), dtype=np.uint32), blocks)
    present = np.zeros(_CODES, np.bool_)
    present[codes] = True
    present[ord(FIELD_END)] = False
    chars = np.flatnonzero(present)
    kind = np.min_scalar_type(len(chars) + 1)
    table = np.zeros(_CODES, max(kind, np.dtype(np.uint16), key=lambda each: each.itemsize))
    table[chars] = np.arange(1, len(chars) + 1)
    ranks = table.take(codes)
    return {
        "chars": chars.astype(np.uint32),
        **_grams(ranks, len(chars) + 1),
        **_single(ranks, article, len(chars)),
    }


def _grams(ranks: Array, width: int) -> dict[str, Array]:
    """Pairs of characters as `first * width + second`, in ranks from 1; 0 is a field's end.

    Every character is the first of a pair, so that its places are those of a range of pairs.
    """
    places = np.flatnonzero(ranks[:-1])
    first, second = ranks.take(places), ranks.take(places + 1)
    keys = first.astype(np.int64) * width + second
    order = order_by(first, second) if width <= _SIXTEEN_BITS else np.argsort(keys, kind="stable")
    keys = keys.take(order)
    new = run_starts(keys)
    counts = np.diff(np.append(new, len(keys)))
    return {
        "grams": keys[new],
        "places.count": counts.astype(np.uint32),
        "places": places.take(order).astype(np.uint32),
    }


def _single(ranks: Array, article: NDArray[np.uint32], chars: int) -> dict[str, Array]:
    order = np.argsort(ranks, kind="stable")
    rank = ranks.take(order)
    at = np.flatnonzero(rank)
    rank, owner = rank[at], article.take(order[at] // ALIGNED)
    first = run_starts(rank, owner)
    counts = np.bincount(rank[first].astype(np.int64) - 1, minlength=chars)
    return {"single.count": counts.astype(np.uint32), "single": owner[first]}
