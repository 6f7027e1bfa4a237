"""The fields of an article as an index sees them; the same names for every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

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

FIELD_END: Final = "\x1f"
"""Stands behind every text in the literal text of an article, and nowhere else in it."""

Reading = tuple[str, str]
"""What a term may be typed as instead, in katakana or Latin letters, and the term: イシバ, 石破."""

Form = tuple[str, str]
"""A term and one of the ways it is written, as it stands in a literal text; GAP is ("", "")."""


@dataclass(frozen=True, slots=True, eq=False)
class AnalysedArticle:
    """An article as an engine takes it: its words, and the literal text they stand in.

    The literal text is that of the title, of the body and of each caption, every one ended by
    FIELD_END; a text is there even if it is empty, captions only if there are any.
    """

    article: Article
    forms: Sequence[Form]
    """Shared by the articles of a batch; may hold forms of others."""
    words: Mapping[Field, NDArray[np.uint32]]
    """The words of each field in order, as places in `forms`; a gap parts captions."""
    text: str
    """The literal text: folded, runs of white space and control characters made one space."""
    borders: bytes
    """Bit i (bit i % 8 of byte i // 8) is set where a word starts or ends before `text[i]`;
    ceil(len(text) / 8) bytes."""
    readings: Sequence[Reading] = ()
    """Shared by the articles of a batch; may hold those of terms of others."""

    def terms(self, field: Field) -> list[str]:
        """The terms of a field in order, GAP where they are parted."""
        return [self.forms[place][0] for place in self.words[field].tolist()]

    def border_from(self, start: int) -> Callable[[int], bool]:
        """See `border_from`."""
        return border_from(self.borders, start)


def border_from(borders: bytes, start: int) -> Callable[[int], bool]:
    """Tells of a place, counted from `start` of the literal text, whether it is a border."""

    def is_border(place: int) -> bool:
        place += start
        return bool(borders[place >> 3] >> (place & 7) & 1)

    return is_border
