"""The port: what the service asks of an engine, and what a re-index does with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from search.article import Article
from search.labels import Linker
from search.query import FacetRequest, Filters, Opening, Partial, Query, Sort
from search.results import Match, Matches, Value, ValueCount
from search.schema import AnalysedArticle, Facet


@dataclass(frozen=True, slots=True)
class Window:
    """Which cut of the hits, and in which order; ties: newest first, then id."""

    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What `sakuin status` shows."""

    engine: str
    articles: int
    segments: int
    bytes: int
    generation: int
    fingerprint: str
    indexed_at: str | None


class Snapshot(Protocol):
    """One state of the index, the same for as long as it is open. Safe from several threads."""

    @property
    def generation(self) -> int:
        """Grows with every change of the index."""
        ...

    @property
    def identity(self) -> str:
        """Tells this state from every other, also from one of an index made anew."""
        ...

    def search(  # noqa: PLR0913 - the first is what is asked, the others how
        self,
        query: Query,
        *,
        filters: Filters,
        window: Window,
        facets: Sequence[FacetRequest] = (),
        lower: Query | None = None,
        partial: Partial | None = None,
        opening: Opening | None = None,
    ) -> Matches:
        """The hits that pass every filter, and each facet counted without its own filter.

        What only the wider query `lower` finds is a hit too, behind the others by relevance; what
        only `partial` finds stands behind both, or is only counted. `opening` raises the first of
        the hits of `query`, by relevance; how telling its pairs are may count removed articles.
        """
        ...

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """How many articles match each query, filters aside."""
        ...

    def values(self, facet: Facet) -> Sequence[Value]:
        """The values that articles have for a facet other than the date, in no order."""
        ...

    def named(self, facet: Facet, name: str) -> tuple[str, ...]:
        """The value with this name, else those of articles that have it, in order of UTF-8."""
        ...

    def labels(self, facet: Facet, value: str) -> tuple[ValueCount, ...]:
        """The labels that are linked to a value, and how many articles have each.

        Largest first, equal ones by name.
        """
        ...

    def size(self) -> int:
        """How many articles there are."""
        ...

    def forms(self, term: str) -> Sequence[str]:
        """Every way a term is written in literal texts, the term itself included.

        Ways that only removed articles had may stay.
        """
        ...

    def terms_written(self, form: str) -> Sequence[str]:
        """The terms that are written so somewhere, in order; see `forms`."""
        ...

    def terms_read(self, reading: str) -> Sequence[str]:
        """The terms that have this reading, in order; see AnalysedArticle.readings."""
        ...

    def vocabulary(self, least: int) -> Sequence[str]:
        """The terms that at least so many articles have, in order of UTF-8; removed ones count."""
        ...

    def get(self, article_id: str) -> Match | None:
        """The article with this id, with score 0; its persons as they are linked."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What a re-index needs to know of an article that is in the index."""

    content_hash: str
    origin: str


class ArticleWriter(Protocol):
    """Changes that become visible together when the writing block is left without an error."""

    def corrections(self) -> str:
        """What was said to `link` when the index before was written; empty where nothing was."""
        ...

    def link(self, linker: Linker, corrections: str) -> None:
        """How the labels of all articles are linked to values when the writing ends.

        Otherwise every label stands by itself. `corrections` is kept with the links.
        """
        ...

    def known(self) -> Mapping[str, Known]:
        """Every article of the index before this writing, by id."""
        ...

    def articles(self) -> Iterator[Article]:
        """Every article of the index before this writing, as stored: links aside."""
        ...

    def add(self, analysed: AnalysedArticle) -> None:
        """Add an article, or put it in the place of the one with the same id."""
        ...

    def remove(self, article_id: str) -> None:
        """Take an article out; nothing happens where there is none."""
        ...


class Engine(Protocol):
    """An index that can be searched and written. Safe from several threads."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The newest state; IndexMissing or IndexUnusable where there is none."""
        ...

    def generation(self) -> int | None:
        """The number of the newest state, cheaply; None where there is no index."""
        ...

    def writing(self, *, rebuild: bool = False) -> AbstractContextManager[ArticleWriter]:
        """Change the index: committed on leaving, nothing changed on an exception.

        Where nothing was changed, there is no new generation.

        With `rebuild` the new state holds only what is added. IndexLocked where another process
        writes, IndexNotWritable where the disk does not take it.
        """
        ...

    def status(self) -> EngineStatus:
        """What there is; IndexMissing where there is nothing."""
        ...

    def check(self) -> list[str]:
        """What is broken on disk, a line each; empty where the index is whole."""
        ...

    def close(self) -> None:
        """Give back what is held open."""
        ...
