"""The text of an article as HTML: what matched in <mark>, the names of persons as links.

Both are places in the same text and may overlap in any way; the elements are nested all the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple

from markupsafe import Markup

from search.results import Passage
from search.snippets import MarkedArticle
from web.addresses import person_url

_BLANK_LINE: Final = re.compile(r"\n\s*\n")


class Place(NamedTuple):
    """A half-open piece of a text, in code points; `name` is the person it names, or nothing."""

    start: int
    end: int
    name: str = ""


def names_in(found: MarkedArticle, field: str, caption: int | None = None) -> list[Place]:
    """Where a field, or one caption of an article, names persons that the archive has."""
    return [
        Place(mention.start, mention.start + mention.length, found.filed[person.name])
        for person in found.article.person_details
        if person.name in found.filed
        for mention in person.mentions
        if (mention.field, mention.caption) == (field, caption)
    ]


def annotated(passage: Passage, names: Iterable[Place] = ()) -> Markup:
    """A passage as HTML: escaped, its matches marked and its names linked."""
    return _html(passage.text, _marks(passage), _links(names, len(passage.text)))


def paragraphs(passage: Passage, names: Iterable[Place] = ()) -> list[Markup]:
    """A body as paragraphs; a mark or name across a blank line becomes two."""
    text = passage.text
    ends = [match.span() for match in _BLANK_LINE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    marks, links = _marks(passage), _links(names, len(text))
    return [
        _html(text[start:stop], _cut_out(marks, start, stop), _cut_out(links, start, stop))
        for start, stop in zip(starts, stops, strict=True)
        if text[start:stop].strip()
    ]


def _marks(passage: Passage) -> list[Place]:
    """What matched, in order, overlapping places joined."""
    found = (Place(each.start, each.start + each.length) for each in passage.matches)
    joined: list[Place] = []
    for each in sorted(_within(found, len(passage.text))):
        if joined and each.start < joined[-1].end:
            joined[-1] = Place(joined[-1].start, max(joined[-1].end, each.end))
        else:
            joined.append(each)
    return joined


def _links(names: Iterable[Place], size: int) -> list[Place]:
    """The names in order without those that overlap an earlier one: links cannot be nested."""
    apart: list[Place] = []
    for each in sorted(_within(names, size), key=lambda place: (place.start, -place.end)):
        if each.name and (not apart or each.start >= apart[-1].end):
            apart.append(each)
    return apart


def _within(places: Iterable[Place], size: int) -> Iterator[Place]:
    for start, end, name in places:
        if max(start, 0) < min(end, size):
            yield Place(max(start, 0), min(end, size), name)


def _cut_out(places: list[Place], start: int, stop: int) -> list[Place]:
    """What of places in order and apart lies in `text[start:stop]`, by that piece's offsets."""
    first = bisect_right(places, start, key=lambda place: place.end)
    last = bisect_left(places, stop, key=lambda place: place.start)
    return [
        Place(max(each.start, start) - start, min(each.end, stop) - start, each.name)
        for each in places[first:last]
    ]


def _html(text: str, marks: list[Place], links: list[Place]) -> Markup:
    pieces = [piece for mark in marks for piece in _split(mark, links)]
    parts: list[str] = []
    done = 0
    for place, _, _, _, tag in sorted(_tags(text, [*links, *pieces])):
        parts += (_text(text[done:place]), tag)
        done = place
    return Markup("".join((*parts, _text(text[done:]))))  # noqa: S704 - every piece is escaped


def _tags(text: str, places: list[Place]) -> Iterator[tuple[int, int, int, int, str]]:
    """Tags, their offsets first, with what puts them in order.

    What ends at an offset comes before what begins there, the inner one first; of what begins
    there, the outer one first. Of a link and a mark on the same piece, the link is outside.
    """
    for start, end, name in places:
        inner = 0 if name else 1
        yield start, 1, -end, inner, _link(name, text[start:end]) if name else "<mark>"
        yield end, 0, -start, -inner, "</a>" if name else "</mark>"


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _link(name: str, written: str) -> str:
    """The start of a link; a name that is written otherwise is told whole."""
    title = f' title="{escape(name)}"' if written != name else ""
    return f'<a class="person" href="{escape(person_url(name))}"{title}>'


def _split(mark: Place, links: list[Place]) -> list[Place]:
    """A mark, cut where it leaves or enters a link that it only touches in part."""
    cuts = [mark.start, mark.end]
    for place in (mark.start, mark.end):
        before = bisect_right(links, place, key=lambda link: link.start) - 1
        if before >= 0 and links[before].start < place < links[before].end:
            cuts += [edge for edge in links[before][:2] if mark.start < edge < mark.end]
    cuts.sort()
    return [Place(start, end) for start, end in pairwise(cuts)]
