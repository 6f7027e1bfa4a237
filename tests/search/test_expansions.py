"""What a word is looked for besides as it was typed, and what of it is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from search.planner import Planner
from search.planning import searched
from search.plans import Literally, TypedWord
from search.query import Best, Leaf, Phrase, Slot, Term, Weighted
from tests.search.made import MadeUpIndex, Widen, letters, side_by_side, widening


def test_spellings_of_nouns_that_articles_have_are_told(widen: Widen) -> None:
    index = MadeUpIndex(
        having={"林檎": ["りんご", "リンゴ"], "述べる": ["述べ", "のべ"]},
        written={"林檎": ["林檎"], "りんご": ["林檎"]},
    )
    assert widen("りんご", index).expansions == {
        ("りんご", "リンゴ", "variant"),
        ("りんご", "林檎", "variant"),
    }
    assert not widen("述べた", index).expansions


def test_a_term_that_nobody_wrote_so_is_not_told(widen: Widen) -> None:
    having = {"サーバ": ["サーバー"]}
    assert widen("サーバー", MadeUpIndex(having=having)).expansions == {
        ("サーバー", "サーバ", "variant")
    }
    assert not widen("サーバー", MadeUpIndex((letters("サーバ"),), having=having)).expansions
    kanji = MadeUpIndex((letters("6000"),), having={"6000": ["六千", "6,000"]})
    assert widen("六千円", kanji).expansions == {("六千", "6,000", "variant")}


@pytest.mark.parametrize(
    ("text", "other", "leaves"),
    [
        ("20歳", "二十歳", [letters("二十歳")]),
        ("人人", "人々", [letters("人々")]),
        ("wi-fi", "wifi", [letters("wifi"), Term("wifi")]),
        ("二・五倍", "2.5倍", [letters("2.5倍"), side_by_side("2.5", "倍")]),
        ("サーバー", "サーバ", [letters("サーバ")]),
    ],
)
def test_another_spelling_is_told_and_looked_for_where_articles_have_it(
    widen: Widen, text: str, other: str, leaves: list[Leaf]
) -> None:
    found = widen(text)
    assert set(leaves) <= found.main.keys()
    assert (text, other, "variant") in found.expansions
    nowhere = widen(text, MadeUpIndex(tuple(leaves)))
    assert (text, other, "variant") not in nowhere.expansions
    assert leaves[0] not in nowhere.main
    somewhere = widen(text, MadeUpIndex(tuple(leaves[1:])))
    assert leaves[0] in somewhere.main
    assert (text, other, "variant") in somewhere.expansions


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ({"イシバ": ["石破"], "シゲル": ["茂"]}, {"石破茂"}),
        ({"イシバ": ["石破"], "シゲル": ["茂", "繁"]}, {"石破茂", "石破繁"}),
        ({"イシバシゲル": ["石破茂"]}, {"石破茂"}),
        (
            {"イシ": ["石"], "バシゲル": ["馬茂"], "イシバ": ["石破"], "シゲル": ["茂"]},
            {"石破茂", "石馬茂"},
        ),
        ({}, set()),
    ],
)
def test_a_reading_that_was_found_by_cutting_is_told_joined(
    widen: Widen, read: dict[str, Sequence[str]], told: set[str]
) -> None:
    found = widen("いしばしげる", MadeUpIndex(read=read)).expansions
    assert found == {("いしばしげる", each, "reading") for each in told}


GROUPS = "首相, 総理大臣\n日銀 => 日本銀行\n"


@pytest.mark.parametrize(
    ("text", "leaf", "most"),
    [
        ("サーバー", letters("サーバ"), 7),
        ("人人", letters("人々"), 7),
        ("首相", side_by_side("総理", "大臣"), 5),
        ("日銀総裁", side_by_side("日本", "銀行", "総裁"), 5),
    ],
)
def test_a_variant_counts_seven_eighths_a_synonym_five_and_less_where_it_is_rarer(
    widen: Widen, text: str, leaf: Leaf, most: int
) -> None:
    assert eighths(widen, text, leaf, 1000) == most
    assert eighths(widen, text, leaf, 2000) == most // 2
    assert eighths(widen, text, leaf, 10) == most
    assert eighths(widen, text, leaf, 10**6) == 1


def eighths(widen: Widen, text: str, leaf: Leaf, weight: int) -> int:
    """How much a word counts beside the typed one, which weighs 1000."""
    word = widen(text).choices.as_word
    first = word.clauses[0] if isinstance(word, Best) else word
    assert first
    heavy = {query: 1000 for query in (first, word) if query}
    index = MadeUpIndex(weighing={**heavy, leaf: weight})
    return next(
        each.eighths
        for each in below(widen(text, index, GROUPS).choices.main)
        if leaf in set(searched(each))
    )


def below(query: object) -> list[Weighted]:
    """The weighted parts of a choice."""
    if isinstance(query, Weighted):
        return [query]
    clauses = query.clauses if isinstance(query, Best) else ()
    return [each for clause in clauses for each in below(clause)]


def test_words_of_the_same_terms_and_other_letters_are_two(planner: Planner) -> None:
    one, other = (TypedWord(planner.tokens(text), text) for text in ("サーバ", "サーバー"))
    assert one == other
    for exact in (True, False):
        widened = widening(planner.tokens, exact=exact)
        assert widened.choices(one) is widened.choices(one)
        assert widened.choices(one) is not widened.choices(other)
    exactly = widening(planner.tokens, exact=True)
    assert [exactly.choices(each).main for each in (one, other)] == [
        letters("サーバ"),
        letters("サーバー"),
    ]


def test_every_leaf_that_is_no_typed_word_has_a_number_of_its_own(planner: Planner) -> None:
    widened = widening(planner.tokens)
    for text in ("大阪", "京都"):
        widened.literally(Literally((text,), (text,)))
    near = [Phrase((Slot((one,)), Slot((other,))), (5,)) for one, other in ("ab", "ba")]
    for leaf in (*near, near[0]):
        widened.typed(leaf)
    numbers = [reason.word for reason in widened.reasons.values()]
    assert len(numbers) == len(set(numbers)) == 4
    assert min(numbers) > 0


def test_what_was_typed_before_keeps_its_reason(planner: Planner) -> None:
    widened = widening(planner.tokens)
    widened.choices(TypedWord(planner.tokens("東京"), "東京"))
    before = widened.reasons[Term("東京")]
    assert widened.typed(Term("東京")) == Term("東京")
    assert widened.reasons[Term("東京")] == before
