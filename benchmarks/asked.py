"""What is asked: the same questions for every engine, drawn with a fixed seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, TypeVar

from benchmarks.recombined import read_lines
from benchmarks.terms import analyser, literal_text
from search.article import Article, article_from_stored
from search.dates import tokyo_day

QUERIES: Final = 200
LITERALS: Final = (1, 2, 3, 6)
_SAMPLE: Final = 3_000
_SHARES: Final = (0.0005, 0.3)
_WORDS: Final = (1, 2, 2, 3, 3, 4)
_DAYS: Final = (30, 90, 365, 730)

T = TypeVar("T")
How = Literal["or", "and", "phrase", "literal"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: words that one or all articles must have, or that stand side by side."""

    how: How
    terms: tuple[str, ...]
    """Finished terms; of a literal, its folded text."""
    written: tuple[str, ...]
    """The same as they stand in a text, for cutting snippets and for typing."""
    topic: str = ""
    since: date | None = None
    until: date | None = None
    newest: bool = False
    """Sorted by date, not by relevance."""


class Questions:
    """Draws questions from a sample of a corpus."""

    def __init__(self, corpus: Path, articles: int) -> None:
        step = max(1, articles // _SAMPLE)
        self._sample = [article_from_stored(each) for each in read_lines(corpus, step)]
        self._drawn = random.Random(7)  # noqa: S311 - the same questions every time
        self._usual = self._usual_terms()

    def _usual_terms(self) -> frozenset[str]:
        analysed = analyser().analyse_all([each.body for each in self._sample])
        having = Counter(term for each in analysed for term in set(each.terms))
        least, most = (share * len(self._sample) for share in _SHARES)
        return frozenset(term for term, count in having.items() if max(2, least) <= count <= most)

    def kinds(self) -> dict[str, list[Asked]]:
        """The questions of each kind, by its name in the tables."""
        drawn = self._some(self._from_headline)
        every = [replace(each, how="and") for each, _ in drawn]
        kinds = {
            "OR": [each for each, _ in drawn],
            "AND": every,
            "AND, a topic": [
                replace(each, how="and", topic=article.topics[0]) for each, article in drawn
            ],
            "AND, a span of days": [self._in_a_span(*each) for each in drawn],
            "AND, newest first": [replace(each, newest=True) for each in every],
            "phrase": self._some(self._phrase),
        }
        for length in LITERALS:
            name = f"literal of {length}"
            kinds[name] = self._some(partial(self._literal, length))
        return kinds

    def _any(self) -> Article:
        return self._drawn.choice(self._sample)

    def _some(self, draw: Callable[[], T | None]) -> list[T]:
        found: list[T] = []
        while len(found) < QUERIES:
            asked = draw()
            found += [asked] if asked else []
        return found

    def _from_headline(self) -> tuple[Asked, Article] | None:
        article = self._any()
        tokens = _tokens(article.title)
        words = [pair for pair in dict(tokens).items() if pair[0] in self._usual]
        count = self._drawn.choice(_WORDS)
        if len(words) < count:
            return None
        start = self._drawn.randrange(len(words) - count + 1)
        return _asked("or", words[start : start + count]), article

    def _in_a_span(self, asked: Asked, article: Article) -> Asked:
        """Days of which one is that of the article, so that there is a hit."""
        days = self._drawn.choice(_DAYS)
        since = tokyo_day(article.published) - timedelta(days=self._drawn.randrange(days))
        return replace(asked, how="and", since=since, until=since + timedelta(days=days))

    def _phrase(self) -> Asked | None:
        """Two or three neighbouring words, nothing but themselves between them."""
        body = self._any().body
        analysed = analyser().analyse(body)
        tokens = list(analysed.tokens())
        count = self._drawn.choice((2, 2, 3))
        start = self._drawn.randrange(max(1, len(tokens) - count))
        chosen = tokens[start : start + count]
        if len(chosen) < count or any(a.end != b.start for a, b in pairwise(chosen)):
            return None
        return _asked("phrase", [(each.term, body[each.start : each.end]) for each in chosen])

    def _literal(self, length: int) -> Asked | None:
        text = literal_text(self._any().body)
        start = self._drawn.randrange(max(1, len(text) - length))
        wanted = text[start : start + length]
        first = "一" if length == 1 else "ぁ"
        if len(wanted) < length or not all(first <= char <= "鿿" for char in wanted):
            return None
        return Asked("literal", (wanted,), (wanted,))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    return ((each.term, text[each.start : each.end]) for each in analyser().analyse(text).tokens())


def _asked(how: How, words: Sequence[tuple[str, str]]) -> Asked:
    return Asked(how, tuple(term for term, _ in words), tuple(written for _, written in words))
