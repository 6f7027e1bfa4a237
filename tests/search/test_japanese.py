"""The analyser: the traps of Japanese text, and offsets that are always exact."""

from __future__ import annotations

import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.japanese import Analyser, analyser_fingerprint
from search.analysis.normalize import fold_for_analysis
from search.analysis.tokens import GAP, Token
from tests.search.test_normalize import texts


def terms(analyser: Analyser, text: str) -> list[str]:
    return [token.term for token in analyser.analyse(text).tokens()]


def assert_exact(text: str, tokens: list[Token]) -> None:
    """Offsets inside the text, in order, and `text[start:end]` normalises to what was indexed."""
    before: Token | None = None
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        surface = fold_for_analysis(text[token.start : token.end]).text
        shares_a_cluster = before is not None and token.start < before.end
        if not shares_a_cluster and len(surface) != len(token.word.surface):
            shares_a_cluster = True
        if shares_a_cluster:
            assert token.word.surface in surface
        else:
            assert surface == token.word.surface
        assert before is None or (before.start <= token.start and before.end <= token.end)
        assert before is None or before.position < token.position
        before = token


@given(texts)
@example("㍿ｶﾞｿﾘﾝ㌔髙﨑🎌e\u0301")
@example("12,34.5 6,000.1.2 .5, 1,2,3")
@example("ケビン・ハ セット=ハ・ハ")
@example("\n\n\n。\n \n")
@example("\0\ud800\u2028")
def test_offsets_are_exact_for_any_text(analyser: Analyser, text: str) -> None:
    assert_exact(text, list(analyser.analyse(text).tokens()))


@given(
    st.lists(st.sampled_from("東京 都は、。\n・ケビンハセット1,0.5AbＣ ｶﾞ髙"), max_size=80).map(
        "".join
    )
)
def test_offsets_are_exact_for_news_like_text(analyser: Analyser, text: str) -> None:
    assert_exact(text, list(analyser.analyse(text).tokens()))


@given(st.lists(texts, max_size=5))
def test_several_texts_at_once_give_the_same_as_one_by_one(
    analyser: Analyser, several: list[str]
) -> None:
    together = [analysed.terms for analysed in analyser.analyse_all(several)]
    assert together == [analyser.analyse(text).terms for text in several]


@pytest.mark.parametrize(
    ("one", "other"),
    [("伊藤", "伊東"), ("公演", "講演"), ("科学", "化学"), ("以外", "意外"), ("東京", "当況")],
)
def test_homophones_do_not_meet(analyser: Analyser, one: str, other: str) -> None:
    assert terms(analyser, one) != terms(analyser, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋", "高橋"),
        ("渡邊", "渡辺"),
        ("サーバ", "サーバー"),
        ("ヴァイオリン", "バイオリン"),
        ("ウィーン", "ウイーン"),
        ("ＮＶＩＤＩＡ", "nvidia"),
        ("ｶﾞｿﾘﾝ", "ガソリン"),
        ("申込", "申し込み"),
        ("りんご", "林檎"),
        ("リンゴ", "林檎"),
        ("６，０００円", "6000円"),
        ("述べた", "のべた"),
        ("六千円", "6000円"),
        ("1億2千万円", "120,000,000円"),
        ("二〇二五年", "2025年"),
        ("人々", "人人"),
        ("いすゞ", "いすず"),
        ("霞ヶ関", "霞が関"),
        ("關ヶ原", "関ケ原"),
        ("30パーセント", "30％"),
        ("フイルム", "フィルム"),
        ("申込み", "申し込み"),
        ("引上げ", "引き上げ"),
    ],
)
def test_spellings_meet(analyser: Analyser, one: str, other: str) -> None:
    assert terms(analyser, one) == terms(analyser, other)


def test_inflected_forms_meet_in_the_form_of_the_dictionary(analyser: Analyser) -> None:
    for text in ("述べた", "述べず", "述べよう", "述べます"):
        assert terms(analyser, text)[0] == "述べる"


def test_a_proper_noun_keeps_its_written_form(analyser: Analyser) -> None:
    assert terms(analyser, "東京") == ["東京"]


def test_a_loanword_carries_no_english(analyser: Analyser) -> None:
    assert terms(analyser, "サーバー") == ["サーバ"]


def test_a_name_in_katakana_is_the_same_alone_and_in_a_sentence(analyser: Analyser) -> None:
    for name in ("ハセット", "ケビン", "ベセント"):
        assert terms(analyser, name) == [name]
        assert name in terms(analyser, f"経済会議の{name}委員長は9日")
    assert terms(analyser, "ケビン・ハセット氏") == ["ケビン", "ハセット", "氏"]


