"""The JSON endpoint: the contract of docs/api.md, asked through Flask and through waitress."""

from __future__ import annotations

import gzip
import html
import json
import re
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search.analysis.japanese import Analyser, analyser_fingerprint
from search.article import Article
from search.dates import parse_published
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.service import SearchService
from search.synonyms import Synonyms
from tests.conftest import Filled
from web import create_app


def answer(client: FlaskClient, **parameters: Any) -> dict[str, Any]:
    response = client.get("/api/search", query_string=parameters)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_every_member_of_the_contract_is_there(client: FlaskClient) -> None:
    found = answer(client, q="レアアース 輸出")
    assert found.keys() == {
        *("query", "parsedQuery", "warnings", "relaxed", "suggestion", "expansions", "page"),
        *("hitsPerPage", "totalHits", "totalHitsRelation", "partialHits", "totalPages"),
        *("processingTimeMs", "hits", "facets", "links", "dateRead", "diagnosis"),
    }
    assert found["parsedQuery"] == "レアアース AND 輸出"
    assert found["totalHits"] > 3
    hit = found["hits"][0]
    assert hit.keys() == {
        *("id", "url", "title", "source", "publishedAt", "topics", "persons", "score"),
        *("matchType", "highlight", "_formatted"),
    }
    assert hit["matchType"] == "word"


def test_scores_never_rise_and_marks_are_exact(client: FlaskClient) -> None:
    found = answer(client, q="レアアース 大統領 OR 首相", hitsPerPage=100)
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    for hit in found["hits"]:
        passages = hit["highlight"]["title"] + hit["highlight"]["body"]
        formatted = [hit["_formatted"]["title"], *hit["_formatted"]["snippets"]]
        assert any(passage["matches"] for passage in passages)
        for passage, shown in zip(passages, formatted, strict=True):
            assert html.unescape(re.sub("</?mark>", "", shown)) == passage["text"]
            marks = [html.unescape(each) for each in re.findall("<mark>(.*?)</mark>", shown)]
            assert marks == [
                passage["text"][m["start"] : m["start"] + m["length"]] for m in passage["matches"]
            ]


def at(client: FlaskClient, url: str) -> dict[str, Any]:
    """The answer at an address that another one gave."""
    assert url.startswith("/api/search")
    response = client.get(url)
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_expansions_are_told_by_word_and_kind_and_exact_leaves_them_out(
    client: FlaskClient,
) -> None:
    found = answer(client, q="りんご 首相", facets="none")
    kinds = {(each["term"], each["kind"]): each["added"] for each in found["expansions"]}
    assert "林檎" in kinds["りんご", "variant"]
    assert "総理大臣" in kinds["首相", "synonym"]
    assert len(kinds) == len(found["expansions"])
    exactly = answer(client, q="りんご 首相", exact=1)
    assert exactly["expansions"] == []
    assert "exact=1" in exactly["links"]["self"]


def test_every_hit_says_why_it_is_one(client: FlaskClient) -> None:
    for q, kind in (
        ("レアアース", "word"),
        ("サーバ", "variant"),
        ("かざん", "reading"),
        ("首相", "synonym"),
        ("京都", "partial"),
    ):
        found = answer(client, q=q, hitsPerPage=100)
        assert kind in {hit["matchType"] for hit in found["hits"]}, q
    assert {hit["matchType"] for hit in answer(client)["hits"]} == {None}


def test_a_date_that_was_read_leads_to_the_query_without_it_and_as_text(
    client: FlaskClient,
) -> None:
    found = answer(client, q="レアアース　2025年8月", topic="国際", page=1, hitsPerPage=5)
    read = found["dateRead"]
    assert read.keys() == {"text", "from", "to", "removeUrl", "asTextUrl"}
    assert (read["text"], read["from"], read["to"]) == ("2025年8月", "2025-08-01", "2025-08-31")
    assert found["parsedQuery"] == "レアアース AND 日付:2025-08"
    removed = at(client, read["removeUrl"])
    assert (removed["query"], removed["dateRead"]) == ("レアアース", None)
    assert removed["totalHits"] >= found["totalHits"] > 0
    as_text = at(client, read["asTextUrl"])
    assert as_text["dateRead"] is None
    assert as_text["query"] == 'レアアース　"2025年8月"'
    assert "topic=" in read["removeUrl"]
    assert "topic=" in read["asTextUrl"]


