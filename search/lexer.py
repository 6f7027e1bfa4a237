"""Typed text to lexemes: words, quotations and signs, in half and full width. Never raises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

DEEPEST: Final = 24
"""Parentheses inside parentheses that are still read as such."""

FARTHEST: Final = 200
"""Characters that NEAR looks ahead at most."""

Kind = Literal["word", "quote", "field", "(", ")", "AND", "OR", "NOT", "NEAR"]

FieldName = Literal[
    "title",
    "body",
    "captions",
    "person",
    "topic",
    "source",
    "date",
    "some",
    "term",
    "words",
    "letters",
]

FIELD_NAMES: Final[dict[str, FieldName]] = {
    "見出し": "title",
    "題名": "title",
    "タイトル": "title",
    "title": "title",
    "本文": "body",
    "body": "body",
    "写真説明": "captions",
    "captions": "captions",
    "人物": "person",
    "人名": "person",
    "person": "person",
    "分野": "topic",
    "topic": "topic",
    "媒体": "source",
    "source": "source",
    "日付": "date",
    "date": "date",
    "いくつか": "some",
    "some": "some",
    "語": "term",
    "term": "term",
    "文字": "words",
    "words": "words",
    "逐語": "letters",
    "letters": "letters",
}
"""What may stand before a colon, folded; the first name of a field is the one it is shown by."""


def shown_name(name: FieldName) -> str:
    """What a field is shown by."""
    return next(shown for shown, each in FIELD_NAMES.items() if each == name)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word or sign and where it was typed: `start` to `end`, code points, half-open."""

    kind: Kind
    text: str
    start: int = 0
    end: int = 0
    field: FieldName | None = None
    distance: int = 0
    mark: str = ""
    """What opens a quotation."""


PARTNERS: Final = {'"': '"', "＂": "＂", "「": "」", "『": "』", "“": "”"}
ASCII_QUOTES: Final = '"＂'
MINUS: Final = "-－−‐‑"
_OPEN, _CLOSE, _BAR = "(（", ")）", "|｜"
_OPERATORS: Final[dict[str, Kind]] = {"AND": "AND", "OR": "OR", "NOT": "NOT", "または": "OR"}
_NEAR: Final = re.compile(r"NEAR/(\d{1,3})", re.ASCII)
_ANY_NEAR: Final = re.compile(r"NEAR(?:/\d*)?", re.ASCII)
_FIELD: Final = re.compile(r"([^\s:：()（）\"＂「『“|｜]{1,10})[:：]")
_ESCAPED: Final = re.compile(r'"((?:[^"]|"")*)"')
_CLOSING_DASH: Final = re.compile(r"[^\s\-－−‐‑][\-－−‐‑](?=[\s」』）)]|$)")
_SPACE: Final = re.compile(r"[\s\x00]*")


