"""What to do where a query finds nothing: which word nobody wrote, and how it may be meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis.katakana import is_katakana, unify
from search.analysis.normalize import fold
from search.lexer import shown_name
from search.params import LONGEST_QUERY
from search.plans import Labelled, Literally, Plan, RunningText, Token, TypedWord, parts_of
from search.query import (
    ALL_FIELDS,
    Phrase,
    Query,
    Slot,
    Term,
)
from search.results import Diagnosis, WordCount
from search.schema import Facet, Field
from search.widening import Index, Widening

MOST_WORDS: Final = 12
MOST_MENDED: Final = 3
_FAR: Final = 6
"""Words of so many characters may differ in two."""

_SHORTEST: Final = 3
_COMMON: Final = 2
"""A suggested word stands in so many articles at least."""

_FORMS: Final = 6
_MOST_TRIED: Final = 60

Part = TypedWord | RunningText | Literally | Labelled
QueryOf = Callable[[Part], Query]
"""What finds a part of a query that is typed alone."""

ReadingsOf = Callable[[str], Sequence[str]]
Vocabulary = Callable[[int], Sequence[str]]


def diagnose(
    plan: Plan, widening: Widening, q: str, spelling: Spelling, query_of: QueryOf
) -> Diagnosis:
    """Counts of the words of a plan, and the nearest spelling of what nobody wrote."""
    words: list[WordCount] = []
    parts: list[WordCount] = []
    suggestion = q
    for part in list(dict.fromkeys(parts_of(plan)))[:MOST_WORDS]:
        count = _counted(part, widening, query_of)
        words.append(count)
        if count.count or not isinstance(part, TypedWord | RunningText):
            continue
        if isinstance(part, TypedWord) and len(part.tokens) > 1:
            terms = [Term(token.term, part.fields) for token in part.tokens]
            pairs = zip(part.tokens, widening.index.counts(terms), strict=True)
            parts += [WordCount(token.written, having) for token, having in pairs]
        for written, nearest in islice(spelling.corrections(part), MOST_MENDED):
            suggestion = _replaced(suggestion, written, nearest)
    shown = tuple(each for each in dict.fromkeys(parts) if each.count and len(each.text) > 1)
    better = suggestion != q and len(suggestion) <= LONGEST_QUERY
    return Diagnosis(tuple(words), shown, suggestion if better else None)


def _replaced(q: str, written: str, nearest: str) -> str:
    """The query with a word in the place of another; folded, where it was not typed as folded."""
    return q.replace(written, nearest) if written in q else fold(q).text.replace(written, nearest)


def _name(of: Facet | Field) -> str:
    """What stands before the colon of a field; fields are called so in queries as well."""
    return shown_name(of.value)  # type: ignore[arg-type]


def _counted(part: Part, widening: Widening, query_of: QueryOf) -> WordCount:
    """How many articles have a part of the query, as it would be typed alone."""
    queries = [query_of(part)]
    match part:
        case TypedWord():
            text = part.text
            inside = widening.choices(part).inside
            queries += [inside] if inside else []
        case RunningText():
            text = part.text
        case Literally():
            text = f'"{" ".join(part.pieces)}"'
        case Labelled():
            quoted = f'"{part.text}"' if " " in part.text else part.text
            return WordCount(f"{_name(part.facet)}:{quoted}", *widening.index.counts(queries))
    if part.fields != ALL_FIELDS:
        text = f"{_name(part.fields[0])}:{text}"
    return WordCount(text, *widening.index.counts(queries))


@dataclass(frozen=True, slots=True)
class Spelling:
    """The nearest words of the index: by reading, then by letters."""

    index: Index
    readings_of: ReadingsOf
    vocabulary: Vocabulary

    def corrections(self, part: TypedWord | RunningText) -> Iterator[tuple[str, str]]:
        """What no article has and the nearest that some have: the whole word, else parts of it."""
        if isinstance(part, TypedWord):
            whole = self._whole(part)
            if whole:
                yield part.text, whole
                return
        tokens = part.tokens[:MOST_WORDS]
        counts = self.index.counts([Term(token.term) for token in tokens])
        for token, having in zip(tokens, counts, strict=True):
            nearest = None
            if not having and token.telling and len(token.written) > 1:
                nearest = self.nearest(token)
            if nearest:
                yield token.written, nearest

    def _whole(self, word: TypedWord) -> str | None:
        """The nearest of a whole word: one of the index, or its parts with one of them mended."""
        several = len(word.tokens) > 1
        found = self.nearest(Token(unify(word.text), word.text)) if several else None
        if found:
            return found
        mended = list(self._same_sounds(word) if several else self._mended_names(word.text))
        phrases = [Phrase(tuple(Slot((term,)) for term in terms)) for terms in mended[:_MOST_TRIED]]
        counts = self.index.counts(phrases)
        best = max(zip(counts, mended, strict=False), key=lambda each: each[0], default=(0, ()))
        return "".join(map(self._as_written, best[1])) if best[0] else None

    def _same_sounds(self, word: TypedWord) -> Iterator[tuple[str, ...]]:
        """Its terms with one of them exchanged for another that is read the same."""
        terms = tuple(token.term for token in word.tokens)
        for place, term in enumerate(terms):
            for reading in self.readings_of(term):
                for other in self.index.terms_read(reading):
                    if other != term:
                        yield (*terms[:place], other, *terms[place + 1 :])

    def _mended_names(self, text: str) -> Iterator[tuple[str, str]]:
        """A name in katakana that nobody set off, in two parts with one of them mended."""
        for cut in range(2, len(text) - 1) if is_katakana(text) else ():
            first, second = text[:cut], text[cut:]
            for term in self.index.terms_written(second):
                yield from ((near, term) for near in self._similar(Token(unify(first), first)))
            for term in self.index.terms_written(first):
                yield from ((term, near) for near in self._similar(Token(unify(second), second)))

    def nearest(self, token: Token) -> str | None:
        """A word that articles have, in the place of one that none has."""
        candidates = list(dict.fromkeys(self._same_reading(token))) or list(self._similar(token))
        if not candidates:
            return None
        counts = self.index.counts([Term(term) for term in candidates])
        best = max(range(len(candidates)), key=lambda place: (counts[place], -place))
        return self._as_written(candidates[best]) if counts[best] else None

    def _as_written(self, term: str) -> str:
        """A form that the term has in articles: itself, if that is one."""
        forms = self.index.forms(term)
        counts = self.index.counts([Phrase((Slot(written=(form,)),)) for form in forms[:_FORMS]])
        return max(zip(counts, forms, strict=False), key=lambda each: each[0])[1]

    def _same_reading(self, token: Token) -> Iterator[str]:
        """Conversion slips: 退団 for 対談."""
        for reading in self.readings_of(token.term):
            for term in self.index.terms_read(reading):
                if term != token.term and len(term) > 1:
                    yield term

    def _similar(self, token: Token) -> Iterator[str]:
        """Slips of the finger, dropped and doubled letters."""
        word = token.term
        if len(word) < _SHORTEST or word.isdigit():
            return
        far = 2 if len(word) >= _FAR else 1
        found = process.extract(
            word,
            self.vocabulary(_COMMON),
            scorer=OSA.distance,
            score_cutoff=far,
            limit=20,
        )
        nearest = min((distance for _, distance, _ in found), default=0)
        for term, distance, _ in found:
            if distance == nearest and len(term) > 1 and _same_script(word, term):
                yield term


def _same_script(word: str, other: str) -> bool:
    return word.isascii() == other.isascii() and not other.isdigit()
