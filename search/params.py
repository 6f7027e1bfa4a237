"""The parameters of a search as users write them: one definition for checks, CLI and OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import quote_plus

import msgspec
from msgspec import Meta

from search.dates import day_range
from search.errors import InvalidRequest, NotFound, QueryTooLong, shortened
from search.query import FacetOrder, FacetSearch, Interval, SearchRequest, Sort
from search.schema import Facet
from search.topics import canonical

LONGEST_QUERY: Final = 1_000
HIGHEST_PAGE: Final = 2**31 - 1
MOST_VALUES: Final = 50
_MOST: Final = f"at most {MOST_VALUES} values"
_DAY: Final = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_FACETS: Final = ",".join(Facet)
_DATE_FORMS: Final = "YYYY, YYYY-MM or YYYY-MM-DD, a day that the calendar has"

Values = Annotated[
    list[str], Meta(max_length=MOST_VALUES, description="repeatable; one of them is enough")
]
Day = Annotated[str, Meta(pattern=_DAY, description=_DATE_FORMS + ", inclusive, Asia/Tokyo")]


class SearchParams(msgspec.Struct, rename="camel", kw_only=True):
    """Every parameter of `GET /api/search`; an empty one counts as absent."""

    q: Annotated[
        str, Meta(max_length=LONGEST_QUERY, description="what was typed; never a syntax error")
    ] = ""
    topic: Values = []
    person: Values = []
    source: Values = []
    from_: Day | None = msgspec.field(name="from", default=None)
    to: Day | None = None
    sort: Annotated[
        Sort | None, Meta(description="default: relevance where q is given, else newest")
    ] = None
    page: Annotated[int, Meta(ge=1, le=HIGHEST_PAGE)] = 1
    hits_per_page: Annotated[int, Meta(ge=1, le=100)] = 10
    facets: Annotated[
        str, Meta(description=f"comma list of {_FACETS}; or none", examples=["date,topic", "none"])
    ] = _FACETS
    facet_size: Annotated[
        int, Meta(ge=1, le=1_000, description="values of a facet to list, largest count first")
    ] = 10
    interval: Annotated[Interval, Meta(description="width of the date buckets")] = "auto"
    partial: Annotated[Literal["auto", "0", "1"], Meta(description="hits inside a longer word")] = (
        "auto"
    )
    exact: Annotated[Literal["0", "1"], Meta(description="1: only what was typed, no variants")] = (
        "0"
    )


_FIELDS: Final = {each.encode_name: each for each in msgspec.structs.fields(SearchParams)}
_NUMBERS: Final = frozenset({"page", "hitsPerPage", "facetSize"})
_EXPECTED: Final = {
    "q": f"at most {LONGEST_QUERY} characters",
    "from": _DATE_FORMS,
    "to": _DATE_FORMS,
    "sort": "relevance, newest or oldest",
    "page": f"a whole number from 1 to {HIGHEST_PAGE}",
    "hitsPerPage": "a whole number from 1 to 100",
    "facets": f"a comma list of {_FACETS}, or none",
    "facetSize": "a whole number from 1 to 1000",
    "interval": "auto, year, fiscalYear, month or day",
    "partial": "auto, 0 or 1",
    "exact": "0 or 1",
}


def read_request(values: Mapping[str, Sequence[str]]) -> SearchRequest:
    """The request of a URL's parameters; unknown ones are ignored, the last one counts.

    InvalidRequest names the parameter, its value and what was expected.
    """
    given: dict[str, Any] = {}
    for name, field in _FIELDS.items():
        texts = [_valid(text) for text in values.get(name, ()) if text.strip()]
        if not texts:
            continue
        if name in {"topic", "person", "source"}:
            # A filter value is mapped as the values of articles are.
            given[name] = list(dict.fromkeys(map(canonical, texts) if name == "topic" else texts))
            if len(given[name]) > MOST_VALUES:
                raise InvalidRequest(name, f"{len(given[name])} values", _MOST)
        else:
            given[name] = _converted(name, texts[-1], field.type)
    return _request(SearchParams(**{_FIELDS[name].name: value for name, value in given.items()}))


class FacetParams(msgspec.Struct, rename="camel", kw_only=True):
    """The parameters of `GET /api/facets/{field}` beside the filters of a search."""

    q: Annotated[
        str,
        Meta(
            max_length=LONGEST_QUERY,
            description="in a value, or the beginning of its reading: kana or Latin letters",
        ),
    ] = ""
    query: Annotated[
        str, Meta(max_length=LONGEST_QUERY, description="what hits are counted for: q of a search")
    ] = ""
    sort: Annotated[
        FacetOrder, Meta(description="largest count first, or the order of a Japanese dictionary")
    ] = "count"


COUNTING: Final = (
    *("topic", "person", "source", "from", "to"),
    *("facetSize", "interval", "partial", "exact"),
)
"""Parameters of a search that count in a search inside a facet too."""


def read_facet_search(field: str, values: Mapping[str, Sequence[str]]) -> FacetSearch:
    """A search inside a facet from its path and parameters; NotFound, or as `read_request`."""
    if field not in set(Facet):
        raise NotFound(f"there is no facet {shortened(field)!r}: expected one of {_FACETS}")
    given = {name: [_valid(t) for t in each if t.strip()] for name, each in values.items()}
    texts = {name: (given.get(name) or [""])[-1] for name in ("q", "query", "sort")}
    for name in ("q", "query"):
        if len(texts[name]) > LONGEST_QUERY:
            raise QueryTooLong(name, texts[name], _EXPECTED["q"])
    order = texts["sort"].strip() or "count"
    if order not in get_args(FacetOrder):
        raise InvalidRequest("sort", order, " or ".join(get_args(FacetOrder)))
    asked = {name: each for name, each in given.items() if name in COUNTING}
    request = read_request(asked | {"q": [texts["query"]]})
    return FacetSearch(facet=Facet(field), text=texts["q"], order=order, request=request)  # type: ignore[arg-type]


def _valid(text: str) -> str:
    """Without lone surrogates, which a terminal makes of bytes that are no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _converted(name: str, text: str, kind: Any) -> Any:
    if name == "q" and len(text) > LONGEST_QUERY:
        raise QueryTooLong(name, text, _EXPECTED[name])
    text = text if name == "q" else text.strip()
    try:
        value = msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError:
        raise InvalidRequest(name, text, _EXPECTED[name]) from None
    if name in _NUMBERS and not (text.isascii() and text.isdigit()):
        raise InvalidRequest(name, text, _EXPECTED[name])
    return value


