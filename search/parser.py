"""Typed text to a syntax tree. Never raises: what cannot be read is searched as text.

    query    := together (OR together)*
    together := operand ((AND)? operand)*
    operand  := (NOT | -) operand | ( query ) | "quoted" | chunk

AND binds closer than OR. Every sign may be typed in half or full width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, assert_never

DEEPEST: Final = 24
"""Parentheses inside parentheses that are still read as such."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands between spaces."""

    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stands between quotation marks, literally."""

    text: str


@dataclass(frozen=True, slots=True)
class Together:
    """All parts; `demanded` where AND was typed, so that nothing may be left out."""

    parts: tuple[Node, ...]
    demanded: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Not the part."""

    part: Node


Node = Chunk | Quoted | Together | Either | Without


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree, None for an empty query, and what had to be read otherwise than it looks."""

    node: Node | None
    warnings: tuple[str, ...] = ()


Kind = Literal["word", "quote", "(", ")", "AND", "OR", "NOT"]


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: Kind
    text: str


_PARTNERS: Final = {'"': '"', "＂": "＂", "「": "」", "『": "』", "“": "”"}
_ASCII_QUOTES: Final = '"＂'
_OPEN, _CLOSE, _BAR, _MINUS = "(（", ")）", "|｜", "-－−‐‑"
_OPERATORS: Final[dict[str, Kind]] = {"AND": "AND", "OR": "OR", "NOT": "NOT", "または": "OR"}
_CLOSING_DASH: Final = re.compile(r"[^\s\-－−‐‑][\-－−‐‑](?=[\s」』）)]|$)")
_SPACE: Final = re.compile(r"[\s\x00]*")


def parse(text: str) -> Parsed:
    """The reading of a query as typed."""
    lexer = _Lexer(text)
    lexemes = _balanced(list(lexer.lexemes()), lexer.warnings)
    reader = _Reader(lexemes, lexer.warnings)
    return Parsed(reader.query(), tuple(dict.fromkeys(lexer.warnings)))


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0
        self.warnings: list[str] = []

    def lexemes(self) -> Iterator[_Lexeme]:
        at = self._skip(0)
        while at < len(self._text):
            lexeme, at = self._next(at)
            if lexeme:
                yield lexeme
            at = self._skip(at)

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _next(self, at: int) -> tuple[_Lexeme | None, int]:
        char = self._text[at]
        if char in _OPEN:
            self._depth += 1
            return _Lexeme("(", char), at + 1
        if char in _CLOSE and self._depth:
            self._depth -= 1
            return _Lexeme(")", char), at + 1
        if char in _BAR:
            return _Lexeme("OR", char), at + 1
        if char in _MINUS and self._is_minus(at):
            return _Lexeme("NOT", char), at + 1
        if char in _PARTNERS:
            return self._quote(at)
        return self._word(at)

    def _is_minus(self, at: int) -> bool:
        """Whether a dash excludes: it stands before a word, and no other closes it (-Title-)."""
        if self._ends(at + 1) or self._text[at + 1] in _MINUS:
            return False
        return _CLOSING_DASH.search(self._text, at + 1) is None

    def _ends(self, at: int) -> bool:
        """Whether a chunk that reaches up to `at` ends there."""
        return at >= len(self._text) or self._text[at].isspace() or self._closes(at)

    def _closes(self, at: int) -> bool:
        return self._depth > 0 and self._text[at] in _CLOSE

    def _quote(self, at: int) -> tuple[_Lexeme | None, int]:
        mark = self._text[at]
        close = self._partner(at)
        if close < 0:
            if mark in _ASCII_QUOTES:
                self.warnings.append(f"閉じられていない引用符 {mark} は文字として扱いました")
                return None, at + 1
            return self._word(at)
        if mark in _ASCII_QUOTES or self._ends(close + 1):
            return _Lexeme("quote", self._text[at + 1 : close]), close + 1
        return self._word(at)

    def _partner(self, at: int) -> int:
        """Where the quotation mark at `at` is closed by its own partner, or -1."""
        mark, partner = self._text[at], _PARTNERS[self._text[at]]
        if mark == partner:
            return self._text.find(partner, at + 1)
        depth = 0
        for place in range(at, len(self._text)):
            depth += (self._text[place] == mark) - (self._text[place] == partner)
            if depth == 0:
                return place
        return -1

    def _word(self, at: int) -> tuple[_Lexeme, int]:
        end = at
        inner = 0
        while end < len(self._text) and not self._text[end].isspace():
            char = self._text[end]
            if char in _BAR or (char in _ASCII_QUOTES and self._partner(end) >= 0 and end > at):
                break
            inner += char in _OPEN
            if char in _CLOSE:
                if not inner and self._depth:
                    break
                inner = max(0, inner - 1)
            end += 1
        word = self._text[at:end]
        kind = _OPERATORS.get(unicodedata.normalize("NFKC", word), "word")
        return _Lexeme(kind, word), end


def _balanced(lexemes: list[_Lexeme], warnings: list[str]) -> list[_Lexeme]:
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


class _Reader:
    def __init__(self, lexemes: list[_Lexeme], warnings: list[str]) -> None:
        self._lexemes = lexemes
        self._at = 0
        self._warnings = warnings

    def _peek(self, ahead: int = 0) -> str:
        place = self._at + ahead
        return self._lexemes[place].kind if place < len(self._lexemes) else ""

    def query(self) -> Node | None:
        parts = [self._together()]
        while self._peek() == "OR":
            self._at += 1
            parts.append(self._together())
        kept = [part for part in parts if part is not None]
        if len(kept) < 2:
            return kept[0] if kept else None
        return Either(tuple(kept))

    def _together(self) -> Node | None:
        groups: list[list[Node]] = []
        demanded = False
        while self._peek() not in {"", ")"} and not self._is_joining_or(first=not groups):
            if groups and self._peek() == "AND" and self._peek(1) not in {"", ")", "AND", "OR"}:
                self._at += 1
                demanded = True
                continue
            operand = self._operand()
            if operand is None:
                continue
            if demanded:
                groups[-1].append(operand)
            else:
                groups.append([operand])
            demanded = False
        parts = [Together(tuple(g), demanded=True) if len(g) > 1 else g[0] for g in groups]
        if len(parts) < 2:
            return parts[0] if parts else None
        return Together(tuple(parts))

    def _is_joining_or(self, *, first: bool) -> bool:
        return self._peek() == "OR" and not first and self._peek(1) not in {"", ")", "OR", "AND"}

    def _operand(self) -> Node | None:
        lexeme = self._lexemes[self._at]
        self._at += 1
        if lexeme.kind == "quote":
            return Quoted(lexeme.text) if lexeme.text.strip() else None
        if lexeme.kind == "(":
            inside = self.query()
            self._at += 1
            if inside is None:
                self._warnings.append("空の括弧は読み飛ばしました")
            return inside
        if lexeme.kind == "NOT" and self._peek() not in {"", ")", "AND", "OR"}:
            return self._without()
        if lexeme.kind != "word":
            self._warnings.append(f"{lexeme.text} の前後に語がないため、文字として検索しました")
        return Chunk(lexeme.text)

    def _without(self) -> Node | None:
        negative = True
        while self._peek() == "NOT" and self._peek(1) not in {"", ")", "AND", "OR"}:
            self._at += 1
            negative = not negative
        part = self._operand()
        if part is None or not negative:
            return part
        return part.part if isinstance(part, Without) else Without(part)


def written(node: Node | None) -> str:
    """The reading as a person writes it; typed again it is read so, with every AND demanded.

    Only chunks that hold operators or quotes as mere text may then be read otherwise.
    """
    match node:
        case None:
            return ""
        case Chunk():
            return node.text
        case Quoted():
            return f'"{node.text}"' if '"' not in node.text else f"「{node.text}」"
        case Together():
            return " AND ".join(_inside(part) for part in node.parts)
        case Either():
            return " OR ".join(_inside(part) for part in node.parts)
        case Without():
            return f"NOT {_inside(node.part)}"
    assert_never(node)


def _inside(node: Node) -> str:
    text = written(node)
    return f"({text})" if isinstance(node, Together | Either) else text
