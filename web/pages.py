"""The pages for readers: search and article. They work without JavaScript."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, render_template, request

from search.answer import (
    BucketAnswer,
    SearchAnswer,
    ValueAnswer,
    asking,
    bucket_label,
    search_answer,
)
from search.buckets import bucket_of, width_of
from search.dates import JST, Published, as_instant
from search.errors import shortened
from search.params import query_string, read_request
from search.periods import WrongDate, read_period
from search.query import SearchRequest
from search.results import SearchResult
from search.schema import VALUE_FACETS, Facet, Field
from search.service import SearchService
from web.addresses import (
    Choice,
    article_path,
    filter_url,
    person_url,
    search_url,
    web_address,
)
from web.conditional import answered
from web.markup import annotated, names_in, paragraphs
from web.timeline import intervals, rows

FACET_NAMES: Final = {
    Facet.DATE: "日付",
    Facet.TOPIC: "分野",
    Facet.PERSON: "人物",
    Facet.SOURCE: "媒体",
}
SORT_NAMES: Final = {"relevance": "関連度順", "newest": "新しい順", "oldest": "古い順"}
MORE_VALUES: Final = 50
_CANONICAL: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; `url` is the same search without it."""

    name: str
    value: str
    url: str


def blueprint(service: SearchService) -> Blueprint:
    """The routes, on a service."""
    routes = Blueprint("pages", __name__)
    routes.add_app_template_filter(day_and_time, "day_and_time")
    routes.add_app_template_filter(web_address, "web_address")
    routes.add_app_template_filter(article_path, "article_path")
    routes.add_app_template_filter(person_url, "person_url")

    @routes.get("/")
    def home() -> Response:
        values = request.args.to_dict(flat=False)
        canonical = with_canonical_days(values, service.today())
        if canonical != values:
            return redirect_to(f"/?{urlencode(canonical, doseq=True)}")
        asked = read_request(values)
        return answered(service, lambda: html_page(search_page(service, asked)), asked.q)

    @routes.get("/articles/<id:article_id>")
    def article(article_id: str) -> Response:
        asked = read_request(request.args.to_dict(flat=False))
        return answered(
            service, lambda: html_page(article_page(service, article_id, asked)), asked.q
        )

    return routes


def with_canonical_days(values: dict[str, list[str]], today: date) -> dict[str, list[str]]:
    """The parameters with days of the boxes that people write otherwise as API.md has them.

    What is no period stays, and is refused with the rest.
    """
    found = dict(values)
    for name in ("from", "to"):
        text = (values.get(name) or [""])[-1].strip()
        if not text or _CANONICAL.fullmatch(text):
            continue
        with suppress(WrongDate):
            period = read_period(text, today)
            day = period and (period.first if name == "from" else period.last)
            if day:
                found[name] = [day.isoformat()]
    return found


def redirect_to(path: str) -> Response:
    """A redirection to a path of ours."""
    return Response(status=302, headers={"Location": path})


def html_page(html: str) -> Response:
    """A page as an answer."""
    return Response(html, mimetype="text/html")


def search_page(service: SearchService, asked: SearchRequest) -> str:
    """The search page as HTML.

    One value more is counted than is shown, to know whether there are others.
    """
    counted = service.search(replace(asked, facet_size=asked.facet_size + 1))
    asked = replace(counted.request, facet_size=asked.facet_size)
    result = replace(counted, request=asked)
    answer = search_answer(result, path="/")
    facets = _facets(answer)
    more = {
        facet
        for facet, values in facets.items()
        if facet in VALUE_FACETS and sum(each.count > 0 for each in values) > asked.facet_size
    }
    return render_template(
        "search.html",
        answer=answer,
        asked=asked,
        articles=[hit.article for hit in result.hits],
        facets={
            facet: _shown(values, asked.facet_size) if facet in VALUE_FACETS else values
            for facet, values in facets.items()
        },
        facet_names=FACET_NAMES,
        dates=rows(result.dates, answer.facets.date or ()),
        width=width_of(result.dates[0].value) if result.dates else None,
        intervals=intervals(asked, result.dates),
        most=max((bucket.count for bucket in answer.facets.date or ()), default=1),
        chips=chips(asked),
        sorts=_sorts(asked),
        hidden=_hidden(asked),
        pages=_pages(result),
        more_url=search_url(replace(asked, facet_size=MORE_VALUES)),
        more=more if asked.facet_size < MORE_VALUES else set(),
        period=period_in_boxes(asked),
        query=query_string(asked),
        without_filters=search_url(SearchRequest(q=asked.q)),
        without_days=search_url(replace(asked, since=None, until=None, page=1)),
        with_partial=search_url(replace(asked, partial="1", page=1)),
        exactly=search_url(replace(asked, exact=True, page=1)),
        widely=search_url(replace(asked, exact=False, page=1)),
        suggested=search_url(asking(asked, answer.suggestion)) if answer.suggestion else None,
    )


