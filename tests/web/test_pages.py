"""The pages as HTML: what is on them, and that nothing typed becomes markup."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, quote, urlencode

import pytest
from flask.testing import FlaskClient

from search.article import Article, Mention, PersonDetail
from search.dates import parse_published
from search.engine.memory import MemoryEngine
from search.query import SearchRequest
from tests.conftest import Filled
from web import create_app
from web.addresses import article_path, person_url, web_address
from web.pages import day_and_time, period_in_boxes, with_canonical_days


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    assert response.mimetype == "text/html"
    return response.text


def link(html: str, label: str) -> str:
    """Where the link leads that has this label, or else holds it."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    links = [(url, unescape(re.sub("<[^>]*>", "", text)).strip()) for url, text in found]
    exact = {url for url, text in links if text == label}
    (url,) = exact or {url for url, text in links if label in text}
    return unescape(url)


def asked(url: str) -> dict[str, str]:
    """The parameters of an address of the search page."""
    path, _, query = url.partition("?")
    assert path == "/"
    return {name: values[-1] for name, values in parse_qs(query).items()}


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


def test_hits_inside_longer_words_are_offered(client: FlaskClient) -> None:
    assert "単語の一部としての一致" not in page(client, "/?q=レアアース")
    html = page(client, "/?q=山&hitsPerPage=5")
    url = link(html, "単語の一部としての一致 8 件")
    assert asked(url) == {"q": "山", "partial": "1", "hitsPerPage": "5"}
    shown = page(client, url)
    assert "単語の一部としての一致 8 件を後ろに含みます" in shown
    assert "単語の一部としての一致 5 件を含みます" in page(client, "/?q=京都")


def test_what_was_looked_for_besides_is_shown_with_a_way_to_search_as_typed(
    client: FlaskClient,
) -> None:
    html = page(client, "/?q=首相&topic=政治")
    assert "ことばを広げて検索しました" in html
    assert '<details class="expansions" open>' in html
    assert "同義語" in html
    assert "総理大臣" in html
    url = link(html, "そのまま検索")
    assert asked(url) == {"q": "首相", "topic": "政治", "exact": "1"}
    exactly = page(client, url)
    assert "ことばを広げて検索しました" not in exactly
    assert asked(link(exactly, "ことばを広げて検索")) == {"q": "首相", "topic": "政治"}


def test_spellings_are_shown_folded_up(client: FlaskClient) -> None:
    html = page(client, "/?q=サーバ")
    assert '<details class="expansions">' in html
    assert "表記" in html
    assert "expansions" not in page(client, "/?q=火山")


def test_a_date_in_the_query_is_a_chip_with_a_way_out_and_one_to_text(client: FlaskClient) -> None:
    html = page(client, "/?q=レアアース 2025年8月&topic=国際")
    assert "「日付: 2025年8月」を外す" in html
    assert "「分野: 国際」を外す" in html
    chip = re.search(r'<a class="chip" href="([^"]*)"[^>]*aria-label="「日付', html)
    assert chip
    assert asked(unescape(chip[1])) == {"q": "レアアース", "topic": "国際"}
    url = link(html, "「2025年8月」を文字として探す")
    assert asked(url) == {"q": 'レアアース "2025年8月"', "topic": "国際"}
    assert "「日付:" not in page(client, url)


def test_a_date_that_leaves_nothing_can_be_taken_off(client: FlaskClient) -> None:
    html = page(client, "/?q=レアアース 昭和50年")
    assert "見つかりませんでした" in html
    assert asked(link(html, "日付「昭和50年」を外す")) == {"q": "レアアース"}
    html = page(client, "/?q=レアアース&from=1990&to=1990")
    assert asked(link(html, "期間を広げる")) == {"q": "レアアース"}


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("from=令和7年6月", "from=2025-06-01"),
        ("to=令和7年6月", "to=2025-06-30"),
        ("from=R7.6&to=R7.7", "from=2025-06-01&to=2025-07-31"),
        ("from=２０２５年度", "from=2025-04-01"),
        ("to=2025年度", "to=2026-03-31"),
        ("from=2025年", "from=2025-01-01"),
        (
            "q=山&topic=国際&topic=政治&from=平成31年4月",
            "q=山&topic=国際&topic=政治&from=2019-04-01",
        ),
        ("from=2025-06..2025-08&to=2025-09", "from=2025-06-01&to=2025-09"),
    ],
)
def test_days_in_the_boxes_lead_to_their_canonical_value(
    client: FlaskClient, given: str, canonical: str
) -> None:
    response = client.get(f"/?{given}")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/?{urlencode(parse_qs(canonical), doseq=True)}"
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("from=2025", 200),
        ("from=2025-06&to=2025-06-10", 200),
        ("from=&to=", 200),
        ("from= 2025 ", 200),
        ("from=平成40年", 400),
        ("from=いつか", 400),
        ("from=2025-13", 400),
        ("from=..2025-06", 400),
        ("from=2025年9月&to=2025年8月", 302),
    ],
)
def test_other_days_in_the_boxes_stay_as_they_are(
    client: FlaskClient, given: str, status: int
) -> None:
    assert client.get(f"/?{given}").status_code == status


