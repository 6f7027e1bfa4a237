"""How good the ranking is on questions whose answers are known.

nDCG with equal gains (Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques,
2002), reciprocal rank and recall, each of the first ten hits, averaged over the questions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from search.errors import WrongUsage, shortened
from search.params import read_request
from search.query import SearchRequest
from search.service import SearchService

FIRST: Final = 10
"""So many hits are looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query and the ids of the articles that answer it."""

    request: SearchRequest
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scores:
    """Averages over some questions, each 0 to 1; `hits` are the mean hits of a question."""

    questions: int
    ndcg: float
    reciprocal_rank: float
    recall: float
    relaxed: float
    hits: float


def evaluate(service: SearchService, questions: Iterable[Question]) -> Scores:
    """The averages over the questions; WrongUsage where there is none."""
    rows = [_asked(service, question) for question in questions]
    if not rows:
        raise WrongUsage("there is no question in the file: nothing was evaluated")
    means = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    return Scores(len(rows), *means)


def _asked(service: SearchService, question: Question) -> tuple[float, ...]:
    request = replace(question.request, page=1, hits_per_page=FIRST, facets=())
    result = service.search(request)
    ids = [hit.article.id for hit in result.hits]
    ranks = [rank for rank, each in enumerate(ids) if each in question.relevant]
    return (
        ndcg(ranks, len(question.relevant)),
        1 / (ranks[0] + 1) if ranks else 0.0,
        len(ranks) / min(FIRST, len(question.relevant)),
        float(result.relaxed),
        float(result.total),
    )


def ndcg(ranks: Sequence[int], relevant: int) -> float:
    """Discounted gain of relevant hits at these ranks, from 0, over the best that could be."""
    best = sum(1 / math.log2(rank + 2) for rank in range(min(relevant, FIRST)))
    return sum(1 / math.log2(rank + 2) for rank in ranks) / best


def read_questions(path: Path) -> Iterator[Question]:
    """The questions of a file of JSON lines: `q`, `relevant` (ids), and parameters of the API.

    WrongUsage names the line that is none.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"the questions in {str(path)!r} cannot be read: {error}") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _question(line, f"{path}, line {number}")


def _question(line: str, where: str) -> Question:
    expected = '{"q": "…", "relevant": ["id", …]}, with parameters of /api/search beside'
    try:
        data: Any = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        raise WrongUsage(f"{where}: not JSON ({error}): expected {expected}") from None
    relevant = data.get("relevant") if isinstance(data, dict) else None
    named = isinstance(relevant, list) and all(isinstance(each, str) for each in relevant)
    if not named or not relevant or not isinstance(data.get("q"), str):
        raise WrongUsage(f"{where}: {shortened(line)!r} is no question: expected {expected}")
    values = {name: _texts(value) for name, value in data.items() if name != "relevant"}
    return Question(read_request(values), frozenset(relevant))


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
