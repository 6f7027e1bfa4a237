"""Folding and its way back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.normalize import (
    ORDINARY,
    Folded,
    fold,
    fold_cluster,
    fold_for_analysis,
    kanji_variants,
)

HARD = "㍿ｶﾞﾊﾟ㌔Ａａ１ß…①½ŉİ髙﨑葛󠄀か゛が가각ᄀ\u200d\u00ad\ufeff👩‍👧e\u0301\u0308ﬁ℃〜－ \n"
texts = st.text(st.one_of(st.sampled_from(HARD), st.characters()), max_size=60)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＮＶＩＤＩＡ", "nvidia"),
        ("ｶﾞｿﾘﾝ", "ガソリン"),
        ("か\u3099", "が"),
        ("㍿", "株式会社"),
        ("㌔", "キロ"),
        ("６，０００円", "6,000円"),
        ("Straße", "strasse"),
        ("葛\U000e0100城", "葛城"),
        ("a\u200db\u00ad", "ab"),
        ("", ""),
    ],
)
def test_width_case_and_composition_fold(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_variant_kanji_are_no_folding_but_unified_for_analysis() -> None:
    assert fold("髙橋").text == "髙橋"
    assert fold_for_analysis("髙橋").text == "高橋"
    assert fold_for_analysis("𠮷野家").text == "吉野家"


def test_a_standard_kanji_is_never_a_variant_itself() -> None:
    variants = kanji_variants()
    assert len(variants) >= 380
    assert not {ord(standard) for standard in variants.values()} & variants.keys()


@given(texts)
def test_every_folded_character_comes_from_its_cluster(text: str) -> None:
    folded = fold(text)
    for place, char in enumerate(folded.text):
        start, end = folded.span(place, place + 1)
        assert 0 <= start < end <= len(text)
        assert char in fold(text[start:end]).text


@given(texts)
def test_spans_never_run_backwards(text: str) -> None:
    folded = fold(text)
    spans = [folded.span(place, place + 1) for place in range(len(folded.text))]
    assert spans == sorted(spans)


@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(st.sampled_from("漢字かなカナABCａｂ１２。、「」ー・々"), max_size=80))
def test_ordinary_text_folds_as_unicode_says(text: str) -> None:
    slow = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert fold(text).text == slow


def test_what_counts_as_ordinary_folds_to_itself() -> None:
    for first, last in ORDINARY:
        for code in range(ord(first), ord(last) + 1):
            assert fold_cluster(chr(code)) == chr(code)


def test_equal_lengths_need_no_map() -> None:
    assert fold("東京ＡＢＣ") == Folded("東京abc")


@given(texts)
def test_mecab_gets_neither_controls_nor_surrogates(text: str) -> None:
    seen = fold_for_analysis(text).text
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in seen)
