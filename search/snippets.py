"""Which pieces of an article to show for a query, and what to mark in them.

The same for every engine: literal texts are searched by their letters, and borders of words, which
engines keep, tell a word from a piece of a longer one. So MeCab is not asked again, and marks sit
on exactly the characters that were found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from search.analysis.normalize import Folded, literal_text
from search.article import Article
from search.literal import (
    BETWEEN_PIECES,
    BETWEEN_WORDS,
    Border,
    FormsOf,
    Spans,
    alternatives,
    places,
)
from search.query import Leaf, Literal, Slot, Term
from search.reasons import KINDS, RANKS, Kind, Reason
from search.results import Match, Passage, Span
from search.schema import Field, border_from

LONGEST: Final = 160
MOST_PASSAGES: Final = 2
_LEAD_IN: Final = 40
_LONGEST_OF_ALL: Final = 400
_END: Final = re.compile(r"[。！？!?]+[」』）)]*|\n+")
_ENDERS: Final = "。\n！？!?"
_CLOSING: Final = "」』）)"
_SENTENCES_A_WORD: Final = 8
"""So many places of a word are looked at for passages; later ones are only marked."""

LiteralsOf = Callable[[Article], Sequence[Folded]]


def literal_texts(article: Article) -> tuple[Folded, ...]:
    """The literal texts of title, body and each caption."""
    return tuple(map(literal_text, (article.title, article.body, *article.captions)))


class Mark(NamedTuple):
    """A place that matched: half-open, code points; `word` is the number of the typed word."""

    start: int
    end: int
    word: int


Found = dict[Leaf, Kind]
"""The leaves that an article matches, each with its best reason."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A leaf by its letters: pieces that stand side by side, each one of several forms."""

    leaf: Leaf
    reason: Reason
    pieces: tuple[tuple[str, ...], ...]
    joints: str
    whole_words: bool
    gaps: tuple[int, ...] = ()

    def places(self, text: str, border: Border) -> Iterator[tuple[Kind, Spans]]:
        """Every place in a literal text: why it counts, and the spans to mark."""
        if len(self.pieces) > 1:
            for spans in places(text, self.pieces, self.joints, border, self.gaps):
                start, end = spans[0][0], spans[-1][1]
                yield self.reason.of(text[start:end]), spans if self.gaps else ((start, end),)
            return
        for form in self.pieces[0]:
            kind = self.reason.of(form)
            start, width = text.find(form), len(form)
            while start >= 0:
                if border(start) and border(start + width):
                    yield kind, ((start, start + width),)
                start = text.find(form, start + 1)


class Marker:
    """Finds the places of a query's leaves in articles; `forms_of` gives the forms of a term."""

    def __init__(
        self,
        leaves: Mapping[Leaf, Reason],
        forms_of: FormsOf,
        literals: LiteralsOf | None = None,
    ) -> None:
        self.literals = literals or literal_texts
        self._wanted = [_wanted(leaf, reason, forms_of) for leaf, reason in leaves.items()]

    def marks(self, text: Folded, field: Field, border: Border, found: Found) -> list[Mark]:
        """Every place in a text, overlapping ones joined; what is found is entered in `found`."""
        marks: list[Mark] = []
        for wanted in self._wanted:
            if field not in wanted.leaf.fields:
                continue
            word = wanted.reason.word
            kinds: set[Kind] = set()
            whole = border if wanted.whole_words else _anywhere
            for kind, spans in wanted.places(text.text, whole):
                kinds.add(kind)
                marks += [Mark(start, end, word) for start, end in spans]
            if kinds:
                kinds.add(found.get(wanted.leaf, KINDS[-1]))
                found[wanted.leaf] = min(kinds, key=RANKS.__getitem__)
        mapped = [Mark(*text.span(start, end), word) for start, end, word in _joined(marks)]
        return _joined(mapped) if text.cuts else mapped

    def __bool__(self) -> bool:
        return bool(self._wanted)


