"""The JSON shapes of API.md: the same objects make the answer, its schema and the pages."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from search.article import Article, PersonDetail, TopicDetail
from search.params import Address, query_string
from search.query import SearchRequest
from search.readings import told
from search.results import DateBucket, Hit, Passage, SearchResult, ValueCount
from search.schema import Facet
from search.topics import IPTC, canonical

Count = Annotated[int, Meta(ge=0)]


class Shape(msgspec.Struct, rename="camel", kw_only=True):
    """An object of an answer."""


class MentionAnswer(Shape):
    """Where a person is named, in code points of the field; of which caption, from 0."""

    field: Literal["title", "body", "captions"]
    start: Count
    length: Annotated[int, Meta(ge=1)]
    caption: int | None


class PersonAnswer(Shape):
    """A person of an article."""

    name: str
    reading: str
    origin: Literal["publisher", "extracted"]
    confidence: float
    mentions: list[MentionAnswer]


class TopicAnswer(Shape):
    """A topic of an article, with its first code among the IPTC Media Topics where it has one."""

    name: str
    code: str | None
    origin: Literal["publisher", "extracted"]
    confidence: float


class ArticleAnswer(Shape):
    """One article: as it was given, and what was found in it."""

    id: str
    url: str | None
    title: str
    body: str
    published_at: str
    source: str | None
    topics: list[str]
    persons: list[str]
    captions: list[str]
    updated_at: str | None
    authors: list[str]
    person_details: list[PersonAnswer]
    topic_details: list[TopicAnswer]


class MatchAnswer(Shape):
    """A place in the text beside it, in Unicode code points."""

    start: Count
    length: Annotated[int, Meta(ge=1)]


class PassageAnswer(Shape):
    """An exact piece of an article."""

    text: str
    field: Literal["title", "body", "captions"]
    matches: list[MatchAnswer]


class HighlightAnswer(Shape):
    """The whole title as one passage, and passages of body and captions."""

    title: list[PassageAnswer]
    body: list[PassageAnswer]


class FormattedAnswer(Shape):
    """The same, HTML-escaped and with <mark>."""

    title: str
    snippets: list[str]


class HitAnswer(Shape):
    """An article that was found."""

    id: str
    url: str | None
    title: str
    source: str | None
    published_at: str
    topics: list[str]
    persons: list[str]
    score: float
    match_type: Literal["word", "variant", "near", "reading", "synonym", "partial"] | None
    highlight: HighlightAnswer
    formatted: FormattedAnswer = msgspec.field(name="_formatted")


class ValueAnswer(Shape):
    """A value of a facet; `toggleUrl` chooses it, or no longer."""

    value: str
    label: str
    count: Count
    selected: bool
    toggle_url: str


class BucketAnswer(Shape):
    """A span of days, both ends included."""

    value: str
    label: str
    from_: str = msgspec.field(name="from")
    to: str
    count: Count
    selected: bool
    toggle_url: str


class FacetsAnswer(Shape, omit_defaults=True):
    """The facets that were asked for."""

    date: list[BucketAnswer] | msgspec.UnsetType = msgspec.UNSET
    topic: list[ValueAnswer] | msgspec.UnsetType = msgspec.UNSET
    person: list[ValueAnswer] | msgspec.UnsetType = msgspec.UNSET
    source: list[ValueAnswer] | msgspec.UnsetType = msgspec.UNSET


class ExpansionAnswer(Shape):
    """What was searched besides the typed term."""

    term: str
    added: list[str]
    kind: Literal["variant", "reading", "synonym"]


class DateReadAnswer(Shape):
    """A date in the query that was read as a filter; the addresses are without it and as text."""

    text: str
    from_: str | None = msgspec.field(name="from")
    to: str | None
    remove_url: str
    as_text_url: str


class WordAnswer(Shape):
    """A part of the query by itself: articles that have it, and those with it in longer words."""

    text: str
    count: Count
    inside: Count
    url: str


class DiagnosisAnswer(Shape):
    """Why nothing was found, or not what was asked for."""

    words: list[WordAnswer]
    parts: list[WordAnswer]


class LinksAnswer(Shape):
    """Relative addresses."""

    self: str
    next: str | None
    prev: str | None


class SearchAnswer(Shape):
    """The answer of `GET /api/search`."""

    query: str
    parsed_query: str
    warnings: list[str]
    relaxed: bool
    suggestion: str | None
    expansions: list[ExpansionAnswer]
    date_read: DateReadAnswer | None
    diagnosis: DiagnosisAnswer | None
    page: Annotated[int, Meta(ge=1)]
    hits_per_page: Annotated[int, Meta(ge=1, le=100)]
    total_hits: Count
    total_hits_relation: Literal["eq"]
    partial_hits: Count
    total_pages: Count
    processing_time_ms: Annotated[float, Meta(ge=0)]
    hits: list[HitAnswer]
    facets: FacetsAnswer
    links: LinksAnswer


def article_answer(article: Article) -> ArticleAnswer:
    """An article in the shape of API.md."""
    shown = article.to_json() | {
        "topics": list(article.topic_names()),
        "persons": list(article.person_names()),
        "personDetails": _people(article),
        "topicDetails": _subjects(article),
    }
    return msgspec.convert(shown, ArticleAnswer)


def _people(article: Article) -> list[PersonAnswer]:
    details = {each.name: each for each in article.person_details}
    given = (details.get(n) or PersonDetail(n, "", "publisher", 1.0) for n in article.persons)
    return [
        PersonAnswer(
            name=each.name,
            reading=told(each.reading),
            origin=each.origin,  # type: ignore[arg-type]
            confidence=each.confidence,
            mentions=[
                MentionAnswer(field=m.field, start=m.start, length=m.length, caption=m.caption)  # type: ignore[arg-type]
                for m in each.mentions
            ],
        )
        for each in dict.fromkeys((*given, *article.person_details))
    ]


def _subjects(article: Article) -> list[TopicAnswer]:
    given = (TopicDetail(name, "publisher", 1.0) for name in article.topics)
    return [
        TopicAnswer(
            name=each.name,
            code=next(iter(IPTC.get(canonical(each.name), ())), None),
            origin=each.origin,  # type: ignore[arg-type]
            confidence=each.confidence,
        )
        for each in dict.fromkeys((*given, *article.topic_details))
    ]


def search_answer(result: SearchResult, path: str = "/api/search") -> SearchAnswer:
    """A result in the shape of API.md; `path` is where the links of the answer lead."""
    request = result.request
    return SearchAnswer(
        query=request.q,
        parsed_query=result.parsed_query,
        warnings=list(result.warnings),
        relaxed=result.relaxed,
        suggestion=result.diagnosis.suggestion if result.diagnosis else None,
        expansions=_expansions(result),
        date_read=_date_read(result, path),
        diagnosis=_diagnosis(result, path),
        page=request.page,
        hits_per_page=request.hits_per_page,
        total_hits=result.total,
        total_hits_relation="eq",
        partial_hits=result.partial,
        total_pages=result.pages,
        processing_time_ms=round(result.milliseconds, 1),
        hits=[_hit(hit) for hit in result.hits],
        facets=_facets(result, path),
        links=LinksAnswer(
            self=link(path, request),
            next=_pagelink(path, result, request.page + 1),
            prev=_pagelink(path, result, min(request.page - 1, max(1, result.pages))),
        ),
    )


def _expansions(result: SearchResult) -> list[ExpansionAnswer]:
    grouped: dict[tuple[str, str], list[str]] = {}
    for each in result.expansions:
        grouped.setdefault((each.term, each.kind), []).append(each.added)
    return [
        ExpansionAnswer(term=term, added=added, kind=kind)  # type: ignore[arg-type]
        for (term, kind), added in grouped.items()
    ]


def asking(request: SearchRequest, q: str) -> SearchRequest:
    """The same request with another query, on page 1."""
    return replace(request, q=q, page=1)


def _date_read(result: SearchResult, path: str) -> DateReadAnswer | None:
    read = result.date_read
    if read is None:
        return None
    return DateReadAnswer(
        text=read.text,
        from_=read.first.isoformat() if read.first else None,
        to=read.last.isoformat() if read.last else None,
        remove_url=link(path, asking(result.request, read.rest)),
        as_text_url=link(path, asking(result.request, read.as_text)),
    )


def _diagnosis(result: SearchResult, path: str) -> DiagnosisAnswer | None:
    if result.diagnosis is None:
        return None
    words, parts = (
        [
            WordAnswer(
                text=each.text,
                count=each.count,
                inside=each.inside,
                url=link(path, asking(result.request, each.text)),
            )
            for each in counts
        ]
        for counts in (result.diagnosis.words, result.diagnosis.parts)
    )
    return DiagnosisAnswer(words=words, parts=parts)


def _hit(hit: Hit) -> HitAnswer:
    article = hit.article
    shown: dict[str, Any] = article.to_json()
    shown |= {"topics": list(article.topic_names()), "persons": list(article.person_names())}
    names = ("id", "url", "title", "source", "topics", "persons")
    return HitAnswer(
        **{name: shown[name] for name in names},
        published_at=shown["publishedAt"],
        score=hit.score,
        match_type=hit.match_type,  # type: ignore[arg-type]
        highlight=HighlightAnswer(
            title=[_passage(hit.title)], body=[_passage(each) for each in hit.body]
        ),
        formatted=FormattedAnswer(
            title=marked(hit.title), snippets=[marked(each) for each in hit.body]
        ),
    )


def _passage(passage: Passage) -> PassageAnswer:
    places = [MatchAnswer(start=each.start, length=each.length) for each in passage.matches]
    return PassageAnswer(text=passage.text, field=passage.field, matches=places)  # type: ignore[arg-type]


def marked(passage: Passage) -> str:
    """A passage as HTML: escaped, matches in <mark>."""
    parts: list[str] = []
    done = 0
    for match in passage.matches:
        end = match.start + match.length
        parts += (
            html.escape(passage.text[done : match.start]),
            f"<mark>{html.escape(passage.text[match.start : end])}</mark>",
        )
        done = end
    return "".join(parts) + html.escape(passage.text[done:])


def _facets(result: SearchResult, path: str) -> FacetsAnswer:
    shown: dict[str, Any] = {}
    address = Toggles(result.request, path)
    for facet in result.request.facets:
        if facet is Facet.DATE:
            shown["date"] = [bucket_answer(each, result.request, address) for each in result.dates]
        else:
            counts = result.values.get(facet, ())
            shown[facet.value] = [
                value_answer(facet, each, result.request, address) for each in counts
            ]
    return FacetsAnswer(**shown)


class Toggles:
    """Addresses on page 1 with another choice of one parameter."""

    def __init__(self, request: SearchRequest, path: str) -> None:
        self._address = Address(replace(request, page=1))
        self._path = path

    def __call__(self, **values: Sequence[str]) -> str:
        """The address with other values for some parameters; `from_` stands for `from`."""
        parameters = self._address.exchanged(**values)
        return f"{self._path}?{parameters}" if parameters else self._path


def value_answer(
    facet: Facet, counted: ValueCount, request: SearchRequest, toggled_url: Toggles
) -> ValueAnswer:
    """A value of a facet in the shape of API.md."""
    chosen = request.selected(facet)
    selected = counted.value in chosen
    if selected:
        toggled = tuple(value for value in chosen if value != counted.value)
    else:
        toggled = (*chosen, counted.value)
    return ValueAnswer(
        value=counted.value,
        label=counted.value,
        count=counted.count,
        selected=selected,
        toggle_url=toggled_url(**{facet.value: toggled}),
    )


def bucket_answer(bucket: DateBucket, request: SearchRequest, toggled_url: Toggles) -> BucketAnswer:
    """A date bucket in the shape of API.md."""
    selected = (request.since, request.until) == (bucket.first, bucket.last)
    first, last = bucket.first.isoformat(), bucket.last.isoformat()
    days = ("", "") if selected else (first, last)
    return BucketAnswer(
        value=bucket.value,
        label=bucket_label(bucket.value),
        from_=first,
        to=last,
        count=bucket.count,
        selected=selected,
        toggle_url=toggled_url(from_=[days[0]], to=[days[1]]),
    )


def bucket_label(value: str) -> str:
    """`2025-06` as 2025年6月, `FY2025` as 2025年度."""
    if value.startswith("FY"):
        return f"{int(value[2:])}年度"
    return "".join(
        f"{int(part)}{unit}" for part, unit in zip(value.split("-"), "年月日", strict=False)
    )


def _pagelink(path: str, result: SearchResult, page: int) -> str | None:
    if not 1 <= page <= result.pages or page == result.request.page:
        return None
    return link(path, replace(result.request, page=page))


def link(path: str, request: SearchRequest) -> str:
    """The address of a request below `path`."""
    parameters = query_string(request)
    return f"{path}?{parameters}" if parameters else path
