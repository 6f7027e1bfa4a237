"""What a typed query asks for, analysed: the plan that queries are built from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from search.emphasis import USUAL
from search.literal import pieces_of
from search.query import ALL_FIELDS
from search.schema import Facet, Field

Fields = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A word of what was typed."""

    term: str
    written: str = field(default="", compare=False)
    """As typed, folded."""
    telling: bool = field(default=True, compare=False)
    """No particle, auxiliary and the like."""
    inflected: bool = field(default=False, compare=False)
    """All its written forms are the same word, not spellings of it."""
    latin: str = field(default="", compare=False)
    """The word that a loanword in katakana comes from."""
    known: bool = field(default=True, compare=False)
    """Whether the dictionary has it."""
    name: bool = field(default=False, compare=False)
    """Whether it is a proper noun."""
    eighths: int = field(default=USUAL, compare=False)
    """How much it counts in running text."""

    @property
    def is_number(self) -> bool:
        """Whether it is a number, in digits or in kanji; such a one meets whole numbers only."""
        return self.term.isdigit() or self.written[:1].isdigit() or self.written[-1:].isdigit()


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A chunk of up to eight words to be found side by side."""

    tokens: tuple[Token, ...]
    text: str = field(default="", compare=False)
    """As typed, folded."""
    fields: Fields = ALL_FIELDS

    @property
    def terms(self) -> tuple[str, ...]:
        """The telling terms, each once; all where none tells anything."""
        telling = tuple(token.term for token in self.tokens if token.telling)
        return tuple(dict.fromkeys(telling or (token.term for token in self.tokens)))

    @property
    def pieces(self) -> tuple[str, ...]:
        """The text in pieces between which a space may stand."""
        return pieces_of(self.text)


@dataclass(frozen=True, slots=True)
class RunningText:
    """A headline, a question: enough of its words must be there."""

    tokens: tuple[Token, ...]
    """Each once."""
    text: str = field(default="", compare=False)
    fields: Fields = ALL_FIELDS
    pairs: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    """Its pairs of letters side by side, and how much each counts, in eighths."""

    @property
    def terms(self) -> tuple[str, ...]:
        """Its terms, each once."""
        return tuple(dict.fromkeys(token.term for token in self.tokens))

    @property
    def pieces(self) -> tuple[str, ...]:
        """The text in pieces between which a space may stand."""
        return pieces_of(self.text)


@dataclass(frozen=True, slots=True)
class Literally:
    """A quotation: found by its letters, ranked by its words."""

    pieces: tuple[str, ...]
    terms: tuple[str, ...] = field(default=(), compare=False)
    fields: Fields = ALL_FIELDS


@dataclass(frozen=True, slots=True)
class Close:
    """Two words or quotations within so many characters of one sentence, in any order."""

    first: TypedWord | Literally
    second: TypedWord | Literally
    distance: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """Articles with a value of a facet; which values these are, the index knows."""

    facet: Facet
    text: str
    quoted: bool = False
    """The whole name, not the beginning or a part of it."""


@dataclass(frozen=True, slots=True)
class Days:
    """Articles of a span of days; None is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class All:
    """Every part; what a plain query of several chunks is."""

    parts: tuple[Plan, ...]
    demanded: bool
    joined: TypedWord | None = None
    """The chunks as one word, where they may be a name set off by spaces: ケビン ハセット."""


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Enough of the parts, by weight."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class NotThis:
    """Without the part."""

    part: Plan


Plan = TypedWord | RunningText | Literally | Close | Labelled | Days | All | Any | Some | NotThis


def parts_of(plan: Plan) -> Iterator[TypedWord | RunningText | Literally | Labelled]:
    """Everything in a plan that an article has to have, in order; no days."""
    match plan:
        case TypedWord() | RunningText() | Literally() | Labelled():
            yield plan
        case Close():
            yield from (plan.first, plan.second)
        case All() | Any() | Some():
            for part in plan.parts:
                yield from parts_of(part)
        case NotThis() | Days():
            return
        case _:
            assert_never(plan)


def typed_words(plan: Plan, *, excluded: bool = True) -> Iterator[TypedWord | RunningText]:
    """What may be widened, in order; with those below a NOT, where `excluded`."""
    match plan:
        case TypedWord() | RunningText():
            yield plan
        case All() | Any() | Some():
            for part in plan.parts:
                yield from typed_words(part, excluded=excluded)
        case NotThis():
            yield from typed_words(plan.part, excluded=excluded) if excluded else ()
        case Literally() | Close() | Labelled() | Days():
            return
        case _:
            assert_never(plan)
