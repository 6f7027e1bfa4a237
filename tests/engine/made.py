"""Analysed articles made by hand, without MeCab, and phrases for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from search.article import Article
from search.query import ALL_FIELDS, Phrase, Slot
from search.schema import FIELD_END, AnalysedArticle, Field, Form, Reading

MARKS = {"|": "、", "_": " ", "・": "・", "。": "。", "¦": FIELD_END}
"""What stands between words and is none; "¦" ends a caption."""

_PARTING = "|¦"
"""Those that are a gap."""


def analysed(
    article: Article, words: Mapping[Field, str], readings: Sequence[Reading] = ()
) -> AnalysedArticle:
    """Words set off by spaces, `term/form` where both differ, written one behind the other."""
    forms: dict[Form, int] = {("", ""): 0}
    places: dict[Field, np.ndarray] = {}
    text, borders = "", set[int]()
    for field in Field:
        found = []
        for word in words.get(field, "").split():
            if word in MARKS:
                text += MARKS[word]
                found += [0] if word in _PARTING else []
                continue
            term, _, form = word.partition("/")
            borders |= {len(text), len(text) + len(form or term)}
            text += form or term
            found.append(forms.setdefault((term, form or term), len(forms)))
        if field is not Field.CAPTIONS or words.get(field):
            text += FIELD_END
        places[field] = np.array(found, np.uint32)
    marks = np.zeros(len(text), np.uint8)
    marks[[each for each in borders if each < len(text)]] = 1
    packed = np.packbits(marks, bitorder="little").tobytes()
    return AnalysedArticle(article, list(forms), places, text, packed, readings)


def sentence(words: Sequence[str]) -> str:
    """Words as `analysed` takes them; an empty one parts."""
    return " ".join(word or "|" for word in words)


def phrase(
    *terms: str, gaps: tuple[int, ...] = (), fields: tuple[Field, ...] = ALL_FIELDS
) -> Phrase:
    """A phrase with one term a slot."""
    return Phrase(tuple(Slot((term,)) for term in terms), gaps, fields)
