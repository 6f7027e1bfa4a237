"""From the syntax tree to the plan: chunks are analysed, and told typed words from running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final, assert_never

from search.analysis.japanese import Analyser
from search.analysis.katakana import is_kana, is_katakana
from search.analysis.normalize import literal_text
from search.analysis.numerals import KANJI
from search.analysis.tokens import GAP, AnalysedText, Word
from search.emphasis import USUAL, emphasis, pairs_of_letters
from search.lexer import ASCII_QUOTES, PARTNERS, FieldName
from search.literal import pieces_of
from search.parser import (
    Chunk,
    Dated,
    Either,
    Enough,
    Fielded,
    Nearby,
    Node,
    Quoted,
    Together,
    Without,
    parse,
)
from search.plans import (
    All,
    Any,
    Close,
    Days,
    Fields,
    Labelled,
    Literally,
    NotThis,
    Plan,
    RunningText,
    Some,
    Token,
    TypedWord,
)
from search.query import ALL_FIELDS
from search.schema import Facet, Field

MOST_TYPED_WORDS: Final = 8
"""More words than these in one chunk are running text."""

MOST_PARTS_OF_A_NAME: Final = 4
MOST_REQUIRED_WORDS: Final = 12
"""A query of more words, all counted, is running text, wherever its spaces are."""

FEWEST_OF_A_HEADLINE: Final = 6
"""Words of a pasted headline at least; in a shorter query every chunk is required."""

_SHORT, _TEXTS_KEPT = 16, 16_384
_FRACTION: Final = re.compile(rf"[\d{KANJI}]+分の[\d{KANJI}]+")
_AT_THE_END: Final = "、。，．！？!?…‥"
_PUNCTUATION: Final = re.compile("[、。，．！？!?…‥【】「」『』“”〈〉《》≪≫]")
LONGEST_IN_KANA: Final = 12
"""A chunk in kana of so many characters is a typed word, whatever MeCab makes of it."""

_TEXT_FIELDS: Final[dict[FieldName, Fields]] = {
    "title": (Field.TITLE,),
    "body": (Field.BODY,),
    "captions": (Field.CAPTIONS,),
}
_FACETS: Final[dict[FieldName, Facet]] = {
    "person": Facet.PERSON,
    "topic": Facet.TOPIC,
    "source": Facet.SOURCE,
}
_INFLECTED: Final = ("動詞", "形容詞", "助動詞")


class Planner:
    """Analyses the chunks of a syntax tree."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._read = lru_cache(maxsize=_TEXTS_KEPT)(self._read_words)

    def plan_of(self, text: str, today: date) -> Plan | None:
        """The plan of a text as a query."""
        node = parse(text, today).node
        return self.plan(node) if node else None

    def plan(  # noqa: C901, PLR0911 - one a node
        self, node: Node, fields: Fields = ALL_FIELDS
    ) -> Plan | None:
        """The plan of a tree; None where it has no word that could be searched."""
        match node:
            case Chunk():
                return self._chunk(node.text, fields)
            case Quoted():
                return self._quoted(node.text, fields)
            case Fielded():
                return self._fielded(node, fields)
            case Dated():
                return Days(node.first, node.last)
            case Nearby():
                return self._nearby(node, fields)
            case Enough() if all(map(_is_word, node.parts)):
                return self._words(node, fields)
            case Enough():
                parts = self._parts(node.parts, fields)
                return _single(parts) or (Some(parts) if parts else None)
            case Together():
                return self._all(node, fields)
            case Either():
                parts = self._parts(node.parts, fields)
                return _single(parts) or (Any(parts) if parts else None)
            case Without():
                part = self.plan(node.part, fields)
                return NotThis(part) if part else None
        assert_never(node)

    def signs(self, node: Node) -> Plan | None:
        """The plan of a query without words: its signs as they stand."""
        match node:
            case Chunk():
                pieces = pieces_of(literal_text(node.text).text)
                return Literally(pieces) if pieces else None
            case Together() | Either():
                parts = _some(map(self.signs, node.parts))
                whole = Any(parts) if isinstance(node, Either) else All(parts, demanded=True)
                return (_single(parts) or whole) if parts else None
            case Without():
                part = self.signs(node.part)
                return NotThis(part) if part else None
        return None

    def _all(self, node: Together, fields: Fields) -> Plan | None:
        """All parts; those of a long query that are not demanded, as one running text."""
        running = self._long_text(node)
        others = _without(node.parts, running)
        parts = self._parts(others if running else node.parts, fields)
        if running:
            parts = (self._running(" ".join(map(_as_typed, running)), fields), *parts)
        return _single(parts) or (self._together(parts, node) if parts else None)

    def _long_text(self, node: Together) -> list[Chunk | Quoted]:
        """The parts that are one running text, wherever the spaces are; none of another query.

        These are the parts of a query of more words than can all be asked for, and of a pasted
        headline: one with punctuation at its words. Quotation marks other than the ASCII ones are
        punctuation there.
        """
        texts = [
            part
            for part in node.parts
            if isinstance(part, Chunk)
            or (isinstance(part, Quoted) and part.mark not in ASCII_QUOTES)
        ]
        chunks = [part.text for part in texts if isinstance(part, Chunk)]
        if node.demanded or len(texts) < 2 or not chunks:
            return []
        tokens = [token for part in texts for token in self.tokens(part.text)]
        if len({token.term for token in tokens if token.telling}) < 2:
            return []
        pasted = len(tokens) >= FEWEST_OF_A_HEADLINE and any(map(self._is_headline, chunks))
        return texts if pasted or len(tokens) > MOST_REQUIRED_WORDS else []

    def _words(self, node: Enough, fields: Fields) -> Plan | None:
        """Running text that was typed as its words."""
        words = [self.plan(part, fields) for part in node.parts]
        typed = [word for word in words if isinstance(word, TypedWord | RunningText)]
        tokens = {token.term: token for word in typed for token in word.tokens}
        if len(typed) == 1:
            return typed[0]
        text = " ".join(word.text for word in typed)
        pairs = pairs_of_letters(text, [USUAL] * len(text))
        return RunningText(tuple(tokens.values()), "", fields, pairs) if tokens else None

    def _is_headline(self, chunk: str) -> bool:
        """Whether punctuation stands in a chunk as in a headline, and not as in Yahoo!."""
        if not self.tokens(chunk):
            return False
        if _PUNCTUATION.search(chunk.strip(_AT_THE_END)):
            return True
        running = isinstance(self._chunk(chunk, ALL_FIELDS), RunningText)
        return running and _PUNCTUATION.search(chunk) is not None

    def _running(self, text: str, fields: Fields) -> RunningText:
        """A text whose telling words count, each by where it stands."""
        analysed = self._analyser.analyse(text)
        counts = emphasis(text)
        found: dict[str, Token] = {}
        everything = zip(self._tokens(analysed), _starts(analysed), strict=True)
        weighed = [replace(token, eighths=counts[start]) for token, start in everything]
        for token in [each for each in weighed if each.telling] or weighed:
            before = found.get(token.term)
            if before is None or before.eighths < token.eighths:
                found[token.term] = token
        return RunningText(
            tuple(found.values()), _whole(analysed), fields, pairs_of_letters(text, counts)
        )

    def _together(self, parts: tuple[Plan, ...], node: Together) -> All:
        joined = None
        chunks = [part for part in parts if isinstance(part, TypedWord)]
        if not node.demanded and len(chunks) == len(node.parts) <= MOST_PARTS_OF_A_NAME:
            text = "".join(chunk.text for chunk in chunks)
            if is_katakana(text):
                joined = TypedWord(self.tokens(text), text, chunks[0].fields)
        return All(parts, node.demanded, joined)

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The words of a text; those of short texts read lately are remembered."""
        return self._read(text) if len(text) <= _SHORT else self._read_words(text)

    def _read_words(self, text: str) -> tuple[Token, ...]:
        return self._tokens(self._analyser.analyse(text))

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of a text."""
        return tuple(term for term in self._analyser.analyse(text).terms if term)

    def shown(self, node: Node | None) -> Node | None:  # noqa: PLR0911 - one a node
        """The tree with what it comes to: enough of its words in the place of running text."""
        match node:
            case Chunk():
                plan = self._chunk(node.text, ALL_FIELDS)
                if not isinstance(plan, RunningText) or len(plan.tokens) == 1:
                    return node
                return self._enough_of(plan.tokens)
            case Fielded() if node.field in _TEXT_FIELDS:
                return replace(node, part=self.shown(node.part) or node.part)
            case Without():
                return replace(node, part=self.shown(node.part) or node.part)
            case Together() if long := self._long_text(node):
                tokens = self._running(" ".join(map(_as_typed, long)), ALL_FIELDS).tokens
                others = _without(node.parts, long)
                enough = self._enough_of(tokens)
                return Together((enough, *others), node.demanded) if others else enough
            case Together() | Either():
                parts = tuple(self.shown(part) or part for part in node.parts)
                return replace(node, parts=parts)
        return node

    def _enough_of(self, tokens: Sequence[Token]) -> Chunk | Fielded | Enough:
        """Running text as it is shown: its words as typed, where these are read as the same."""
        words = tuple(dict.fromkeys(map(self._alone, tokens)))
        return Enough(words) if len(words) > 1 else words[0]

    def _alone(self, token: Token) -> Chunk | Fielded:
        """A word so that it is the same when typed alone: as typed, or by its term."""
        for form in (token.written, token.term):
            plan = self._chunk(form, ALL_FIELDS)
            if isinstance(plan, TypedWord) and [each.term for each in plan.tokens] == [token.term]:
                return Chunk(form)
        return Fielded("term", Chunk(token.term))

    def _parts(self, nodes: Sequence[Node], fields: Fields) -> tuple[Plan, ...]:
        return _some(self.plan(node, fields) for node in dict.fromkeys(nodes))

    def _fielded(self, node: Fielded, fields: Fields) -> Plan | None:
        inside = _TEXT_FIELDS.get(node.field)
        if inside:
            return self.plan(node.part, inside)
        if node.field == "term" and isinstance(node.part, Chunk | Quoted):
            return TypedWord((Token(node.part.text, node.part.text),), node.part.text, fields)
        facet = _FACETS.get(node.field)
        return self._labelled(node.part, facet) if facet else self.plan(node.part, fields)

    def _labelled(self, node: Node, facet: Facet) -> Plan | None:
        """The plan of a tree whose words are values of a facet."""
        match node:
            case Chunk() | Quoted():
                return Labelled(facet, node.text.strip(), isinstance(node, Quoted))
            case Together() | Enough() | Either():
                parts = _some(self._labelled(each, facet) for each in node.parts)
                whole = Any(parts) if isinstance(node, Either) else All(parts, demanded=True)
                return (_single(parts) or whole) if parts else None
            case Without():
                part = self._labelled(node.part, facet)
                return NotThis(part) if part else None
            case Nearby():
                return self._labelled(Together((node.first, node.second)), facet)
            case Fielded() | Dated():
                return self.plan(node)
        assert_never(node)

    def _nearby(self, node: Nearby, fields: Fields) -> Plan | None:
        first, second = self._near_part(node.first, fields), self._near_part(node.second, fields)
        if first and second:
            return Close(first, second, node.distance)
        return first or second

    def _near_part(self, node: Chunk | Quoted, fields: Fields) -> TypedWord | Literally | None:
        plan = self.plan(node, fields)
        if isinstance(plan, RunningText):
            return Literally(plan.pieces, plan.terms, fields)
        return plan if isinstance(plan, TypedWord | Literally) else None

    def _quoted(self, text: str, fields: Fields) -> Plan | None:
        pieces = pieces_of(literal_text(text).text)
        terms = tuple(dict.fromkeys(self.terms(text)))
        return Literally(pieces, terms, fields) if pieces else None

    def _chunk(self, text: str, fields: Fields) -> Plan | None:
        analysed = self._analyser.analyse(text)
        words = analysed.words
        kept = [place for place, word in enumerate(words) if word.term]
        if not kept:
            return None
        within = words[kept[0] : kept[-1] + 1]
        literal = _literal(analysed, kept[0], kept[-1])
        tokens = self._tokens(analysed)
        telling = tuple(token for token in tokens if token.telling)
        broken = any(word.term == GAP for word in within) or len(telling) < len(tokens)
        if _is_one_word(literal):
            return TypedWord(tokens, literal, fields)
        if (broken and telling) or len(tokens) > MOST_TYPED_WORDS:
            if len({token.term for token in telling}) != 1:
                return self._running(text, fields)
            kept = [place for place in kept if words[place].term == telling[0].term]
            return TypedWord(telling[:1], _literal(analysed, kept[0], kept[0]), fields)
        return TypedWord(tokens, literal, fields)

    def _tokens(self, analysed: AnalysedText) -> tuple[Token, ...]:
        return tuple(
            _token(word, _literal(analysed, place, place))
            for place, word in enumerate(analysed.words)
            if word.term
        )