def _anywhere(_place: int) -> bool:
    return True


def _wanted(leaf: Leaf, reason: Reason, forms_of: FormsOf) -> _Wanted:
    if isinstance(leaf, Literal):
        pieces = tuple((piece,) for piece in leaf.pieces)
        return _Wanted(leaf, reason, pieces, BETWEEN_PIECES, whole_words=False)
    slots = (Slot((leaf.term,)),) if isinstance(leaf, Term) else leaf.slots
    gaps = () if isinstance(leaf, Term) or not any(leaf.gaps) else leaf.gaps
    forms = tuple(alternatives(slot, forms_of) for slot in slots)
    return _Wanted(leaf, reason, forms, BETWEEN_WORDS, whole_words=True, gaps=gaps)


def _joined(marks: list[Mark]) -> list[Mark]:
    joined: list[Mark] = []
    for mark in sorted(marks, key=lambda each: (each[0], -each[1])):
        if joined and mark[0] < joined[-1][1]:
            start, end, word = joined[-1]
            if mark[1] > end:
                joined[-1] = Mark(start, mark[1], word)
        else:
            joined.append(mark)
    return joined


def make_passages(match: Match, marker: Marker) -> tuple[Passage, tuple[Passage, ...], Found]:
    """The whole title, the passages that cover most of the query, and what was found."""
    whole = mark_article(match, marker)
    candidates = [
        _Candidate(passage.text, passage.field, start, end, inside)
        for passage, marks in zip((whole.body, *whole.captions), whole.marks[1:], strict=True)
        for start, end, inside in _windows(passage.text, marks)
    ]
    return whole.title, _choose(candidates) or _lead(match.article), whole.found


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """A whole article with every place that matched."""

    article: Article
    title: Passage
    body: Passage
    captions: tuple[Passage, ...]
    marks: tuple[list[Mark], ...]
    """Of title, body and each caption."""
    found: Found
    filed: Mapping[str, str] = field(default_factory=dict)
    """Under which name of the archive each of the persons is filed; not those that are blocked."""


def mark_article(match: Match, marker: Marker) -> MarkedArticle:
    """Every place of an article where a leaf matches."""
    article = match.article
    texts = [article.title, article.body, *article.captions]
    fields = [Field.TITLE, Field.BODY] + [Field.CAPTIONS] * len(article.captions)
    marks: list[list[Mark]] = [[] for _ in texts]
    found: Found = {}
    if marker:
        start = 0
        literals = marker.literals(article)
        for number, (literal, field) in enumerate(zip(literals, fields, strict=True)):
            border = border_from(match.borders, start)
            marks[number] = marker.marks(literal, field, border, found)
            start += len(literal.text) + 1
    title, body, *captions = (
        _passage(text, str(field), 0, len(text), each)
        for text, field, each in zip(texts, fields, marks, strict=True)
    )
    return MarkedArticle(article, title, body, tuple(captions), tuple(marks), found)


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    field: str
    start: int
    end: int
    marks: list[Mark]

    def worth(self, seen: set[int]) -> tuple[int, int, int]:
        """New words first, then all words, then the number of places."""
        words = {mark.word for mark in self.marks}
        return len(words - seen), len(words), min(len(self.marks), 6)


def _choose(candidates: list[_Candidate]) -> tuple[Passage, ...]:
    chosen: list[_Candidate] = []
    seen: set[int] = set()
    rest = list(candidates)
    while rest and len(chosen) < MOST_PASSAGES:
        best = max(rest, key=lambda each: each.worth(seen))
        chosen.append(best)
        seen |= {mark.word for mark in best.marks}
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
        times = seen[mark.word] = seen.get(mark.word, 0) + 1
        if mark.start >= done and times <= _SENTENCES_A_WORD:
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
        inside.append(Mark(mark.start, min(mark.end, end), mark.word))
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
