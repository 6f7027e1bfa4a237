"""The pages of persons: one of them, and the index of all. They work without JavaScript."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from search.analysis.katakana import katakana_of
from search.analysis.normalize import fold
from search.answer import Toggles, bucket_answer
from search.article import Article, PersonDetail
from search.errors import InvalidRequest
from search.facet_values import ROW_OF, ROWS, UNREAD, row_of
from search.params import LONGEST_QUERY, query_string, read_facet_search
from search.parser import Fielded, Quoted, written
from search.query import FacetSearch, SearchRequest
from search.readings import likeliest, told
from search.results import PersonResult, ValueCount
from search.schema import Facet
from search.service import SearchService
from web.addresses import Choice, person_url, search_url
from web.conditional import answered
from web.pages import html_page, redirect_to
from web.timeline import rows

_TWO: Final = 2
_OLD: Final = "ヰヱ"
LISTED: Final = 100
MOST_LISTED: Final = 1_000
_ORDERS: Final = {"count": "記事の多い順", "reading": "五十音順"}
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A person of a list; `articles` leads to the articles that are counted."""

    name: str
    reading: str
    """In hiragana; empty where it is not known, or the name itself says it."""
    count: int
    url: str
    articles: str = ""


def blueprint(service: SearchService) -> Blueprint:
    """The routes, on a service."""
    routes = Blueprint("persons", __name__)

    @routes.get("/persons/")
    def slash() -> Response:
        return redirect_to("/persons")

    @routes.get("/persons")
    def index() -> Response:
        asked = _asked(request.args.to_dict(flat=False))
        return answered(service, lambda: html_page(index_page(service, asked)))

    @routes.get("/persons/<id:name>")
    def person(name: str) -> Response:
        def found() -> Response:
            result = service.person(name)
            if result.name != name:
                return redirect_to(person_url(result.name))
            return html_page(person_page(result))

        return answered(service, found)

    return routes


def hiragana_of(name: str, reading: str) -> str:
    """How a name is read, as newspapers write it; nothing where the name itself says it.

    `reading` is one of search.readings; a guess is not shown.
    """
    said = katakana_of(fold(name).text).replace(" ", "").replace("・", "")
    known = told(reading)
    if not known or said == known.replace("・", ""):
        return ""
    words = likeliest(reading).split(" ")
    # Of more words it is not known which of them are the surname.
    return ("・" if len(words) == _TWO else "").join(words).translate(_TO_HIRAGANA)


def person_page(person: PersonResult) -> str:
    """The page of a person as HTML."""
    articles = SearchRequest(person=(person.name,))
    toggles = Toggles(articles, "/")
    months = [bucket_answer(each, articles, toggles) for each in person.months]
    known = {each.value for each in person.names}
    return render_template(
        "person.html",
        person=person,
        reading=hiragana_of(person.name, person.reading),
        names=person.names if known - {person.name} else (),
        spellings=[each for each in spellings(person) if each.value not in known],
        dates=rows(person.months, months),
        span=[months[0].label, months[-1].label] if months else [],
        most=max((each.count for each in months), default=1),
        together=[_companion(person.name, each) for each in person.together],
        alike=[(name, person_url(name)) for name in person.alike],
        topics=[
            (each, search_url(articles.choosing(Facet.TOPIC, (each.value,))))
            for each in person.topics
        ],
        all_url=search_url(articles),
        query=query_string(articles),
    )


def spellings(person: PersonResult) -> list[ValueCount]:
    """How the newest articles write a person, most frequent first."""
    called = {person.name, *(each.value for each in person.names)}
    counts = Counter(
        text.strip()
        for article in person.articles
        for detail in article.people()
        # A person that the publisher names keeps the publisher's name.
        if detail.name == person.name or (detail.origin == "publisher" and detail.name in called)
        for text in _mentioned(article, detail)
    )
    del counts[""]
    return [ValueCount(text, count) for text, count in counts.most_common()]


def _mentioned(article: Article, detail: PersonDetail) -> Iterator[str]:
    texts = {"title": article.title, "body": article.body}
    for each in detail.mentions:
        caption = each.caption
        if caption is None:
            text = texts.get(each.field, "")
        else:
            text = article.captions[caption] if caption < len(article.captions) else ""
        yield text[each.start : each.start + each.length]


def _companion(name: str, other: ValueCount) -> Entry:
    return Entry(other.value, "", other.count, person_url(other.value), both_url(name, other.value))


def both_url(one: str, other: str) -> str:
    """The articles that name both of two persons."""
    typed = written(Fielded("person", Quoted(other)))
    return search_url(SearchRequest(q=typed[:LONGEST_QUERY], person=(one,)))


def _asked(values: dict[str, list[str]]) -> FacetSearch:
    """What is asked of the index; InvalidRequest, QueryTooLong."""
    given = {name: values.get(name, []) for name in ("q", "sort")}
    sizes = [str(LISTED), *values.get("facetSize", [])]
    asked = read_facet_search("person", given | {"facetSize": sizes})
    row = (values.get("row") or [""])[-1].strip()
    if row and row not in {*ROWS, UNREAD, *ROW_OF}:
        raise InvalidRequest("row", row, "、".join((*ROWS, UNREAD)))
    return replace(asked, text=asked.text.strip(), row=row if asked.order == "reading" else "")


def index_page(service: SearchService, asked: FacetSearch) -> str:
    """The index of persons as HTML; by their readings, under the rows of the kana table."""
    size, row = asked.request.facet_size, asked.row
    result = service.facet(asked)
    shown = ROW_OF.get(row, row)
    groups: dict[str, list[Entry]] = {}
    for counted, reading in zip(result.values, result.readings, strict=True):
        group = row_of(reading) if asked.order == "reading" else ""
        groups.setdefault(group, []).append(_entry(counted, reading))
    return render_template(
        "persons.html",
        asked_for=asked.text,
        order=asked.order,
        row=row,
        groups=groups,
        sorts=[
            Choice(label, index_url(asked.text, order), order == asked.order)
            for order, label in _ORDERS.items()
        ],
        rows=[
            Choice(name, index_url(asked.text, "reading", row=name), name == shown)
            for name in dict.fromkeys((*result.rows, *([shown] if shown else [])))
        ],
        kanas=[_of_kana(asked, kana) for kana in ROWS.get(shown, "") if kana not in _OLD],
        whole_url=index_url(asked.text, asked.order),
        more_url=index_url(asked.text, asked.order, row=row, size=MOST_LISTED)
        if result.more and size < MOST_LISTED
        else None,
        left=result.more,
    )


def _of_kana(asked: FacetSearch, kana: str) -> Choice:
    url = index_url(asked.text, "reading", row=kana)
    return Choice(kana.translate(_TO_HIRAGANA), url, kana == asked.row)


def index_url(text: str = "", order: str = "count", *, row: str = "", size: int = LISTED) -> str:
    """The index of persons; what is default is left out."""
    parameters = {
        "q": text,
        "sort": "" if order == "count" else order,
        "row": row,
        "facetSize": "" if size == LISTED else str(size),
    }
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"/persons?{query}" if query else "/persons"


def _entry(counted: ValueCount, reading: str) -> Entry:
    name = counted.value
    return Entry(name, hiragana_of(name, reading), counted.count, person_url(name))
