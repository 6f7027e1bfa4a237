"""The pages as HTML: what is on them, and that nothing typed becomes markup."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search.article import Article
from search.dates import parse_published
from search.engine.memory import MemoryEngine
from search.query import SearchRequest
from search.results import Passage, Span
from tests.conftest import Filled
from web import create_app
from web.pages import article_path, day_and_time, paragraphs, period_in_boxes, web_address


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    assert response.mimetype == "text/html"
    return response.text


def test_the_home_page_lists_the_newest_articles(client: FlaskClient) -> None:
    html = page(client, "/")
    assert '<html lang="ja"' in html
    assert "73" in html
    assert 'role="search"' in html


def test_hits_are_marked_and_facets_counted(client: FlaskClient) -> None:
    html = page(client, "/?q=レアアース")
    assert "<mark>レアアース</mark>" in html
    for name in ("分野", "人物", "媒体", "日付"):
        assert name in html


def test_a_filter_is_a_chip_with_a_way_out(client: FlaskClient) -> None:
    html = page(client, "/?q=レアアース&topic=国際&from=2025&to=2025")
    assert "「分野: 国際」を外す" in html
    assert "2025年" in html
    assert f'href="/?q={quote("レアアース")}&amp;topic={quote("国際")}"' in html


def test_a_filter_stays_when_the_query_changes(client: FlaskClient) -> None:
    html = page(client, "/?q=レアアース&topic=国際&hitsPerPage=5&sort=oldest")
    for name, value in (("topic", "国際"), ("hitsPerPage", "5"), ("sort", "oldest")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html


def test_nothing_found_gives_advice(client: FlaskClient) -> None:
    html = page(client, "/?q=ヌルポガガガ")
    assert "見つかりませんでした" in html
    assert "ヌルポガガガ" in html


def test_a_warning_is_shown(client: FlaskClient) -> None:
    assert "閉じられていない引用符" in page(client, '/?q="レアアース')


def test_relaxing_is_said(client: FlaskClient) -> None:
    html = page(client, "/?q=レアアース バイオリン")
    assert "条件をゆるめて" in html


@pytest.mark.parametrize("url", ["/?page=0", "/?from=2025-13", "/?sort=foo"])
def test_a_wrong_parameter_is_explained(client: FlaskClient, url: str) -> None:
    html = page(client, url, 400)
    assert url.removeprefix("/?").partition("=")[0] in html


def test_an_unknown_article_is_said_to_be_unknown(client: FlaskClient) -> None:
    assert "見つかりません" in page(client, "/articles/none", 404)


def test_an_article_leads_back_to_its_search(client: FlaskClient) -> None:
    html = page(client, "/articles/sample-2025-08-05-01?q=レアアース&topic=国際&page=2")
    assert "<mark>レアアース</mark>" in html
    assert f"/?q={quote('レアアース')}&amp;topic={quote('国際')}&amp;page=2" in html


def test_nothing_from_outside_becomes_markup(filled: Filled) -> None:
    evil = '"><script>alert(1)</script>'
    article = Article(
        id=evil,
        title=f"東京 {evil}",
        body=f"東京 {evil}\n\n段落",
        url="javascript:alert(1)",
        source=evil,
        topics=(evil,),
        persons=(evil,),
        captions=(evil,),
        authors=(evil,),
        published=parse_published("2025-06-10"),
    )
    client = create_app(filled(MemoryEngine(), [article])).test_client()
    search = f"/?q={quote('東京 ' + evil)}&topic={quote(evil)}"
    for url in (search, f"/articles/{quote(evil, safe='')}?q=東京", f"/articles/{quote(evil)}x"):
        html = client.get(url).text
        assert "<script" not in html
        assert "javascript:" not in html


def test_no_article_gives_an_empty_state(filled: Filled) -> None:
    engine = MemoryEngine()
    day = parse_published("2025-06-10")
    service = filled(engine, [Article(id="1", title="x", published=day)])
    with engine.writing() as writer:
        writer.remove("1")
    assert "sakuin reindex" in page(create_app(service).test_client(), "/")


def test_the_policy_allows_nothing_inline(client: FlaskClient) -> None:
    response = client.get("/?q=レアアース")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in response.text
    assert "<script" not in response.text
    assert "http://" not in response.text.replace("http://www.w3.org/", "")


def test_only_web_addresses_are_linked() -> None:
    assert web_address("https://example.com/a") == "https://example.com/a"
    for url in ("javascript:alert(1)", "data:text/html,x", "//x", "ftp://x/y", "", "http://[x"):
        assert web_address(url) == ""


def test_days_and_periods_are_written_short() -> None:
    assert day_and_time(parse_published("2025-06-10")) == "2025年6月10日"
    assert day_and_time(parse_published("2025-06-09T20:05:00Z")) == "2025年6月10日 05:05"
    day = parse_published
    whole = SearchRequest(since=day("2025-01-01"), until=day("2025-12-31"))
    assert period_in_boxes(whole) == ("2025", "2025")
    months = SearchRequest(since=day("2025-02-01"), until=day("2025-02-28"))
    assert period_in_boxes(months) == ("2025-02", "2025-02")
    days = SearchRequest(since=day("2025-02-02"))
    assert period_in_boxes(days) == ("2025-02-02", "")


def test_a_path_holds_any_id() -> None:
    assert article_path("a/b c?") == "/articles/a%2Fb%20c%3F"


def test_a_mark_across_a_blank_line_becomes_two() -> None:
    passage = Passage("東京\n\n大阪は雨", "body", (Span(0, 6),))
    assert paragraphs(passage) == ["<mark>東京</mark>", "<mark>大阪</mark>は雨"]
