"""Whether all that is in a text is found: random substrings of livedoor, in quotes and bare."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.corpus import article_files, read_articles
from benchmarks.indexes import indexed
from benchmarks.report import Section, table
from search.analysis.japanese import Analyser
from search.analysis.normalize import literal_text
from search.article import Article
from search.literal import pieces_of
from search.query import SearchRequest
from search.service import SearchService

SUBSTRINGS: Final = 1_000
LONGEST: Final = 20
_MOST_LOOKED_AT: Final = 500


@dataclass(frozen=True, slots=True)
class Drawn:
    """A substring, and the articles that hold it in one field."""

    text: str
    holding: frozenset[str]


@dataclass(slots=True)
class Tally:
    """Articles that hold some substrings, and what was found of them."""

    substrings: int = 0
    holding: int = 0
    found: int = 0
    wrong: int = 0
    bare: int = 0
    """Substrings looked for without quotes, hits inside longer words shown."""
    bare_missed: int = 0
    """Of these, those with an article that is not among the hits."""


def draw(articles: Sequence[Article], count: int, seed: int = 1) -> Iterator[Drawn]:
    """Substrings of every length from 1 on in turn, of headlines and bodies."""
    texts = [
        (each.id, [literal_text(text).text for text in (each.title, each.body, *each.captions)])
        for each in articles
    ]
    chance = random.Random(seed)  # noqa: S311 - the same substrings every time
    drawn = 0
    while drawn < count:
        length = drawn % LONGEST + 1
        article = chance.choice(articles)
        text = chance.choice([article.title, article.body])
        start = chance.randrange(max(1, len(text) - length + 1))
        piece = text[start : start + length]
        pieces = pieces_of(literal_text(piece).text)
        if len(piece) < length or not pieces or set(piece) & set('"＂'):
            continue
        drawn += 1
        wanted = re.compile(" ?".join(map(re.escape, pieces)))
        holding = (each for each, found in texts if any(map(wanted.search, found)))
        yield Drawn(piece, frozenset(holding))


def tally(service: SearchService, drawn: Sequence[Drawn]) -> dict[int, Tally]:
    """By length, what is found of the substrings."""
    tallies: dict[int, Tally] = {}
    for each in drawn:
        mine = tallies.setdefault(len(each.text), Tally())
        found = _ids(service, SearchRequest(q=f'"{each.text}"'))
        mine.substrings += 1
        mine.holding += len(each.holding)
        mine.found += len(each.holding & found)
        mine.wrong += len(found - each.holding)
        if len(each.holding) <= _MOST_LOOKED_AT and not re.search(r"\d", each.text):
            bare = _ids(service, SearchRequest(q=each.text, partial="1"))
            mine.bare += 1
            mine.bare_missed += bool(each.holding - bare)
    return tallies


def _ids(service: SearchService, request: SearchRequest) -> frozenset[str]:
    ids: set[str] = set()
    for page in range(1, 1_000):
        asked = SearchRequest(
            q=request.q, partial=request.partial, page=page, hits_per_page=100, facets=()
        )
        hits = service.search(asked).hits
        ids.update(hit.article.id for hit in hits)
        if len(hits) < asked.hits_per_page:
            break
    return frozenset(ids)


def substrings_section(analyser: Analyser) -> Section:
    """Recall and precision of quotations by length, and of the same without quotes."""
    with article_files() as files, tempfile.TemporaryDirectory() as folder:
        articles = read_articles(files)
        drawn = list(draw(articles, SUBSTRINGS))
        tallies = tally(indexed(articles, Path(folder), analyser), drawn)
    rows = [
        [
            length,
            mine.substrings,
            f"{mine.found / mine.holding:.4f}",
            f"{mine.found / (mine.found + mine.wrong):.4f}",
            f"{mine.bare_missed} of {mine.bare}",
        ]
        for length, mine in sorted(tallies.items())
    ]
    head = ("characters", "substrings", "recall", "precision", "without quotes: article missed")
    return Section(
        "Substrings",
        f"{SUBSTRINGS} random substrings of {len(articles):,} articles in quotes, against the texts"
        " read letter by letter; and, where at most 500 articles hold them and they have no digit,"
        " without quotes, hits inside longer words shown.\n\n" + table(head, rows),
    )
