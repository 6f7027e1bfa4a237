"""The date facet of the page: time without holes, in a width that the reader chooses."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from itertools import groupby, pairwise

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search.article import Article
from search.buckets import Fixed, Gap, bucket_starts, date_buckets, width_of, with_gaps
from search.engine.memory import MemoryEngine
from search.query import SearchRequest
from search.results import DateBucket
from tests.conftest import Filled
from web import create_app
from web.timeline import LONGEST_RUN, MOST_DAYS, intervals

WIDTHS: tuple[Fixed, ...] = ("year", "fiscalYear", "month", "day")
far = st.dates(date(1600, 1, 1), date(2100, 12, 31))
near = st.dates(date(2024, 11, 20), date(2025, 4, 10))
ROW = re.compile(r'<(a|span) class="bucket[^"]*"[^>]*>(.*?)</\1>\s*</li>', re.DOTALL)


@given(
    st.dictionaries(st.one_of(far, near), st.integers(1, 9), min_size=1, max_size=8),
    st.sampled_from(WIDTHS),
    st.integers(0, 8),
)
def test_time_has_no_holes_and_every_article_is_counted_once(
    days: dict[date, int], width: Fixed, longest: int
) -> None:
    buckets = date_buckets(days, width)
    lines = with_gaps(buckets, longest)
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(lines))
    shown = [each for each in lines if isinstance(each, DateBucket)]
    assert tuple(each for each in shown if each.count) == buckets
    assert sum(each.count for each in shown) == sum(days.values())
    sizes = sum(each.size if isinstance(each, Gap) else 1 for each in lines)
    assert sizes == len(bucket_starts(width, buckets[0].first, buckets[-1].last))
    assert all(each.size > longest for each in lines if isinstance(each, Gap))
    runs = (list(run) for empty, run in groupby(shown, lambda each: not each.count) if empty)
    assert all(len(run) <= longest for run in runs)


def test_no_bucket_has_no_gaps() -> None:
    assert with_gaps((), LONGEST_RUN) == ()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_width_of_a_bucket_is_told_by_its_value(width: Fixed) -> None:
    (bucket,) = date_buckets({date(2025, 6, 10): 1}, width)
    assert width_of(bucket.value) == width


def client_on(filled: Filled, *days: str) -> FlaskClient:
    articles = [
        Article(id=f"{number}", title="火山", published=date.fromisoformat(day))
        for number, day in enumerate(days)
    ]
    return create_app(filled(MemoryEngine(), articles)).test_client()


def shown(html: str) -> list[str]:
    """The rows of the date facet as a reader sees them; links in brackets."""
    facet = html[html.index('id="facet-date"') :]
    rows = [(tag, re.sub(r"<[^>]*>|件(?=<)", "", row)) for tag, row in ROW.findall(facet)]
    return [
        f"[{' '.join(text.split())}]" if tag == "a" else " ".join(text.split())
        for tag, text in rows
    ]


@pytest.mark.parametrize(
    ("interval", "days", "rows"),
    [
        ("auto", ("2025-01-30", "2025-02-02"), ["2日1", "1日0", "31日0", "30日1"]),
        ("month", ("2024-11-05", "2025-01-01"), ["1月1", "12月0", "11月1"]),
        ("year", ("2022-01-01", "2025-12-31", "2025-01-01"), ["2025年2", "4年0", "3年0", "2年1"]),
        ("fiscalYear", ("2023-03-31", "2024-04-01"), ["2024年度1", "2023年度0", "2022年度1"]),
        ("year", ("1600-01-01", "2100-12-31"), ["2100年1", "この間0件（499年）", "1600年1"]),
        ("day", ("2024-12-31", "2025-12-31"), ["31日1", "この間0件（364日）", "31日1"]),
        ("month", ("2015-01-01", "2025-01-01"), ["1月1", "この間0件（119か月）", "1月1"]),
    ],
)
def test_buckets_without_articles_are_shown_and_lead_nowhere(
    filled: Filled, interval: str, days: tuple[str, ...], rows: list[str]
) -> None:
    found = shown(client_on(filled, *days).get(f"/?q=火山&interval={interval}").text)
    for row, end in zip(found, rows, strict=True):
        assert row.replace(" ", "").strip("[]").endswith(end)
        assert row.startswith("[") == (not end.endswith(("0", "）")))


def test_older_rows_are_folded_up_also_behind_a_run_without_articles(filled: Filled) -> None:
    days = [f"2025-06-{day:02}" for day in range(1, 13)]
    html = client_on(filled, "2025-05-10", *days).get("/?q=火山&interval=day").text
    assert "<summary>2025年5月31日以前</summary>" in html
    assert "この間0件（21日）" in html[html.index("以前") :]


def width_links(html: str) -> dict[str, str]:
    bar = html[html.index('<nav class="widths"') :].partition("</nav>")[0]
    return {
        label: unescape(url) for url, label in re.findall(r'href="([^"]*)"[^>]*>([^<]*)</a>', bar)
    }


def test_a_reader_chooses_the_width_of_the_buckets(filled: Filled) -> None:
    client = client_on(filled, "2025-01-31", "2025-02-02")
    html = client.get("/?q=火山&from=2025-02-01&hitsPerPage=5").text
    links = width_links(html)
    assert list(links) == ["自動", "年", "年度", "月", "日"]
    assert re.search(r'aria-current="true">自動</a>', html)
    html = client.get(links["年度"].partition("#")[0]).text
    assert re.search(r'aria-current="true">年度</a>', html)
    assert shown(html) == ["[2024年度 2]"]
    assert 'name="interval" value="fiscalYear"' in html
    assert "from=2025-02-01" in links["月"]
    assert "hitsPerPage=5" in links["月"]
    assert links["月"].endswith("#facet-date")
    assert 'id="facet-date"' in html


def test_where_there_are_no_dates_there_is_no_width(client: FlaskClient) -> None:
    assert "widths" not in client.get("/?q=ヌルポガガガ").text
    assert "widths" not in client.get("/?q=レアアース&facets=topic").text


def test_days_are_offered_for_a_time_of_which_they_can_be_listed() -> None:
    first = date(2020, 1, 1)
    asked = SearchRequest(interval="month")
    for days, offered in ((MOST_DAYS, True), (MOST_DAYS + 1, False)):
        buckets = date_buckets({first: 1, first + timedelta(days=days): 1}, "day")
        names = [each.label for each in intervals(asked, buckets)]
        assert ("日" in names) is offered
        assert "日" in [each.label for each in intervals(SearchRequest(interval="day"), buckets)]
