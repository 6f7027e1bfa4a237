"""A typed word and all it is found by: spellings, parts close together, readings, synonyms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product
from typing import Final, Protocol

from search.analysis.katakana import is_kana, is_katakana, katakana_of, unify
from search.analysis.lines import HAS_KANJI
from search.plans import Literally, RunningText, Token, TypedWord
from search.query import (
    JOINERS,
    Best,
    Boosted,
    Leaf,
    Literal,
    Or,
    Phrase,
    Query,
    Slot,
    Term,
    Weighted,
)
from search.reasons import VARIANT, Kind, Reason
from search.results import Expansion
from search.schema import Facet
from search.spellings import other_spellings
from search.synonyms import Synonyms

NEAR_GAP: Final = 6
"""Characters between the parts of a typed word that are still close together."""

_MOST_SYNONYMS: Final = 12
_MOST_SPELLINGS_SHOWN: Final = 8
_FORMS_OF_LOANWORD: Final = 3
_MOST_READINGS_SHOWN: Final = 16
_VARIANT: Final = 7
_SYNONYM: Final = 5
"""Eighths that the score of another spelling, of a synonym counts at most."""

_NO_JOINERS: Final = str.maketrans("", "", JOINERS)
_LONG_NAME: Final = 4
_LONG_ENOUGH_TO_CUT_ONE: Final = 6
_SHORTEST_LOANWORD: Final = 3
_LONGEST_PIECE: Final = 10
_MOST_PIECES: Final = 5
_MOST_CUTS: Final = 8


class Index(Protocol):
    """What planning asks of the index."""

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """How many articles match each query."""
        ...

    def weights(self, queries: Sequence[Query]) -> list[int]:
        """How telling each query is, from 1."""
        ...

    def forms(self, term: str) -> Sequence[str]:
        """Every way a term is written, itself first."""
        ...

    def terms_written(self, form: str) -> Sequence[str]:
        """The terms that are written so somewhere."""
        ...

    def terms_read(self, reading: str) -> Sequence[str]:
        """The terms that are read so."""
        ...

    def labelled(self, facet: Facet, text: str, *, quoted: bool = False) -> tuple[str, ...]:
        """The values of a facet that a text names; as a whole where it is quoted."""
        ...


Analyse = Callable[[str], tuple[Token, ...]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a typed word may be found by."""

    main: Query
    """The word in all its spellings, and its synonyms."""
    lower: tuple[Query, ...] = ()
    """Parts close together, readings: behind those."""
    inside: Literal | None = None
    """Its letters inside longer words; None where digits would meet parts of numbers."""
    as_word: Query | None = None
    """The word without synonyms: whether an article has it as a word."""
    expansions: tuple[Expansion, ...] = ()
    """What is looked for besides the word as typed."""