class Lexer:
    """Reads a text once; `warnings` says what was read otherwise than it looks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0
        self.warnings: list[str] = []

    def lexemes(self) -> Iterator[Lexeme]:
        """Every word and sign in order; parentheses may lack their partner."""
        at = self._skip(0)
        while at < len(self._text):
            start = at
            found = self._next(at)
            if isinstance(found, int):
                at = found
            else:
                kind, text, at, *more = found
                lexeme = Lexeme(kind, text, start, at, *more)
                mark = '"' if lexeme.field else self._text[start]
                yield replace(lexeme, mark=mark) if kind == "quote" else lexeme
            at = self._skip(at)

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _next(self, at: int) -> _Read | int:
        """What begins here and where it ends; only the place to go on from, where it is nothing."""
        char = self._text[at]
        if char in _OPEN:
            self._depth += 1
            return "(", char, at + 1
        if char in _CLOSE and self._depth:
            self._depth -= 1
            return ")", char, at + 1
        if char in _BAR:
            return "OR", char, at + 1
        if char in MINUS and self._is_minus(at):
            return "NOT", char, at + 1
        if char in PARTNERS:
            return self._quote(at)
        return self._field(at) or self._word(at)

    def _is_minus(self, at: int) -> bool:
        """Whether a dash excludes: it stands before a word, and no other closes it (-Title-)."""
        if self._ends(at + 1) or self._text[at + 1] in MINUS:
            return False
        return _CLOSING_DASH.search(self._text, at + 1) is None

    def _ends(self, at: int) -> bool:
        """Whether a chunk that reaches up to `at` ends there."""
        return at >= len(self._text) or self._text[at].isspace() or self._closes(at)

    def _closes(self, at: int) -> bool:
        return self._depth > 0 and self._text[at] in _CLOSE

    def _field(self, at: int) -> _Read | None:
        """A field's name, with a colon and at once what it is for."""
        found = _FIELD.match(self._text, at)
        if not found or self._ends(self._skip(found.end())):
            return None
        name = FIELD_NAMES.get(unicodedata.normalize("NFKC", found.group(1)).casefold())
        if name not in {"words", "letters"}:
            return ("field", found.group(), found.end(), name) if name else None
        escaped = _ESCAPED.match(self._text, found.end())
        if not escaped or not escaped.group(1).strip():
            return None
        kind: Kind = "word" if name == "words" else "quote"
        return kind, escaped.group(1).replace('""', '"'), escaped.end(), name

    def _quote(self, at: int) -> _Read | int:
        mark = self._text[at]
        close = self._partner(at)
        if close < 0:
            if mark in ASCII_QUOTES:
                self.warnings.append(f"閉じられていない引用符 {mark} は文字として扱いました")
                return at + 1
            return self._word(at)
        if mark in ASCII_QUOTES or self._ends(close + 1):
            return "quote", self._text[at + 1 : close], close + 1
        return self._word(at)

    def _partner(self, at: int) -> int:
        """Where the quotation mark at `at` is closed by its own partner, or -1."""
        mark, partner = self._text[at], PARTNERS[self._text[at]]
        if mark == partner:
            return self._text.find(partner, at + 1)
        depth = 0
        for place in range(at, len(self._text)):
            depth += (self._text[place] == mark) - (self._text[place] == partner)
            if depth == 0:
                return place
        return -1

    def _word(self, at: int) -> _Read:
        end = at
        inner = 0
        while end < len(self._text) and not self._text[end].isspace():
            char = self._text[end]
            if char in _BAR or (char in ASCII_QUOTES and self._partner(end) >= 0 and end > at):
                break
            inner += char in _OPEN
            if char in _CLOSE:
                if not inner and self._depth:
                    break
                inner = max(0, inner - 1)
            end += 1
        word = self._text[at:end]
        plain = unicodedata.normalize("NFKC", word)
        near = _NEAR.fullmatch(plain)
        if near and 0 < int(near[1]) <= FARTHEST:
            return "NEAR", word, end, None, int(near[1])
        if _ANY_NEAR.fullmatch(plain):
            self.warnings.append(
                f"{word} は文字として検索しました（NEAR/1 から NEAR/{FARTHEST} まで）"
            )
        return _OPERATORS.get(plain, "word"), word, end


_Read = (
    tuple[Kind, str, int]
    | tuple[Kind, str, int, FieldName | None]
    | tuple[Kind, str, int, FieldName | None, int]
)


def balanced(lexemes: list[Lexeme], warnings: list[str]) -> list[Lexeme]:
    """Without the parentheses that have no partner or stand too deep."""
    opened: list[int] = []
    drop: set[int] = set()
    for place, lexeme in enumerate(lexemes):
        if lexeme.kind == "(":
            opened.append(place)
        elif lexeme.kind == ")":
            start = opened.pop()
            if len(opened) >= DEEPEST:
                drop |= {start, place}
                warnings.append(f"{DEEPEST}重を超える括弧は読み飛ばしました")
    if opened:
        warnings.append("閉じられていない括弧は読み飛ばしました")
    drop.update(opened)
    return [lexeme for place, lexeme in enumerate(lexemes) if place not in drop]
