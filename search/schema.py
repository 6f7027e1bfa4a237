"""The fields of an article as an index sees them; the same names for every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from search.article import Article


class Field(StrEnum):
    """A searchable text of an article."""

    TITLE = "title"
    BODY = "body"
    CAPTIONS = "captions"


class Facet(StrEnum):
    """What hits are counted by and filtered on."""

    DATE = "date"
    TOPIC = "topic"
    PERSON = "person"
    SOURCE = "source"


VALUE_FACETS: Final = (Facet.TOPIC, Facet.PERSON, Facet.SOURCE)

FIELD_WEIGHTS: Final = MappingProxyType({Field.TITLE: 4.0, Field.BODY: 1.0, Field.CAPTIONS: 0.8})
"""BM25F weight of a term's frequency in each field."""


@dataclass(frozen=True, slots=True)
class AnalysedArticle:
    """An article and the terms of each of its fields, in order, GAP where terms are parted."""

    article: Article
    terms: Mapping[Field, Sequence[str]]


def facet_values(article: Article, facet: Facet) -> tuple[str, ...]:
    """The values an article has for a facet other than the date."""
    if facet is Facet.TOPIC:
        return article.topics
    if facet is Facet.PERSON:
        return article.persons
    return (article.source,) if article.source else ()