def _request(params: SearchParams) -> SearchRequest:
    since = _day("from", params.from_, lambda days: days[0])
    until = _day("to", params.to, lambda days: days[1])
    if since and until and since > until:
        raise InvalidRequest("from", params.from_, f"a day not after to={params.to}")
    return SearchRequest(
        q=params.q,
        topic=tuple(params.topic),
        person=tuple(params.person),
        source=tuple(params.source),
        since=since,
        until=until,
        sort=params.sort,
        page=params.page,
        hits_per_page=params.hits_per_page,
        facets=_facets(params.facets),
        facet_size=params.facet_size,
        interval=params.interval,
        partial=params.partial,
        exact=params.exact == "1",
    )


def _day(name: str, text: str | None, choose: Callable[[tuple[date, date]], date]) -> date | None:
    if not text:
        return None
    try:
        return choose(day_range(text))
    except ValueError as error:
        raise InvalidRequest(name, text, str(error)) from None


def _facets(text: str) -> tuple[Facet, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if names == ["none"]:
        return ()
    unknown = [name for name in names if name not in set(Facet)]
    if unknown or not names:
        raise InvalidRequest("facets", text, _EXPECTED["facets"])
    return tuple(facet for facet in Facet if facet in names)


def query_string(request: SearchRequest) -> str:
    """The parameters of a request as a URL carries them; what is default is left out."""
    return Address(request).exchanged()


_SHORT: Final = 40
"""Longer values are not remembered in their encoding."""


class Address:
    """The parameters of a request, encoded once, so that single ones can be exchanged."""

    def __init__(self, request: SearchRequest) -> None:
        default = SearchRequest()
        values = {
            "q": [request.q],
            "topic": request.topic,
            "person": request.person,
            "source": request.source,
            "from": [request.since.isoformat() if request.since else ""],
            "to": [request.until.isoformat() if request.until else ""],
            "sort": [request.sort or ""],
            "page": [_unless(request.page, default.page)],
            "hitsPerPage": [_unless(request.hits_per_page, default.hits_per_page)],
            "facets": [_unless(",".join(request.facets) or "none", _FACETS)],
            "facetSize": [_unless(request.facet_size, default.facet_size)],
            "interval": [_unless(request.interval, default.interval)],
            "partial": [_unless(request.partial, default.partial)],
            "exact": ["1" if request.exact else ""],
        }
        self._parts = {name: _encoded(name, each) for name, each in values.items()}

    def exchanged(self, **values: Sequence[str]) -> str:
        """With other values for some parameters; `from_` stands for `from`."""
        parts = self._parts
        if values:
            changed = {name.rstrip("_"): each for name, each in values.items()}
            parts = parts | {name: _encoded(name, each) for name, each in changed.items()}
        return "&".join(filter(None, parts.values()))


def _encoded(name: str, values: Sequence[str]) -> str:
    return "&".join(
        [
            f"{name}={_quoted(value) if len(value) <= _SHORT else quote_plus(value)}"
            for value in values
            if value
        ]
    )


@lru_cache(maxsize=10_000)
def _quoted(value: str) -> str:
    return quote_plus(value)


def _unless(value: object, default: object) -> str:
    return "" if value == default else str(value)
