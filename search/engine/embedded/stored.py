"""The text of an article as a segment keeps it: one zstd frame each, over UTF-16."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import zstandard

from search.article import Article, Mention, PersonDetail, TopicDetail, stored_date
from search.dates import format_published

_DICTIONARY: Final = 112 * 1024
_FROM: Final = 500
"""Fewer articles than these share no dictionary; it would take more than it saves."""

MOST_SAMPLES: Final = 1_000
_LEVEL: Final = 3
_decode_head: Final = msgspec.json.Decoder(list[Any]).decode


def packed(article: Article) -> bytes:
    """Everything but the texts as one JSON array on the first line, then title, body, captions."""
    head = [
        article.id,
        format_published(article.published),
        article.url,
        article.source,
        article.topics,
        article.persons,
        article.authors,
        format_published(article.updated) if article.updated else "",
        article.origin,
        len(article.title),
        len(article.body),
        [len(each) for each in article.captions],
        [_person(each) for each in article.person_details],
        [[each.name, each.origin, each.confidence] for each in article.topic_details],
    ]
    texts = (msgspec.json.encode(head).decode(), "\n", article.title, article.body)
    return "".join((*texts, *article.captions)).encode("utf-16-le")


def unpacked(data: bytes) -> Article:
    """The article back from `packed`."""
    text = data.decode("utf-16-le")
    head, _, texts = text.partition("\n")
    *given, people, subjects = _decode_head(head)
    (key, published, url, source, topics, persons, authors, updated, origin, title, body, sizes) = (
        given
    )
    end = title + body
    captions = []
    for size in sizes:
        captions.append(texts[end : end + size])
        end += size
    return Article(
        id=key,
        published=stored_date(published),
        title=texts[:title],
        body=texts[title : title + body],
        url=url,
        source=source,
        topics=tuple(topics),
        persons=tuple(persons),
        captions=tuple(captions),
        authors=tuple(authors),
        updated=stored_date(updated) if updated else None,
        origin=origin,
        person_details=tuple(map(_detail, people)),
        topic_details=tuple(TopicDetail(*each) for each in subjects),
    )


def _person(person: PersonDetail) -> list[Any]:
    mentions = [[m.field, m.start, m.length, m.caption] for m in person.mentions]
    return [
        *(person.name, person.reading, person.origin),
        *(person.confidence, mentions, person.office),
    ]


def _detail(stored: Sequence[Any]) -> PersonDetail:
    name, reading, origin, confidence, mentions, office = stored
    found = tuple(Mention(*each) for each in mentions)
    return PersonDetail(name, reading, origin, confidence, found, office)


class Frames:
    """Compresses and decompresses with one dictionary. Safe from several threads."""

    def __init__(self, dictionary: bytes) -> None:
        self.dictionary = dictionary
        self._shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._local = threading.local()

    def compress(self, data: bytes) -> bytes:
        """One frame."""
        compressor = getattr(self._local, "compressor", None)
        if compressor is None:
            compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=self._shared)
            self._local.compressor = compressor
        frame: bytes = compressor.compress(data)
        return frame

    def decompress(self, frame: bytes) -> bytes:
        """The data of one frame."""
        decompressor = getattr(self._local, "decompressor", None)
        if decompressor is None:
            decompressor = zstandard.ZstdDecompressor(dict_data=self._shared)
            self._local.decompressor = decompressor
        data: bytes = decompressor.decompress(frame)
        return data


def trained(texts: Sequence[bytes]) -> bytes:
    """A dictionary for texts like these; none where they are too few for it."""
    if len(texts) < _FROM:
        return b""
    samples: list[Any] = list(texts[:: max(1, len(texts) // MOST_SAMPLES)])
    try:
        return zstandard.train_dictionary(_DICTIONARY, samples).as_bytes()
    except zstandard.ZstdError:  # texts too short or too alike to learn from
        return b""
