"""JSON lines: one article of API.md a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO, Final

from indexer.readers.encoding import EXPECTED, UnreadableText, decode, detect
from indexer.readers.source import Source
from indexer.report import Rejected, rejected_article
from search.article import Article, article_from_json
from search.errors import InvalidArticle, shortened

LONGEST_LINE: Final = 16 * 1024 * 1024
_HEAD: Final = 256 * 1024
_OBJECT: Final = "one JSON object a line"
_BLANK: Final = b"\r\n\t \xef\xbb\xbf"


def read_jsonl(stream: BinaryIO, source: Source) -> Iterator[Article | Rejected]:
    """The articles of a file of JSON lines; a bad line costs only itself."""
    head = stream.read(_HEAD)
    encoding = detect(head)
    if encoding == "utf-16":
        yield Rejected(file=source.name, line=1, reason="UTF-16", expected="JSON lines in UTF-8")
        return
    line_encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    lines = enumerate(_lines(stream, head), start=1)
    filled = ((number, line) for number, line in lines if line is None or line.strip(_BLANK))
    first = next(filled, None)
    second = next(filled, None)
    for number, line in chain(filter(None, (first, second)), filled):
        if line is None:
            yield Rejected(
                file=source.name,
                line=number,
                reason="the line is too long",
                expected=f"at most {LONGEST_LINE // 1024 // 1024} MB a line",
            )
        else:
            yield _Line(number, line, line_encoding, source, only=second is None).article()


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


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    content: bytes
    encoding: str
    source: Source
    only: bool
    """The file holds no other: then its path is the id of an article that has none."""

    def article(self) -> Article | Rejected:
        text = ""
        try:
            text = decode(self.content, self.encoding).removeprefix("\ufeff")
            data = json.loads(text)
        except UnreadableText as error:
            return self._rejected(str(error), EXPECTED, repr(self.content[:60]))
        except RecursionError:
            return self._rejected("brackets inside brackets without end", _OBJECT, text)
        except ValueError as error:
            return self._rejected(f"no JSON ({error})", _OBJECT, text)
        source = self.source
        try:
            return article_from_json(
                data,
                default_id=source.name if self.only else "",
                default_source=source.default_source,
                origin=source.origin,
                line=self.number,
            )
        except InvalidArticle as error:
            return rejected_article(error, file=source.name, line=self.number, article_id=_id(data))

    def _rejected(self, reason: str, expected: str, value: str) -> Rejected:
        return Rejected(
            file=self.source.name,
            line=self.number,
            reason=reason,
            expected=expected,
            value=shortened(value),
        )


def _id(data: Any) -> str | None:
    found = data.get("id") if isinstance(data, dict) else None
    return shortened(found) if found is not None else None
