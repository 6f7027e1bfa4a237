"""The pages of persons: one of them, and the index of all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, quote, unquote

import pytest
from flask.testing import FlaskClient

from search.analysis.japanese import Analyser
from search.article import Article, Mention, PersonDetail
from search.dates import parse_published
from search.engine.memory import MemoryEngine
from search.labels import Linked, person_label
from search.results import PersonResult
from search.schema import Facet
from search.service import SearchService
from tests.conftest import Filled
from web import create_app
from web.addresses import person_url
from web.persons import MOST_LISTED, both_url, hiragana_of, index_url, spellings
from web.timeline import LONGEST_RUN

PEOPLE = (
    ("石破茂", "イシバシゲル", "首相"),
    ("高市早苗", "タカイチサナエ", ""),
    ("ダリオ・ケストマン", "ダリオ・ケストマン", "大統領"),
    ("FIFA", "", ""),
)


def article(number: int, day: str, *people: PersonDetail, body: str = "") -> Article:
    return Article(
        id=str(number),
        title=f"見出し{number}",
        body=body,
        published=parse_published(day),
        source="甲新聞",
        topics=("政治",),
        person_details=people,
    )


def person(name: str, *mentions: Mention, reading: str = "", office: str = "") -> PersonDetail:
    return PersonDetail(name, reading, "extracted", 0.9, mentions, office)


@pytest.fixture(scope="module")
def service(filled: Filled) -> SearchService:
    """Articles of four people; 石破 is another name of 石破茂."""
    ishiba, takaichi, kestman, fifa = (
        person(name, reading=reading, office=office) for name, reading, office in PEOPLE
    )
    body = "石破氏と石破茂氏が会った。"
    short = person("石破", Mention("body", 0, 2), Mention("body", 4, 3), reading="イシバ")
    articles = [
        article(1, "2024-11-03", ishiba, takaichi),
        article(2, "2025-01-05", ishiba, takaichi, kestman),
        article(3, "2025-01-09", short, body=body),
        article(4, "2025-03-01", fifa),
    ]
    engine = MemoryEngine()
    found = filled(engine, articles)

    def linked(facet: Facet, labels: Mapping[str, int], _: Mapping[str, str]) -> dict[str, Linked]:
        if facet is not Facet.PERSON:
            return {label: Linked(label) for label in labels}
        names = {label: person_label(label) for label in labels}
        return {
            label: Linked("石破茂" if each.name == "石破" else each.name, each.reading)
            for label, each in sorted(names.items(), reverse=True)
        }

    with engine.writing() as writer:
        writer.link(linked, "")
    return found


@pytest.fixture(scope="module")
def readers(service: SearchService) -> FlaskClient:
    return create_app(service).test_client()


@pytest.fixture(scope="module")
def client_on(filled: Filled) -> Callable[..., FlaskClient]:
    """A client on one article for each name."""

    def on(*names: str) -> FlaskClient:
        articles = [article(n, "2025-06-10", person(each)) for n, each in enumerate(names)]
        return create_app(filled(MemoryEngine(), articles)).test_client()

    return on


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    assert response.mimetype == "text/html"
    return response.text


def links(html: str) -> dict[str, str]:
    """Where links lead, by what they hold; by their names, where they have one."""
    found = {}
    for attributes, text in re.findall(r"<a ([^>]*)>(.*?)</a>", html, re.DOTALL):
        label = re.search(r'aria-label="([^"]*)"', attributes)
        url = re.search(r'href="([^"]*)"', attributes)
        plain = " ".join(re.sub("<[^>]*>", " ", text).split())
        found[unescape(label[1] if label else plain)] = unescape(url[1] if url else "")
    return found


def asked(url: str) -> dict[str, str]:
    path, _, query = url.partition("?")
    assert path == "/"
    return {name: values[-1] for name, values in parse_qs(query).items()}


def total(service: SearchService, url: str) -> int:
    client = create_app(service).test_client()
    found: int = client.get(f"/api/search?{url.partition('?')[2]}").get_json()["totalHits"]
    return found


def test_the_page_of_a_person_says_what_the_archive_knows(readers: FlaskClient) -> None:
    html = page(readers, person_url("石破茂"))
    plain = " ".join(re.sub("<[^>]*>", " ", html).split())
    assert "石破茂 いしばしげる" in plain
    assert "3 件の記事 2024年11月〜2025年1月" in plain
    assert "記事での名前 石破茂 2件 石破 1件" in plain
    assert "肩書 首相 2件" in plain
    for number in (1, 2, 3):
        assert f"見出し{number}" in html
    assert "見出し4" not in html


def test_a_person_leads_to_all_their_articles(readers: FlaskClient, service: SearchService) -> None:
    url = links(page(readers, person_url("石破茂")))["この人物の記事をすべて見る"]
    assert asked(url) == {"person": "石破茂"}
    assert total(service, url) == 3


def test_every_month_leads_to_its_articles(readers: FlaskClient, service: SearchService) -> None:
    html = page(readers, person_url("石破茂"))
    found = links(html)
    url = found["2025年1月 2 件"]
    assert asked(url) == {"person": "石破茂", "from": "2025-01-01", "to": "2025-01-31"}
    assert total(service, url) == 2
    assert "2024年12月" in html
    assert not any("2024年12月" in label for label in found)


def test_long_times_without_articles_are_one_line(filled: Filled) -> None:
    days = ("2020-01-01", "2025-01-01")
    articles = [article(n, day, person("甲")) for n, day in enumerate(days)]
    html = page(create_app(filled(MemoryEngine(), articles)).test_client(), person_url("甲"))
    assert LONGEST_RUN < 59
    assert "この間0件（59か月）" in html


def test_a_companion_leads_to_their_page_and_the_articles_of_both(
    readers: FlaskClient, service: SearchService
) -> None:
    found = links(page(readers, person_url("石破茂")))
    assert unquote(found["高市早苗"]) == "/persons/高市早苗"
    both = found["石破茂と高市早苗が出る記事 2件"]
    assert asked(both) == {"q": '人物:"高市早苗"', "person": "石破茂"}
    assert total(service, both) == 2


def test_the_articles_of_two_are_not_those_of_others_who_are_called_so(filled: Filled) -> None:
    people = (("安倍", "麻生太郎"), ("安倍晋三", "麻生太郎"))
    articles = [
        article(n, "2025-06-10", *(person(name) for name in each)) for n, each in enumerate(people)
    ]
    service = filled(MemoryEngine(), articles)
    assert total(service, both_url("安倍", "麻生太郎")) == 1
    assert total(service, both_url("麻生太郎", "安倍")) == 1
    assert total(service, both_url("麻生太郎", "安倍晋三")) == 1


def test_a_topic_leads_to_the_articles_of_the_person_in_it(readers: FlaskClient) -> None:
    url = links(page(readers, person_url("石破茂")))["石破茂の「政治」の記事 3件"]
    assert asked(url) == {"person": "石破茂", "topic": "政治"}


def test_an_article_leads_back_to_the_person_it_was_found_by(readers: FlaskClient) -> None:
    url = links(page(readers, person_url("石破茂")))["見出し2"]
    back = links(page(readers, url))["「石破茂」の記事"]
    assert asked(back) == {"person": "石破茂"}
    assert "新着記事" in links(page(readers, "/articles/2?page=2"))
    assert "絞り込んだ記事" in links(page(readers, "/articles/2?person=石破茂&topic=政治"))


def test_another_name_leads_to_the_page_of_the_person(readers: FlaskClient) -> None:
    response = readers.get(person_url("石破"))
    assert response.status_code == 302
    assert unquote(response.headers["Location"]) == "/persons/石破茂"


def test_an_unknown_person_is_said_to_be_unknown(readers: FlaskClient) -> None:
    html = page(readers, person_url("石破二郎"), 404)
    assert "見つかりません" in html
    url = links(html)["「石破二郎」を人物の一覧で探す"]
    assert unquote(url) == "/persons?q=石破二郎"
    assert "見つかりませんでした" in page(readers, url)


def test_spellings_are_counted_in_the_newest_articles() -> None:
    body = "石破氏と石破茂氏、石破氏"
    places = (Mention("body", 0, 2), Mention("body", 4, 3), Mention("body", 9, 2))
    caption = Mention("captions", 0, 2, 0)
    beyond = Mention("captions", 0, 2, 5)
    given = PersonDetail("石破　茂", "", "publisher", 1.0, (caption, beyond))
    articles = (
        article(1, "2025-06-10", person("石破茂", *places), body=body),
        Article(
            id="2",
            published=parse_published("2025-06-10"),
            captions=("石破と妻",),
            person_details=(given, person("他人", Mention("title", 0, 2))),
        ),
    )
    found = PersonResult(
        name="石破茂",
        reading="",
        names=(),
        offices=(),
        months=(),
        together=(),
        topics=(),
        alike=(),
        articles=articles,
        total=2,
    )
    assert [(each.value, each.count) for each in spellings(found)] == [("石破", 2), ("石破茂", 1)]


@pytest.mark.parametrize(
    ("name", "reading", "shown"),
    [
        ("石破茂", "イシバシゲル", "いしばしげる"),
        ("ダリオ・ケストマン", "ダリオケストマン", ""),
        ("ヴェルナー・ハルト", "ヴェルナー・ハルト", ""),
        ("さよ", "サヨ", ""),
        ("真菰田さよ", "マコモタサヨ", "まこもたさよ"),
        ("FIFA", "", ""),
        ("李ヴ", "リヴ", "りゔ"),
    ],
)
def test_a_reading_is_in_hiragana_where_the_name_does_not_say_it(
    name: str, reading: str, shown: str
) -> None:
    assert hiragana_of(name, reading) == shown


STRANGE = [
    '甲"乙',
    "甲'乙",
    "a/b//c/",
    "/甲",
    "<script>alert(1)</script>",
    "100%甲",
    "%E7%94%B2",
    "甲 乙",
    "甲　乙",
    "甲?乙#丙&丁+戊",
    "甲\\乙",
    "「甲」",
    "甲*乙 OR -丙)",
    "甲" * 1500,
    "w" * 1500,
]


@pytest.mark.parametrize("name", STRANGE, ids=range(len(STRANGE)))
def test_a_name_may_hold_anything(client_on: Callable[..., FlaskClient], name: str) -> None:
    client = client_on(name, "乙")
    found = links(page(client, "/persons"))
    url = person_url(name)
    assert url in found.values()
    html = page(client, url)
    assert "<script" not in html
    assert asked(links(html)["この人物の記事をすべて見る"]) == {"person": name}
    assert "<script" not in page(client, "/articles/0")
    assert url in links(page(client, "/articles/0")).values()
    assert "<script" not in page(client, f"/?{links(html)['見出し0'].partition('?')[2]}")
    assert "<script" not in page(client, person_url(f"{name}x"), 404)
    assert "<script" not in page(client, index_url(name[:900]))


@pytest.mark.parametrize("name", STRANGE[:13], ids=range(13))
def test_two_of_any_names_are_found_together(filled: Filled, name: str) -> None:
    articles = [article(1, "2025-06-10", person(name), person("乙山")), article(2, "2025-06-10")]
    assert total(filled(MemoryEngine(), articles), both_url("乙山", name)) == 1


def test_the_index_lists_persons_by_their_articles(readers: FlaskClient) -> None:
    found = links(page(readers, "/persons"))
    people = [label for label, url in found.items() if url.startswith("/persons/")]
    assert people == [
        "石破茂 いしばしげる 3件",
        "高市早苗 たかいちさなえ 2件",
        "FIFA 1件",
        "ダリオ・ケストマン 1件",
    ]


@pytest.mark.parametrize(
    "typed", ["石破", "いしば", "イシバ", "ishiba", "isiba", "Shigeru", " 茂 "]
)
def test_a_person_is_found_by_writing_and_by_reading(filled: Filled, typed: str) -> None:
    people = (
        person("石破茂", reading="イシバ シゲル"),
        person("高市早苗", reading="タカイチ サナエ"),
    )
    client = create_app(filled(MemoryEngine(), [article(1, "2025-06-10", *people)])).test_client()
    html = page(client, index_url(typed))
    assert person_url("石破茂") in html
    assert person_url("高市早苗") not in html
    assert f'value="{typed.strip()}"' in html


def headings(html: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", html)


def test_by_reading_persons_stand_under_the_rows_of_the_kana_table(readers: FlaskClient) -> None:
    html = page(readers, "/persons?sort=reading")
    assert headings(html) == ["あ", "た", "その他"]
    assert html.index("高市早苗") < html.index("ダリオ・ケストマン") < html.index("FIFA")
    rows = links(html)
    only = page(readers, rows["た"])
    assert headings(only) == ["た"]
    assert "石破茂" not in only
    assert "FIFA" in page(readers, rows["その他"])
    assert links(only)["すべて"] == "/persons?sort=reading"


def test_an_order_and_a_text_go_together(readers: FlaskClient) -> None:
    html = page(readers, "/persons?sort=reading&q=ishi")
    assert '<input type="hidden" name="sort" value="reading">' in html
    assert links(html)["記事の多い順"] == "/persons?q=ishi"
    assert headings(html) == ["あ"]
    empty = page(readers, f"/persons?sort=reading&q=ishi&row={quote('わ')}")
    assert "「ishi」に合う人物は見つかりませんでした" in empty


def test_more_persons_are_a_link_away(filled: Filled) -> None:
    people = [person(f"甲{n:04}", reading="カ" if n % 2 else "サ") for n in range(130)]
    client = create_app(filled(MemoryEngine(), [article(1, "2025-06-10", *people)])).test_client()
    for url in ("/persons", "/persons?sort=reading"):
        html = page(client, url)
        assert html.count('href="/persons/') == 100
        whole = page(client, links(html)["もっと見る"])
        assert whole.count('href="/persons/') == 130
        assert "もっと見る" not in whole
    html = page(client, f"/persons?sort=reading&row={quote('か')}")
    assert html.count('href="/persons/') == 65
    assert "もっと見る" not in html
    few = page(client, f"/persons?facetSize=3&sort=reading&row={quote('か')}")
    assert few.count('href="/persons/') == 3
    assert f"facetSize={MOST_LISTED}" in links(few)["もっと見る"]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/persons?sort=foo", 400),
        ("/persons?row=x&sort=reading", 400),
        ("/persons?facetSize=0", 400),
        ("/persons?facetSize=1001", 400),
        (f"/persons?q={'a' * 1001}", 413),
        ("/persons?topic=x&from=y&page=0", 200),
    ],
)
def test_a_wrong_parameter_of_the_index_is_explained(
    readers: FlaskClient, url: str, status: int
) -> None:
    html = page(readers, url, status)
    if status == 400:
        name = url.partition("?")[2].partition("=")[0]
        assert f"<code>{name}</code>" in html
        assert "使える値" in html
    assert 'name="q" type="search" value=""' in html


def test_where_no_person_was_found_the_index_says_so(filled: Filled) -> None:
    client = create_app(filled(MemoryEngine(), [article(1, "2025-06-10")])).test_client()
    assert "まだ見つかっていません" in page(client, "/persons")
    assert "まだ見つかっていません" in page(client, "/persons?sort=reading")


def test_pages_of_persons_are_not_sent_twice(readers: FlaskClient) -> None:
    for url in ("/persons", person_url("石破茂")):
        tag = readers.get(url).headers["ETag"]
        again = readers.get(url, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


def test_the_search_page_leads_to_persons(readers: FlaskClient) -> None:
    found = links(page(readers, "/"))
    assert found["人物の一覧"] == found["人物"] == "/persons"
    assert not any(label.endswith("のページ") for label in found)
    one = links(page(readers, "/?person=高市早苗&q=見出し"))
    assert one["高市早苗のページ"] == person_url("高市早苗")
    two = page(readers, "/?person=高市早苗&person=石破茂")
    nobody = page(readers, "/?person=誰")
    assert "高市早苗のページ" not in two
    assert "誰のページ" not in nobody


def test_an_article_leads_to_persons_and_their_articles(readers: FlaskClient) -> None:
    found = links(page(readers, "/articles/2"))
    assert found["高市早苗"] == person_url("高市早苗")
    assert asked(found["人物「高市早苗」の記事を探す"]) == {"person": "高市早苗"}


def test_a_publishers_name_for_a_person_leads_to_the_page(filled: Filled) -> None:
    named = Article(
        id="1", title="会見", published=parse_published("2025-06-10"), persons=("渡邉 紗千穂",)
    )
    client = create_app(filled(MemoryEngine(), [named])).test_client()
    url = links(page(client, "/articles/1"))["渡邉 紗千穂"]
    assert "会見" in page(client, url)


def test_a_filter_by_another_name_is_the_person_chosen(readers: FlaskClient) -> None:
    html = page(readers, f"/?person={quote('石破')}&facetSize=1")
    assert re.search(r'aria-current="true">\s*<span class="value-label">石破茂', html)
    assert "石破茂のページ" in html
    assert len(re.findall('class="hit"', html)) == 3


def test_a_blocked_person_of_the_publisher_is_named_without_a_link(filled: Filled) -> None:
    engine = MemoryEngine()
    mention = person("鬼", Mention("body", 0, 1))
    given = replace(mention, origin="publisher")
    filled(engine, [replace(article(1, "2025-06-10", given, body="鬼が来た。"), persons=("鬼",))])
    with engine.writing() as writer:
        writer.link(lambda _facet, labels, _known: dict.fromkeys(labels, Linked(None)), "")
    html = page(create_app(SearchService(engine, Analyser())).test_client(), "/articles/1")
    assert "鬼" in html
    assert "/persons/%E9%AC%BC" not in html


def test_both_persons_of_a_companion_are_found_as_counted(readers: FlaskClient) -> None:
    html = page(readers, person_url("高市早苗"))
    (url, count) = re.findall(r'href="(/\?q=[^"]*)"[^>]*>([\d,]+)件', html)[0]
    assert len(re.findall('class="hit"', page(readers, unescape(url)))) == int(count)


def test_the_index_with_a_slash_leads_to_the_index(readers: FlaskClient) -> None:
    response = readers.get("/persons/")
    assert (response.status_code, response.headers["Location"]) == (302, "/persons")


def test_a_person_is_found_by_any_spelling_of_the_name(readers: FlaskClient) -> None:
    response = readers.get(f"/persons/{quote('石破 茂')}")
    assert response.status_code == 302
    assert unquote(response.headers["Location"]) == "/persons/石破茂"


def test_a_row_leads_to_its_kana(readers: FlaskClient) -> None:
    html = page(readers, f"/persons?sort=reading&row={quote('た')}")
    url = links(html)["ち"]
    assert parse_qs(url.partition("?")[2])["row"] == ["チ"]
    assert "「チ」に人物は見つかりませんでした" in page(readers, url)
    assert "高市早苗" in page(readers, f"/persons?sort=reading&row={quote('タ')}")


def test_a_surname_leads_to_those_who_bear_it(client_on: Callable[..., FlaskClient]) -> None:
    client = client_on("安倍", "安倍晋三", "安倍昭恵", "麻生太郎")
    html = page(client, person_url("安倍"))
    assert {"安倍晋三", "安倍昭恵"} <= links(html).keys()
    assert "この名を含む人物" not in page(client, person_url("安倍晋三"))