def test_an_open_period_has_one_end(client: FlaskClient) -> None:
    assert answer(client, q="レアアース 2025年6月以降")["dateRead"]["to"] is None
    assert answer(client, q="レアアース")["dateRead"] is None
    assert answer(client, q="レアアース 日付:2025年6月")["dateRead"] is None


def test_nothing_found_is_diagnosed_with_links(client: FlaskClient) -> None:
    found = answer(client, q="レアアース ヌルポガガガ AND 火山")
    assert found["totalHits"] == 0
    assert found["diagnosis"].keys() == {"words", "parts"}
    words = {each["text"]: each for each in found["diagnosis"]["words"]}
    assert words["ヌルポガガガ"]["count"] == 0
    assert words["レアアース"].keys() == {"text", "count", "inside", "url"}
    for each in words.values():
        assert at(client, each["url"])["totalHits"] == each["count"]
    assert answer(client, q="レアアース")["diagnosis"] is None


def test_a_suggestion_is_a_query_that_finds_something(client: FlaskClient) -> None:
    found = answer(client, q="ワクチソ AND 承認")
    assert found["totalHits"] == 0
    assert found["suggestion"] == "ワクチン AND 承認"
    assert answer(client, q=found["suggestion"])["totalHits"] > 0
    assert answer(client, q="ワクチン")["suggestion"] is None


def test_toggle_urls_add_and_remove_a_value_and_lead_to_page_one(client: FlaskClient) -> None:
    found = answer(client, q="大統領", page=2, hitsPerPage=5)
    value = found["facets"]["topic"][0]
    assert not value["selected"]
    toggled = json.loads(client.get(value["toggleUrl"]).data)
    assert toggled["page"] == 1
    assert toggled["totalHits"] == value["count"]
    chosen = next(v for v in toggled["facets"]["topic"] if v["value"] == value["value"])
    assert chosen["selected"]
    back = json.loads(client.get(chosen["toggleUrl"]).data)
    assert back["totalHits"] == found["totalHits"]


def test_a_date_bucket_holds_as_many_hits_as_it_says(client: FlaskClient) -> None:
    for interval in ("auto", "year", "fiscalYear", "month", "day"):
        buckets = answer(client, interval=interval, facets="date")["facets"]["date"]
        assert sum(bucket["count"] for bucket in buckets) == answer(client)["totalHits"]
        for bucket in buckets[:3]:
            toggled = json.loads(client.get(bucket["toggleUrl"]).data)
            assert toggled["totalHits"] == bucket["count"]
            assert [b["value"] for b in toggled["facets"]["date"] if b["selected"]] == [
                bucket["value"]
            ]


def test_facets_that_were_not_asked_for_are_not_there(client: FlaskClient) -> None:
    assert answer(client, facets="none")["facets"] == {}
    assert answer(client, facets="person,date")["facets"].keys() == {"person", "date"}


def test_a_selected_value_without_hits_is_listed(client: FlaskClient) -> None:
    topics = answer(client, topic="存在しない分野", facets="topic")["facets"]["topic"]
    assert {"存在しない分野": 0}.items() <= {t["value"]: t["count"] for t in topics}.items()


def test_pages_follow_each_other_without_gap_or_repetition(client: FlaskClient) -> None:
    seen: list[str] = []
    url: str | None = "/api/search?hitsPerPage=7"
    while url:
        page = json.loads(client.get(url).data)
        seen += [hit["id"] for hit in page["hits"]]
        url = page["links"]["next"]
    assert len(seen) == len(set(seen)) == page["totalHits"]
    assert page["links"]["prev"]


