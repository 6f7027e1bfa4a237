"""Typed text to a syntax tree. Never raises: what cannot be read is searched as text.

    query    := together (OR together)*
    together := near ((AND)? near)*
    near     := operand (NEAR/n operand)*
    operand  := (NOT | -) operand | field: operand | ( query ) | "quoted" | chunk

AND binds closer than a space, a space closer than OR. Every sign may be typed in full width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, assert_never

from search.lexer import ASCII_QUOTES, MINUS, FieldName, Lexeme, Lexer, balanced, shown_name
from search.periods import Period, WrongDate, read_period, written_period

MOST_CHUNKS_WITH_A_DATE: Final = 5
"""In a query of more, a date that stands alone is text."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands between spaces."""

    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stands between quotation marks, literally."""

    text: str
    mark: str = field(default='"', compare=False)
    """What opens it."""


@dataclass(frozen=True, slots=True)
class Enough:
    """Enough of the parts, by weight: what running text asks for."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fielded:
    """The part in one field, or a value of a facet."""

    field: FieldName
    part: Node


@dataclass(frozen=True, slots=True)
class Dated:
    """Days; `alone` where a date stood in the box without 日付: before it."""

    first: date | None
    last: date | None
    alone: bool = field(default=False, compare=False)
    relative: bool = field(default=False, compare=False)
    start: int = field(default=0, compare=False)
    """Where it was typed, code points."""
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Nearby:
    """Both parts within so many characters of one sentence, in any order."""

    first: Chunk | Quoted
    second: Chunk | Quoted
    distance: int


@dataclass(frozen=True, slots=True)
class Together:
    """All parts; `demanded` where AND was typed, so that nothing may be left out."""

    parts: tuple[Node, ...]
    demanded: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Not the part."""

    part: Node


Node = Chunk | Quoted | Enough | Fielded | Dated | Nearby | Together | Either | Without


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree, None for an empty query, and what had to be read otherwise than it looks."""

    node: Node | None
    warnings: tuple[str, ...] = ()

    @property
    def dated(self) -> Dated | None:
        """The date that stood alone in the box and was read as a filter."""
        parts = self.node.parts if isinstance(self.node, Together) else (self.node,)
        return next((each for each in parts if isinstance(each, Dated) and each.alone), None)

    @property
    def relative(self) -> bool:
        """Whether the reading depends on today's date."""
        return _is_relative(self.node)


def parse(text: str, today: date, *, dates: bool = True) -> Parsed:
    """The reading of a query as typed; with `dates`, one date that stands alone is a filter."""
    lexer = Lexer(text)
    lexemes = balanced(list(lexer.lexemes()), lexer.warnings)
    reader = _Reader(lexemes, lexer.warnings, today)
    node = reader.query()
    if dates:
        node = _with_date_alone(node, lexemes, reader)
    return Parsed(node, tuple(dict.fromkeys(lexer.warnings)))


_ENDS: Final = frozenset({"", ")"})
_NO_OPERAND: Final = _ENDS | {"AND", "OR", "NEAR"}


