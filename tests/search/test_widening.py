"""A typed word and all it is found by, on an index made by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from search.analysis.japanese import Analyser
from search.parser import Chunk
from search.planner import Planner
from search.planning import searched
from search.plans import Literally, RunningText, Token, TypedWord
from search.query import Best, Boosted, Leaf, Literal, Or, Phrase, Query, Slot, Term, Weighted
from search.reasons import Reason
from search.results import Expansion
from search.schema import Field
from search.widening import NEAR_GAP, Choices, fewest_pieces
from tests.search.made import (
    MadeUpIndex,
    Widen,
    any_of,
    letters,
    side_by_side,
    typed,
    widening,
)

TITLE = (Field.TITLE,)


def test_a_word_is_found_as_its_term(widen: Widen) -> None:
    found = widen("東京")
    assert found.choices == Choices(Term("東京"), inside=Literal(("東京",)), as_word=Term("東京"))
    assert found.main == {Term("東京"): "word"}
    assert not found.expansions


def test_words_side_by_side_are_found_as_terms_or_as_letters_and_ranked_by_each(
    widen: Widen,
) -> None:
    found = widen("東京電力")
    assert found.choices.main == typed("東京電力", "東京", "電力")
    assert found.main == {side_by_side("東京", "電力"): "word", letters("東京電力"): "word"}
    assert found.choices.as_word == found.choices.main


def test_letters_that_stand_in_articles_as_another_word_are_found_as_they_stand(
    widen: Widen,
) -> None:
    index = MadeUpIndex(written={"ケビン": ["ケビン", "キャビン"], "東京": ["東京"]})
    assert widen("ケビン", index).main == {Term("ケビン"): "word", letters("ケビン"): "word"}
    assert widen("東京", index).main == {Term("東京"): "word"}


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("サーバー", "サーバー"),
        ("髙橋", "髙橋"),
        ("六千", "六千"),
        ("述べた", ""),
        ("美しい", ""),
    ],
)
def test_where_other_letters_are_found_it_is_a_variant_but_for_inflection(
    widen: Widen, text: str, other: str
) -> None:
    found = widen(text)
    (term,) = (leaf for leaf in found.main if isinstance(leaf, Term))
    reason = found.widening.reasons[term]
    assert (reason.kind, reason.typed) == ("word", other)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("二十歳", letters("20歳")),
        ("20歳", letters("二十歳")),
        ("二人", letters("2人")),
        ("2.5倍", letters("二・五倍")),
        ("二・五倍", side_by_side("2.5", "倍")),
        ("人人", letters("人々")),
        ("人々", letters("人人")),
        ("Wi-Fi", Term("wifi")),
        ("ヒラリー・クリントン", Term("ヒラリークリントン")),
        ("サーバー", letters("サーバ")),
    ],
)
def test_other_spellings_are_found_as_variants(widen: Widen, text: str, spelling: Leaf) -> None:
    found = widen(text)
    assert found.main[spelling] == "variant"
    assert spelling in set(searched(found.choices.as_word or Term("")))


@pytest.mark.parametrize(
    ("text", "index", "other"),
    [
        ("サーバー", MadeUpIndex(written={"server": ["server"]}), "server"),
        ("サーバ", MadeUpIndex(written={"server": ["server"]}), "server"),
        ("server", MadeUpIndex(read={"server": ["サーバ"]}), "サーバ"),
        ("ＳＥＲＶＥＲ", MadeUpIndex(read={"server": ["サーバ"]}), "サーバ"),
    ],
)
def test_a_loanword_is_found_in_latin_letters_and_in_katakana(
    widen: Widen, text: str, index: MadeUpIndex, other: str
) -> None:
    found = widen(text, index)
    assert found.main[Term(other)] == "variant"
    assert other in {added for _, added, kind in found.expansions if kind == "variant"}
    compound = widen(f"{text}管理", index).main
    assert any(other in leaf.slots[0].terms for leaf in compound if isinstance(leaf, Phrase))


def test_a_loanword_that_no_article_has_is_not_looked_for(widen: Widen) -> None:
    assert Term("server") not in widen("サーバー").main
    assert set(widen("server").main) == {Term("server")}


def test_a_name_nobody_set_off_is_found_by_words_side_by_side(widen: Widen) -> None:
    index = MadeUpIndex(written={"ケビン": ["ケビン"], "ハセット": ["ハセット"], "ケビ": ["ケビ"]})
    found = widen("ケビンハセット", index)
    assert found.main[Term("ケビンハセット")] == "word"
    assert found.main[side_by_side("ケビン", "ハセット")] == "variant"
    assert not any("ケビ" in leaf.slots[0].terms for leaf in found.main if isinstance(leaf, Phrase))
    assert not any(
        isinstance(leaf, Phrase) and len(leaf.slots) > 1 for leaf in widen("ケビンハセット").main
    )


GROUPS = """
首相, 総理大臣
五輪 => オリンピック
東京五輪, TOKYO2020
日銀, 日本銀行
"""


@pytest.mark.parametrize(
    ("text", "leaf", "added"),
    [
        ("首相", side_by_side("総理", "大臣"), "総理大臣"),
        ("総理大臣", Term("首相"), "首相"),
        ("石破首相", side_by_side("石破", "総理", "大臣"), "総理大臣"),
        ("総理大臣官邸", side_by_side("首相", "官邸"), "首相"),
        ("五輪", Term("オリンピック"), "オリンピック"),
        ("東京五輪", side_by_side("tokyo", "2020"), "TOKYO2020"),
        ("日銀総裁", side_by_side("日本", "銀行", "総裁"), "日本銀行"),
    ],
)
def test_synonyms_stand_for_a_word_or_a_part_of_it(
    widen: Widen, text: str, leaf: Leaf, added: str
) -> None:
    found = widen(text, groups=GROUPS)
    assert found.main[leaf] == "synonym"
    assert added in {each for _, each, kind in found.expansions if kind == "synonym"}
    assert leaf not in set(searched(found.choices.as_word or Term("")))


def test_synonyms_respect_their_direction_and_the_longest_group(widen: Widen) -> None:
    assert "synonym" not in widen("オリンピック", groups=GROUPS).main.values()
    assert not widen("オリンピック", groups=GROUPS).expansions
    longest = widen("東京五輪", groups=GROUPS).main
    assert side_by_side("東京", "オリンピック") not in longest


def test_a_synonym_names_only_the_part_it_stands_for(widen: Widen) -> None:
    assert widen("石破首相", groups=GROUPS).expansions == {("首相", "総理大臣", "synonym")}


@pytest.mark.parametrize(("word", "other"), [(8, 7), (2, 7), (7, 2), (1, 7), (1000, 9000)])
@pytest.mark.parametrize(
    ("text", "instead"),
    [("首相", side_by_side("総理", "大臣")), ("人人", letters("人々")), ("wi-fi", Term("wifi"))],
)
def test_other_words_and_spellings_count_less_than_the_word_however_rare_they_are(
    widen: Widen, text: str, instead: Leaf, word: int, other: int
) -> None:
    typed_word = typed("wi-fi", "wi", "fi") if text == "wi-fi" else Term(text)
    index = MadeUpIndex(weighing={typed_word: word, instead: other})
    main = widen(text, index, GROUPS).choices.main
    assert isinstance(main, Best)
    (below,) = (
        each for each in weighted(main) if instead in set(searched(each)) and each.clause == instead
    )
    assert 1 <= below.eighths < 8
    assert below.eighths == 1 or below.eighths * other < 8 * word


def weighted(query: Query) -> Iterator[Weighted]:
    """Every weighted part of a choice."""
    if isinstance(query, Weighted):
        yield query
    for clause in query.clauses if isinstance(query, Best) else ():
        yield from weighted(clause)


def test_the_best_of_what_a_word_is_found_by_counts(widen: Widen) -> None:
    for text in ("首相", "東京電力", "20歳", "人人"):
        assert not any(
            isinstance(each, Or) for each in clauses(widen(text, groups=GROUPS).choices.main)
        )


def clauses(query: Query) -> Iterator[Query]:
    """A query and all inside that is not only there for the ranking."""
    yield query
    for each in query.clauses if isinstance(query, Best | Or) else ():
        yield from clauses(each)
    if isinstance(query, Boosted | Weighted):
        yield from clauses(query.clause)


@pytest.mark.parametrize(
    ("text", "slots", "gaps"),
    [
        ("トランプ大統領", ("トランプ", "大統領"), (NEAR_GAP,)),
        ("米国産牛肉", ("米国", "産", "牛肉"), (0, NEAR_GAP)),
        ("東京都知事選挙", ("東京", "都", "知事", "選挙"), (0, NEAR_GAP, NEAR_GAP)),
        ("米大統領選挙", ("米", "大統領", "選挙"), (0, NEAR_GAP)),
    ],
)
def test_parts_stand_close_together_and_those_of_one_character_stay_attached(
    widen: Widen, text: str, slots: tuple[str, ...], gaps: tuple[int, ...]
) -> None:
    found = widen(text)
    near = side_by_side(*slots, gaps=gaps)
    assert found.choices.lower == (Boosted(near, any_of(*slots)),)
    assert found.lower == {near: "near"}


@pytest.mark.parametrize("text", ["東京", "第2回", "2025年", "東京都", "六千円"])
def test_some_words_have_no_loose_form(widen: Widen, text: str) -> None:
    assert "near" not in widen(text).lower.values()


@pytest.mark.parametrize("text", ["二十四時間", "24時間", "米国六千社", "一億円強", "第三次内閣"])
def test_numbers_have_no_loose_form_in_kanji_as_little_as_in_digits(
    widen: Widen, text: str
) -> None:
    assert not widen(text).lower


@pytest.mark.parametrize(
    ("text", "read", "leaf"),
    [
        ("いしば", {"イシバ": ["石破"]}, Term("石破")),
        ("イシバ", {"イシバ": ["石破"]}, Term("石破")),
        ("とうきょう", {"トウキョウ": ["東京"]}, Term("東京")),
        (
            "いしばしげる",
            {"イシバ": ["石破"], "シゲル": ["茂"]},
            side_by_side("石破", "茂"),
        ),
        (
            "とうきょうとちじ",
            {"トウキョウ": ["東京"], "トウキョウト": ["東京都"], "チジ": ["知事"]},
            side_by_side("東京都", "知事"),
        ),
    ],
)
def test_kana_find_what_is_read_so_behind_the_word(
    widen: Widen, text: str, read: dict[str, Sequence[str]], leaf: Leaf
) -> None:
    found = widen(text, MadeUpIndex(read=read))
    assert found.lower[leaf] == "reading"
    assert leaf not in found.main


def test_a_short_word_in_katakana_that_articles_have_has_no_reading(widen: Widen) -> None:
    read = {"バス": ["馬酔"], "バラ": ["薔薇"]}
    assert not widen("バス", MadeUpIndex(read=read, written={"バス": ["バス"]})).lower
    assert widen("バス", MadeUpIndex(read=read)).lower == {Term("馬酔"): "reading"}


def test_every_term_of_a_reading_is_shown(widen: Widen) -> None:
    found = widen("いとう", MadeUpIndex(read={"イトウ": ["伊藤", "伊東"]}))
    assert {leaf for leaf, kind in found.lower.items() if kind == "reading"} == {
        Term("伊藤"),
        Term("伊東"),
    }
    assert found.expansions >= {("いとう", "伊藤", "reading"), ("いとう", "伊東", "reading")}


def test_what_is_typed_in_kanji_has_no_reading(widen: Widen) -> None:
    index = MadeUpIndex(read={"イトウ": ["伊藤", "伊東"], "コウエン": ["公演", "講演"]})
    for text in ("伊藤", "公演", "東京こうえん"):
        assert "reading" not in widen(text, index).lower.values()


def test_a_particle_and_one_character_have_no_reading(widen: Widen) -> None:
    index = MadeUpIndex(read={"ナガラ": ["長柄"], "ナラ": ["奈良"], "キ": ["木"]})
    for text in ("ながら", "なら", "き"):
        assert not widen(text, index).lower


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("東京", ("東京",)),
        ("東京電力", ("東京電力",)),
        ("髙橋", ("髙橋",)),
        ("六千円", ("六千円",)),
        ("第2回", ("第2回",)),
        ("ケビン・ハセット", ("ケビン・ハセット",)),
    ],
)
def test_letters_inside_longer_words_are_those_that_were_typed(
    widen: Widen, text: str, pieces: tuple[str, ...]
) -> None:
    found = widen(text)
    assert found.choices.inside == Literal(pieces)
    assert found.widening.reasons[Literal(pieces)].kind == "partial"


@pytest.mark.parametrize("text", ["2025", "2025年", "第2", "東京2025", "６，０００円", "②", "11日"])
def test_digits_are_never_looked_for_inside_longer_words(widen: Widen, text: str) -> None:
    assert widen(text).choices.inside is None


@pytest.mark.parametrize("text", ["東京電力", "首相", "サーバー", "髙橋", "いしば", "20歳"])
def test_exactly_only_the_letters_as_typed_are_found(widen: Widen, text: str) -> None:
    index = MadeUpIndex(
        written={"server": ["server"]}, read={"イシバ": ["石破"]}, having={"高橋": ["髙橋"]}
    )
    found = widen(text, index, GROUPS, exact=True)
    assert found.choices.main == found.choices.as_word == letters(text)
    assert found.choices.lower == ()
    assert found.main == {letters(text): "word"}
    assert not found.expansions


def test_a_field_limits_everything_a_word_is_found_by(analyser: Analyser) -> None:
    planner = Planner(analyser)
    index = MadeUpIndex(
        written={"server": ["server"], "いしば": ["x"]},
        read={"イシバ": ["石破"], "server": ["サーバ"]},
    )
    for text in ("石破首相", "いしば", "20歳", "サーバー", "server", "人々", "ケビンハセット"):
        word = planner.plan(Chunk(text), TITLE)
        assert isinstance(word, TypedWord)
        widened = widening(planner.tokens, index, GROUPS)
        choices = widened.choices(word)
        queries = [choices.main, *choices.lower, *([choices.inside] if choices.inside else [])]
        assert {leaf.fields for query in queries for leaf in searched(query)} == {TITLE}


def test_a_word_is_widened_once_and_numbered(widen: Widen, analyser: Analyser) -> None:
    planner = Planner(analyser)
    widened = widening(planner.tokens)
    one, other = (TypedWord(planner.tokens(text), text) for text in ("東京", "大阪"))
    assert widened.choices(one) is widened.choices(one)
    widened.choices(other)
    assert [widened.reasons[Term(text)].word for text in ("東京", "大阪")] == [1, 2]


def test_the_better_reason_of_a_leaf_stays() -> None:
    widened = widening(lambda _: ())
    leaf = Term("東京")
    assert widened.note(leaf, Reason("word", 1)) is leaf
    widened.note(leaf, Reason("synonym", 2))
    assert widened.reasons[leaf] == Reason("word", 1)


def test_a_quotation_is_found_by_its_letters_and_ranked_by_its_words() -> None:
    widened = widening(lambda _: ())
    literal = Literal(("東京の", "電力"))
    quoted = Literally(literal.pieces, ("東京", "電力"))
    assert widened.literally(quoted) == Boosted(literal, any_of("東京", "電力"))
    assert widened.literally(Literally(("!?",))) == Literal(("!?",))
    assert widened.reasons[literal].of("何でも") == "word"


def test_running_text_is_looked_for_by_terms_and_inside_by_its_letters() -> None:
    token = Token("述べる", "述べ", inflected=True)
    text = RunningText((token,), "述べ、東京")
    widened = widening(lambda _: ())
    assert widened.clause(token, text, 0) == Term("述べる")
    assert widened.inside_text(text) == Literal(("述べ、東京",))
    assert widened.inside_text(RunningText((token,), "2日に述べ")) is None
    exactly = widening(lambda _: (), exact=True)
    assert exactly.clause(token, text, 0) == letters("述べ")


def test_a_part_of_near_is_its_words_or_its_letters() -> None:
    word = TypedWord((Token("東京", "東京"), Token("電力", "電力")), "東京電力")
    quoted = Literally(("東京", "電力"))
    widened = widening(lambda _: ())
    assert widened.slots(word) == (Slot(("東京",)), Slot(("電力",)))
    assert widened.slots(quoted) == (Slot(written=("東京",)), Slot(written=("電力",)))
    exactly = widening(lambda _: (), exact=True)
    assert exactly.slots(word) == (Slot(written=("東京電力",)),)


@pytest.mark.parametrize(
    ("text", "words", "shortest", "cuts"),
    [
        ("abc", {"a", "bc", "ab", "c"}, 1, [("a", "bc"), ("ab", "c")]),
        ("abc", {"a", "b", "c", "abc"}, 1, [("abc",)]),
        ("abc", {"a", "bc"}, 2, []),
        ("abcd", {"ab", "cd", "a"}, 2, [("ab", "cd")]),
        ("", {"a"}, 1, [()]),
        ("a" * 99, {"a"}, 1, []),
    ],
)
def test_a_text_is_cut_into_the_fewest_words(
    text: str, words: set[str], shortest: int, cuts: list[tuple[str, ...]]
) -> None:
    found = fewest_pieces(text, lambda piece: [piece] if piece in words else [], shortest)
    assert found == [tuple((piece,) for piece in cut) for cut in cuts]


def test_every_term_of_a_piece_may_stand_there() -> None:
    found = fewest_pieces("ab", lambda piece: {"a": ["x", "y"], "b": ["z"]}.get(piece, []), 1)
    assert found == [(("x", "y"), ("z",))]


def test_an_expansion_is_told_once(widen: Widen) -> None:
    found = widen("首相首相", groups=GROUPS)
    assert found.choices.expansions.count(Expansion("首相", "総理大臣", "synonym")) == 1