def article_page(service: SearchService, article_id: str, asked: SearchRequest) -> str:
    """The page of one article, marked where the query matches, the persons named in it linked."""
    found = service.marked(article_id, asked)
    article = found.article
    return render_template(
        "article.html",
        article=article,
        title=annotated(found.title, names_in(found, Field.TITLE)),
        paragraphs=paragraphs(found.body, names_in(found, Field.BODY)),
        captions=[
            annotated(caption, names_in(found, Field.CAPTIONS, number))
            for number, caption in enumerate(found.captions)
        ],
        q=asked.q,
        back=search_url(asked),
        back_label=_back_label(asked),
        topics=[(name, filter_url(Facet.TOPIC, name)) for name in article.topic_names()],
        persons=[
            (name, person_url(filed), filter_url(Facet.PERSON, filed)) if filed else (name, "", "")
            for name in article.person_names()
            for filed in [found.filed.get(name)]
        ],
        source_url=filter_url(Facet.SOURCE, article.source) if article.source else None,
    )


def _back_label(asked: SearchRequest) -> str:
    if asked.q.strip():
        return f"「{shortened(asked.q.strip(), 40)}」の検索結果"
    narrowed = chips(asked)
    if len(narrowed) == 1:
        return f"「{shortened(narrowed[0].value, 40)}」の記事"
    return "絞り込んだ記事" if narrowed else "新着記事"


def _shown(values: list[Any], size: int) -> list[Any]:
    return [each for place, each in enumerate(values) if place < size or each.selected]


def _facets(answer: SearchAnswer) -> dict[Facet, list[BucketAnswer] | list[ValueAnswer]]:
    shown = {facet: getattr(answer.facets, facet.value) for facet in Facet}
    return {facet: values for facet, values in shown.items() if values}


def chips(asked: SearchRequest) -> list[Chip]:
    """The filters in force, each with the way out of it."""
    found = []
    if asked.since or asked.until:
        url = search_url(replace(asked, since=None, until=None, page=1))
        found.append(Chip(FACET_NAMES[Facet.DATE], _period(asked), url))
    for facet in VALUE_FACETS:
        chosen = asked.selected(facet)
        for value in chosen:
            rest = tuple(each for each in chosen if each != value)
            found.append(Chip(FACET_NAMES[facet], value, search_url(asked.choosing(facet, rest))))
    return found


def _period(asked: SearchRequest) -> str:
    first, last = (bucket_label(each) if each else "" for each in period_in_boxes(asked))
    return first if first == last else f"{first}〜{last}"


def period_in_boxes(asked: SearchRequest) -> tuple[str, str]:
    """First and last day as short as they can be written: whole years, whole months, days."""
    since, until = asked.since, asked.until
    for width in ("year", "month"):
        fits = (since is None or bucket_of(since, width)[1] == since) and (
            until is None or bucket_of(until, width)[2] == until
        )
        if fits:
            return tuple(bucket_of(day, width)[0] if day else "" for day in (since, until))  # type: ignore[return-value]
    return (since.isoformat() if since else "", until.isoformat() if until else "")


def _sorts(asked: SearchRequest) -> list[Choice]:
    names = SORT_NAMES if asked.q.strip() else {k: SORT_NAMES[k] for k in ("newest", "oldest")}
    return [
        Choice(label, search_url(replace(asked, sort=name, page=1)), name == asked.effective_sort)  # type: ignore[arg-type]
        for name, label in names.items()
    ]


def _hidden(asked: SearchRequest) -> list[tuple[str, str]]:
    """What a new search in the box keeps: all but the query, the days and the page."""
    sort = None if asked.sort == "relevance" else asked.sort
    kept = replace(asked, q="", since=None, until=None, page=1, sort=sort)
    return parse_qsl(query_string(kept))


def _pages(result: SearchResult) -> list[Choice]:
    """The page before, a few around the current one, the page after."""
    current, last = result.request.page, result.pages
    near = range(max(1, current - 2), min(last, current + 2) + 1)
    numbers = sorted({1, *near, last}) if last > 1 else []
    return [
        Choice(str(number), search_url(replace(result.request, page=number)), number == current)
        for number in numbers
    ]


def day_and_time(published: Published) -> str:
    """2025年6月10日 11:53 in Tokyo; a day without the time."""
    local = as_instant(published).astimezone(JST)
    day = f"{local.year}年{local.month}月{local.day}日"
    return f"{day} {local:%H:%M}" if hasattr(published, "hour") else day