def test_parts_of_speech_are_unidics(analyser: Analyser) -> None:
    words = analyser.analyse("東京で述べた。ベセント氏は").words
    assert [word.pos.rstrip(",") for word in words] == [
        *("名詞,固有名詞,地名,一般", "助詞,格助詞", "動詞,一般", "助動詞", "補助記号,句点"),
        *("名詞,固有名詞,人名,一般", "接尾辞,名詞的,一般", "助詞,係助詞"),
    ]


def test_numbers_are_whole(analyser: Analyser) -> None:
    assert terms(analyser, "34.5%減の6,000円") == ["34.5", "%", "減", "の", "6000", "円"]
    assert terms(analyser, "11日") == ["11", "日"]
    assert terms(analyser, "約3.5.") == ["約", "3.5"]
    assert terms(analyser, "１日") == ["1", "日"]


def test_numbers_in_kanji_are_numbers_in_digits(analyser: Analyser) -> None:
    assert terms(analyser, "1億2千万円") == ["120000000", "円"]
    assert terms(analyser, "一万五千人が") == ["15000", "人", "が"]
    assert terms(analyser, "二〇二五年三月") == ["2025", "年", "3", "月"]
    assert terms(analyser, "百万") == ["1000000"]
    assert terms(analyser, "三重県と八王子の万博") == ["三重", "県", "と", "八王子", "の", "万博"]


@pytest.mark.parametrize(
    ("term", "reading"),
    [
        ("石破", "イシバ"),
        ("東京", "トウキョウ"),
        ("公演", "コウエン"),
        ("退団", "タイダン"),
        ("茂", "シゲル"),
    ],
)
def test_a_word_with_kanji_knows_how_it_is_read(
    analyser: Analyser, term: str, reading: str
) -> None:
    found = analyser.readings_of(term)
    assert reading in found
    assert len(set(found)) == len(found) <= 5


@pytest.mark.parametrize(
    "term", ["", "とうきょう", "サーバ", "server", "2025", "%", "東京都知事選挙"]
)
def test_other_words_have_no_reading(analyser: Analyser, term: str) -> None:
    assert analyser.readings_of(term) == ()


def test_a_single_kanji_is_a_term(analyser: Analyser) -> None:
    assert terms(analyser, "東") == ["東"]


def test_punctuation_and_blank_lines_part_terms(analyser: Analyser) -> None:
    assert analyser.analyse("東京、大阪").terms == ["東京", GAP, "大阪"]
    assert GAP in analyser.analyse("東京\n\n大阪").terms
    assert analyser.analyse("東京\n大阪").terms == ["東京", "大阪"]


def test_a_nul_does_not_end_a_text(analyser: Analyser) -> None:
    assert terms(analyser, "東京\0大阪") == ["東京", "大阪"]


def test_very_long_words_and_texts_are_cut_with_exact_offsets(analyser: Analyser) -> None:
    for text in ("a" * 70_000, "東京都の会議。" * 20_000, "ア" * 30_000, "1," * 9_000):
        tokens = list(analyser.analyse(text).tokens())
        assert tokens[-1].end >= len(text) - 1
        assert_exact(text, tokens)


def test_white_space_between_pieces_moves_no_offset(analyser: Analyser) -> None:
    for text in (
        "あ" * 7998 + "  東京タワー",
        " " * 90_000 + "東京タワー",
        "東京" + "\n" * 9000 + "大阪",
    ):
        found = [text[token.start : token.end] for token in analyser.analyse(text).tokens()]
        assert found[-1] in {"タワー", "大阪"}
        assert found[-2][-2:] == "東京"


def test_endless_joiners_and_marks_take_linear_time(analyser: Analyser) -> None:
    for text in (
        "東・" * 60_000,
        "か\u0301\u0327" * 20_000,
        "\u0301\u0327" * 30_000,
        "㍿東" * 9_000,
        "東" + "\u200b" * 100_000 + "か\u0301",
        " \u200b\n" * 30_000,
    ):
        analysed = analyser.analyse(text)
        assert len(analysed.spans) == len(analysed.words)


def test_threads_do_not_disturb_each_other(analyser: Analyser) -> None:
    text = "経済会議のケビン・ハセット委員長は9日、ロンドンで協議した。" * 20
    expected = analyser.analyse(text).terms
    wrong: list[list[str]] = []

    def work() -> None:
        for _ in range(30):
            found = analyser.analyse(text).terms
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_fingerprint_is_stable() -> None:
    assert analyser_fingerprint() == analyser_fingerprint()
    assert len(analyser_fingerprint()) == 16
