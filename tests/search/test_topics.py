"""The ten topics, their codes, and what publishers call them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.topics import IPTC, TOPICS, canonical


def test_there_are_ten_topics_in_the_order_of_the_pages() -> None:
    pages = (
        *("政治", "経済", "国際", "社会・事件", "災害・事故・気象", "スポーツ", "文化・エンタメ"),
        *("科学・IT・環境", "健康・医療", "暮らし・話題"),
    )
    assert pages == TOPICS


def test_every_topic_has_iptc_codes_of_its_own() -> None:
    codes = [code for topic in TOPICS for code in IPTC[topic]]
    assert all(re.fullmatch(r"\d{8}", code) for code in codes)
    assert len(set(codes)) == len(codes)
    assert set(IPTC) == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_itself_and_what_its_code_means(topic: str) -> None:
    assert canonical(topic) == topic
    assert {canonical(code) for code in IPTC[topic]} == {topic}
    assert {canonical(f"medtop:{code}") for code in IPTC[topic]} == {topic}


@pytest.mark.parametrize(
    ("value", "topic"),
    [
        ("国内政治", "政治"),
        ("politics", "政治"),
        ("ビジネス", "経済"),
        ("Business", "経済"),
        ("経済/市場", "経済"),
        ("国際 > 欧州", "国際"),
        ("WORLD", "国際"),
        ("社会", "社会・事件"),
        ("天気", "災害・事故・気象"),
        ("スポーツ/野球", "スポーツ"),
        ("Ｓｐｏｒｔｓ", "スポーツ"),
        ("エンタメ", "文化・エンタメ"),
        ("arts, culture, entertainment and media", "文化・エンタメ"),
        ("テクノロジー", "科学・IT・環境"),
        ("ＩＴ", "科学・IT・環境"),
        ("医療・健康", "健康・医療"),
        ("くらし", "暮らし・話題"),
        ("ニュース:スポーツ", "スポーツ"),
    ],
)
def test_what_publishers_say_is_mapped_where_it_matches(value: str, topic: str) -> None:
    assert canonical(value) == topic


@pytest.mark.parametrize("value", ["独女通信", "地域", "国内", " 社説 ", "", "/", "medtop:99"])
def test_what_matches_nothing_stays_as_it_is(value: str) -> None:
    assert canonical(value) == value


@given(st.text())
def test_mapping_twice_is_mapping_once(value: str) -> None:
    assert canonical(canonical(value)) == canonical(value)