def _is_one_word(literal: str) -> bool:
    """Whether a chunk is a typed word whatever MeCab makes of it."""
    if is_katakana(literal) or (literal.isascii() and literal.isalpha()):
        return True
    short_kana = len(literal) <= LONGEST_IN_KANA and is_kana(literal)
    return short_kana or _FRACTION.fullmatch(literal) is not None


def _literal(analysed: AnalysedText, first: int, last: int) -> str:
    """The literal text from one word to another, both included."""
    start, end = analysed.spans[first][0], analysed.spans[last][1]
    return literal_text(analysed.text[start:end]).text.strip()


def _whole(analysed: AnalysedText) -> str:
    """The literal text from the first word to the last."""
    kept = [place for place, word in enumerate(analysed.words) if word.term]
    return _literal(analysed, kept[0], kept[-1]) if kept else ""


def _starts(analysed: AnalysedText) -> list[int]:
    """Where each word begins."""
    pairs = zip(analysed.words, analysed.spans, strict=True)
    return [start for word, (start, _) in pairs if word.term]


def _without(nodes: Sequence[Node], others: Sequence[Node]) -> tuple[Node, ...]:
    """Those nodes that are not among others; quotations of one text differ by their marks."""
    gone = set(map(id, others))
    return tuple(node for node in nodes if id(node) not in gone)


def _is_word(node: Node) -> bool:
    """Whether a node is a word of running text, as `Planner.shown` writes it."""
    return isinstance(node, Chunk) or (isinstance(node, Fielded) and node.field == "term")


def _as_typed(node: Chunk | Quoted) -> str:
    return node.text if isinstance(node, Chunk) else node.mark + node.text + PARTNERS[node.mark]


def _token(word: Word, written: str) -> Token:
    _, _, note = word.lemma.partition("-")
    return Token(
        word.term,
        written,
        telling=not word.is_function_word,
        inflected=word.pos.startswith(_INFLECTED),
        latin=note.casefold() if note.isascii() else "",
        known=bool(word.lemma),
        name="固有名詞" in word.pos,
    )


def _single(parts: tuple[Plan, ...]) -> Plan | None:
    return parts[0] if len(parts) == 1 else None


def _some(plans: Iterable[Plan | None]) -> tuple[Plan, ...]:
    return tuple(plan for plan in plans if plan is not None)
