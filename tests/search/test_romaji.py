"""Names typed in Latin letters meet their readings, in whatever system they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.romaji import reading_key, typed_key


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("isiba", "イシバ"),
        ("ishiba", "イシバ"),
        ("ISHIBA", "イシバ"),
        ("isib", "イシバシゲル"),
        ("otani", "オオタニ"),
        ("ohtani", "オオタニ"),
        ("Ōtani", "オオタニ"),
        ("ootani", "オオタニ"),
        ("ito", "イトウ"),
        ("shin'ichi", "シンイチ"),
        ("siniti", "シンイチ"),
        ("homma", "ホンマ"),
        ("honma", "ホンマ"),
        ("hattori", "ハットリ"),
        ("tsuji", "ツジ"),
        ("tuzi", "ツジ"),
        ("fujii", "フジイ"),
        ("huzii", "フジイ"),
        ("chosei", "チョウセイ"),
        ("syuukinpei", "シュウキンペイ"),
        ("junichiro", "ジュンイチロウ"),
        ("zyuniti", "ジュンイチロウ"),
        ("toranpu", "トランプ"),
        ("torampu", "トランプ"),
        ("jemuzu", "ジェームズ"),
        ("timoshenko", "ティモシェンコ"),
        ("wiriamu", "ウィリアム"),
        ("vansu", "ヴァンス"),
        ("bansu", "ヴァンス"),
        ("matcha", "マッチャ"),
        ("donarudo", "ドナルド・トランプ"),
    ],
)
def test_usual_spellings_meet_the_reading(typed: str, reading: str) -> None:
    assert reading_key(reading).startswith(typed_key(typed))


@pytest.mark.parametrize(
    ("typed", "reading"),
    [("ishii", "アサイ"), ("kato", "サトウ"), ("ishiba", "イチバ"), ("aso", "アベ")],
)
def test_other_names_do_not_meet(typed: str, reading: str) -> None:
    assert not reading_key(reading).startswith(typed_key(typed))


@given(st.text())
def test_any_text_has_a_key_of_small_letters(text: str) -> None:
    for key in (typed_key(text), reading_key(text)):
        assert key == "" or (key.isascii() and key.isalpha() and key.islower())


@given(
    st.text(
        alphabet="アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
    )
)
def test_a_reading_is_its_own_spelling(reading: str) -> None:
    assert typed_key(reading_key(reading)) == reading_key(reading)
