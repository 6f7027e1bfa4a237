"""Which pieces of an article to show for a query, and what to mark in them.

The same for every engine: literal texts are searched by their letters, and borders of words, which
engines keep, tell a word from a piece of a longer one. So MeCab is not asked again, and marks sit
on exactly the characters that were found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from search.analysis.normalize import Folded, literal_text
from search.article import Article
from search.literal import BETWEEN_PIECES, BETWEEN_WORDS, places
from search.query import Leaf, Literal, Term
from search.results import Match, Passage, Span
from search.schema import Field, border_from

LONGEST: Final = 160
MOST_PASSAGES: Final = 2
_LEAD_IN: Final = 40
_LONGEST_OF_ALL: Final = 400
_END: Final = re.compile(r"[。！？!?]+[」』）)]*|\n+")
_ENDERS: Final = "。\n！？!?"
_CLOSING: Final = "」』）)"
_SENTENCES_A_LEAF: Final = 8
"""So many places of a leaf are looked at for passages; later ones are only marked."""

FormsOf = Callable[[str], Sequence[str]]
LiteralsOf = Callable[[Article], Sequence[Folded]]


def literal_texts(article: Article) -> tuple[Folded, ...]:
    """The literal texts of title, body and each caption."""
    return tuple(map(literal_text, (article.title, article.body, *article.captions)))


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that matched: half-open, code points; `leaf` is the number of what matched."""

    start: int
    end: int
    leaf: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A leaf by its letters: pieces that stand side by side, each one of several forms."""

    leaf: int
    pieces: tuple[tuple[str, ...], ...]
    joints: str
    whole_words: bool
    fields: tuple[Field, ...]


class Marker:
    """Finds the places of a query's leaves in articles; `forms_of` gives the forms of a term."""

    def __init__(
        self, leaves: Sequence[Leaf], forms_of: FormsOf, literals: LiteralsOf | None = None
    ) -> None:
        self.literals = literals or literal_texts
        self._wanted = [_wanted(number, leaf, forms_of) for number, leaf in enumerate(leaves)]

    def marks(self, text: Folded, field: Field, borders: bytes, start: int) -> list[Mark]:
        """Every place in a text whose literal text begins at `start`; overlapping ones joined."""
        border = border_from(borders, start)
        found = [
            Mark(*text.span(first, last), wanted.leaf)
            for wanted in self._wanted
            if field in wanted.fields
            for first, last in places(
                text.text,
                wanted.pieces,
                wanted.joints,
                border if wanted.whole_words else _anywhere,
            )
        ]
        return _joined(found)

    def __bool__(self) -> bool:
        return bool(self._wanted)


def _anywhere(_place: int) -> bool:
    return True


def _wanted(number: int, leaf: Leaf, forms_of: FormsOf) -> _Wanted:
    if isinstance(leaf, Literal):
        pieces = tuple((piece,) for piece in leaf.pieces)
        return _Wanted(number, pieces, BETWEEN_PIECES, whole_words=False, fields=leaf.fields)
    terms = (leaf.term,) if isinstance(leaf, Term) else leaf.terms
    forms = tuple(tuple(forms_of(term)) for term in terms)
    return _Wanted(number, forms, BETWEEN_WORDS, whole_words=True, fields=leaf.fields)


def _joined(marks: list[Mark]) -> list[Mark]:
    joined: list[Mark] = []
    for mark in sorted(marks, key=lambda each: (each.start, -each.end)):
        if joined and mark.start < joined[-1].end:
            before = joined[-1]
            joined[-1] = Mark(before.start, max(before.end, mark.end), before.leaf)
        else:
            joined.append(mark)
    return joined


def make_passages(match: Match, marker: Marker) -> tuple[Passage, tuple[Passage, ...]]:
    """The whole title, and the passages of body and captions that cover most of the query."""
    whole = mark_article(match, marker)
    candidates = [
        _Candidate(passage.text, passage.field, start, end, inside)
        for passage, marks in zip((whole.body, *whole.captions), whole.marks[1:], strict=True)
        for start, end, inside in _windows(passage.text, marks)
    ]
    return whole.title, _choose(candidates) or _lead(match.article)


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """A whole article with every place that matched."""

    article: Article
    title: Passage
    body: Passage
    captions: tuple[Passage, ...]
    marks: tuple[list[Mark], ...]
    """Of title, body and each caption."""


