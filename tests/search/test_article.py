"""Articles: what is taken, what is refused, and the hash that says whether one has changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import article_from_json, article_from_stored
from search.errors import InvalidArticle

GOOD = {"title": "見出し", "publishedAt": "2025-06-10"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": 5}, "title"),
        ({"title": None}, "title"),
        ({"title": "  ", "body": ""}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"body": "\ud800"}, "body"),
        ({"body": ["x"]}, "body"),
        ({"publishedAt": None}, "publishedAt"),
        ({"publishedAt": 20250610}, "publishedAt"),
        ({"publishedAt": "2025-02-30"}, "publishedAt"),
        ({"publishedAt": "1599-01-01"}, "publishedAt"),
        ({"topics": "国際"}, "topics"),
        ({"persons": [1]}, "persons"),
        ({"captions": {}}, "captions"),
        ({"updatedAt": "?"}, "updatedAt"),
        ({"id": 1.5}, "id"),
        ({"id": "x" * 2001}, "id"),
    ],
)
def test_a_wrong_member_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidArticle) as caught:
        article_from_json(GOOD | change)
    assert caught.value.field == field
    assert caught.value.expected


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_what_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(InvalidArticle):
        article_from_json(data)


def test_an_id_is_its_own_else_the_url_else_the_default_else_a_hash() -> None:
    url = {"url": "https://example.com/1"}
    assert article_from_json(GOOD | url | {"id": "a"}, default_id="f").id == "a"
    assert article_from_json(GOOD | url, default_id="f").id == "https://example.com/1"
    assert article_from_json(GOOD, default_id="f").id == "f"
    hashed = article_from_json(GOOD).id
    assert len(hashed) == 32
    assert hashed == article_from_json(GOOD).id != article_from_json(GOOD | {"body": "x"}).id


def test_white_space_around_texts_goes_and_inside_stays() -> None:
    article = article_from_json(GOOD | {"title": "　見 出\n", "body": "\na\n\n b "})
    assert (article.title, article.body) == ("見 出", "a\n\n b")


def test_the_hash_follows_the_content_but_not_the_file() -> None:
    one = article_from_json(GOOD, origin="/a").content_hash()
    assert one == article_from_json(GOOD, origin="/b").content_hash()
    assert one != article_from_json(GOOD | {"topics": ["国際"]}).content_hash()


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(title=texts, body=texts, names=st.lists(texts, max_size=3), source=texts)
def test_an_article_comes_back_from_what_is_stored(
    title: str, body: str, names: list[str], source: str
) -> None:
    data = {
        "title": title + "x",
        "body": body,
        "persons": names,
        "captions": names,
        "source": source,
    }
    article = article_from_json(data | {"publishedAt": "2025-06-10T01:02:03Z"})
    assert article_from_stored(article.to_json()) == article
