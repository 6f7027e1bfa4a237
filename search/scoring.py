"""BM25F as plain formulas (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).

What an article has of a term is one whole number, its impact, 1 to 255. It adds two parts, each of
the form w / (K1 + w). In the first, w adds up the weighted frequencies of headline, body and
captions, each over the length of its field. In the second, which counts LEAD_SHARE, w is what
headline and lead have: news says what it is about at the top. How telling a term is, its idf, is a
whole number of 256ths. So scores are exact sums of whole numbers in every engine, and equal scores
are equal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.schema import FIELD_WEIGHTS, Field

K1 = 1.2
B = {Field.TITLE: 0.5, Field.BODY: 0.6, Field.CAPTIONS: 0.5}

LEAD = 128
"""The first so many words of the body, gaps included, are the lead."""

LEAD_SHARE = 0.4
"""What headline and lead by themselves count, beside the whole article."""

OPENING = 300
"""The first so many characters of a body, and its headline, are the opening."""

OPENING_WEIGHT = 51
"""Impact of a pair of characters of running text that stands in the opening."""

MOST_RAISED = 100
"""So many of the first hits are looked at for pairs in their openings."""

MOST_PLACES = 1 << 18
"""A pair of characters with more places tells too little to be looked for in openings."""

MOST = (7, 15, 63, 7)
"""More occurrences in headline, lead, rest of the body, captions count as these."""

FULL_IMPACT = 255
IDF_UNITS = 256
SCORE_UNITS = FULL_IMPACT * IDF_UNITS
"""A score of 1 in the whole numbers that are added up."""

PLACED = round(FULL_IMPACT / (K1 + 1))
"""Impact of a leaf that is found by its letters: one occurrence in a body of average length."""


@dataclass(frozen=True, slots=True)
class Averages:
    """Words that the articles have on average in each field; fields without words count as 1."""

    title: float
    body: float
    captions: float

    def moved(self, before: Averages, by: float = 0.05) -> bool:
        """Whether one of them differs by more than this share."""
        pairs = (
            (self.title, before.title),
            (self.body, before.body),
            (self.captions, before.captions),
        )
        return any(abs(now - then) > by * then for now, then in pairs)


def averages_of(totals: Mapping[Field, int], articles: int) -> Averages:
    """From the words of all articles in each field."""
    return Averages(*(totals[each] / max(1, articles) or 1.0 for each in Field))


def idf(articles: int, having: int) -> float:
    """How telling a term is that `having` of `articles` articles have; never negative."""
    return math.log(1 + (articles - having + 0.5) / (having + 0.5))


def idf_units(articles: int, having: int) -> int:
    """`idf` in 256ths, from 1."""
    return max(1, round(IDF_UNITS * idf(articles, having)))


def clause_weight(articles: int, having: int) -> int:
    """`idf` in thousandths, as a whole number from 1: the weight of a clause of AtLeast."""
    return max(1, round(1000 * idf(articles, having)))


def norm(field: Field, length: float, average: float) -> float:
    """What the frequencies in a field of this length are divided by."""
    return 1 - B[field] + B[field] * length / average


def impact(frequencies: Sequence[int], lengths: Mapping[Field, int], averages: Averages) -> int:
    """The impact of a term with these frequencies (headline, lead, rest of the body, captions)."""
    title, lead, rest, captions = (
        min(most, each) for most, each in zip(MOST, frequencies, strict=True)
    )
    title_norm = norm(Field.TITLE, lengths[Field.TITLE], averages.title)
    body_norm = norm(Field.BODY, lengths[Field.BODY], averages.body)
    captions_norm = norm(Field.CAPTIONS, lengths[Field.CAPTIONS], averages.captions)
    headline = FIELD_WEIGHTS[Field.TITLE] * title / title_norm
    whole = (
        headline
        + FIELD_WEIGHTS[Field.BODY] * (lead + rest) / body_norm
        + FIELD_WEIGHTS[Field.CAPTIONS] * captions / captions_norm
    )
    top = headline + FIELD_WEIGHTS[Field.BODY] * lead
    both = whole / (K1 + whole) + LEAD_SHARE * top / (K1 + top)
    return max(1, round(FULL_IMPACT * both / (1 + LEAD_SHARE)))


def opening_units(articles: int, places: int) -> int:
    """How telling a pair of characters with so many places is, in 256ths; 0: too little."""
    if places > min(articles // 2, MOST_PLACES):
        return 0
    return idf_units(articles, places)
