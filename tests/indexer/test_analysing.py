"""Analysed articles: words, literal text and borders against a slow twin."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysing import analyse_batch
from indexer.files import Found, find_files
from indexer.records import Records
from search.analysis import japanese
from search.analysis.japanese import Analyser
from search.analysis.normalize import literal_text
from search.analysis.tokens import GAP
from search.article import Article
from search.schema import FIELD_END, AnalysedArticle, Field, Form
from tests.conftest import SAMPLES
from tests.search.test_normalize import texts

NEWS = (
    "東京 都は、。\n・ケビンハセット1,0.5AbＣ ｶﾞ髙﨑橋行った㍿…゛\u3000\0六千二十万億〇人々円ゝゞ％"
)
news_like = st.text(st.sampled_from(NEWS), max_size=60)
any_text = st.one_of(texts, news_like)
articles = st.builds(
    lambda title, body, captions: made(title, body, *captions),
    any_text,
    any_text,
    st.lists(any_text, max_size=3),
)


def made(title: str, body: str = "", *captions: str) -> Article:
    return Article(id="1", published="2025-06-10", title=title, body=body, captions=captions)


def read(folder: Path) -> list[Article]:
    files = [found for found in find_files([str(folder)]) if isinstance(found, Found)]
    return [record for record in Records(files) if isinstance(record, Article)]


Placed = tuple[Form, int, int]
"""A form and where it stands in a literal text."""


def words_of(analyser: Analyser, text: str) -> list[Placed]:
    """The words of a text with their spans in its literal text, one by one."""
    analysed = analyser.analyse(text)
    literal = literal_text(text)
    spans, done = [], 0
    for word in analysed.raw:
        done += word.step
        spans.append((done - word.width, done))
    for edit in reversed(analysed.edits):
        whole = (spans[edit.first][0], spans[edit.last - 1][1])
        spans[edit.first : edit.last] = [whole] if edit.word else []
    return [
        ((term, literal.text[start:end]) if term else (GAP, GAP), start, end)
        for term, (start, end) in zip(analysed.terms, spans, strict=True)
    ]


def assert_as_twin(analyser: Analyser, article: Article, found: AnalysedArticle) -> None:
    """`found` is what its parts give one by one, and its arrays are as promised."""
    fields: dict[Field, list[Form]] = {field: [] for field in Field}
    borders: set[int] = set()
    text = ""
    parts = [(Field.TITLE, article.title), (Field.BODY, article.body)]
    for field, part in parts + [(Field.CAPTIONS, caption) for caption in article.captions]:
        for form, start, end in words_of(analyser, part):
            fields[field].append(form)
            borders |= {len(text) + start, len(text) + end} if form[0] else set()
        fields[field] += [(GAP, GAP)] if field is Field.CAPTIONS else []
        text += literal_text(part).text + FIELD_END
    assert found.article is article
    assert found.text == text
    for field in Field:
        assert found.words[field].dtype == np.uint32
        assert [found.forms[place] for place in found.words[field].tolist()] == fields[field]
        assert found.terms(field) == [term for term, _ in fields[field]]
    assert len(found.borders) == -(-len(text) // 8)
    assert {
        at for at in range(8 * len(found.borders)) if found.borders[at // 8] >> at % 8 & 1
    } == borders


def assert_as_twins(analyser: Analyser, given_articles: list[Article]) -> None:
    batch = analyse_batch(analyser, given_articles)
    for article, found in zip(given_articles, batch, strict=True):
        assert found.forms is batch[0].forms
        assert_as_twin(analyser, article, found)
    if batch:
        assert len(set(batch[0].forms)) == len(batch[0].forms)
        assert batch[0].forms[0] == (GAP, GAP)


@given(st.lists(articles, max_size=4))
@example([])
@example([made("", ""), made("", "", "", "")])
@example([made("ハ", "ハ", "ハセ", "1,", "000"), made(",000", ".5", "セット")])
@example([made("\0", "\ud800", " ", "\n\n"), made("㍿ｶﾞ㌔", "髙﨑", "か\u3099e\u0301", "👩‍👧🎌")])
@example([made("髙・橋", "髙 \n\n 﨑", "…髙…", "葛󠄀城 髙")])
@example(
    [
        made("1億2千万", "二〇二五年、六千", "1万", "5千円"),
        made("千", "万人々", "十、二十", "〇.五"),
    ]
)
def test_a_batch_is_as_its_texts_one_by_one(
    analyser: Analyser, given_articles: list[Article]
) -> None:
    assert_as_twins(analyser, given_articles)


def test_the_samples_are_as_their_texts_one_by_one(analyser: Analyser) -> None:
    samples = read(SAMPLES)
    assert len(samples) > 5
    assert_as_twins(analyser, samples)


@pytest.mark.data
def test_real_news_are_as_their_texts_one_by_one(analyser: Analyser, livedoor: Path) -> None:
    assert_as_twins(analyser, read(livedoor)[::97])


@pytest.mark.parametrize(
    "body",
    [
        "a" * 200_000,
        "東京都の会議。" * 30_000,
        "ケビン・ハセット" * 25_000,
        "1," * 100_000,
        " \n" * 100_000,
        "髙" * 200_000,
        "か\u3099" * 100_000,
        "あ" * 7_999 + "  東京タワー" + " " * 9_000 + "大阪 ",
    ],
    ids=lambda body: repr(body[:8]),
)
def test_very_long_texts_are_as_short_ones(analyser: Analyser, body: str) -> None:
    assert_as_twins(analyser, [made("東京", body, body[:9_000]), made("大阪")])


def written(analyser: Analyser, text: str) -> list[Form]:
    found = analyse_batch(analyser, [made(text)])[0]
    return [found.forms[place] for place in found.words[Field.TITLE].tolist()]


def test_a_form_is_a_term_and_what_stands_in_the_text(analyser: Analyser) -> None:
    assert written(analyser, "髙橋は行った") == [
        *(("高橋", "髙橋"), ("は", "は"), ("行く", "行っ"), ("た", "た"))
    ]
    assert written(analyser, "サーバー、ＮＶＩＤＩＡ") == [
        *(("サーバ", "サーバー"), (GAP, GAP), ("nvidia", "nvidia"))
    ]
    assert written(analyser, "ケビン・ハセット") == [("ケビン", "ケビン"), ("ハセット", "ハセット")]
    assert written(analyser, "６，０００円") == [("6000", "6,000"), ("円", "円")]
    assert written(analyser, "1億2千万円") == [("120000000", "1億2千万"), ("円", "円")]
    assert written(analyser, "二〇二五年") == [("2025", "二〇二五"), ("年", "年")]
    assert written(analyser, "人々") == [("人人", "人々")]


def test_a_blank_line_is_one_space_and_a_gap(analyser: Analyser) -> None:
    assert written(analyser, "東京\n　\n大阪") == [
        *(("東京", "東京"), (GAP, GAP), ("大阪", "大阪"))
    ]


def test_captions_are_each_followed_by_a_gap(analyser: Analyser) -> None:
    found = analyse_batch(analyser, [made("題", "", "東京", "", "大阪")])[0]
    assert found.terms(Field.CAPTIONS) == ["東京", GAP, GAP, "大阪", GAP]
    assert found.text == "題\x1f\x1f東京\x1f\x1f大阪\x1f"
    assert found.terms(Field.BODY) == []


def test_readings_are_those_of_the_terms_of_a_batch(analyser: Analyser) -> None:
    batch = analyse_batch(
        analyser, [made("石破首相", "東京のサーバー"), made("公演と講演", "", "述べた、2025年")]
    )
    readings = batch[0].readings
    assert batch[1].readings is readings
    assert {("イシバ", "石破"), ("トウキョウ", "東京"), ("server", "サーバ")} <= set(readings)
    assert {term for reading, term in readings if reading == "コウエン"} == {"公演", "講演"}
    terms = {term for term, _ in batch[0].forms}
    for reading, term in readings:
        assert term in terms
        assert reading
        assert not reading.isspace()
    assert len(set(readings)) == len(readings)
    (other,) = analyse_batch(analyser, [made("大阪")])
    assert ("イシバ", "石破") not in other.readings


@given(st.lists(articles, max_size=3))
def test_readings_are_the_same_in_any_batch(
    analyser: Analyser, given_articles: list[Article]
) -> None:
    together = analyse_batch(analyser, given_articles)
    for item, found in zip(given_articles, together, strict=True):
        (alone,) = analyse_batch(analyser, [item])
        assert set(alone.readings) <= set(found.readings)
        held = {term for term, _ in alone.forms}
        assert {each for each in found.readings if each[1] in held} == set(alone.readings)


def test_the_forms_stay_one_list_between_processes(analyser: Analyser) -> None:
    sent = pickle.dumps(analyse_batch(analyser, [made("東京"), made("大阪", "東京")]))
    one, other = pickle.loads(sent)  # noqa: S301
    assert one.forms is other.forms
    assert other.terms(Field.BODY) == one.terms(Field.TITLE) == ["東京"]


def test_a_batch_is_right_when_the_table_of_lines_is_renewed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(japanese, "_MOST_LINES", 3)
    analyser = Analyser()
    for text in ("東京都の会議", "大阪府の知事", "東京都の会議"):
        assert_as_twins(analyser, [made(text, text), made("名古屋市", text)])


def test_threads_with_a_new_analyser_do_not_disturb_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(japanese, "_MOST_LINES", 200)
    given_articles = [made(article.title, article.body) for article in read(SAMPLES)]
    expected = [
        [analysed.terms(field) for field in Field]
        for analysed in analyse_batch(Analyser(), given_articles)
    ]
    shared = Analyser()
    wrong: list[int] = []

    def work(turn: int) -> None:
        for at in range(6 * len(given_articles)):
            place = (at * (turn + 1)) % len(given_articles)
            found = analyse_batch(shared, [given_articles[place]])[0]
            if [found.terms(field) for field in Field] != expected[place]:
                wrong.append(place)

    threads = [threading.Thread(target=work, args=[turn]) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