class _Reader:
    def __init__(self, lexemes: list[Lexeme], warnings: list[str], today: date) -> None:
        self._lexemes = lexemes
        self._at = 0
        self.warnings = warnings
        self.today = today

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
        while self._peek() not in _ENDS and not self._is_joining_or(first=not groups):
            if groups and self._peek() == "AND" and self._peek(1) not in _NO_OPERAND:
                self._at += 1
                demanded = True
                continue
            operand = self._near()
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
        return self._peek() == "OR" and not first and self._peek(1) not in _NO_OPERAND

    def _near(self) -> Node | None:
        """An operand, or several with NEAR between: each close to the one before it."""
        first = self._operand()
        pairs: list[Node] = []
        while self._peek() == "NEAR" and self._peek(1) in {"word", "quote"}:
            name = first.field if isinstance(first, Fielded) else None
            part = first.part if isinstance(first, Fielded) else first
            if not isinstance(part, Chunk | Quoted):
                self.warnings.append("NEAR は語または引用符の間にだけ置けます")
                break
            distance = self._lexemes[self._at].distance
            self._at += 1
            second = self._operand()
            if not isinstance(second, Chunk | Quoted):
                continue
            near = Nearby(part, second, distance)
            pairs.append(Fielded(name, near) if name else near)
            first = Fielded(name, second) if name else second
        if len(pairs) > 1:
            return Together(tuple(pairs), demanded=True)
        return pairs[0] if pairs else first

    def _operand(self) -> Node | None:
        lexeme = self._lexemes[self._at]
        self._at += 1
        if lexeme.kind == "quote":
            return Quoted(lexeme.text, lexeme.mark) if lexeme.text.strip() else None
        if lexeme.kind == "(":
            inside = self.query()
            self._at += 1
            if inside is None:
                self.warnings.append("空の括弧は読み飛ばしました")
            return inside
        if lexeme.kind == "NOT" and self._peek() not in _NO_OPERAND:
            return self._without()
        if lexeme.kind == "field" and self._peek() not in _NO_OPERAND:
            return self._fielded(lexeme)
        if lexeme.kind not in {"word", "field"}:
            self.warnings.append(f"{lexeme.text} の前後に語がないため、文字として検索しました")
        return Chunk(lexeme.text)

    def _without(self) -> Node | None:
        negative = True
        while self._peek() == "NOT" and self._peek(1) not in _NO_OPERAND:
            self._at += 1
            negative = not negative
        part = self._operand()
        if part is None or not negative:
            return part
        return part.part if isinstance(part, Without) else Without(part)

    def _fielded(self, lexeme: Lexeme) -> Node | None:
        at = self._at
        part = self._operand()
        if part is None or lexeme.field is None:
            return part
        if lexeme.field == "some":
            parts = part.parts if isinstance(part, Together) else (part,)
            return Enough(parts) if len(parts) > 1 else part
        if lexeme.field != "date":
            return Fielded(lexeme.field, part)
        if isinstance(part, Chunk | Quoted):
            return self.dated(part.text, (lexeme.start, self._lexemes[at].end)) or Chunk(part.text)
        self.warnings.append("日付: の後には日付を一つだけ書けます")
        return part

    def dated(self, text: str, span: tuple[int, int], *, alone: bool = False) -> Dated | None:
        """The days that a text names; None, with a warning where it needs one, if it names none."""
        try:
            period = read_period(text, self.today)
        except WrongDate as error:
            if not alone or error.standalone:
                self.warnings.append(f"{error}。文字として検索しました")
            return None
        if period is None or (alone and not period.standalone):
            if not alone:
                self.warnings.append(f"「{text}」は日付として読めないため、文字として検索しました")
            return None
        return Dated(period.first, period.last, alone, period.relative, *span)


def _with_date_alone(node: Node | None, lexemes: Sequence[Lexeme], reader: _Reader) -> Node | None:
    """The tree with one date that stands alone in a short query read as a filter."""
    parts = node.parts if isinstance(node, Together) and not node.demanded else (node,)
    if sum(lexeme.kind in {"word", "quote"} for lexeme in lexemes) > MOST_CHUNKS_WITH_A_DATE:
        return node
    chunks = [each.text for each in parts if isinstance(each, Chunk)]
    typed = {lexeme.text: lexeme for lexeme in _outside(lexemes) if lexeme.kind == "word"}
    found = {
        text: dated
        for text in chunks
        if text in typed
        and not typed[text].field
        and (dated := reader.dated(text, (typed[text].start, typed[text].end), alone=True))
    }
    if len(found) != 1:
        return node
    ((text, dated),) = found.items()
    replaced = tuple(dated if each == Chunk(text) else each for each in parts)
    kept = tuple(each for each in replaced if each is not None)
    return replace(node, parts=kept) if isinstance(node, Together) else kept[0]


