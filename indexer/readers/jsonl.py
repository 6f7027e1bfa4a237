"""JSON lines: one article of API.md a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from indexer.readers.encoding import EXPECTED, UnreadableText, decode, detect
from indexer.readers.source import Source
from indexer.report import Rejected, rejected_article
from search.article import Article, article_from_json
from search.errors import InvalidArticle, shortened

LONGEST_LINE: Final = 16 * 1024 * 1024
_HEAD: Final = 256 * 1024
_OBJECT: Final = "one JSON object a line"


def read_jsonl(stream: BinaryIO, source: Source) -> Iterator[Article | Rejected]:
    """The articles of a file of JSON lines; a bad line costs only itself."""
    head = stream.read(_HEAD)
    encoding = detect(head)
    if encoding == "utf-16":
        yield Rejected(file=source.name, line=1, reason="UTF-16", expected="JSON lines in UTF-8")
        return
    line_encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    for number, line in enumerate(_lines(stream, head), start=1):
        if line is None:
            yield Rejected(
                file=source.name,
                line=number,
                reason="the line is too long",
                expected=f"at most {LONGEST_LINE // 1024 // 1024} MB a line",
            )
        elif line.strip(b"\r\n\t \xef\xbb\xbf"):
            yield _article(line, number, line_encoding, source)


def _lines(stream: BinaryIO, head: bytes) -> Iterator[bytes | None]:
    """The lines, without their ends; None for one that is too long."""
    rest = head.split(b"\n")
    last = rest.pop()
    yield from rest
    while line := stream.readline(LONGEST_LINE + 1):
        if len(last) + len(line) <= LONGEST_LINE:
            yield (last + line).removesuffix(b"\n")
        else:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
            yield None
        last = b""
    if last:
        yield last


def _article(line: bytes, number: int, encoding: str, source: Source) -> Article | Rejected:
    def rejected(reason: str, expected: str, value: str | None = None) -> Rejected:
        return Rejected(
            file=source.name, line=number, reason=reason, expected=expected, value=value
        )

    text = ""
    try:
        text = decode(line, encoding).removeprefix("\ufeff")
        data = json.loads(text)
    except UnreadableText as error:
        return rejected(str(error), EXPECTED, shortened(repr(line[:60])))
    except RecursionError:
        return rejected("brackets inside brackets without end", _OBJECT, shortened(text))
    except ValueError as error:
        return rejected(f"no JSON ({error})", _OBJECT, shortened(text))
    try:
        return article_from_json(
            data, default_source=source.default_source, origin=source.origin, line=number
        )
    except InvalidArticle as error:
        return rejected_article(error, file=source.name, line=number, article_id=_id(data))


def _id(data: Any) -> str | None:
    found = data.get("id") if isinstance(data, dict) else None
    return shortened(found) if found is not None else None