def test_a_page_beyond_the_last_is_empty(client: FlaskClient) -> None:
    found = answer(client, page=2**31 - 1)
    assert found["hits"] == []
    assert found["totalHits"] > 0


def test_newest_is_the_order_without_a_query(client: FlaskClient) -> None:
    dates = [hit["publishedAt"][:10] for hit in answer(client, hitsPerPage=100)["hits"]]
    assert dates == sorted(dates, reverse=True)
    oldest = answer(client, hitsPerPage=100, sort="oldest")["hits"]
    assert [hit["publishedAt"][:10] for hit in oldest] == sorted(dates)


@pytest.mark.parametrize(
    ("url", "status", "parameter"),
    [
        ("/api/search?page=0", 400, "page"),
        ("/api/search?hitsPerPage=101", 400, "hitsPerPage"),
        ("/api/search?from=2025-13", 400, "from"),
        ("/api/search?sort=foo", 400, "sort"),
        ("/api/search?exact=2", 400, "exact"),
        ("/api/search?partial=2", 400, "partial"),
        ("/api/search?from=昨日", 400, "from"),
        ("/api/search?facets=colour", 400, "facets"),
        ("/api/search?q=" + "x" * 1001, 413, "q"),
        ("/api/articles/unknown", 404, None),
        ("/api/articles/a%2Fb%00%ff", 404, None),
        ("/api/suggest?q=a", 404, None),
        ("/feed.atom", 404, None),
        ("/nothing", 404, None),
    ],
)
def test_every_error_has_one_shape(
    client: FlaskClient, url: str, status: int, parameter: str | None
) -> None:
    response = client.get(url)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = json.loads(response.data)
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == status
    assert problem.get("parameter") == parameter


def test_another_method_is_told_which_ones_there_are(client: FlaskClient) -> None:
    response = client.post("/api/search")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.mimetype == "application/problem+json"


