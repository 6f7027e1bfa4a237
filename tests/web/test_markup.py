"""The text of an article as HTML: marks and names, however they lie, and nothing lost."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import groupby
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import Article, Mention, PersonDetail
from search.dates import parse_published
from search.engine.memory import MemoryEngine
from search.results import Match, Passage, Span
from search.snippets import Marker, mark_article
from tests.conftest import Filled
from web import create_app
from web.markup import Place, annotated, names_in, paragraphs

TEXTS = st.text(st.sampled_from("<>&\"' \n\u3000東京𠮷a"), max_size=20)
NAMES = st.sampled_from(["甲", "<乙>", '"丙&', "a b"])


class Reader(HTMLParser):
    """Reads HTML back: each character, whether it is marked, whose name it is and in which link."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.links = 0
        self.characters: list[tuple[str, bool, str, int]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: dict[str, Any] = dict(attrs)
        if tag == "br":
            self.handle_data("\n")
            return
        assert tag in {"a", "mark"}
        assert tag not in {name for name, _ in self.open}
        name = unquote(values["href"].removeprefix("/persons/")) if tag == "a" else ""
        self.links += tag == "a"
        self.open.append((tag, name))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = dict(self.open)
        link = self.links if "a" in tags else 0
        self.characters += [(each, "mark" in tags, tags.get("a", ""), link) for each in data]

    @property
    def text(self) -> str:
        return "".join(each[0] for each in self.characters)

    @property
    def marked(self) -> set[int]:
        return {place for place, each in enumerate(self.characters) if each[1]}

    @property
    def linked(self) -> list[Place]:
        numbered = [(place, each[2], each[3]) for place, each in enumerate(self.characters)]
        runs = (list(run) for link, run in groupby(numbered, lambda each: each[2]) if link)
        return [Place(run[0][0], run[-1][0] + 1, run[0][1]) for run in runs]


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """Any spans, some of them beyond the text, overlapping, empty."""
    pairs = draw(st.lists(st.tuples(st.integers(0, 22), st.integers(0, 9)), max_size=6))
    return [Span(start, length) for start, length in pairs]


@st.composite
def mentions(draw: st.DrawFn, size: int) -> list[Place]:
    """Names that stand apart from each other, in order."""
    edges = sorted(draw(st.sets(st.integers(0, size), max_size=12)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [Place(start, end, draw(NAMES)) for start, end in pairs]


def covered(found: list[Span], size: int) -> set[int]:
    places = (range(each.start, each.start + each.length) for each in found)
    return {place for each in places for place in each if place < size}


@given(TEXTS, spans(), st.data())
def test_the_text_is_kept_the_matches_marked_the_names_linked(
    text: str, found: list[Span], data: st.DataObject
) -> None:
    names = data.draw(mentions(len(text)))
    html = annotated(Passage(text, "body", tuple(found)), names)
    read = Reader(html)
    assert read.text == text
    assert read.marked == covered(found, len(text))
    assert read.linked == names


@given(TEXTS, spans(), spans())
def test_names_on_each_other_or_beyond_the_text_do_no_harm(
    text: str, found: list[Span], named: list[Span]
) -> None:
    names = [Place(each.start, each.start + each.length, "甲") for each in named]
    read = Reader(annotated(Passage(text, "title", tuple(found)), names))
    assert read.text == text
    assert read.marked == covered(found, len(text))
    within = {Place(each.start, min(each.end, len(text)), "甲") for each in names}
    assert set(read.linked) <= within


@given(TEXTS, spans(), st.data())
def test_marks_and_names_follow_a_body_into_its_paragraphs(
    text: str, found: list[Span], data: st.DataObject
) -> None:
    names = data.draw(mentions(len(text)))
    html = paragraphs(Passage(text, "body", tuple(found)), names)
    read = [each[:3] for part in html for each in Reader(part).characters if each[0].strip()]
    marked = covered(found, len(text))
    whose = {place: each.name for each in names for place in range(each.start, each.end)}
    assert read == [
        (letter, place in marked, whose.get(place, ""))
        for place, letter in enumerate(text)
        if letter.strip()
    ]
    assert not any("\n\n" in Reader(part).text for part in html)


A = '<a class="person" href="/persons/%E7%94%B2"'


@pytest.mark.parametrize(
    ("mark", "name", "html"),
    [
        ((0, 2), (2, 4), f'<mark>一二</mark>{A} title="甲">三四</a>五六'),
        ((1, 5), (2, 4), f'一<mark>二{A} title="甲">三四</a>五</mark>六'),
        ((2, 3), (2, 4), f'一二{A} title="甲"><mark>三</mark>四</a>五六'),
        ((2, 4), (2, 4), f'一二{A} title="甲"><mark>三四</mark></a>五六'),
        ((1, 3), (2, 4), f'一<mark>二</mark>{A} title="甲"><mark>三</mark>四</a>五六'),
        ((3, 6), (2, 4), f'一二{A} title="甲">三<mark>四</mark></a><mark>五六</mark>'),
    ],
)
def test_only_a_mark_that_crosses_the_end_of_a_name_is_cut(
    mark: tuple[int, int], name: tuple[int, int], html: str
) -> None:
    passage = Passage("一二三四五六", "title", (Span(mark[0], mark[1] - mark[0]),))
    assert annotated(passage, [Place(*name, "甲")]) == html


def test_of_names_on_each_other_the_first_is_linked() -> None:
    names = [Place(1, 3, "乙"), Place(0, 2, "甲"), Place(2, 3, "丙")]
    read = Reader(annotated(Passage("一二三", "title", ()), names))
    assert read.linked == [Place(0, 2, "甲"), Place(2, 3, "丙")]


def test_a_name_that_is_written_in_full_needs_no_title() -> None:
    assert annotated(Passage("甲は", "title", ()), [Place(0, 1, "甲")]) == f"{A}>甲</a>は"


def test_a_mark_across_a_blank_line_becomes_two() -> None:
    passage = Passage("東京\n\n大阪は雨", "body", (Span(0, 6),))
    assert paragraphs(passage) == ["<mark>東京</mark>", "<mark>大阪</mark>は雨"]


def test_a_line_break_in_a_paragraph_stays() -> None:
    assert paragraphs(Passage("一\n二\n \n三", "body", ())) == ["一<br>二", "三"]


def test_the_names_of_a_caption_are_those_of_no_other_field() -> None:
    places = (Mention("captions", 0, 1, 0), Mention("captions", 2, 1, 1), Mention("title", 4, 1))
    person = PersonDetail("甲", "", "extracted", 0.9, places)
    blocked = replace(person, name="乙")
    people = (person, blocked)
    article = Article(id="1", published=parse_published("2025-06-10"), person_details=people)
    marked = mark_article(Match(article, 0.0), Marker({}, lambda _: ()))
    found = replace(marked, filed={"甲": "甲山"})
    assert names_in(found, "captions", 0) == [Place(0, 1, "甲山")]
    assert names_in(found, "captions", 1) == [Place(2, 3, "甲山")]
    assert names_in(found, "title") == [Place(4, 5, "甲山")]
    assert names_in(found, "body") == []


def test_an_article_leads_from_a_name_to_the_page_of_the_person(filled: Filled) -> None:
    text = "前置き\n\n高橋氏は話した。"
    article = Article(
        id="1",
        title="高橋一郎氏が会見",
        body=text,
        captions=("会場", "話す高橋氏"),
        published=parse_published("2025-06-10"),
        person_details=(
            PersonDetail(
                *("高橋一郎", "", "extracted", 0.9),
                (
                    Mention("title", 0, 4),
                    Mention("body", text.index("高橋"), 2),
                    Mention("captions", 2, 2, 1),
                ),
            ),
        ),
    )
    client = create_app(filled(MemoryEngine(), [article])).test_client()
    html = client.get("/articles/1?q=高橋").text
    links = re.findall(r'<a class="person" href="([^"]*)"([^>]*)>(.*?)</a>', html)
    mark = "<mark>高橋</mark>"
    title = ' title="高橋一郎"'
    assert [each[1:] for each in links] == [("", f"{mark}一郎"), (title, mark), (title, mark)]
    assert "「高橋一郎」の記事を探す" in html
    assert len({url for url, _, _ in links}) == 1
    found = client.get(links[0][0]).text
    assert 'href="/articles/1?person=' in found
