"""Where the links of the pages lead."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from search.answer import link
from search.query import SearchRequest
from search.schema import Facet


@dataclass(frozen=True, slots=True)
class Choice:
    """A link among several, one of which is the current one."""

    label: str
    url: str
    current: bool


def search_url(asked: SearchRequest) -> str:
    """The search page of a request."""
    return link("/", asked)


def filter_url(facet: Facet, value: str) -> str:
    """All articles that have a value of a facet."""
    return search_url(SearchRequest().choosing(facet, (value,)))


def person_url(name: str) -> str:
    """The page of a person."""
    return f"/persons/{quote(name, safe='')}"


def article_path(article_id: str, query: str = "") -> str:
    """Where an article's page is; `query` are the parameters that lead back to the search."""
    path = f"/articles/{quote(article_id, safe='')}"
    return f"{path}?{query}" if query else path


def web_address(url: str) -> str:
    """`url` if it may be linked: http and https only; otherwise nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""
