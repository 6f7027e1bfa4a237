"""What enrichment adds to articles: persons and topics, beside those of the publisher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from indexer.enrich.persons import Person, PersonFinder, fold_into
from indexer.enrich.topics import Topic, TopicFinder
from search.analysis.columns import Columns, RawWords
from search.article import Article, Mention, PersonDetail, TopicDetail
from search.schema import AnalysedArticle
from search.topics import canonical

PERSONS, TOPICS = "persons", "topics"
KINDS: Final = (PERSONS, TOPICS)

_DIGITS: Final = 3
_FIRST_CAPTION: Final = 2


class Enricher:
    """Finds what is asked for in the articles of a batch; loads its models once."""

    def __init__(self, kinds: Sequence[str]) -> None:
        """`kinds` are some of KINDS."""
        self._persons = PersonFinder() if PERSONS in kinds else None
        self._topics = TopicFinder() if TOPICS in kinds else None

    @property
    def needs_raw(self) -> bool:
        """Whether the columns have to have MeCab's words."""
        return self._persons is not None

    def with_persons(self, articles: Sequence[Article], columns: Columns) -> list[Article]:
        """The articles with the persons found in their texts."""
        raw: RawWords | None = columns.raw
        if self._persons is None or raw is None:
            return list(articles)
        found = self._persons.find(articles, columns, raw.lines)
        return [
            replace(article, person_details=_persons(article, persons))
            for article, persons in zip(articles, found, strict=True)
        ]

    def with_topics(self, analysed: Sequence[AnalysedArticle]) -> list[AnalysedArticle]:
        """The analysed articles with the topics that their words speak for."""
        if self._topics is None:
            return list(analysed)
        found = self._topics.find(analysed)
        return [
            replace(
                each, article=replace(each.article, topic_details=_topics(each.article, topics))
            )
            for each, topics in zip(analysed, found, strict=True)
        ]


def _persons(article: Article, persons: Sequence[Person]) -> tuple[PersonDetail, ...]:
    given = set(article.persons)
    return tuple(
        PersonDetail(
            each.name,
            each.reading,
            "publisher" if each.name in given else "extracted",
            round(each.confidence, _DIGITS),
            tuple(
                Mention(
                    mention.field.value,
                    mention.start,
                    mention.length,
                    mention.text - _FIRST_CAPTION if mention.text >= _FIRST_CAPTION else None,
                )
                for mention in each.mentions
            ),
            each.office,
        )
        for each in fold_into(article.persons, persons)
    )


def _topics(article: Article, topics: Sequence[Topic]) -> tuple[TopicDetail, ...]:
    """The publisher's topics first; none found is one of them in other words."""
    known = set(map(canonical, article.topics))
    given = (TopicDetail(name, "publisher", 1.0) for name in article.topics)
    found = (
        TopicDetail(each.name, "extracted", round(each.confidence, _DIGITS))
        for each in topics
        if each.name not in known
    )
    return (*given, *found)