@dataclass(slots=True)
class Widening:
    """Widens typed words for one request, and remembers what for."""

    index: Index
    analyse: Analyse
    synonyms: Synonyms
    exact: bool = False
    reasons: dict[Leaf, Reason] = field(default_factory=dict)
    _choices: dict[tuple[TypedWord, str], Choices] = field(default_factory=dict)
    _words: int = 0

    def choices(self, word: TypedWord) -> Choices:
        """What the word may be found by, worked out once."""
        key = (word, word.text)
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = _Widened(self, word, self._next_word()).choices()
        return found

    def _next_word(self) -> int:
        """A number for what counts as one word in passages."""
        self._words += 1
        return self._words

    def note(self, leaf: Leaf, reason: Reason) -> Leaf:
        """Remember what a leaf stands for; the better reason stays."""
        self.reasons.setdefault(leaf, reason)
        return leaf

    def typed(self, leaf: Leaf) -> Leaf:
        """Remember a leaf as what was typed."""
        known = leaf in self.reasons
        return leaf if known else self.note(leaf, Reason("word", self._next_word()))

    def joined(self, word: TypedWord | None) -> Query | None:
        """A name that was typed with spaces, where articles have it without."""
        if word is None or self.exact or not self.index.terms_written(word.text):
            return None
        return self.note(Phrase((Slot(written=(word.text,)),), fields=word.fields), VARIANT)

    def literally(self, quoted: Literally) -> Query:
        """A quotation: found by its letters, ranked by its words."""
        literal = self.typed(Literal(quoted.pieces, quoted.fields))
        words = tuple(Term(term, quoted.fields) for term in quoted.terms)
        return Boosted(literal, Or(words)) if words else literal

    def inside_text(self, text: RunningText) -> Literal | None:
        """The letters of running text, wherever they stand."""
        if not text.pieces or text.pieces[0][0].isdigit() or text.pieces[-1][-1].isdigit():
            return None
        literal = Literal(text.pieces, text.fields)
        self.note(literal, Reason("partial"))
        return literal

    def clause(self, token: Token, of: RunningText, number: int) -> Query:
        """A word of running text: as a term, or as typed where only that is wanted."""
        if self.exact:
            leaf: Leaf = Phrase((Slot(written=(token.written,)),), fields=of.fields)
        else:
            leaf = Term(token.term, of.fields)
        typed = "" if token.inflected else token.written
        return self.note(leaf, Reason("word", -number, typed))

    def slots(self, part: TypedWord | Literally) -> tuple[Slot, ...]:
        """What fills a phrase with the part: its words, or its letters from border to border."""
        if isinstance(part, Literally):
            return tuple(Slot(written=(piece,)) for piece in part.pieces)
        if self.exact:
            return (Slot(written=(part.text,)),)
        return tuple(Slot((token.term, *self.aliases(token))) for token in part.tokens)

    def aliases(self, token: Token) -> tuple[str, ...]:
        """The same loanword in Latin letters or in katakana, where the dictionary knows it."""
        word = token.latin or token.written
        if not _is_latin(word) or len(token.written) < _SHORTEST_LOANWORD:
            return ()
        find = self.index.terms_written if token.latin else self.index.terms_read
        forms = (word, f"{word}s", word.removesuffix("s"))
        found = (term for form in dict.fromkeys(forms) for term in find(form))
        return tuple(term for term in dict.fromkeys(found) if term != token.term)


