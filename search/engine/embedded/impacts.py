"""Impacts of many postings at once: `search.scoring.impact` in numpy.

The frequencies of a posting are kept beside the index as one number of 16 bits, so that impacts
can be worked out anew when averages have moved, and fields told apart: headline 3 bits, lead 4,
rest of the body 6, captions 3, from the lowest up.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.engine.embedded.postings import Numbers
from search.schema import FIELD_WEIGHTS, Field
from search.scoring import FULL_IMPACT, K1, LEAD_SHARE, MOST, Averages, B

Frequencies = NDArray[np.uint16]

_SHIFTS: Final = (0, 3, 7, 13)
_FIELD_BITS: Final = {Field.TITLE: 0x0007, Field.BODY: 0x1FF8, Field.CAPTIONS: 0xE000}


def packed(counts: Numbers) -> Frequencies:
    """From counts in headline, lead, rest and captions, int64[p, 4]; more than MOST count as it."""
    capped = np.minimum(counts, MOST)
    whole: Numbers = (capped << np.array(_SHIFTS)).sum(axis=1)
    return whole.astype(np.uint16)


def in_fields(frequencies: Frequencies, fields: tuple[Field, ...]) -> NDArray[np.bool_]:
    """Which postings have the term in one of the fields, bool[p]."""
    bits = np.uint16(sum(_FIELD_BITS[each] for each in set(fields)))
    inside: NDArray[np.bool_] = (frequencies & bits) != 0
    return inside


def norms(lengths: NDArray[np.generic], field: Field, average: float) -> NDArray[np.float64]:
    """What the frequencies in a field are divided by; float64[n] from lengths[n]."""
    whole: NDArray[np.float64] = 1 - B[field] + B[field] * lengths.astype(np.float64) / average
    return whole


def all_norms(
    lengths: dict[Field, NDArray[np.generic]], averages: Averages
) -> tuple[NDArray[np.float64], ...]:
    """The norms of headline, body and captions of every article."""
    means = (averages.title, averages.body, averages.captions)
    return tuple(norms(lengths[each], each, mean) for each, mean in zip(Field, means, strict=True))


def impacts(
    frequencies: Frequencies, articles: Numbers, norms_of: tuple[NDArray[np.float64], ...]
) -> NDArray[np.uint8]:
    """The impact of each posting, uint8[p]; `articles` int64[p] are numbers into the norms."""
    title, lead, rest, captions = (
        (frequencies >> shift & most).astype(np.float64)
        for shift, most in zip(_SHIFTS, MOST, strict=True)
    )
    title_norm, body_norm, captions_norm = (each.take(articles) for each in norms_of)
    headline = FIELD_WEIGHTS[Field.TITLE] * title / title_norm
    whole = headline + FIELD_WEIGHTS[Field.BODY] * (lead + rest) / body_norm
    whole += FIELD_WEIGHTS[Field.CAPTIONS] * captions / captions_norm
    top = headline + FIELD_WEIGHTS[Field.BODY] * lead
    both = whole / (K1 + whole) + LEAD_SHARE * top / (K1 + top)
    return np.maximum(1, np.rint(FULL_IMPACT * both / (1 + LEAD_SHARE))).astype(np.uint8)
