"""The query tree: the whole contract between planning and engines.

Leaves carry finished index terms; nothing below the planner looks at text. Close every match
over a Query with `assert_never`, so that a new kind of node is a type error in each engine
until it is handled there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal as OneOfThese

from search.schema import Facet, Field

JOINERS = "・=-‐‑–'’"
"""May stand between two words of a name: ケビン・ハセット."""

SENTENCE_ENDS = "。!?"
"""In literal text; a gap of a phrase never reaches over one of them."""

ALL_FIELDS = (Field.TITLE, Field.BODY, Field.CAPTIONS)


@dataclass(frozen=True, slots=True)
class Term:
    """Articles that hold `term` in one of the fields."""

    term: str
    fields: tuple[Field, ...] = ALL_FIELDS


@dataclass(frozen=True, slots=True)
class Slot:
    """What may stand at one place of a phrase: terms in any of their written forms, or letters."""

    terms: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    """Pieces of literal text, as they stand."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Articles where the slots are filled one after the other, in one of the fields.

    What fills a slot stands from border to border of words. `gaps[i]` is what may stand between
    slots i and i + 1: with 0, nothing, or one white space or JOINER; else up to so many
    characters, none of which ends a sentence.
    """

    slots: tuple[Slot, ...]
    gaps: tuple[int, ...] = ()
    """One less than slots; empty where all are 0."""
    fields: tuple[Field, ...] = ALL_FIELDS


@dataclass(frozen=True, slots=True)
class Literal:
    """Articles whose literal text holds the pieces one after the other, in one of the fields.

    Pieces are folded as the literal text is, none is empty; a space may stand between two.
    """

    pieces: tuple[str, ...]
    fields: tuple[Field, ...] = ALL_FIELDS


@dataclass(frozen=True, slots=True)
class Boosted:
    """The articles of `clause`; their scores are raised by those `by` gives them."""

    clause: Query
    by: Query


@dataclass(frozen=True, slots=True)
class Weighted:
    """The articles of `clause`; their scores count `eighths` of 8, rounded down."""

    clause: Query
    eighths: int


@dataclass(frozen=True, slots=True)
class And:
    """Articles that match every clause; with none, every article."""

    clauses: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Articles that match at least one clause; with none, no article."""

    clauses: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Best:
    """Articles that match at least one clause; the highest of their scores counts."""

    clauses: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Articles whose matching clauses weigh `needed` or more together.

    Weights are whole numbers from 1 (`weights[i]` belongs to `clauses[i]`), so that sums are
    exact in every engine.
    """

    clauses: tuple[Query, ...]
    weights: tuple[int, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that do not match the clause; it never adds to a score."""

    clause: Query


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article, with score 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No article."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A filter: articles that have at least one of the values for a facet."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A filter: articles of the days `since` to `until` in Tokyo, both included; None is open."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Passing:
    """Articles that pass a filter on a facet, with score 0; `Between` for the date."""

    facet: Facet
    rule: OneOf | Between


Leaf = Term | Phrase | Literal
Query = Leaf | Boosted | Weighted | And | Or | Best | AtLeast | Not | Passing | Everything | Nothing


@dataclass(frozen=True, slots=True)
class Partial:
    """Hits inside longer words: those of a wider query that the query itself does not find."""

    query: Query
    shown: bool
    """Whether they are hits, behind all others by relevance; else they are only counted."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Raises the first hits of running text, by what stands at their beginning.

    Of the first scoring.MOST_RAISED hits of the query, each gains for every pair of characters
    that begins in its headline or in the first scoring.OPENING characters of its body; `pairs` are
    such pairs and how much they count, in eighths.
    """

    pairs: tuple[tuple[str, int], ...]


Filters = Mapping[Facet, OneOf | Between]
"""At most one filter a facet; `Between` for the date, `OneOf` for the others."""

Sort = OneOfThese["relevance", "newest", "oldest"]
PartialMode = OneOfThese["auto", "0", "1"]
Interval = OneOfThese["auto", "year", "fiscalYear", "month", "day"]
FacetOrder = OneOfThese["count", "reading"]


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """A facet to count: how many values to list, and the width of date buckets."""

    facet: Facet
    size: int = 10
    interval: Interval = "auto"
    selected: tuple[str, ...] = ()
    """Values to list even if they have no hit."""
    order: FacetOrder = "count"
    """Largest count first, equal ones by name; or by reading, as a dictionary has it."""
    among: tuple[str, ...] | None = None
    """Where given, no other values are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A request as a URL or a command line gives it, checked."""

    q: str = ""
    topic: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    sort: Sort | None = None
    page: int = 1
    hits_per_page: int = 10
    facets: tuple[Facet, ...] = tuple(Facet)
    facet_size: int = 10
    interval: Interval = "auto"
    partial: PartialMode = "auto"
    exact: bool = False

    @property
    def effective_sort(self) -> Sort:
        """The sort asked for, or the one that fits."""
        return self.sort or ("relevance" if self.q.strip() else "newest")

    def choosing(self, facet: Facet, values: tuple[str, ...]) -> SearchRequest:
        """The same request with these values chosen of a facet other than the date, on page 1."""
        return replace(self, page=1, **{facet.value: values})  # type: ignore[arg-type]

    def selected(self, facet: Facet) -> tuple[str, ...]:
        """The values chosen of a facet other than the date."""
        return {Facet.TOPIC: self.topic, Facet.PERSON: self.person, Facet.SOURCE: self.source}.get(
            facet, ()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetSearch:
    """A search inside the values of a facet: which of them, and in which order.

    Hits are counted as those of `request`, which also says how many values are listed.
    """

    facet: Facet
    text: str = ""
    """In what is written or read; empty: every value."""
    order: FacetOrder = "count"
    row: str = ""
    """Of the kana table, see search.facet_values.ROWS, or a single kana of one; empty: all."""
    request: SearchRequest = field(default_factory=SearchRequest)
