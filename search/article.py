"""The article: what readers deliver, what the index stores, what the API answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import msgspec

from search.dates import Published, format_published, parse_published
from search.errors import InvalidArticle

LONGEST_ID = 2_000
_STRINGS = ("id", "url", "title", "body", "source")
_LISTS = ("topics", "persons", "captions", "authors")
_UNIT_SEPARATOR = "\x1f"
"""Stands between the parts of a label."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_DATES = "a day (2025-06-10) or a date-time (2025-06-10T11:53:00+09:00) of the years 1600 to 2100"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a person is named: code points of the field's text; of which caption, from 0."""

    field: str
    start: int
    length: int
    caption: int | None = None


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A person of an article: from the publisher or found in the text (`extracted`)."""

    name: str
    reading: str
    """See search.readings."""
    origin: str
    confidence: float
    mentions: tuple[Mention, ...] = ()
    office: str = ""
    """The title they have in the article: 首相, 米大統領."""


@dataclass(frozen=True, slots=True)
class TopicDetail:
    """A topic of an article: from the publisher or found in the text (`extracted`)."""

    name: str
    origin: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article. Texts are as given but for white space around them."""

    id: str
    published: Published
    title: str = ""
    body: str = ""
    url: str = ""
    source: str = ""
    topics: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    updated: Published | None = None
    person_details: tuple[PersonDetail, ...] = field(default=(), compare=False)
    """The publisher's persons and those found in the text; empty where none were looked for."""
    topic_details: tuple[TopicDetail, ...] = field(default=(), compare=False)
    origin: str = field(default="", compare=False)
    """The file the article was read from, absolute; not part of what the API shows."""
    line: int | None = field(default=None, compare=False)
    """The line it stands in, where a file holds many; only while it is read."""

    def to_json(self) -> dict[str, Any]:
        """The object of API.md, ready for a JSON encoder."""
        return {
            "id": self.id,
            "url": self.url or None,
            "title": self.title,
            "body": self.body,
            "publishedAt": format_published(self.published),
            "source": self.source or None,
            "topics": list(self.topics),
            "persons": list(self.persons),
            "captions": list(self.captions),
            "updatedAt": format_published(self.updated) if self.updated else None,
            "authors": list(self.authors),
        }

    def people(self) -> tuple[PersonDetail, ...]:
        """The publisher's persons first, then those found in the text."""
        known = {each.name for each in self.person_details if each.origin == "publisher"}
        others = (PersonDetail(n, "", "publisher", 1.0) for n in self.persons if n not in known)
        return (*others, *self.person_details)

    def person_names(self) -> tuple[str, ...]:
        """The publisher's persons first, then those found in the text."""
        return tuple(dict.fromkeys((*self.persons, *(each.name for each in self.person_details))))

    def topic_names(self) -> tuple[str, ...]:
        """The publisher's topics first, then those found in the text."""
        return tuple(dict.fromkeys((*self.topics, *(each.name for each in self.topic_details))))

    def content_hash(self) -> str:
        """32 hexadecimal digits that change when anything the API shows changes."""
        canonical = msgspec.json.encode(self.to_json(), order="sorted")
        return hashlib.blake2b(canonical, digest_size=16).hexdigest()


def article_from_json(
    data: object,
    *,
    default_id: str = "",
    default_source: str = "",
    origin: str = "",
    line: int | None = None,
) -> Article:
    """Check and convert one decoded JSON value; InvalidArticle names the first field that is wrong.

    Without an id of its own the article takes its url, else `default_id`, else a hash of its
    content as id. Unknown members are left out.
    """
    if not isinstance(data, Mapping):
        raise InvalidArticle(
            "not a JSON object", field="", value=data, expected="an object with title, body, …"
        )
    values: dict[str, Any] = {name: _string(data, name) for name in _STRINGS}
    values |= {name: _strings(data, name) for name in _LISTS}
    if not (values["title"] or values["body"]):
        raise InvalidArticle(
            "no text", field="title", value=data.get("title"), expected="a title or a body"
        )
    values["published"] = _published(data, "publishedAt")
    if data.get("updatedAt") is not None:
        values["updated"] = _published(data, "updatedAt")
    values["source"] = values["source"] or default_source
    values["id"] = values["id"] or values["url"] or default_id
    article = Article(**values, origin=origin, line=line)
    return _identified(article)


def _identified(article: Article) -> Article:
    if len(article.id) > LONGEST_ID:
        raise InvalidArticle(
            "the id is too long",
            field="id",
            value=article.id,
            expected=f"at most {LONGEST_ID} characters",
        )
    if article.id:
        return article
    members = {each.name: getattr(article, each.name) for each in fields(article)}
    return Article(**members | {"id": article.content_hash()})


def _string(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(value, name)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidArticle("wrong type", field=name, value=value, expected="a string")
    if "\0" in value:
        raise InvalidArticle(
            "a NUL character in the text", field=name, value=value, expected="text without NUL"
        )
    if _SURROGATE.search(value):
        raise InvalidArticle(
            "half a surrogate pair in the text", field=name, value=value, expected="valid Unicode"
        )
    return value.strip()


def _strings(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidArticle("wrong type", field=name, value=value, expected="a list of strings")
    texts = (_text(each, name).replace(_UNIT_SEPARATOR, " ") for each in value)
    return tuple(dict.fromkeys(text for text in texts if text))


def _published(data: Mapping[str, Any], name: str) -> Published:
    value = data.get(name)
    if value is None:
        raise InvalidArticle("missing", field=name, value=value, expected=_DATES)
    text = _text(value, name)
    try:
        return parse_published(text)
    except ValueError as error:
        raise InvalidArticle(str(error), field=name, value=value, expected=_DATES) from None


def article_from_stored(data: Mapping[str, Any]) -> Article:
    """The article back from `to_json`, as an index stores it; no checks."""
    updated = data["updatedAt"]
    values: dict[str, Any] = {name: data[name] or "" for name in _STRINGS}
    values |= {name: tuple(data[name]) for name in _LISTS}
    return Article(
        **values,
        published=stored_date(data["publishedAt"]),
        updated=stored_date(updated) if updated else None,
        origin=data.get("origin", ""),
    )


def stored_date(text: str) -> Published:
    """A day or date-time back from `format_published`; no checks."""
    instant = datetime.fromisoformat(text)
    return instant if len(text) > len("2025-06-10") else instant.date()
