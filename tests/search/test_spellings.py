"""Other spellings of what was typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.katakana import is_kana, is_katakana, katakana_of, unify
from search.spellings import MOST, other_spellings


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("ケビン・ハセット", ("ケビンハセット",)),
        ("ジャン=ジャック・ルソー", ("ジャンジャックルソー",)),
        ("wi-fi", ("wifi",)),
        ("一人", ("1人",)),
        ("二十歳", ("20歳",)),
        ("20歳", ("二十歳", "二〇歳")),
        ("6,000人", ("六千人", "六〇〇〇人")),
        ("十一日", ("11日",)),
        ("十人十色", ("10人十色",)),
        ("2.5倍", ("二・五倍",)),
        ("二・五倍", ("2.5倍",)),
        ("人人", ("人々",)),
        ("佐々木", ("佐佐木",)),
        ("サーバー", ("サーバ",)),
        ("コンピュータ", ("コンピューター",)),
        ("コンピュータウイルス", ()),
        ("コンピュータ管理", ("コンピューター管理",)),
        ("東京", ()),
        ("バス", ()),
        ("キー", ()),
        ("covid-19", ()),
        ("3.14.15", ()),
        ("10000歳", ()),
        ("・", ()),
        ("", ()),
    ],
)
def test_a_text_has_other_spellings(text: str, others: tuple[str, ...]) -> None:
    assert other_spellings(text) == others


PIECES = st.sampled_from(
    [*"一二十百千万〇3159.,・=-ー人つ日歳々国東ァタバスンa", "ケビン", "コンピュータ"]
)


@given(st.lists(PIECES, max_size=10).map("".join))
@example("人人人人々々")
@example("1,人")
@example(".1.日")
def test_spellings_are_few_and_others(text: str) -> None:
    found = other_spellings(text)
    assert len(found) <= MOST
    assert text not in found
    assert all(found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サーバ", "サーバー"),
        ("ヴァイオリン", "バイオリン"),
        ("ウィーン", "ウイーン"),
        ("クォーター", "クオータ"),
        ("フイルム", "フィルム"),
        ("ディジタルカメラ", "デジタルカメラ"),
        ("インターフェイス", "インタフェース"),
        ("ハンブルグ", "ハンブルク"),
        ("ギリシア", "ギリシャ"),
        ("ヘッドフォン", "ヘッドホン"),
    ],
)
def test_katakana_of_one_sound_has_one_spelling(one: str, other: str) -> None:
    assert unify(one) == unify(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ビル", "ビール"),
        ("バス", "パス"),
        ("ハット", "ハート"),
        ("カブ", "カーブ"),
        ("ビザ", "ピザ"),
        ("バレー", "バレエ"),
        ("コート", "コード"),
        ("キ", "キー"),
        ("オーストリア", "オーストラリア"),
    ],
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert unify(one) != unify(other)


@given(st.text(st.sampled_from("ァアイウエオカキグコシツタバブヴヰヱルンー"), max_size=12))
@example("ヴヴァ")
@example("ウウィ")
@example("インターフェイスー")
def test_a_unified_spelling_stays_as_it_is(word: str) -> None:
    assert unify(unify(word)) == unify(word)


def test_kana_are_told_from_other_letters() -> None:
    assert is_kana("とうきょう")
    assert is_kana("トウキョウのー")
    assert not is_kana("東きょう")
    assert not is_kana("ー")
    assert not is_kana("")
    assert is_katakana("サーバー")
    assert not is_katakana("とうきょう")
    assert not is_katakana("ーー")
    assert katakana_of("とうきょうゔゖァ") == "トウキョウヴヶァ"
