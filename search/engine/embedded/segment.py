"""One segment opened for searching: dictionaries, lists, columns and texts. Knows no Whoosh.

n articles, numbered newest first; the arrays are described in docs/index-format.md.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.article import Article
from search.engine.base import Known
from search.engine.embedded.columns import Column
from search.engine.embedded.container import Array, ArrayFile
from search.engine.embedded.impacts import Frequencies
from search.engine.embedded.lists import FramedNumbers, stored_lists, texts_of
from search.engine.embedded.merging import unframed_texts
from search.engine.embedded.pairs import Pairs
from search.engine.embedded.places import articles_of
from search.engine.embedded.postings import Numbers
from search.engine.embedded.stored import Frames, unpacked
from search.query import SENTENCE_ENDS
from search.schema import VALUE_FACETS, Facet, Field
from search.scoring import OPENING, Averages

_STRIDE = 32


class Segment:
    """The arrays of a segment. Safe from several threads; BrokenFile where it is damaged."""

    def __init__(self, path: Path) -> None:
        self.file = file = ArrayFile(path)
        self.articles = int(file.values["articles"])
        self.averages = Averages(*file.values["averages"])
        self.instants: NDArray[np.int64] = file["instants"]
        self.days: NDArray[np.int32] = file["days"]
        self._universe = int(file["universe"][0])
        self.words = stored_lists(file, "words", self.articles)
        self.places = stored_lists(file, "places", self._universe)
        self._single = stored_lists(file, "single", self.articles)
        self._big = stored_lists(file, "big", self.articles)
        self._terms = _Dictionary(file["terms"], file["terms.at"])
        self._forms = Pairs(file, "forms")
        self._readings = Pairs(file, "readings")
        self._impacts: NDArray[np.uint8] = file["impacts"]
        self.borders: NDArray[np.uint8] = file["borders"]
        self.starts: Array = file["text.starts"]
        self._blocks: Array = file["text.block"]
        self._chars: Array = file["chars"]
        self._grams: Array = file["grams"]
        self._grams_at: Array = file["grams.at"]
        self._big_grams: Array = file["big"]
        self._store: Array = file["store"]
        self._store_at: Array = file["store.at"]
        self.frames = Frames(file["store.dictionary"].tobytes())
        self.columns = {each: self._column(each) for each in VALUE_FACETS}

    def _column(self, facet: Facet) -> Column:
        several = f"{facet}.at" in self.file
        return Column(self.file[f"{facet}"], self.file[f"{facet}.at"] if several else None)

    @cached_property
    def oldest(self) -> NDArray[np.int32]:
        """int32[n]: place of each article in the order oldest first, ties by number."""
        places = np.empty(self.articles, np.int32)
        places[np.argsort(self.instants, kind="stable")] = np.arange(self.articles)
        return places

    def terms(self) -> list[bytes]:
        """Every term, ascending."""
        return texts_of(self.file["terms"], self.file["terms.at"])

    def term(self, term: str) -> int | None:
        """The number of a term."""
        return self._terms.find(term.encode(errors="surrogatepass"))

    def postings(self, number: int) -> tuple[Numbers, NDArray[np.uint8]]:
        """The articles of a term, and the impact in each."""
        articles, before = self.words.list(number)
        return articles, self._impacts[before : before + len(articles)]

    def frequencies(self, number: int) -> Frequencies:
        """The frequencies of a term in each of its articles."""
        before = self.words.start(number)
        framed = FramedNumbers(self.file["frequencies"], self.file["frequencies.at"])
        return framed.range(before, before + int(self.words.counts[number]))

    def forms(self, term: str) -> list[str]:
        """How a term is written, where that differs from the term."""
        number = self.term(term)
        return [] if number is None else self._forms.texts(number)

    def terms_written(self, form: str) -> list[str]:
        """The terms that are written so, in no order."""
        own = self.term(form)
        numbers = self._forms.terms(form) + ([] if own is None else [own])
        return [self._terms[number].decode() for number in numbers]

    def terms_read(self, reading: str) -> list[str]:
        """The terms that have a reading, in order."""
        return [self._terms[number].decode() for number in self._readings.terms(reading)]

    def _rank(self, char: str) -> int:
        """The rank of a character, from 1; 0 where it does not occur."""
        code = ord(char)
        place = int(self._chars.searchsorted(np.uint32(code)))
        there = place < len(self._chars) and int(self._chars[place]) == code
        return place + 1 if there else 0

    def holding(self, char: str) -> Numbers:
        """The articles that hold a character."""
        rank = self._rank(char)
        return self._single.list(rank - 1)[0] if rank else np.empty(0, np.int64)

    def gram(self, pair: str) -> int | None:
        """The number of a pair of characters."""
        first, second = map(self._rank, pair)
        if not first or not second:
            return None
        start, end = self._grams_of(first)
        seconds = self._grams[start:end]
        place = int(seconds.searchsorted(seconds.dtype.type(second)))
        there = place < len(seconds) and int(seconds[place]) == second
        return start + place if there else None

    def following(self, char: str, others: Sequence[str]) -> list[str]:
        """Which of the other characters stand behind a character somewhere."""
        first = self._rank(char)
        ranks = [(each, self._rank(each)) for each in others] if first else []
        start, end = self._grams_of(first) if first else (0, 0)
        seconds = self._grams[start:end]
        wanted = np.array([rank for _, rank in ranks], seconds.dtype)
        there = (
            seconds.take(seconds.searchsorted(wanted), mode="clip") == wanted
            if len(seconds)
            else np.zeros(len(ranks), np.bool_)
        )
        return [
            each
            for (each, rank), found in zip(ranks, there.tolist(), strict=True)
            if rank and found
        ]

    def _grams_of(self, first: int) -> tuple[int, int]:
        """The pairs that begin with the character of a rank, as a range of numbers."""
        return int(self._grams_at[first]), int(self._grams_at[first + 1])

    def places_of(self, char: str) -> Numbers:
        """All places of a character: it is the first of a range of pairs."""
        places = self._unordered(self._rank(char))
        places.sort()
        return places

    def _unordered(self, rank: int) -> Numbers:
        """The places of the character of a rank, in no order."""
        return self.places.range(*self._grams_of(rank)) if rank else np.empty(0, np.int64)

    def pair_articles(self, gram: int) -> Numbers | None:
        """The articles that hold a pair of characters, where they are stored as such."""
        place = int(self._big_grams.searchsorted(np.uint32(gram)))
        if place == len(self._big_grams) or int(self._big_grams[place]) != gram:
            return None
        return self._big.list(place)[0]

    def count_of(self, pair: str) -> int:
        """How many places a pair of characters has, those of deleted articles included."""
        gram = self.gram(pair)
        return 0 if gram is None else int(self.places.counts[gram])

    def openings(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """First and last place (excluded) of headline and beginning of the body of articles."""
        starts = self.starts.take(numbers).astype(np.int64)
        beginning = self.file["text.body"].take(numbers).astype(np.int64) + OPENING
        return starts, starts + np.minimum(beginning, self.file["text.captions"].take(numbers))

    def articles_of(self, places: Numbers) -> Numbers:
        """The article of each place."""
        return articles_of(places, self.starts, self._blocks)

    def in_fields(
        self, places: Numbers, articles: Numbers, fields: tuple[Field, ...]
    ) -> NDArray[np.bool_]:
        """Which places stand in one of the fields of their articles."""
        offset = places - self.starts.take(articles)
        in_title = offset < self.file["text.body"].take(articles)
        in_captions = offset >= self.file["text.captions"].take(articles)
        inside = np.zeros(len(places), np.bool_)
        if Field.TITLE in fields:
            inside |= in_title
        if Field.BODY in fields:
            inside |= ~in_title & ~in_captions
        if Field.CAPTIONS in fields:
            inside |= in_captions
        return inside

    @cached_property
    def stops(self) -> NDArray[np.uint32]:
        """Where sentences and texts end, ascending: what a gap of a phrase never reaches over.

        Of texts that are empty, nothing is known; no gap begins in one.
        """
        first = self._grams_at[1:-1]
        last = first[self._grams.take(first) == 0].tolist()
        ends = [(self.places.list(each)[0] + 1).astype(np.uint32) for each in last]
        ends += [self._unordered(self._rank(each)).astype(np.uint32) for each in SENTENCE_ENDS]
        stops = np.concatenate(ends)
        stops.sort()
        return stops

    def article_borders(self, number: int) -> bytes:
        """The borders of the literal text of one article; see AnalysedArticle.borders."""
        start, end = int(self.starts[number]), int(self.starts[number + 1])
        return self.borders[start // 8 : end // 8].tobytes()

    def article(self, number: int) -> Article:
        """The stored article with this number."""
        start, end = int(self._store_at[number]), int(self._store_at[number + 1])
        return unpacked(self.frames.decompress(self._store[start:end].tobytes()))

    def id(self, number: int) -> str:
        """The id of an article."""
        at = self.file["ids.at"]
        return bytes(self.file["ids"][int(at[number]) : int(at[number + 1])]).decode()

    def number(self, article_id: str) -> int | None:
        """The number of the article with this id."""
        order = self.file["ids.order"]
        place = bisect_left(order, article_id, key=lambda each: self.id(int(each)))
        if place == len(order):
            return None
        found = int(order[place])
        return found if self.id(found) == article_id else None

    def known(self) -> list[tuple[str, Known]]:
        """Id, content hash and origin of every article, by number."""
        hashes = self.file["hash"].tobytes()
        origins = unframed_texts(self.file["origins"], self.articles)
        return [
            (
                self.id(number),
                Known(
                    hashes[number * 16 : number * 16 + 16].hex(),
                    origin.decode(errors="surrogateescape"),
                ),
            )
            for number, origin in enumerate(origins)
        ]


class _Dictionary:
    """Sorted texts, found by their every 32nd and then among those that follow it."""

    def __init__(self, data: Array, at: Array) -> None:
        self._data = data
        self._at = at

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, number: int) -> bytes:
        start, end = self._at[number : number + 2].tolist()
        return self._data[start:end].tobytes()

    @cached_property
    def _sampled(self) -> list[bytes]:
        return [self[number] for number in range(0, len(self), _STRIDE)]

    def find(self, wanted: bytes) -> int | None:
        """The number of a text."""
        first = max(0, bisect_right(self._sampled, wanted) - 1) * _STRIDE
        at = self._at[first : first + _STRIDE + 1].tolist()
        if not at:
            return None
        block = self._data[at[0] : at[-1]].tobytes()
        for place, (start, end) in enumerate(pairwise(at)):
            if block[start - at[0] : end - at[0]] == wanted:
                return first + place
        return None
