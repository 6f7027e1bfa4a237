"""Topics of articles: the model's file, what is given and what is left out, odd texts."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysing import analyse_batch
from indexer.enrich.topics import (
    Model,
    Thresholds,
    TopicFinder,
    Vocabulary,
    read_model,
    write_model,
)
from indexer.training.topics import read_seeds
from search.analysis.japanese import Analyser
from search.article import Article
from search.schema import AnalysedArticle
from search.topics import SPORTS, TOPICS
from tests.conftest import ROOT

DATA = ROOT / "indexer" / "enrich" / "data"


@pytest.fixture(scope="module")
def finder() -> TopicFinder:
    return TopicFinder()


def analysed(analyser: Analyser, *texts: tuple[str, str]) -> list[AnalysedArticle]:
    articles = [
        Article(id=str(number), published="2025-06-10", title=title, body=body)
        for number, (title, body) in enumerate(texts)
    ]
    return analyse_batch(analyser, articles)


def tiny() -> Model:
    """試合 speaks for the first topic, 試合 開始 side by side for the second."""
    vocabulary = Vocabulary([("試合",), ("試合", "開始")], np.array([3.0, 6.0]))
    weights = np.zeros((2, len(TOPICS)))
    weights[0, 0], weights[1, 1] = 20, 20
    return Model(TOPICS, vocabulary, weights, np.full(len(TOPICS), -3.0), Thresholds(0.4, 0.4))


def test_topics_are_those_of_the_search(finder: TopicFinder) -> None:
    assert finder.model.topics == TOPICS


def test_an_article_gets_its_topics_surest_first(finder: TopicFinder, analyser: Analyser) -> None:
    article = (
        "高校野球、決勝は延長戦に 投手が完封し初優勝",
        "甲子園で決勝の試合が行われ、先発の投手が相手打線を抑えて優勝した。監督は選手をたたえた。",
    )
    (topics,) = finder.find(analysed(analyser, article))
    assert topics[0].name == SPORTS
    assert topics[0].confidence > 0.9
    sureness = [topic.confidence for topic in topics]
    assert sureness == sorted(sureness, reverse=True)


def test_an_article_may_have_several_topics(finder: TopicFinder, analyser: Analyser) -> None:
    article = (
        "米中、関税引き下げで合意 貿易協議",
        "米国と中国の政府は貿易協議で、関税の引き下げで合意し、輸出企業の株価が上昇した。",
    )
    (topics,) = finder.find(analysed(analyser, article))
    assert {topic.name for topic in topics} >= {"経済", "国際"}


def test_a_headline_that_tells_nothing_is_given_no_topic(
    finder: TopicFinder, analyser: Analyser
) -> None:
    found = finder.find(analysed(analyser, ("これからのこと", ""), ("お知らせ", "")))
    assert found == [(), ()]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "。",
        "あ",
        "The quick brown fox jumps over the lazy dog.",
        "ああああ",
        "\U0001f600" * 9,
    ],
)
def test_odd_texts_are_no_error(finder: TopicFinder, analyser: Analyser, text: str) -> None:
    assert finder.find(analysed(analyser, ("", text), (text, ""))) == [(), ()]


def test_no_articles_have_no_topics(finder: TopicFinder) -> None:
    assert finder.find([]) == []


def test_a_million_characters_take_less_than_a_second(
    finder: TopicFinder, analyser: Analyser
) -> None:
    (article,) = analysed(analyser, ("", "選手が試合に出場し、監督は優勝を喜んだ。" * 50_000))
    started = time.process_time()
    (topics,) = finder.find([article])
    assert time.process_time() - started < 1
    assert topics[0].name == SPORTS


@given(st.lists(st.text(max_size=40), max_size=4))
def test_an_article_alone_has_the_topics_it_has_among_others(
    finder: TopicFinder, analyser: Analyser, texts: list[str]
) -> None:
    batch = analysed(analyser, *((text, text) for text in texts), ("首相が国会で答弁", ""))
    assert finder.find(batch) == [finder.find([each])[0] for each in batch]


def test_articles_of_several_batches_can_be_asked_for_at_once(
    finder: TopicFinder, analyser: Analyser
) -> None:
    one = analysed(analyser, ("首相が国会で答弁", ""))
    other = analysed(analyser, ("台風が上陸、大雨で避難指示", ""))
    first, second = finder.find(one), finder.find(other)
    assert finder.find([*one, *other, *one]) == [*first, *second, *first]


def test_words_side_by_side_speak_together(analyser: Analyser) -> None:
    together, parted = analysed(analyser, ("試合開始", ""), ("試合、開始", ""))
    near, far = tiny().weigh([together, parted])
    assert near[1] > 0.5 > far[1]
    assert far[0] > near[0] > far[1]


def test_words_that_are_names_of_no_term_count_nothing(analyser: Analyser) -> None:
    (article,) = analysed(analyser, ("天気", ""))
    assert tiny().weigh([article])[0] == pytest.approx(np.full(10, 1 / (1 + np.exp(3))))


def test_below_the_threshold_no_topic_is_given() -> None:
    model = replace(tiny(), thresholds=Thresholds(first=0.5, others=0.3))
    row = np.full(len(TOPICS), 0.1)
    row[[2, 3]] = 0.49, 0.4
    assert model.choose(row) == ()
    row[2] = 0.5
    assert [topic.name for topic in model.choose(row)] == [TOPICS[2], TOPICS[3]]


def test_a_model_that_is_read_is_written_as_it_was() -> None:
    text = (DATA / "topics.json").read_text("utf-8")
    assert write_model(read_model(text)) == text


def test_the_model_is_small_and_loaded_in_no_time() -> None:
    assert (DATA / "topics.json").stat().st_size < 600_000
    started = time.process_time()
    TopicFinder()
    assert time.process_time() - started < 0.4


def test_a_model_can_be_read_from_elsewhere(tmp_path: Path, analyser: Analyser) -> None:
    path = tmp_path / "model.json"
    path.write_text(write_model(tiny()), "utf-8")
    (topics,) = TopicFinder(path).find(analysed(analyser, ("試合開始", "試合")))
    assert {topic.name for topic in topics} == {TOPICS[0], TOPICS[1]}


@pytest.mark.parametrize("name", ["オバマ", "ブッシュ", "小泉", "安倍", "堀江", "トランプ", "石破"])
def test_names_of_persons_are_no_terms(finder: TopicFinder, name: str) -> None:
    assert not any(name in term for term in finder.model.vocabulary.terms)


def test_the_notice_names_what_the_model_is_made_of() -> None:
    notice = (DATA / "topics-NOTICE.md").read_text("utf-8")
    for said in ("CC BY-SA 4.0", "CC BY 2.5", "Wikinews", "SIB-200", "topics-seeds.txt"):
        assert said in notice


def test_every_topic_has_enough_seeds(analyser: Analyser) -> None:
    seeds = read_seeds(analyser)
    assert len(seeds) == len(TOPICS)
    assert all(80 <= len(terms) <= 150 for terms in seeds)
