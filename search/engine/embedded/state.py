"""One opened generation: Whoosh's reader, its postings as arrays, its columns."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property, reduce
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import IndexReader, TermNotFound

from search.article import Article
from search.engine.embedded.columns import (
    Mask,
    Numbers,
    ValueColumn,
    newest_first,
    oldest_first,
    value_column,
)
from search.engine.embedded.executor import phrase_frequency
from search.engine.embedded.fields import GAP_TERM, Facts, read_article, read_facts, whoosh_schema
from search.engine.embedded.generations import Manifest
from search.query import Phrase, Term
from search.schema import Facet, Field

_CACHED_POSTINGS = 4_000_000
_ENTRY = 64
"""What an entry takes besides its postings, counted in postings."""


class State:
    """One generation, opened for reading. Safe from several threads."""

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        self.manifest = manifest
        index = FileIndex(FileStorage(str(folder)), schema=whoosh_schema())
        self._reader: IndexReader = index.reader()
        self._lock = threading.Lock()
        self._cache = _PostingsCache(_CACHED_POSTINGS)
        self.segments = len(self._reader.leaf_readers())
        self.facts = self._read_facts()

    def _read_facts(self) -> list[Facts]:
        column = self._reader.column_reader("facts") if self._reader.doc_count_all() else ()
        return [read_facts(bytes(data)) for data in column]

    @cached_property
    def articles(self) -> Mask:
        """bool[n]: the articles that are there; a replaced one is deleted, but keeps its number."""
        count = len(self.facts)
        deleted = (self._reader.is_deleted(number) for number in range(count))
        return ~np.fromiter(deleted, dtype=np.bool_, count=count)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {self.facts[number].id: number for number in np.flatnonzero(self.articles).tolist()}

    @cached_property
    def days(self) -> Numbers:
        """int64[n]: day of each article in Tokyo, as `date.toordinal` counts."""
        return np.array([facts.day for facts in self.facts], dtype=np.int64)

    @cached_property
    def newest(self) -> Numbers:
        """int64[n]: place of each article in the order newest first."""
        return newest_first(self._microseconds, [facts.id for facts in self.facts])

    @cached_property
    def oldest(self) -> Numbers:
        """int64[n]: place of each article in the order oldest first."""
        return oldest_first(self._microseconds, self.newest)

    @cached_property
    def _microseconds(self) -> Numbers:
        return np.array([facts.microseconds for facts in self.facts], dtype=np.int64)

    @cached_property
    def _columns(self) -> dict[Facet, ValueColumn]:
        return {
            Facet.TOPIC: value_column([facts.topic for facts in self.facts]),
            Facet.PERSON: value_column([facts.person for facts in self.facts]),
            Facet.SOURCE: value_column([facts.source for facts in self.facts]),
        }

    def column(self, facet: Facet) -> ValueColumn:
        """The values of a facet other than the date."""
        return self._columns[facet]

    @cached_property
    def _lengths(self) -> dict[Field, Numbers]:
        rows = [facts.lengths for facts in self.facts]
        table = np.array(rows, dtype=np.int64).reshape(-1, len(Field))
        table[~self.articles] = 0
        return dict(zip(Field, table.T, strict=True))

    def lengths(self, field: Field) -> Numbers:
        """See Postings.lengths."""
        return self._lengths[field]

    def occurrences(self, leaf: Term | Phrase, field: Field) -> tuple[Numbers, Numbers]:
        """See Postings.occurrences."""
        found = self._cache.get((leaf, field))
        if found is None:
            with self._lock:
                found = self._read(leaf, field)
            self._cache.put((leaf, field), found)
        return found

    def _read(self, leaf: Term | Phrase, field: Field) -> tuple[Numbers, Numbers]:
        if isinstance(leaf, Term):
            return self._postings(leaf.term, field)
        terms = leaf.terms
        articles = reduce(np.intersect1d, (self._postings(term, field)[0] for term in set(terms)))
        if not len(articles):
            return articles, articles
        readers = {term: self._positions(term, field, articles) for term in set(terms)}
        return phrase_frequency(lambda each: [readers[term][each] for term in terms], articles)

    def _postings(self, term: str, field: Field) -> tuple[Numbers, Numbers]:
        articles, frequencies = [], []
        try:
            matcher = self._reader.postings(str(field), term or GAP_TERM)
        except TermNotFound:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        while matcher.is_active():
            articles.append(matcher.id())
            frequencies.append(matcher.weight())
            matcher.next()
        return np.array(articles, np.int64), np.array(frequencies, np.int64)

    def _positions(self, term: str, field: Field, articles: Numbers) -> dict[int, Numbers]:
        matcher = self._reader.postings(str(field), term or GAP_TERM)
        positions = {}
        for article in articles.tolist():
            if matcher.id() < article:
                matcher.skip_to(article)
            positions[article] = np.array(matcher.value_as("positions"), np.int64)
        return positions

    def article(self, number: int) -> Article:
        """The stored article with this number."""
        with self._lock:
            stored = self._reader.stored_fields(number)
        return read_article(stored["article"])

    def close(self) -> None:
        """Give the files back; nothing can be asked any more."""
        self._reader.close()

    def number(self, article_id: str) -> int | None:
        """The number of the article with this id."""
        return self._numbers.get(article_id)


class _PostingsCache:
    """Postings read lately; forgets the oldest when it holds more than `most` postings."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[Term | Phrase, Field], tuple[Numbers, Numbers]]
        self._entries = OrderedDict()

    def get(self, key: tuple[Term | Phrase, Field]) -> tuple[Numbers, Numbers] | None:
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
            return found

    def put(self, key: tuple[Term | Phrase, Field], value: tuple[Numbers, Numbers]) -> None:
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = value
            self._held += len(value[0]) + _ENTRY
            while self._held > self._most:
                _, (articles, _) = self._entries.popitem(last=False)
                self._held -= len(articles) + _ENTRY
