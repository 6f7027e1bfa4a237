"""Passages and marks: exact pieces, marks on exactly the right characters."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysing import analyse_batch
from search.analysis.japanese import Analyser
from search.analysis.normalize import literal_text
from search.answer import marked
from search.article import Article
from search.dates import parse_published
from search.literal import pieces_of
from search.query import Leaf, Literal, Phrase, Slot, Term
from search.reasons import Kind, Reason
from search.results import Match, Passage
from search.schema import AnalysedArticle, Field
from search.snippets import LONGEST, MarkedArticle, Marker, make_passages, mark_article
from tests.engine.made import phrase
from tests.search.test_normalize import texts

DAY = parse_published("2025-06-10")
LEAVES: tuple[Leaf, ...] = (
    Term("東京"),
    phrase("中国", "の", "輸出"),
    phrase("東京", "中国", gaps=(6,)),
    Phrase((Slot(("高",), ("﨑",)), Slot(written=("中国", "ガ")))),
    Term("c"),
    Term("株式"),
    Literal(("国の", "輸")),
    Literal(("式",)),
    Literal(("会",)),
    Literal(("キ",)),
)
ODD = "東京中国の輸出ｃ㍿ｶﾞ㌔。\n <&髙﨑👩👧\u200d\u3099e\u0301"
Leaves = Sequence[Leaf] | Mapping[Leaf, Reason]


def marks(passage: Passage) -> list[str]:
    return [passage.text[m.start : m.start + m.length] for m in passage.matches]


def article(title: str = "", body: str = "", *captions: str) -> Article:
    return Article(id="1", published=DAY, title=title, body=body, captions=captions)


def analysed(analyser: Analyser, item: Article) -> tuple[AnalysedArticle, Match]:
    (found,) = analyse_batch(analyser, [item])
    return found, Match(item, 1.0, borders=found.borders)


def marker_of(found: AnalysedArticle, leaves: Leaves) -> Marker:
    """With the forms an index of this article has."""
    forms: dict[str, list[str]] = {}
    for term, form in found.forms:
        forms.setdefault(term, [term]).append(form)
    numbered = {leaf: Reason("word", number) for number, leaf in enumerate(leaves, start=1)}
    reasons = leaves if isinstance(leaves, Mapping) else numbered
    return Marker(reasons, lambda term: tuple(dict.fromkeys(forms.get(term, [term]))))


def passages(
    analyser: Analyser, item: Article, *leaves: Leaf
) -> tuple[Passage, tuple[Passage, ...]]:
    found, match = analysed(analyser, item)
    return make_passages(match, marker_of(found, leaves))[:2]


def whole(analyser: Analyser, item: Article, *leaves: Leaf) -> MarkedArticle:
    found, match = analysed(analyser, item)
    return mark_article(match, marker_of(found, leaves))


def body_marks(analyser: Analyser, body: str, *leaves: Leaf) -> list[str]:
    return marks(whole(analyser, article("", body), *leaves).body)


def assert_exact(item: Article, title: Passage, body: tuple[Passage, ...]) -> None:
    assert title.text == item.title
    for passage in (title, *body):
        sources = {"title": [item.title], "body": [item.body], "captions": list(item.captions)}
        assert any(passage.text in text for text in sources[passage.field])
        assert passage.field == "title" or 0 < len(passage.text) <= 400
        assert_marked(passage)


def assert_marked(passage: Passage) -> None:
    """Marks are apart, inside, and taken out leave the exact original."""
    done = 0
    for match in passage.matches:
        assert done <= match.start < match.start + match.length <= len(passage.text)
        done = match.start + match.length
    plain = re.sub("</?mark>", "", marked(passage))
    assert html.unescape(plain) == passage.text


@given(texts, st.text(st.sampled_from(ODD), max_size=400))
@example("㍿東京<b>", "東京。" * 200)
@example("", "東京" + "あ" * 3000 + "中国の輸出")
@example("&lt;東京&gt;", "ｶﾞ東京\u200d㍿中国\nの 輸出")
def test_marks_off_is_the_exact_original(analyser: Analyser, title: str, body: str) -> None:
    item = article(title, body, body[:50])
    assert_exact(item, *passages(analyser, item, *LEAVES))
    found = whole(analyser, item, *LEAVES)
    for passage, text in zip(
        (found.title, found.body, *found.captions), (title, body, body[:50]), strict=True
    ):
        assert passage.text == text
        assert_marked(passage)


@given(st.text(st.sampled_from(ODD), max_size=40), st.data())
def test_a_piece_of_a_text_is_marked_where_it_stands(
    analyser: Analyser, text: str, data: st.DataObject
) -> None:
    literal = literal_text(text).text
    start = data.draw(st.integers(0, len(literal)))
    pieces = pieces_of(literal[start : start + 5])
    if pieces:
        found = whole(analyser, article("", text), Literal(pieces)).body
        assert found.matches
        wanted = "".join(pieces).replace(" ", "")
        assert any(wanted in literal_text(each).text.replace(" ", "") for each in marks(found))


@given(st.text(st.sampled_from(ODD), max_size=60))
def test_every_word_of_a_text_is_marked_as_it_stands(analyser: Analyser, text: str) -> None:
    read = analyser.analyse(text)
    for word, (start, end) in zip(read.words, read.spans, strict=True):
        if word.term:
            spans = whole(analyser, article("", text), Term(word.term)).body.matches
            assert any(each.start <= start and end <= each.start + each.length for each in spans)


def test_a_body_of_200_000_characters_is_marked_to_its_end(analyser: Analyser) -> None:
    unit = "㍿東京<b>髙﨑👩\u200d👧と\u3099ｶﾞを述べた。\n"
    body = unit * (200_000 // len(unit)) + "大阪で終わる。"
    item = article("見出し", body)
    assert_exact(item, *passages(analyser, item, Term("東京"), Term("大阪")))
    found = whole(analyser, item, Term("東京"), Term("大阪")).body
    assert marks(found) == ["東京"] * body.count("東京") + ["大阪"]
    assert_marked(found)
    _, shown = passages(analyser, item, Term("東京"), Term("大阪"))
    assert {mark for each in shown for mark in marks(each)} == {"東京", "大阪"}


def test_what_matched_is_marked_and_nothing_else(analyser: Analyser) -> None:
    item = article("東京都の輸出", "中国の輸出は東京で、中国は輸出した。")
    title, (body,) = passages(analyser, item, Term("東京"), phrase("中国", "の", "輸出"))
    assert marks(title) == ["東京"]
    assert marks(body) == ["中国の輸出", "東京"]


def test_a_word_is_not_marked_inside_a_longer_one_and_a_literal_is(analyser: Analyser) -> None:
    body = "東京都と京都と京都府。"
    spans = whole(analyser, article("", body), Term("京都")).body.matches
    assert [each.start for each in spans] == [4, 7]
    spans = whole(analyser, article("", body), Literal(("京都",))).body.matches
    assert [each.start for each in spans] == [1, 4, 7]


def test_a_name_is_marked_as_one_with_its_dot(analyser: Analyser) -> None:
    item = article("", "会議のケビン・ハセット委員長は9日、述べた。")
    _, (body,) = passages(analyser, item, phrase("ケビン", "ハセット"))
    assert marks(body) == ["ケビン・ハセット"]


@pytest.mark.parametrize("between", ["", " ", "\n", "\u3000", "  \n ", "・", "=", "-"])
def test_a_phrase_is_marked_as_one_over_a_space_or_a_joiner(
    analyser: Analyser, between: str
) -> None:
    body = f"会議で東京{between}電力が"
    found = body_marks(analyser, body, phrase("東京", "電力"))
    assert found == [f"東京{between}電力"]


@pytest.mark.parametrize("between", ["、", "。", "の", "・・", "/"])
def test_a_phrase_is_not_marked_over_anything_else(analyser: Analyser, between: str) -> None:
    assert body_marks(analyser, f"東京{between}電力", phrase("東京", "電力")) == []


def test_a_literal_reaches_over_a_space_and_no_joiner(analyser: Analyser) -> None:
    body = "東京電力、東京 電力、東京\n電力、東京・電力"
    found = body_marks(analyser, body, Literal(("東京", "電力")))
    assert found == ["東京電力", "東京 電力", "東京\n電力"]


def test_the_form_in_the_text_is_marked(analyser: Analyser) -> None:
    body = "ｶﾞｿﾘﾝと髙橋と㍿と述べた"
    leaves = (Term("ガソリン"), Term("高橋"), Term("株式"), Term("述べる"))
    assert body_marks(analyser, body, *leaves) == ["ｶﾞｿﾘﾝ", "髙橋", "㍿", "述べ"]


def test_inflected_forms_are_marked(analyser: Analyser) -> None:
    body = "会議へ行った。明日も行く。意見を述べ、述べた。行列。"
    found = body_marks(analyser, body, Term("行く"), Term("述べる"))
    assert found == ["行っ", "行く", "述べ", "述べ"]


WORD, SERVER, HILL = Term("東京"), Term("サーバ"), Literal(("山",))
PREMIER, CLOSE = phrase("総理", "大臣"), phrase("石破", "首相", gaps=(6,))
EVERY = {
    WORD: Reason("word", 1, "東京"),
    SERVER: Reason("word", 2, "サーバー"),
    PREMIER: Reason("synonym", 3),
    CLOSE: Reason("near", 4),
    HILL: Reason("partial", 5),
    Term("高橋"): Reason("reading", 6),
}


@pytest.mark.parametrize(
    ("body", "marked_places", "found"),
    [
        ("東京で", ["東京"], {WORD: "word"}),
        ("サーバーで", ["サーバー"], {SERVER: "word"}),
        ("サーバで", ["サーバ"], {SERVER: "variant"}),
        ("サーバとサーバーで", ["サーバ", "サーバー"], {SERVER: "word"}),
        ("サーバーとサーバで", ["サーバー", "サーバ"], {SERVER: "word"}),
        ("総理大臣が", ["総理大臣"], {PREMIER: "synonym"}),
        ("石破茂首相が", ["石破", "首相"], {CLOSE: "near"}),
        ("石破首相が", ["石破", "首相"], {CLOSE: "near"}),
        ("火山が", ["山"], {HILL: "partial"}),
        ("髙橋が", ["髙橋"], {Term("高橋"): "reading"}),
        ("大阪で", [], {}),
        ("東京の総理大臣が", ["東京", "総理大臣"], {WORD: "word", PREMIER: "synonym"}),
    ],
)
def test_variants_synonyms_and_letters_inside_words_are_marked_for_what_they_are(
    analyser: Analyser, body: str, marked_places: list[str], found: dict[Leaf, Kind]
) -> None:
    read, match = analysed(analyser, article("", body))
    whole_article = mark_article(match, marker_of(read, EVERY))
    assert marks(whole_article.body) == marked_places
    assert whole_article.found == found


def test_parts_close_together_are_marked_apart_and_in_one_sentence(analyser: Analyser) -> None:
    close = phrase("米国", "産", "牛肉", gaps=(0, 6))
    assert body_marks(analyser, "米国産の高い牛肉が", close) == ["米国", "産", "牛肉"]
    assert body_marks(analyser, "米国産。牛肉が", close) == []
    assert body_marks(analyser, "米国の産牛肉が", close) == []
    assert body_marks(analyser, "米国産の高くて新しい輸入牛肉が", close) == []


def test_a_word_in_two_fields_counts_by_its_best_reason(analyser: Analyser) -> None:
    item = article("サーバ", "サーバー", "サーバ")
    found, match = analysed(analyser, item)
    marked_article = mark_article(match, marker_of(found, EVERY))
    assert marked_article.found == {SERVER: "word"}


def test_places_count_code_points(analyser: Analyser) -> None:
    for before in ("👩\u200d👧\u200d👦", "𠮷野家", "e\u0301", "ｶﾞ", "㍿", "葛\U000e0100城", "&<b>"):
        found = whole(analyser, article("", f"{before}、東京で"), Term("東京")).body
        assert [(m.start, m.length) for m in found.matches] == [(len(before) + 1, 2)]


def test_a_leaf_is_marked_in_its_fields_only(analyser: Analyser) -> None:
    item = article("東京", "東京", "東京")
    found = whole(analyser, item, Term("東京", (Field.TITLE,)))
    assert (marks(found.title), marks(found.body)) == (["東京"], [])
    found = whole(analyser, item, Literal(("東京",), (Field.BODY, Field.CAPTIONS)))
    assert [marks(each) for each in (found.title, found.body, *found.captions)] == [
        [],
        ["東京"],
        ["東京"],
    ]


def test_overlapping_places_are_one_mark_and_touching_ones_two(analyser: Analyser) -> None:
    leaves = (Literal(("東京",)), Literal(("京都",)))
    assert body_marks(analyser, "東京都", *leaves) == ["東京都"]
    assert body_marks(analyser, "東京京都", *leaves) == ["東京", "京都"]


def test_a_long_text_shows_where_it_matched(analyser: Analyser) -> None:
    filler = "これは別の話である。" * 400
    item = article("", filler + "東京で会議があった。" + filler)
    _, body = passages(analyser, item, Term("東京"))
    assert any("東京" in marks(passage) for passage in body)


def test_passages_cover_most_of_the_query(analyser: Analyser) -> None:
    filler = "別の話である。" * 60
    item = article("", "東京です。" * 3 + filler + "大阪です。" + filler + "東京です。")
    _, body = passages(analyser, item, Term("東京"), Term("大阪"))
    assert {mark for passage in body for mark in marks(passage)} == {"東京", "大阪"}


def test_passages_are_cut_at_the_ends_of_sentences(analyser: Analyser) -> None:
    filler = "別の話である。" * 60
    body = f"{filler}会議は東京で開かれた。{filler}「大阪で開く」と述べた。\n{filler}"
    _, found = passages(analyser, article("", body), Term("東京"), Term("大阪"))
    for passage in found:
        assert len(passage.text) <= LONGEST
        start = body.index(passage.text)
        assert body[start - 1] in "。\n"
        assert passage.text[-1] in "。」"


def test_captions_are_shown_as_such(analyser: Analyser) -> None:
    item = article("見出し", "本文です。", "別の写真", "東京の写真")
    _, body = passages(analyser, item, Term("東京"))
    assert [(passage.field, passage.text) for passage in body] == [("captions", "東京の写真")]


@pytest.mark.parametrize(
    "body",
    ["", "短い。", "あ" * 5000, "\n" * 9 + "本文", "\n\n" * 40 + "本文"],
)
def test_without_a_match_the_lead_is_shown(analyser: Analyser, body: str) -> None:
    item = article("見出し", body)
    title, found = passages(analyser, item)
    assert_exact(item, title, found)
    assert len(found) == bool(body)
    assert all(not passage.matches for passage in found)


def test_a_hit_shows_a_match_however_long_or_broken_it_is(analyser: Analyser) -> None:
    long = "".join(f"山{number}川" for number in range(30))
    for body in (
        f"前置き。特異東京\n電力特異{'あいうえおかきくけこ' * 30}。",
        f"特異東京{' ' * 1000}電力",
        f"話は{long}である。",
    ):
        wanted = tuple(term for term in analyser.analyse(long).terms if term)
        for leaves in (
            (phrase("東京", "電力"), phrase(*wanted)),
            (Literal(("東京", "電力")), Literal(pieces_of(long))),
        ):
            _, found = passages(analyser, article("", body), *leaves)
            assert any(passage.matches for passage in found), body[:20]
            assert all(len(passage.text) <= 400 for passage in found)
