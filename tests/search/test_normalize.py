"""Folding and its way back."""

from __future__ import annotations

import sys
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
    literal_text,
    unify_variants,
)

HARD = "㍿ｶﾞﾊﾟ㌔Ａａ１ß…①½ŉİ髙﨑葛󠄀か゛が가각ᄀ\u200d\u00ad\ufeff👩‍👧e\u0301\u0308ﬁ℃〜－ \n"
SPACES = " \n\r\t\u3000\u00a0\0\x1f\x85\u1680\u2028\ud800\u200b゛\u0301\u3099"
texts = st.text(st.one_of(st.sampled_from(HARD), st.characters()), max_size=60)

notable = [
    char
    for char in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(char) not in {"Cn", "Co", "Lo"}
    or (unicodedata.category(char) == "Lo" and not unicodedata.is_normalized("NFKC", char))
]
"""All characters but those of which nothing is known, and letters without case or forms."""


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
        ("a\u200b\u200d\u0300", "à"),
        ("か\u200b\u3099", "が"),
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


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("東京\n\n　大阪", "東京 大阪"),
        (" 東\0京\t\r\n", " 東 京 "),
        ("a\x1fb\x85c\u2028\u2029d\ud800\udfffe", "a b c d e"),
        ("a \u200b b", "a b"),
        ("髙橋　㍿", "髙橋 株式会社"),
        ("  ゛  ", " \u3099 "),
        ("\n\n", " "),
        ("", ""),
    ],
)
def test_white_space_and_controls_are_one_space(text: str, literal: str) -> None:
    assert literal_text(text).text == literal


def test_every_character_is_literal_or_one_space() -> None:
    for given_char in notable:
        for char in literal_text(given_char).text:
            assert char == " " or not char.isspace(), hex(ord(given_char))
            assert unicodedata.category(char) not in {"Cc", "Cs", "Zs", "Zl", "Zp"} or char == " "


mixed = st.one_of(
    texts,
    st.text(st.one_of(st.sampled_from(SPACES), st.sampled_from(HARD)), max_size=60),
)


@given(mixed)
def test_a_literal_text_leads_back_to_what_it_was_made_of(text: str) -> None:
    """Every span's original slice becomes the span again, up to white space and its cluster."""
    literal = literal_text(text)
    before = (0, 0)
    for place, char in enumerate(literal.text):
        span = start, end = literal.span(place, place + 1)
        assert before <= span
        assert 0 <= start < end <= len(text)
        assert char in literal_text(text[start:end]).text
        before = span


@given(mixed, st.data())
def test_a_span_between_clusters_is_exactly_what_it_was_made_of(
    text: str, data: st.DataObject
) -> None:
    literal = literal_text(text)
    inside = {at for cut in literal.cuts for at in range(cut.folded_start + 1, cut.folded_end)}
    edges = [at for at in range(len(literal.text) + 1) if at not in inside]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(edges), st.sampled_from(edges))))
    if start < end:
        first, last = literal.span(start, end)
        again = literal_text(text[first:last]).text
        assert again.split() == literal.text[start:end].split()


@given(mixed)
def test_a_literal_text_is_folded_but_for_white_space(text: str) -> None:
    literal = literal_text(text).text
    spaced = "".join(
        " " if unicodedata.category(char) in {"Cc", "Cs", "Zs", "Zl", "Zp"} else char
        for char in fold(text).text
    )
    assert literal.split() == spaced.split()
    assert "  " not in literal
    assert (literal[:1] == " ") == (spaced[:1] == " ")
    assert (literal[-1:] == " ") == (spaced[-1:] == " ")
    assert literal_text(literal).text == literal


@given(mixed)
def test_unified_and_literal_text_stand_character_by_character(text: str) -> None:
    literal, unified = literal_text(text), fold_for_analysis(text)
    assert unified.text == unify_variants(literal.text)
    assert len(unified.text) == len(literal.text)
    assert unified.cuts == literal.cuts
    variants = kanji_variants()
    for ours, theirs in zip(literal.text, unified.text, strict=True):
        assert variants.get(ord(ours), ours) == theirs


def test_the_places_of_blank_lines_are_known() -> None:
    assert literal_text("山\n\n山\n山 \n　\n").blank_lines == [1, 5]
    assert literal_text("㍿\r\n\r\n山").blank_lines == [4]
