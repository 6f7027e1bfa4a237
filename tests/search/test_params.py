"""Parameters: what is allowed, what is refused, and the way back into an address."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import InvalidRequest, QueryTooLong
from search.params import query_string, read_request
from search.query import SearchRequest
from search.schema import Facet


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "1.5"),
        ("page", "1e3"),
        ("page", "٣"),
        ("hitsPerPage", "0"),
        ("hitsPerPage", "101"),
        ("facetSize", "1001"),
        ("from", "2025-13"),
        ("from", "2025-02-30"),
        ("from", "0000"),
        ("to", "20250"),
        ("to", "昨日"),
        ("sort", "foo"),
        ("interval", "week"),
        ("partial", "2"),
        ("exact", "2"),
        ("facets", "topic,colour"),
        ("facets", ","),
    ],
)
def test_a_value_that_is_not_allowed_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_request({name: [value]})
    assert caught.value.parameter == name
    assert caught.value.value == value
    assert caught.value.expected


def test_a_query_of_a_thousand_characters_is_the_longest() -> None:
    assert read_request({"q": ["あ" * 1000]}).q == "あ" * 1000
    with pytest.raises(QueryTooLong):
        read_request({"q": ["あ" * 1001]})


def test_from_after_to_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="from"):
        read_request({"from": ["2025"], "to": ["2024"]})


def test_parts_of_dates_include_their_last_day() -> None:
    found = read_request({"from": ["2024-02"], "to": ["2024-02"]})
    assert (found.since, found.until) == (date(2024, 2, 1), date(2024, 2, 29))
    assert read_request({"to": ["2025"]}).until == date(2025, 12, 31)


def test_empty_and_unknown_parameters_count_as_absent() -> None:
    assert (
        read_request({"q": [""], "page": [" "], "topic": ["", ""], "utm": ["x"]}) == SearchRequest()
    )


def test_the_sort_that_fits_is_the_default() -> None:
    assert read_request({"q": ["東京"]}).effective_sort == "relevance"
    assert read_request({}).effective_sort == "newest"
    assert read_request({"q": ["東京"], "sort": ["oldest"]}).effective_sort == "oldest"


def test_facets_may_be_chosen_or_left_out() -> None:
    assert read_request({"facets": ["none"]}).facets == ()
    assert read_request({"facets": ["person,date"]}).facets == (Facet.DATE, Facet.PERSON)


values = st.lists(st.text(min_size=1).filter(str.strip), unique=True, max_size=3).map(tuple)
days = st.dates(date(1600, 1, 1), date(2100, 12, 31))
requests = st.builds(
    SearchRequest,
    q=st.text(max_size=20).filter(lambda text: not text or bool(text.strip())),
    topic=values,
    person=values,
    source=values,
    since=st.none() | days,
    sort=st.sampled_from([None, "relevance", "newest", "oldest"]),
    page=st.integers(1, 10**6),
    hits_per_page=st.integers(1, 100),
    facets=st.sampled_from([tuple(Facet), (), (Facet.TOPIC,)]),
    facet_size=st.integers(1, 1000),
    interval=st.sampled_from(["auto", "year", "fiscalYear", "month", "day"]),
    partial=st.sampled_from(["auto", "0", "1"]),
    exact=st.booleans(),
)


@given(requests)
def test_an_address_leads_back_to_the_same_request(request_: SearchRequest) -> None:
    written = query_string(request_)
    assert read_request(parse_qs(written, keep_blank_values=True)) == request_


def test_values_are_counted_before_they_are_answered() -> None:
    with pytest.raises(InvalidRequest, match="at most 50"):
        read_request({"topic": [str(number) for number in range(51)]})


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert read_request({"q": ["東京\udcff"]}).q == "東京?"
