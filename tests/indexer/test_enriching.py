"""What `--enrich` adds to articles, beside what the publisher gives, and where it is shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from indexer.analysing import analyse_batch, analyse_in_order
from indexer.enrich.enricher import KINDS, Enricher
from search.analysis.japanese import Analyser
from search.answer import article_answer
from search.article import Article
from search.engine.embedded.engine import EmbeddedEngine
from search.query import SearchRequest
from search.schema import Facet
from search.service import SearchService
from search.synonyms import Synonyms

BODY = (
    "関税を巡り、石破首相は10日、ドナルド・トランプ米大統領と電話で会談した。"
    "首相は輸出企業への影響を説明し、トランプ氏は貿易赤字の削減を求めた。円相場は下落し、株価も値を下げた。"
)
ARTICLE = Article(
    id="1",
    published=date(2025, 4, 10),
    title="石破茂首相、米大統領と関税を協議",
    body=BODY,
    persons=("石破茂",),
    topics=("国内政治",),
    captions=("電話する石破首相",),
)


@pytest.fixture(scope="module")
def enricher() -> Enricher:
    return Enricher(KINDS)


@pytest.fixture(scope="module")
def enriched(analyser: Analyser, enricher: Enricher) -> Article:
    return analyse_batch(analyser, [ARTICLE], enricher)[0].article


def test_the_publishers_persons_come_first_and_others_behind(enriched: Article) -> None:
    assert enriched.person_names() == ("石破茂", "ドナルド・トランプ")
    first, second = enriched.person_details
    assert (first.origin, first.confidence) == ("publisher", 1.0)
    assert second.origin == "extracted"
    assert 0.5 < second.confidence <= 1


def test_mentions_stand_on_exactly_the_names(enriched: Article) -> None:
    texts = {"title": enriched.title, "body": enriched.body}
    for person in enriched.person_details:
        assert person.mentions
        for mention in person.mentions:
            text = enriched.captions[mention.caption or 0]
            text = texts.get(mention.field, text)
            name = text[mention.start : mention.start + mention.length]
            assert name in person.name, name
    fields = {mention.field for mention in enriched.person_details[0].mentions}
    assert fields == {"title", "body", "captions"}


def test_topics_are_those_of_the_publisher_and_what_the_words_speak_for(enriched: Article) -> None:
    first, *others = enriched.topic_details
    assert (first.name, first.origin) == ("国内政治", "publisher")
    assert "経済" in {each.name for each in others}
    assert "政治" not in {each.name for each in others}, "it is the publisher's in other words"


def test_what_was_found_does_not_change_the_content(enriched: Article) -> None:
    assert enriched.content_hash() == ARTICLE.content_hash()
    assert enriched == ARTICLE


def test_nothing_is_looked_for_unless_asked(analyser: Analyser) -> None:
    (plain,) = analyse_in_order([ARTICLE], analyser=analyser, workers=1)
    assert plain.article.person_details == ()
    assert plain.article.topic_details == ()
    (persons,) = analyse_in_order([ARTICLE], analyser=analyser, workers=1, enrich=("persons",))
    assert persons.article.person_details
    assert persons.article.topic_details == ()


def test_an_index_keeps_what_was_found_and_facets_count_it(
    analyser: Analyser, synonyms: Synonyms, enricher: Enricher, tmp_path: Path
) -> None:
    engine = EmbeddedEngine(tmp_path, fingerprint="")
    with engine.writing() as writer:
        for each in analyse_batch(analyser, [ARTICLE], enricher):
            writer.add(each)
    service = SearchService(engine, analyser, synonyms)
    answer = article_answer(service.article("1"))
    assert answer.persons == ["石破茂", "ドナルド・トランプ"]
    assert [each.name for each in answer.person_details] == answer.persons
    assert answer.topic_details[0].code == "11000000"
    result = service.search(SearchRequest(person=("ドナルド・トランプ",), topic=("政治",)))
    assert result.total == 1
    assert {each.value for each in result.values[Facet.TOPIC]} >= {"政治", "経済"}


@pytest.mark.parametrize("body", ["", "あ", "ab c", "、。" * 50, "石破" * 3_000])
def test_any_text_may_be_enriched(analyser: Analyser, enricher: Enricher, body: str) -> None:
    article = Article(id="1", published=date(2025, 1, 1), title="題", body=body)
    assert analyse_batch(analyser, [article], enricher)[0].article == article