def test_days_are_read_by_todays_date() -> None:
    today = date(2025, 6, 11)
    values = {"from": ["先月"], "to": ["昨日"], "q": ["昨日"]}
    assert with_canonical_days(values, today) == {
        "from": ["2025-05-01"],
        "to": ["2025-06-10"],
        "q": ["昨日"],
    }
    assert values["from"] == ["先月"]
    assert with_canonical_days({"to": ["2025年6月以降"]}, today) == {"to": ["2025年6月以降"]}


def test_nothing_found_shows_the_count_of_every_word(client: FlaskClient) -> None:
    html = page(client, "/?q=レアアース AND ヌルポガガガ&topic=国際")
    assert "語ごとの件数" in html
    assert "この語がありません" in html
    assert asked(link(html, "ヌルポガガガ")) == {"q": "ヌルポガガガ", "topic": "国際"}
    assert asked(link(html, "絞り込みを外す")) == {"q": "レアアース AND ヌルポガガガ"}
    assert "この語がありません" not in page(client, "/?q=ヌルポガガガ")


def test_a_compound_nobody_wrote_is_shown_in_parts(client: FlaskClient) -> None:
    html = page(client, "/?q=東京電力")
    assert "見つかりませんでした" in html
    assert "分けると" in html
    assert asked(link(html, "電力")) == {"q": "電力"}


def test_the_nearest_spelling_is_offered(client: FlaskClient) -> None:
    html = page(client, "/?q=ワクチソ&topic=健康・医療")
    assert "もしかして" in html
    assert asked(link(html, "ワクチン")) == {"q": "ワクチン", "topic": "健康・医療"}
    assert "もしかして" not in page(client, "/?q=ワクチン")


def test_what_the_signs_mean_is_said(client: FlaskClient) -> None:
    html = page(client, "/?q=ヌルポガガガ")
    for sign in ("NEAR/20", "見出し:", "人物:甲 人物:乙", "2025年6月"):
        assert sign in html
    assert "いずれか" in page(client, "/?q=レアアース")


def test_the_boxes_take_days_as_people_write_them(client: FlaskClient) -> None:
    html = page(client, "/")
    for box in re.findall(r"<input id=\"(?:from|to)\".*?>", html, re.DOTALL):
        assert "令和7年6月" in box
        assert 'type="text"' in box


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
        person_details=(PersonDetail(evil, evil, "extracted", 1.0, (Mention("title", 0, 9),)),),
        published=parse_published("2025-06-10"),
    )
    client = create_app(filled(MemoryEngine(), [article])).test_client()
    search = f"/?q={quote('東京 ' + evil)}&topic={quote(evil)}"
    lost = quote(f'{evil} ヌルポガガガ 2025年 "{evil}')
    for url in (
        *(search, f"/articles/{quote(evil, safe='')}?q=東京", f"/articles/{quote(evil)}x"),
        *(f"/?q={lost}", f"/?q={quote(evil)}&from={quote(evil)}", f"/?q=AND+{lost}&exact=1"),
        *(person_url(evil), person_url(f"{evil}x"), "/persons", f"/persons?q={quote(evil)}"),
        *(f"/persons?q={quote(evil)}x", f"/persons?sort=reading&row={quote(evil)}"),
        *(f"/persons?sort={quote(evil)}", f"/?person={quote(evil)}"),
    ):
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


@pytest.mark.parametrize(
    "url",
    [
        "/?q=レアアース",
        "/persons?sort=reading",
        "/persons/髙橋峯之介",
        "/articles/sample-2025-08-05-01",
    ],
)
def test_the_policy_allows_nothing_inline(client: FlaskClient, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200
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