@dataclass(frozen=True, slots=True)
class _Widened:
    """One typed word on its way to choices."""

    widening: Widening
    word: TypedWord
    number: int
    expansions: dict[Expansion, None] = field(default_factory=dict)

    def choices(self) -> Choices:
        typed = list(self._typed())
        inside = self._inside()
        if self.widening.exact:
            return Choices(_one_of(typed), inside=inside, as_word=_one_of(typed))
        spelt = dict.fromkeys(self._spelt())
        word = _one_of(typed)
        as_word = _one_of([*typed, *(self._below(word, each, _VARIANT) for each in spelt)])
        self._show_spellings()
        main = _one_of([as_word, *self._synonyms(word)])
        lower = tuple(self._lower())
        return Choices(main, lower, inside, as_word, tuple(self.expansions))

    def _noted(self, leaf: Leaf, kind: Kind, typed: str = "") -> Leaf:
        return self.widening.note(leaf, Reason(kind, self.number, typed))

    def _whole(self, text: str, kind: Kind) -> Query:
        return self._noted(Phrase((Slot(written=(text,)),), fields=self.word.fields), kind)

    def _typed(self) -> Iterator[Query]:
        """The word as typed: its terms side by side, and its letters from border to border."""
        word = self.word
        if self.widening.exact:
            yield self._whole(word.text, "word")
            return
        if len(word.tokens) == 1:
            yield from self._single_term(word.tokens[0])
            return
        if _is_latin(word.text):
            yield self._whole(word.text, "word")  # MeCab cuts long ones into letters
            return
        slots = self.widening.slots(word)
        phrase = self._noted(Phrase(slots, fields=word.fields), "word", word.text)
        terms = tuple(Term(term, word.fields) for term in word.terms)
        yield Boosted(Best((phrase, self._whole(word.text, "word"))), Or(terms))

    def _single_term(self, token: Token) -> Iterator[Query]:
        typed = "" if token.inflected else token.written
        written = self.widening.index.terms_written(token.written)
        if is_kana(token.written) and HAS_KANJI.search(token.term):
            yield self._whole(token.written, "word")
            if self._homophones():
                return
        elif any(term != token.term for term in written):
            yield self._whole(token.written, "word")
        yield self._noted(Term(token.term, self.word.fields), "word", typed)

    def _homophones(self) -> list[str]:
        """What kana may stand for, where that is several words with kanji: かがく."""
        terms = list(self.widening.index.terms_read(katakana_of(self.word.text)))
        several = len({self.word.tokens[0].term, *terms}) > 1
        return terms if several and is_kana(self.word.text) else []

    def _spelt(self) -> Iterator[Query]:
        """The word in spellings that its terms do not unite."""
        for text in other_spellings(self.word.text):
            found = [self._whole(text, "variant")]
            tokens = self.widening.analyse(text)
            if tokens and tokens != self.word.tokens:
                found.append(self._side_by_side([(token.term,) for token in tokens], "variant"))
            if any(self.widening.index.counts(found)):
                self.expansions[Expansion(self.word.text, text, "variant")] = None
                yield from found
        token = self.word.tokens[0]
        for term in self.widening.aliases(token) if len(self.word.tokens) == 1 else ():
            yield self._noted(Term(term, self.word.fields), "variant")
        name = self.word.text.translate(_NO_JOINERS)
        if len(name) < _LONG_NAME or not (is_katakana(name) or _is_latin(name)):
            return
        if len(self.word.tokens) > 1:
            yield self._side_by_side([(unify(name),)], "variant")
        elif token.name or not token.known:
            yield from self._parts_of_name(name)

    def _parts_of_name(self, text: str) -> Iterator[Query]:
        """A name that nobody set off, by words that stand side by side: ケビンハセット."""
        shortest = 1 if _is_latin(text) or len(text) >= _LONG_ENOUGH_TO_CUT_ONE else 2
        for cut in fewest_pieces(text, self.widening.index.terms_written, shortest, but=text):
            found = self._side_by_side(cut, "variant")
            if any(self.widening.index.counts([found])):
                name = "・".join(terms[0] for terms in cut)
                self.expansions[Expansion(self.word.text, name, "variant")] = None
                yield found

    def _side_by_side(self, slots: Sequence[tuple[str, ...]], kind: Kind) -> Query:
        if len(slots) == 1:
            return _one_of([self._noted(Term(t, self.word.fields), kind) for t in slots[0]])
        return self._noted(Phrase(tuple(map(Slot, slots)), fields=self.word.fields), kind)

    def _show_spellings(self) -> None:
        """Enter the other spellings of nouns that the index has into the expansions."""
        tokens = self.word.tokens
        for token in () if len(tokens) > 1 and is_kana(self.word.text) else tokens:
            if not token.telling or (len(tokens) == 1 and self._homophones()):
                continue
            shown = [form for form in self._spellings(token) if form != token.written]
            for term in self.widening.aliases(token):
                shown += self.widening.index.forms(term)[:_FORMS_OF_LOANWORD]
            for form in list(dict.fromkeys(shown))[:_MOST_SPELLINGS_SHOWN]:
                self.expansions[Expansion(token.written, form, "variant")] = None

    def _spellings(self, token: Token) -> Iterator[str]:
        """The written forms of a noun that are nouns by themselves, and that the index has."""
        index = self.widening.index
        for form in index.forms(token.term)[: 4 * _MOST_SPELLINGS_SHOWN]:
            read = self.widening.analyse(form)
            endings = {form[-1], token.written[-1], token.term[-1]}
            inflected = token.inflected and len(endings) > 1
            if len(read) != 1 or read[0] != token or inflected:
                continue
            # A term is listed among its forms even where nobody writes it so.
            if form != token.term or any(index.counts([Phrase((Slot(written=(form,)),))])):
                yield form

    def _below(self, word: Query, other: Query, most: int) -> Query:
        """Another word, weighted so that it counts less than the typed one, also if it is rarer."""
        weight, its_weight = self.widening.index.weights([word, other])
        return Weighted(other, max(1, min(most, most * weight // its_weight)))

    def _synonyms(self, word: Query) -> Iterator[Query]:
        """The word with a part of it, or all, in other words; weighted below the word itself."""
        tokens = self.word.tokens
        terms = tuple(token.term for token in tokens)
        found = list(self.widening.synonyms.inside(terms))[:_MOST_SYNONYMS]
        for first, last, text, instead in found:
            slots = [(term,) for term in (*terms[:first], *instead, *terms[last:])]
            if tuple(term for (term,) in slots) == terms:
                continue
            query = self._side_by_side(slots, "synonym")
            typed = "".join(token.written for token in tokens[first:last])
            self.expansions[Expansion(typed, text, "synonym")] = None
            yield self._below(word, query, _SYNONYM)

    def _lower(self) -> Iterator[Query]:
        near = self._near()
        if near:
            yield near
        yield from self._read()

    def _near(self) -> Query | None:
        """The parts in order, a few characters between; parts of one character stay attached."""
        tokens = self.word.tokens
        text = self.word.text
        if any(token.is_number for token in tokens) or is_kana(text) or _is_latin(text):
            return None
        gaps: list[int] = []
        longest = len(tokens[0].written) > 1
        for token in tokens[1:]:
            apart = longest and len(token.written) > 1
            gaps.append(NEAR_GAP if apart else 0)
            longest = longest or len(token.written) > 1
        if not any(gaps):
            return None
        phrase = Phrase(self.widening.slots(self.word), tuple(gaps), self.word.fields)
        terms = tuple(Term(term, self.word.fields) for term in self.word.terms)
        return Boosted(self._noted(phrase, "near"), Or(terms))

    def _read(self) -> Iterator[Query]:
        """What is written in kanji and read as the kana that were typed."""
        text = self.word.text
        tokens = self.word.tokens
        if not is_kana(text) or len(text) < 2 or (len(tokens) == 1 and not tokens[0].telling):
            return
        index = self.widening.index
        if len(text) == 2 and is_katakana(text) and index.terms_written(text):
            return
        known = {token.term for token in self.word.tokens}
        terms = [term for term in index.terms_read(katakana_of(text)) if term not in known]
        if len(tokens) == 1 and self._homophones() and HAS_KANJI.search(tokens[0].term):
            terms.insert(0, tokens[0].term)
        cuts = [(tuple(terms),)] if terms else [] if len(known) == 1 else self._kana_cuts(text)
        for cut in cuts:
            for term in map("".join, islice(product(*cut), _MOST_READINGS_SHOWN)):
                if len(cut) == 1 or any(index.counts([Phrase((Slot(written=(term,)),))])):
                    self.expansions[Expansion(text, term, "reading")] = None
            yield self._side_by_side(cut, "reading")

    def _kana_cuts(self, text: str) -> list[tuple[tuple[str, ...], ...]]:
        """The kana in pieces that are words of the index, at least one of them by its reading."""
        index = self.widening.index
        by_reading: set[str] = set()

        def terms(piece: str) -> tuple[str, ...]:
            read = index.terms_read(katakana_of(piece))
            by_reading.update(read)
            return tuple(dict.fromkeys((*read, *index.terms_written(piece))))

        cuts = fewest_pieces(text, terms, 2, but=text)
        return [cut for cut in cuts if any(by_reading.intersection(slot) for slot in cut)]

    def _inside(self) -> Literal | None:
        pieces, tokens = self.word.pieces, self.word.tokens
        if not pieces or tokens[0].written[0].isdigit() or tokens[-1].written[-1].isdigit():
            return None
        literal = Literal(pieces, self.word.fields)
        self._noted(literal, "partial")
        return literal


def _one_of(queries: Sequence[Query]) -> Query:
    """At least one of the queries; the best of them counts."""
    return queries[0] if len(queries) == 1 else Best(tuple(queries))


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalpha()


def fewest_pieces(
    text: str, terms: Callable[[str], Sequence[str]], shortest: int, but: str = ""
) -> list[tuple[tuple[str, ...], ...]]:
    """The ways to cut a text into the fewest pieces that are words; the terms of each piece.

    No piece is `but`.
    """

    @cache
    def cuts(start: int, most: int) -> list[tuple[tuple[str, ...], ...]]:
        if start == len(text):
            return [()]
        if not most:
            return []
        found: list[tuple[tuple[str, ...], ...]] = []
        for end in range(start + shortest, min(len(text), start + _LONGEST_PIECE) + 1):
            piece = text[start:end]
            first = tuple(terms(piece)) if piece != but else ()
            found += [(first, *rest) for rest in cuts(end, most - 1)] if first else []
        return found

    for most in range(1, _MOST_PIECES + 1):
        found = cuts(0, most)
        if found:
            return found[:_MOST_CUTS]
    return []