def test_an_etag_saves_the_second_answer(client: FlaskClient) -> None:
    first = client.get("/api/search?q=大統領")
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    again = client.get("/api/search?q=大統領", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    assert client.get("/api/search?q=首相").headers["ETag"] != tag


def test_an_etag_of_a_relative_date_is_of_today_only(
    analyser: Analyser, filled: Filled, synonyms: Synonyms
) -> None:
    engine = MemoryEngine()
    filled(engine, [Article(id="1", title="東京", published=parse_published("2025-06-10"))])
    today = [date(2025, 6, 11)]
    service = SearchService(engine, analyser, synonyms, lambda: today[0])
    client = create_app(service).test_client()
    urls = [f"/api/search?q={quote(q)}" for q in ("東京 昨日", "東京 2025年6月", "東京")]
    urls += [f"/api/facets/topic?query=x&query={quote('昨日')}", f"/persons?q={quote('昨日')}"]
    before = [client.get(url).headers["ETag"] for url in urls]
    assert answer(client, q="東京 昨日")["totalHits"] == 1
    today[0] = date(2025, 6, 12)
    after = [client.get(url).headers["ETag"] for url in urls]
    assert [one == other for one, other in zip(before, after, strict=True)] == [
        *(False, True, True),
        *(False, True),
    ]
    assert answer(client, q="東京 昨日")["totalHits"] == 0


def test_a_change_of_the_index_changes_etags_and_answers(
    tmp_path: Path, analyser: Analyser, filled: Filled
) -> None:
    reading = EmbeddedEngine(tmp_path / "index", fingerprint=analyser_fingerprint())
    client = create_app(SearchService(reading, analyser)).test_client()
    pages = ("/", "/articles/1", "/persons", "/persons/1")
    for url in (*pages, "/api/search", "/readyz", "/api/articles/1"):
        response = client.get(url)
        assert response.status_code == 503
        assert "sakuin reindex" in html.unescape(response.text)
    writing = EmbeddedEngine(tmp_path / "index", fingerprint=analyser_fingerprint())
    day = parse_published("2025-06-10")
    filled(writing, [Article(id="1", title="東京", published=day)])
    first = client.get("/api/search?q=東京")
    assert json.loads(first.data)["totalHits"] == 1
    filled(writing, [Article(id="2", title="東京", published=day)])
    second = client.get("/api/search?q=東京", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert json.loads(second.data)["totalHits"] == 2


def test_an_id_may_hold_anything(analyser: Analyser, filled: Filled) -> None:
    names = [
        "https://example.com/a?b=c#d",
        "/srv/x.txt",
        "../a b",
        "記事%1",
        'a"<b>',
        "a//b/",
        ".",
        "a\nb\tc",
    ]
    day = parse_published("2025-06-10")
    service = filled(MemoryEngine(), [Article(id=each, title="x", published=day) for each in names])
    client = create_app(service).test_client()
    for name in names:
        response = client.get(f"/api/articles/{quote(name, safe='')}")
        assert response.status_code == 200, name
        assert json.loads(response.data)["id"] == name
        page = client.get(f"/articles/{quote(name, safe='')}")
        assert page.status_code == 200, name


def test_the_article_comes_as_it_was_given(client: FlaskClient) -> None:
    first = answer(client, q="レアアース")["hits"][0]
    article = json.loads(client.get(f"/api/articles/{first['id']}").data)
    assert article.keys() == {
        *("id", "url", "title", "body", "publishedAt", "source", "topics", "persons"),
        *("captions", "updatedAt", "authors", "personDetails", "topicDetails"),
    }
    assert article["title"] == first["title"]


def test_answers_are_packed_for_those_who_can_unpack(client: FlaskClient) -> None:
    packed = client.get("/api/search", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert json.loads(gzip.decompress(packed.data))["totalHits"]
    assert "Content-Encoding" not in client.get("/api/search").headers


def test_one_origin_may_read_the_api(client: FlaskClient) -> None:
    header = "Access-Control-Allow-Origin"
    assert client.get("/api/search").headers[header] == "https://reader.example"
    assert header not in client.get("/").headers


def test_the_real_server_answers_get_and_head(server: str) -> None:
    with urllib.request.urlopen(f"{server}/api/search?q={quote('レアアース')}") as response:
        body = response.read()
        assert json.loads(body)["totalHits"] > 3
    head = urllib.request.Request(f"{server}/api/search?q=x", method="HEAD")
    with urllib.request.urlopen(head) as response:
        assert response.status == 200
        assert response.read() == b""
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(f"{server}/api/articles/a%2Fb")
    assert caught.value.code == 404
    caught.value.close()


def test_health_and_readiness(server: str) -> None:
    for path, status in (("healthz", "ok"), ("readyz", "ready")):
        with urllib.request.urlopen(f"{server}/{path}") as response:
            assert json.load(response) == {"status": status}


def test_values_of_a_facet_are_found_by_reading(client: FlaskClient) -> None:
    response = client.get("/api/facets/person?q=たかはし&query=市長")
    found = json.loads(response.data)
    assert found.keys() == {
        *("facet", "q", "query", "sort", "size", "more", "values", "buckets"),
    }
    assert [each["value"] for each in found["values"]][:1] == ["髙橋峯之介"]
    (value, *_) = found["values"]
    assert value.keys() == {"value", "label", "count", "selected", "toggleUrl", "reading"}
    assert at(client, value["toggleUrl"])["totalHits"] == value["count"]


@pytest.mark.parametrize(
    ("url", "status", "parameter"),
    [
        ("/api/facets/nothing", 404, None),
        ("/api/facets/person?sort=name", 400, "sort"),
        ("/api/facets/person?facetSize=1001", 400, "facetSize"),
        (f"/api/facets/person?q={'a' * 1001}", 413, "q"),
    ],
)
def test_what_a_facet_search_refuses_is_named(
    client: FlaskClient, url: str, status: int, parameter: str | None
) -> None:
    response = client.get(url)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert json.loads(response.data).get("parameter") == parameter
