"""News that nobody wrote: articles of sentences drawn at random from real ones, always the same."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from search.article import Article
from search.dates import JST

SEED: Final = 20_261_122
PERSONS: Final = 50_000
MOST_PERSONS: Final = 6
TOPICS: Final = (
    *("スポーツ", "暮らし・話題", "科学・IT・環境", "文化・エンタメ", "経済"),
    *("政治", "健康・医療", "社会・事件", "国際"),
)
_CHARACTERS: Final = 600
_MOST_CHARACTERS: Final = 7_000  # a body the analyser takes in one piece
_SENTENCE: Final = range(10, 301)
_PARAGRAPH: Final = 4
_START: Final = datetime(2015, 1, 1, tzinfo=JST)
_MINUTES: Final = 8 * 365 * 24 * 60
_PAPERS: Final = tuple(f"第{number}新報" for number in range(1, 21))
_FAMILY: Final = ("青赤井石上内大小川北木黒白高竹", "田山川野村島崎沢原本口谷森橋池岡")
_GIVEN: Final = ("明一和克光幸孝浩正真直美由里雅", "彦子郎美也介枝太代樹恵人夫平")


@dataclass(frozen=True, slots=True)
class Pool:
    """What articles are drawn from."""

    headlines: Sequence[tuple[str, str]]
    """Headline and section."""
    sections: Sequence[str]
    sentences: Sequence[str]
    """Each ends with a full stop and has none inside, so that it is analysed alike anywhere."""


def pool(articles: Iterable[Article]) -> Pool:
    """The headlines and sentences of articles."""
    headlines, sentences = [], []
    for article in articles:
        headlines.append((article.title, article.source))
        for line in article.body.split("\n"):
            parts = (part.strip() + "。" for part in line.split("。")[:-1])
            sentences += [part for part in parts if len(part) in _SENTENCE]
    return Pool(headlines, sorted({source for _, source in headlines}), sentences)


def recombined(drawn_from: Pool, count: int, seed: int = SEED) -> Iterator[Article]:
    """`count` articles of about 600 characters; fewer are the beginning of more."""
    drawn = random.Random(seed)  # noqa: S311 - the same articles every time
    for number in range(count):
        headline, section = drawn.choice(drawn_from.headlines)
        yield Article(
            id=f"recombined-{number:07}",
            url=f"https://news.example/{number}",
            title=headline,
            body=_body(drawn_from.sentences, drawn),
            published=_START + timedelta(minutes=drawn.randrange(_MINUTES)),
            source=_PAPERS[int(len(_PAPERS) * drawn.random() ** 2)],
            topics=(TOPICS[drawn_from.sections.index(section) % len(TOPICS)],),
            persons=_persons(drawn),
        )


def with_facets(articles: Sequence[Article], seed: int = SEED) -> Iterator[Article]:
    """The same articles with a topic and persons, of which livedoor has none."""
    drawn = random.Random(seed)  # noqa: S311 - the same persons every time
    sections = sorted({article.source for article in articles})
    for article in articles:
        topic = TOPICS[sections.index(article.source) % len(TOPICS)]
        yield replace(article, topics=(topic,), persons=_persons(drawn))


def person(number: int) -> str:
    """A name for each number below PERSONS."""
    parts = []
    for characters in (*_FAMILY, *_GIVEN):
        number, place = divmod(number, len(characters))
        parts.append(characters[place])
    return "".join(parts)


def _persons(drawn: random.Random) -> tuple[str, ...]:
    numbers = (int(PERSONS * drawn.random() ** 3) for _ in range(drawn.randint(0, MOST_PERSONS)))
    return tuple(dict.fromkeys(map(person, numbers)))


def _body(sentences: Sequence[str], drawn: random.Random) -> str:
    # The median and the overshoot of the last sentence that make the mean what it should be.
    wanted = min(drawn.lognormvariate(0, 0.5) * _CHARACTERS * 0.88 - 30, _MOST_CHARACTERS)
    parts: list[str] = []
    length = 0
    while length < wanted or not parts:
        parts.append(sentences[int(drawn.random() * len(sentences))])
        length += len(parts[-1])
    return "\n\n".join(
        "".join(parts[start : start + _PARAGRAPH]) for start in range(0, len(parts), _PARAGRAPH)
    )


def write_lines(articles: Iterable[Article], path: Path) -> None:
    """Articles as JSON lines of the API's format; the file is there whole or not at all."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as file:
        for article in articles:
            file.write(json.dumps(article.to_json(), ensure_ascii=False) + "\n")
    unfinished.rename(path)


def read_lines(path: Path, every: int = 1) -> Iterator[dict[str, object]]:
    """The objects of a file of `write_lines`, or each `every`-th of them."""
    with path.open(encoding="utf-8") as file:
        for line in islice(file, 0, None, every):
            yield json.loads(line)
