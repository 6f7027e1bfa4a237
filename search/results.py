"""What engines and the service answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from search.article import Article
from search.query import FacetSearch, SearchRequest
from search.schema import Facet


@dataclass(frozen=True, slots=True)
class Match:
    """A hit of an engine: the article and its score, which never rises by relevance."""

    article: Article
    score: float
    partial: bool = False
    """Found inside longer words only."""
    borders: bytes = field(default=b"", compare=False, repr=False)
    """Borders of words in the literal text; see AnalysedArticle."""


@dataclass(frozen=True, slots=True)
class DateBucket:
    """A span of days with hits; `value` is `2025`, `2025-06`, `2025-06-10` or `FY2025`."""

    value: str
    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value of a facet and the hits that have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet that articles have."""

    value: str
    reading: str
    """See search.readings."""
    names: tuple[str, ...]
    """What articles call it."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What an engine found: the total is exact, `hits` are the asked-for cut of it."""

    total: int
    hits: tuple[Match, ...]
    dates: tuple[DateBucket, ...] = ()
    values: dict[Facet, tuple[ValueCount, ...]] | None = None
    partial: int = 0
    """Hits inside longer words only, shown or not."""

    def counts(self, facet: Facet) -> tuple[ValueCount, ...]:
        """The counts of a facet other than the date; empty if it was not asked for."""
        return (self.values or {}).get(facet, ())


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:start + length]`, in code points."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Passage:
    """An exact piece of a field and the places in it that matched."""

    text: str
    field: str
    matches: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """What was looked for besides what was typed: `kind` is variant, reading or synonym."""

    term: str
    added: str
    kind: str


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date that stood alone in a query and was read as a filter."""

    text: str
    first: date | None
    last: date | None
    rest: str
    """The query without it."""
    as_text: str
    """The query with it as words."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found, with the passages to show."""

    article: Article
    score: float
    match_type: str | None
    title: Passage
    body: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class WordCount:
    """A part of a query by itself: articles that have it, and those with it in longer words."""

    text: str
    count: int
    inside: int = 0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a query finds nothing, or not what was asked."""

    words: tuple[WordCount, ...] = ()
    """Each word of the query by itself."""
    parts: tuple[WordCount, ...] = ()
    """The words of compounds that no article has."""
    suggestion: str | None = None
    """The query with the nearest spelling that the index has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetResult:
    """The answer to a FacetSearch."""

    asked: FacetSearch
    values: tuple[ValueCount, ...] = ()
    readings: tuple[str, ...] = ()
    """Of each value; see search.readings."""
    dates: tuple[DateBucket, ...] = ()
    """Where the facet is the date."""
    more: bool = False
    """There are more values than are listed."""
    rows: tuple[str, ...] = ()
    """Of the kana table, those that the values have, whatever row was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonResult:
    """What the archive knows of a person."""

    name: str
    reading: str
    """See search.readings."""
    names: tuple[ValueCount, ...]
    """What articles call them at the fullest, and how many do."""
    offices: tuple[ValueCount, ...]
    """Titles that articles give them."""
    months: tuple[DateBucket, ...]
    together: tuple[ValueCount, ...]
    """Who is named in the same articles."""
    topics: tuple[ValueCount, ...]
    alike: tuple[str, ...]
    """Others whose names hold this one: 石破茂 beside 石破."""
    articles: tuple[Article, ...]
    """The newest ones."""
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The answer to a SearchRequest."""

    request: SearchRequest
    parsed_query: str
    warnings: tuple[str, ...]
    relaxed: bool
    expansions: tuple[Expansion, ...] = ()
    date_read: DateRead | None = None
    diagnosis: Diagnosis | None = None
    """Where nothing was found, or only by relaxing."""
    total: int
    partial: int
    """Hits inside longer words, shown or not."""
    hits: tuple[Hit, ...]
    dates: tuple[DateBucket, ...]
    values: dict[Facet, tuple[ValueCount, ...]]
    milliseconds: float

    @property
    def pages(self) -> int:
        """How many pages the hits fill."""
        return -(-self.total // self.request.hits_per_page)
