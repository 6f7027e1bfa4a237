"""Passages and marks: exact pieces, marks on exactly the right characters."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.japanese import Analyser
from search.answer import marked
from search.article import Article
from search.dates import parse_published
from search.query import Phrase, Term
from search.results import Passage
from search.snippets import make_passages
from tests.search.test_normalize import texts

DAY = parse_published("2025-06-10")
LEAVES = (Term("東京"), Phrase(("中国", "の", "輸出")), Term("c"), Term("株式"))


def marks(passage: Passage) -> list[str]:
    return [passage.text[m.start : m.start + m.length] for m in passage.matches]


def article(title: str = "", body: str = "", *captions: str) -> Article:
    return Article(id="1", published=DAY, title=title, body=body, captions=captions)


def assert_whole(item: Article, title: Passage, body: tuple[Passage, ...]) -> None:
    assert title.text == item.title
    for passage in (title, *body):
        sources = {"title": [item.title], "body": [item.body], "captions": list(item.captions)}
        assert any(passage.text in text for text in sources[passage.field])
        assert passage.field == "title" or 0 < len(passage.text) <= 400
        done = 0
        for match in passage.matches:
            assert done <= match.start < match.start + match.length <= len(passage.text)
            done = match.start + match.length
        plain = re.sub("</?mark>", "", marked(passage))
        assert html.unescape(plain) == passage.text


@given(texts, st.text(st.sampled_from("東京中国の輸出ｃ㍿。\n<&髙👩\u200d"), max_size=400))
@example("㍿東京<b>", "東京。" * 200)
@example("", "東京" + "あ" * 3000 + "中国の輸出")
def test_marks_off_is_the_exact_original(analyser: Analyser, title: str, body: str) -> None:
    item = article(title, body, body[:50])
    assert_whole(item, *make_passages(analyser, item, LEAVES))


def test_what_matched_is_marked_and_nothing_else(analyser: Analyser) -> None:
    item = article("東京都の輸出", "中国の輸出は東京で、中国は輸出した。")
    title, (body,) = make_passages(analyser, item, LEAVES)
    assert marks(title) == ["東京"]
    assert marks(body) == ["中国の輸出", "東京"]


def test_a_name_is_marked_as_one_with_its_dot(analyser: Analyser) -> None:
    item = article("", "会議のケビン・ハセット委員長は9日、述べた。")
    _, (body,) = make_passages(analyser, item, (Phrase(("ケビン", "ハセット")),))
    assert marks(body) == ["ケビン・ハセット"]


def test_the_form_in_the_text_is_marked(analyser: Analyser) -> None:
    item = article("", "ｶﾞｿﾘﾝと髙橋と㍿と述べた")
    leaves = (Term("ガソリン"), Term("高橋"), Term("株式"), Term("述べる"))
    _, (body,) = make_passages(analyser, item, leaves)
    assert marks(body) == ["ｶﾞｿﾘﾝ", "髙橋", "㍿", "述べ"]


def test_a_long_text_shows_where_it_matched(analyser: Analyser) -> None:
    filler = "これは別の話である。" * 400
    item = article("", filler + "東京で会議があった。" + filler)
    _, body = make_passages(analyser, item, (Term("東京"),))
    assert any("東京" in marks(passage) for passage in body)


def test_passages_cover_most_of_the_query(analyser: Analyser) -> None:
    filler = "別の話である。" * 60
    item = article("", "東京です。" * 3 + filler + "大阪です。" + filler + "東京です。")
    _, body = make_passages(analyser, item, (Term("東京"), Term("大阪")))
    assert {mark for passage in body for mark in marks(passage)} == {"東京", "大阪"}


def test_captions_are_shown_as_such(analyser: Analyser) -> None:
    item = article("見出し", "本文です。", "東京の写真")
    _, body = make_passages(analyser, item, (Term("東京"),))
    assert [passage.field for passage in body] == ["captions"]


@pytest.mark.parametrize("body", ["", "短い。", "あ" * 5000, "\n\n" * 40 + "本文"])
def test_without_a_match_the_lead_is_shown(analyser: Analyser, body: str) -> None:
    item = article("見出し", body)
    title, passages = make_passages(analyser, item, ())
    assert_whole(item, title, passages)
    assert len(passages) == bool(body)
    assert all(not passage.matches for passage in passages)


def test_a_hit_shows_a_match_however_long_or_broken_it_is(analyser: Analyser) -> None:
    long = "".join(f"山{number}川" for number in range(130))
    for body in (
        f"前置き。特異東京\n電力特異{'あいうえおかきくけこ' * 30}。",
        f"特異東京{' ' * 1000}電力",
        f"話は{long}である。",
    ):
        wanted = tuple(term for term in analyser.analyse(long).terms if term)
        leaves = (Phrase(("東京", "電力")), Phrase(wanted))
        _, passages = make_passages(analyser, article("", body), leaves)
        assert any(passage.matches for passage in passages), body[:20]
        assert all(len(passage.text) <= 400 for passage in passages)
