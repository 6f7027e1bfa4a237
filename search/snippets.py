"""Which pieces of an article to show for a query, and what to mark in them.

The same for every engine: the stored text is analysed again, so a mark sits on exactly the
characters that the index was made of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from search.analysis.japanese import Analyser
from search.analysis.tokens import AnalysedText
from search.article import Article
from search.query import Phrase, Term
from search.results import Passage, Span
from search.schema import Field

LONGEST: Final = 160
MOST_PASSAGES: Final = 2
_LEAD_IN: Final = 40
_LONGEST_OF_ALL: Final = 400
_SENTENCE: Final = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[」』）)]*|\n+|$)")

Leaf = Term | Phrase


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that matched: half-open, code points; `leaf` is the number of what matched."""

    start: int
    end: int
    leaf: int


def find_marks(analysed: AnalysedText, leaves: Sequence[Leaf], field: Field) -> list[Mark]:
    """Every place where a leaf matches, in order; overlapping ones joined."""
    if not leaves:
        return []
    terms, spans = analysed.terms, analysed.spans
    starts = _heads(leaves, field)
    marks = [
        Mark(spans[at][0], spans[at + len(wanted) - 1][1], number)
        for at, term in enumerate(terms)
        for number, wanted in starts.get(term, ())
        if tuple(terms[at : at + len(wanted)]) == wanted
    ]
    return _joined(marks)


def _heads(leaves: Sequence[Leaf], field: Field) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    heads: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, leaf in enumerate(leaves):
        wanted = leaf.terms if isinstance(leaf, Phrase) else (leaf.term,)
        if field in leaf.fields:
            heads.setdefault(wanted[0], []).append((number, wanted))
    return heads


def _joined(marks: list[Mark]) -> list[Mark]:
    joined: list[Mark] = []
    for mark in sorted(marks, key=lambda each: (each.start, -each.end)):
        if joined and mark.start < joined[-1].end:
            before = joined[-1]
            joined[-1] = Mark(before.start, max(before.end, mark.end), before.leaf)
        else:
            joined.append(mark)
    return joined


def make_passages(
    analyser: Analyser, article: Article, leaves: Sequence[Leaf]
) -> tuple[Passage, tuple[Passage, ...]]:
    """The whole title, and the passages of body and captions that cover most of the query."""
    whole = mark_article(analyser, article, leaves)
    candidates = [
        _Candidate(passage.text, passage.field, start, end, inside)
        for passage, marks in zip((whole.body, *whole.captions), whole.marks[1:], strict=True)
        for start, end, inside in _windows(passage.text, marks)
    ]
    return whole.title, _choose(candidates) or _lead(article)


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """A whole article with every place that matched."""

    article: Article
    title: Passage
    body: Passage
    captions: tuple[Passage, ...]
    marks: tuple[list[Mark], ...]
    """Of title, body and each caption."""


def mark_article(analyser: Analyser, article: Article, leaves: Sequence[Leaf]) -> MarkedArticle:
    """Every place of an article where a leaf matches."""
    texts = [article.title, article.body, *article.captions]
    fields = [Field.TITLE, Field.BODY] + [Field.CAPTIONS] * len(article.captions)
    marks: list[list[Mark]] = [[] for _ in texts]
    if leaves:
        analysed = analyser.analyse_all(texts)
        marks = [find_marks(a, leaves, f) for a, f in zip(analysed, fields, strict=True)]
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


def _windows(text: str, marks: list[Mark]) -> list[tuple[int, int, list[Mark]]]:
    """For every sentence with a mark: it and those that follow, as long as they fit."""
    if not marks:
        return []
    sentences = [match.span() for match in _SENTENCE.finditer(text) if match.group().strip()]
    windows = []
    first = 0
    for place, sentence in enumerate(sentences):
        while first < len(marks) and marks[first].start < sentence[0]:
            first += 1
        if first < len(marks) and marks[first].start < sentence[1]:
            start, end = _fitted(text, sentences, place, marks[first])
            windows.append((start, end, _inside(marks, first, end)))
    return windows


def _inside(marks: list[Mark], first: int, end: int) -> list[Mark]:
    """The marks from `first` on that begin before `end`, cut off there."""
    inside = []
    while first < len(marks) and marks[first].start < end:
        mark = marks[first]
        inside.append(Mark(mark.start, min(mark.end, end), mark.leaf))
        first += 1
    return inside


def _fitted(text: str, sentences: list[tuple[int, int]], place: int, mark: Mark) -> tuple[int, int]:
    start, end = sentences[place]
    if mark.end - start > LONGEST - _LEAD_IN // 2:
        start = max(start, mark.start - _LEAD_IN)
    if mark.end - start > _LONGEST_OF_ALL:
        start = mark.start
    end = max(end, mark.end)
    longest = max(LONGEST, mark.end - start)
    place += 1
    while place < len(sentences) and sentences[place][1] - start <= longest:
        end = sentences[place][1]
        place += 1
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
    if not article.body:
        return ()
    ends = [m.end() for m in _SENTENCE.finditer(article.body, 0, LONGEST) if m.group().strip()]
    within = [end for end in ends if LONGEST // 3 <= end < LONGEST]
    longest = min(LONGEST, len(article.body))
    start, end = _trim(article.body, 0, within[-1] if within else longest)
    return (_passage(article.body, str(Field.BODY), start, end, []),) if start < end else ()


def _passage(text: str, field: str, start: int, end: int, marks: Sequence[Mark]) -> Passage:
    spans = tuple(Span(mark.start - start, mark.end - mark.start) for mark in marks)
    return Passage(text[start:end], field, spans)