def _outside(lexemes: Sequence[Lexeme]) -> Iterator[Lexeme]:
    """The lexemes that stand in no parentheses."""
    depth = 0
    for lexeme in lexemes:
        depth += (lexeme.kind == "(") - (lexeme.kind == ")")
        if not depth:
            yield lexeme


def _is_relative(node: Node | None) -> bool:
    match node:
        case Dated():
            return node.relative
        case Enough() | Together() | Either():
            return any(map(_is_relative, node.parts))
        case Fielded() | Without():
            return _is_relative(node.part)
        case Chunk() | Quoted() | Nearby() | None:
            return False
    assert_never(node)


def written(node: Node | None) -> str:  # noqa: C901, PLR0911 - one a node
    """The reading as a person writes it; typed again it is read as the same tree."""
    match node:
        case None:
            return ""
        case Chunk():
            return node.text if _reads_as(node.text, node) else _escaped("words", node.text)
        case Quoted():
            return _quotation(node)
        case Dated():
            period = Period(node.first, node.last, relative=False, standalone=False)
            return f"{shown_name('date')}:{written_period(period)}"
        case Enough():
            return f"{shown_name('some')}:({' '.join(_inside(part) for part in node.parts)})"
        case Fielded():
            return f"{shown_name(node.field)}:{_inside(node.part)}"
        case Nearby():
            return f"{written(node.first)} NEAR/{node.distance} {written(node.second)}"
        case Together():
            return " AND ".join(_inside(part) for part in node.parts)
        case Either():
            return " OR ".join(_inside(part) for part in node.parts)
        case Without():
            return f"NOT {_inside(node.part)}"
    assert_never(node)


_ANY_DAY: Final = date(2000, 6, 15)
_PAIRED: Final = re.compile("「[^「」]*」|『[^『』]*』|“[^“”]*”|[(（][^()（）]*[)）]")
_OPEN_ENDED: Final = re.compile("[「」『』“”()（）]")


def _inside(node: Node) -> str:
    text = written(node)
    return f"({text})" if isinstance(node, Together | Either | Nearby) else text


def _reads_as(text: str, node: Chunk | Quoted) -> bool:
    """Whether the text is read as this node wherever it stands between spaces or parentheses."""
    if isinstance(node, Chunk) and _is_date_alone(text):
        return False
    paired = isinstance(node, Quoted) or not (
        _OPEN_ENDED.search(_PAIRED.sub("", text)) or set(text) & set(ASCII_QUOTES)
    )
    kind = "word" if isinstance(node, Chunk) else "quote"
    itself = (kind, node.text, None)
    before_an_end = [("(", "(", None), itself, (")", ")", None)]
    before_a_word = [("(", "(", None), itself, ("word", "b", None)]
    return (
        paired
        and text[0] not in MINUS
        and _lexemes(f"({text}) (a)") == [*before_an_end, *_AFTER]
        and _lexemes(f"({text} b) (a)") == [*before_a_word, (")", ")", None), *_AFTER]
    )


_AFTER: Final = [("(", "(", None), ("word", "a", None), (")", ")", None)]


def _lexemes(text: str) -> list[tuple[str, str, str | None]]:
    return [(each.kind, each.text, each.field) for each in Lexer(text).lexemes()]


def _is_date_alone(text: str) -> bool:
    try:
        period = read_period(text, _ANY_DAY)
    except WrongDate:
        return False
    return period is not None and period.standalone


def _quotation(node: Quoted) -> str:
    for text in (f'"{node.text}"', f"「{node.text}」", f"『{node.text}』"):
        if _reads_as(text, node):
            return text
    return _escaped("letters", node.text)


def _escaped(name: FieldName, text: str) -> str:
    doubled = text.replace('"', '""')
    return f'{shown_name(name)}:"{doubled}"'
