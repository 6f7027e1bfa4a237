"""Literal texts by arrays against their slow twin."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.literals import find_differences, make_literals, see
from search.analysis.normalize import literal_text
from search.schema import FIELD_END
from tests.search.test_normalize import notable, texts

spaced = st.text(st.sampled_from(" \n\r\t\u3000\0\x1f\x85\u1680\u2029。」ａ゛…髙"), max_size=40)


@given(st.lists(st.one_of(texts, spaced), max_size=6))
@example([])
@example([""])
@example(["\n\n", "\n\n", "\u200b\n \u200b\n"])
@example(["…髙㍿\n\n…", "゛\n\n゛", "\ud800\n\ud800\n", "か\n\n\u3099"])
def test_many_texts_at_once_are_as_each_by_itself(several: list[str]) -> None:
    literals = make_literals(several)
    slow = [literal_text(text) for text in several]
    assert literals.joined == "".join(each.text + FIELD_END for each in slow)
    assert literals.seen == [see(each) for each in slow]
    ends = literals.ends.tolist()
    assert len(ends) == len(several)
    assert all(literals.joined[end - 1] == FIELD_END for end in ends)


def test_every_character_is_as_by_itself() -> None:
    assert make_literals(notable).seen == [see(literal_text(char)) for char in notable]


@given(texts)
def test_mecab_sees_as_many_characters_as_the_literal_text_has(text: str) -> None:
    literal = literal_text(text)
    seen = see(literal)
    assert len(seen) == len(literal.text)
    for ours, mecabs in zip(literal.text, seen, strict=True):
        assert mecabs in {ours, "。"} or unicodedata.category(ours)[0] == "L"


def test_what_mecab_sees_differs_in_variants_and_blank_lines() -> None:
    literals = make_literals(["髙い\n\n山", "東京"])
    assert literals.joined == "髙い 山\x1f東京\x1f"
    assert literals.seen == ["高い。山", "東京"]
    assert find_differences(literals.joined, literals.seen).tolist() == [0, 2]


def test_a_sentence_that_has_ended_gets_no_other_full_stop() -> None:
    for text in ("行った。\n\n山", "「山」 \n\n山", "\n\n山", "山！\n　\n山"):
        assert see(literal_text(text)) == literal_text(text).text
    assert see(literal_text("山\n\n山\n山")) == "山。山 山"