def mark_article(match: Match, marker: Marker) -> MarkedArticle:
    """Every place of an article where a leaf matches."""
    article = match.article
    texts = [article.title, article.body, *article.captions]
    fields = [Field.TITLE, Field.BODY] + [Field.CAPTIONS] * len(article.captions)
    marks: list[list[Mark]] = [[] for _ in texts]
    if marker:
        start = 0
        literals = marker.literals(article)
        for number, (literal, field) in enumerate(zip(literals, fields, strict=True)):
            marks[number] = marker.marks(literal, field, match.borders, start)
            start += len(literal.text) + 1
    title, body, *captions = (
        _passage(text, str(field), 0, len(text), found)
        for text, field, found in zip(texts, fields, marks, strict=True)
    )
    return MarkedArticle(article, title, body, tuple(captions), tuple(marks))


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    field: str
    start: int
    end: int
    marks: list[Mark]

    def worth(self, seen: set[int]) -> tuple[int, int, int]:
        """New leaves first, then all leaves, then the number of places."""
        leaves = {mark.leaf for mark in self.marks}
        return len(leaves - seen), len(leaves), min(len(self.marks), 6)


def _choose(candidates: list[_Candidate]) -> tuple[Passage, ...]:
    chosen: list[_Candidate] = []
    seen: set[int] = set()
    rest = list(candidates)
    while rest and len(chosen) < MOST_PASSAGES:
        best = max(rest, key=lambda each: each.worth(seen))
        chosen.append(best)
        seen |= {mark.leaf for mark in best.marks}
        rest = [
            each
            for each in rest
            if each.text is not best.text or each.start >= best.end or each.end <= best.start
        ]
    order = {id(candidate): place for place, candidate in enumerate(candidates)}
    chosen.sort(key=lambda each: order[id(each)])
    return tuple(_passage(c.text, c.field, c.start, c.end, c.marks) for c in chosen)


def _windows(text: str, marks: list[Mark]) -> Iterator[tuple[int, int, list[Mark]]]:
    """For the sentences with a mark: each and those that follow, as long as they fit."""
    done = 0
    seen: dict[int, int] = {}
    for first, mark in enumerate(marks):
        times = seen[mark.leaf] = seen.get(mark.leaf, 0) + 1
        if mark.start >= done and times <= _SENTENCES_A_LEAF:
            begin = _sentence_start(text, mark.start)
            done = _sentence_end(text, max(begin, mark.start))
            start, end = _fitted(text, (begin, done), mark)
            yield start, end, _inside(marks, first, end)


def _sentence_start(text: str, place: int) -> int:
    start = max(text.rfind(each, 0, place) for each in _ENDERS) + 1
    while start < place and text[start] in _CLOSING:
        start += 1
    return start


def _sentence_end(text: str, place: int) -> int:
    found = _END.search(text, place)
    return found.end() if found else len(text)


def _inside(marks: list[Mark], first: int, end: int) -> list[Mark]:
    """The marks from `first` on that begin before `end`, cut off there."""
    inside = []
    while first < len(marks) and marks[first].start < end:
        mark = marks[first]
        inside.append(Mark(mark.start, min(mark.end, end), mark.leaf))
        first += 1
    return inside


def _fitted(text: str, sentence: tuple[int, int], mark: Mark) -> tuple[int, int]:
    start, end = sentence
    if mark.end - start > LONGEST - _LEAD_IN // 2:
        start = max(start, mark.start - _LEAD_IN)
    if mark.end - start > _LONGEST_OF_ALL:
        start = mark.start
    end = max(end, mark.end)
    longest = max(LONGEST, mark.end - start)
    while end < len(text) and (following := _sentence_end(text, end)) - start <= longest:
        end = following
    end = min(end, start + min(longest, _LONGEST_OF_ALL))
    return _trim(text, start, end)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _lead(article: Article) -> tuple[Passage, ...]:
    """The beginning of the body, where nothing in it matched."""
    begin = len(article.body) - len(article.body.lstrip())
    last = min(begin + LONGEST, len(article.body))
    ends = [found.end() for found in _END.finditer(article.body, begin, last)]
    within = [end for end in ends if begin + LONGEST // 3 <= end < last]
    start, end = _trim(article.body, begin, within[-1] if within else last)
    return (_passage(article.body, str(Field.BODY), start, end, []),) if start < end else ()


def _passage(text: str, field: str, start: int, end: int, marks: Sequence[Mark]) -> Passage:
    spans = tuple(Span(mark.start - start, mark.end - mark.start) for mark in marks)
    return Passage(text[start:end], field, spans)
