"""BM25F as plain formulas (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009)."""

from __future__ import annotations

import math

from search.schema import Field

K1 = 1.2
B = {Field.TITLE: 0.5, Field.BODY: 0.75, Field.CAPTIONS: 0.5}


def idf(articles: int, having: int) -> float:
    """How telling a term is that `having` of `articles` articles have; never negative."""
    return math.log(1 + (articles - having + 0.5) / (having + 0.5))


def clause_weight(articles: int, having: int) -> int:
    """`idf` in thousandths, as a whole number from 1: the weight of a clause of AtLeast."""
    return max(1, round(1000 * idf(articles, having)))
