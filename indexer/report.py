"""What did not become an article, and why: the lines of the report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, TextIO

from search.errors import InvalidArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Something that did not become an article; `skipped` is no error."""

    file: str
    reason: str
    expected: str = ""
    line: int | None = None
    record: int | None = None
    id: str | None = None
    field: str | None = None
    value: str | None = None
    outcome: Literal["rejected", "skipped"] = "rejected"

    def to_json(self) -> dict[str, Any]:
        """The object of the report; members that say nothing are left out."""
        names = ("file", "line", "record", "id", "field", "value", "expected", "reason", "outcome")
        return {
            name: getattr(self, name) for name in names if getattr(self, name) not in (None, "")
        }

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        place += f" record {self.record}" if self.record else ""
        what = f"{self.field}: {self.reason}" if self.field else self.reason
        got = f", got {self.value!r}" if self.value else ""
        expected = f", expected {self.expected}" if self.expected else ""
        return f"{self.outcome} {place}: {what}{got}{expected}"


def rejected_article(
    error: InvalidArticle, *, file: str, line: int | None = None, record: int | None = None,
    article_id: str | None = None,
) -> Rejected:  # fmt: skip
    """The line for an article that failed a check."""
    return Rejected(
        file=file,
        line=line,
        record=record,
        id=article_id,
        field=error.field or None,
        value=error.value,
        expected=error.expected,
        reason=error.reason,
    )


def skipped(file: str, reason: str) -> Rejected:
    """The line for what is plainly no article."""
    return Rejected(file=file, reason=reason, outcome="skipped")


def write_line(stream: TextIO, rejected: Rejected) -> None:
    """One line of NDJSON."""
    stream.write(json.dumps(rejected.to_json(), ensure_ascii=False) + "\n")
