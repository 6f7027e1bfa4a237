"""The Whoosh schema: lists of finished terms, one column of facts, the stored article.

Only classes of Whoosh stand in it, since Whoosh pickles it into its table of contents.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from whoosh import columns, fields, formats
from whoosh.analysis import IDAnalyzer

from search.article import Article, article_from_stored
from search.dates import as_microseconds, tokyo_day
from search.schema import AnalysedArticle, Facet, Field, facet_values

GAP_TERM: Final = "\x1f"
"""Keeps the place of a GAP, which Whoosh could not index as an empty term."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What sorting, filtering and re-indexing need of an article, without its text."""

    id: str
    microseconds: int
    day: int
    """Of the proleptic Gregorian calendar, as `date.toordinal` counts."""
    topic: list[str]
    person: list[str]
    source: list[str]
    lengths: list[int]
    """Terms of title, body and captions."""
    content_hash: str
    origin: str


def whoosh_schema() -> fields.Schema:
    """Positions for every text, no scoring data of Whoosh's own beyond frequencies."""
    text = {str(each): _terms_field() for each in Field}
    return fields.Schema(
        **text, facts=fields.COLUMN(columns.VarBytesColumn()), article=fields.STORED()
    )


def _terms_field() -> fields.FieldType:
    field = fields.TEXT(analyzer=IDAnalyzer(), phrase=True)
    field.format = formats.Positions()
    return field


def whoosh_document(analysed: AnalysedArticle) -> dict[str, Any]:
    """The keyword arguments of Whoosh's `add_document`."""
    article = analysed.article
    facts = Facts(
        article.id,
        as_microseconds(article.published),
        tokyo_day(article.published).toordinal(),
        list(facet_values(article, Facet.TOPIC)),
        list(facet_values(article, Facet.PERSON)),
        list(facet_values(article, Facet.SOURCE)),
        [len(analysed.terms[each]) for each in Field],
        article.content_hash(),
        article.origin,
    )
    return {
        **{str(each): _kept(analysed.terms[each]) for each in Field},
        "facts": _dumped(asdict(facts)),
        "article": _dumped(article.to_json() | {"origin": article.origin}),
    }


def _kept(terms: Sequence[str]) -> list[str]:
    return [term or GAP_TERM for term in terms]


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def read_facts(data: bytes) -> Facts:
    """The facts back from their column."""
    return Facts(**json.loads(data))


def read_article(data: bytes) -> Article:
    """The article back from the stored field."""
    return article_from_stored(json.loads(data))
