"""From a plan to queries: what is asked for, and what stands behind it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given

from search.analysis.japanese import Analyser
from search.parser import parse
from search.planner import MOST_REQUIRED_WORDS, Planner
from search.planning import Reading, readings, searched
from search.query import (
    ALL_FIELDS,
    And,
    AtLeast,
    Best,
    Between,
    Boosted,
    Everything,
    Leaf,
    Literal,
    Not,
    Nothing,
    OneOf,
    Or,
    Partial,
    PartialMode,
    Passing,
    Phrase,
    Query,
    Slot,
    Term,
    Weighted,
)
from search.schema import Facet, Field
from search.widening import NEAR_GAP
from tests.search.made import (
    TODAY,
    MadeUpIndex,
    Reader,
    any_of,
    enough,
    letters,
    side_by_side,
    typed,
    widening,
)
from tests.search.test_written import texts

TITLE = (Field.TITLE,)
JUNE = Passing(Facet.DATE, Between(date(2025, 6, 1), date(2025, 6, 30)))
TOKYO, OSAKA, KYOTO = Term("東京"), Term("大阪"), Term("京都")


def inside(query: Query, *pieces: str) -> Or:
    return Or((query, Literal(pieces)))


def near(*terms: str) -> Boosted:
    return Boosted(side_by_side(*terms, gaps=(NEAR_GAP,) * (len(terms) - 1)), any_of(*terms))


def titled(term: str) -> Term:
    return Term(term, TITLE)


POWER = typed("東京電力", "東京", "電力")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("東京", TOKYO),
        ("東京電力", POWER),
        ("東京 大阪", And((TOKYO, OSAKA))),
        ("東京 AND 大阪", And((TOKYO, OSAKA))),
        ("東京 OR 大阪", Or((TOKYO, OSAKA))),
        ("東京 東京", TOKYO),
        ("-東京", Not(TOKYO)),
        ("東京 -大阪", And((TOKYO, Not(OSAKA)))),
        ("東京 (大阪 OR 京都)", And((TOKYO, Or((OSAKA, KYOTO))))),
        ("東京 大阪 OR 京都", Or((And((TOKYO, OSAKA)), KYOTO))),
        ("見出し:東京", titled("東京")),
        ("見出し:東京 大阪", And((titled("東京"), OSAKA))),
        ("見出し:(東京 -大阪)", And((titled("東京"), Not(titled("大阪"))))),
        ("日付:2025年6月", JUNE),
        ("東京 2025年6月", And((TOKYO, JUNE))),
        ("東京 -日付:2025年6月", And((TOKYO, Not(JUNE)))),
        ("日付:2025-06.. OR 東京", Or((Passing(Facet.DATE, Between(date(2025, 6, 1))), TOKYO))),
    ],
)
def test_what_is_typed_becomes_a_query(read: Reader, text: str, query: Query) -> None:
    assert read.queries(text)[0] == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("人物:石破", Passing(Facet.PERSON, OneOf(("石破茂", "石破二朗")))),
        ("分野:経済", Passing(Facet.TOPIC, OneOf(("経済",)))),
        ("媒体:経済", Passing(Facet.SOURCE, OneOf(("経済",)))),
        ("人物:誰か", Nothing()),
        ("-人物:誰か", Not(Nothing())),
        (
            "人物:石破 人物:岸田",
            And(
                (
                    Passing(Facet.PERSON, OneOf(("石破茂", "石破二朗"))),
                    Passing(Facet.PERSON, OneOf(("岸田文雄",))),
                )
            ),
        ),
        (
            "人物:(岸田 OR 誰か)",
            Or((Passing(Facet.PERSON, OneOf(("岸田文雄",))), Nothing())),
        ),
    ],
)
def test_a_value_is_what_the_index_knows_by_that_name(
    read: Reader, text: str, query: Query
) -> None:
    labels = {"石破": ("石破茂", "石破二朗"), "岸田": ("岸田文雄",), "経済": ("経済",)}
    (only,) = read(text, index=MadeUpIndex(labels=labels))
    assert only.query == query


def test_a_quotation_is_found_by_its_letters_and_ranked_by_its_words(read: Reader) -> None:
    words = any_of("東京", "の", "電力")
    assert read.queries('"東京の電力"') == [Boosted(Literal(("東京の電力",)), words)]
    assert read.queries('"！？"') == [Literal(("!?",))]
    (titles,) = read.queries('見出し:"東京"')
    assert titles == Boosted(Literal(("東京",), TITLE), Or((titled("東京"),)))


def test_near_is_a_phrase_with_a_gap_in_either_order(read: Reader) -> None:
    assert read.queries("東京 NEAR/20 大阪") == [
        Or((side_by_side("東京", "大阪", gaps=(20,)), side_by_side("大阪", "東京", gaps=(20,))))
    ]
    assert read.queries("東京電力 NEAR/9 大阪")[0] == Or(
        (
            side_by_side("東京", "電力", "大阪", gaps=(0, 9)),
            side_by_side("大阪", "東京", "電力", gaps=(9, 0)),
        )
    )
    assert read.queries("東京 NEAR/9 東京") == [Or((side_by_side("東京", "東京", gaps=(9,)),))]
    quoted = Slot(written=("大阪",))
    (query,) = read.queries('見出し:東京 NEAR/9 "大阪"')
    assert isinstance(query, Or)
    assert query.clauses[0] == Phrase((Slot(("東京",)), quoted), (9,), TITLE)


def test_running_text_asks_for_enough_of_its_words(read: Reader) -> None:
    query = read.queries("東京の大阪の京都の神戸の名古屋")[0]
    assert query == enough(tuple(map(Term, ("東京", "大阪", "京都", "神戸", "名古屋"))))
    assert read.queries("東京の東京、東京")[0] == TOKYO


def test_running_text_asks_by_how_telling_its_words_are(read: Reader) -> None:
    index = MadeUpIndex(weighing={TOKYO: 1, Term("電力"): 9})
    (reading,) = read("東京の電力", index=index)
    assert reading.query == enough((TOKYO, Term("電力")), (1, 9))


@pytest.mark.parametrize(
    ("cities", "share"), [(2, 1 / 2), (3, 1 / 3), (4, 1 / 4), (5, 1 / 4), (12, 1 / 4), (13, 1 / 4)]
)
def test_running_text_asks_for_one_word_of_few_and_for_a_quarter_of_many(
    read: Reader, cities: int, share: float
) -> None:
    words = CITIES.split()[:cities]
    index = MadeUpIndex(weighing={Term(word): 300 for word in words})
    query = read("、".join(words), index=index)[0].query
    assert isinstance(query, AtLeast)
    assert query.clauses == tuple(map(Term, words))
    assert query.needed == round(share * 300 * cities)


@pytest.mark.parametrize(
    ("text", "heavier", "lighter"),
    [
        ("東京の「大阪」", "大阪", "東京"),
        ("『大阪』の東京", "大阪", "東京"),
        ("【大阪】の東京", "東京", "大阪"),
        ("東京の【大阪】", "東京", "大阪"),
        ("【「大阪」】の【東京】", "大阪", "東京"),
    ],
)
def test_words_in_quotation_marks_count_more_and_those_of_a_label_less(
    read: Reader, text: str, heavier: str, lighter: str
) -> None:
    index = MadeUpIndex(weighing={TOKYO: 80, OSAKA: 80})
    query = read(text, index=index)[0].query
    assert isinstance(query, AtLeast)
    terms = {
        leaf.term: clause.eighths if isinstance(clause, Weighted) else 8
        for clause in query.clauses
        for leaf in searched(clause)
        if isinstance(leaf, Term)
    }
    assert terms[heavier] > terms[lighter]
    assert len(set(query.weights)) == 1, "what is asked for does not depend on it"


def test_running_text_raises_what_begins_with_its_letters(read: Reader) -> None:
    first = read("東京の電力 大阪")[0]
    assert first.opening
    assert {pair for pair, _ in first.opening.pairs} == {"東京", "京の", "の電", "電力"}
    quoted = read("東京の「電力」")[0].opening
    assert quoted
    pairs = dict(quoted.pairs)
    assert pairs["電力"] > pairs["東京"]
    both = read("東京の電力 電力の「東京」", "1")
    assert all(each.opening == both[0].opening for each in both)
    for text in ("東京", "東京 大阪", '"東京の電力"', "見出し:東京の電力", "-東京の電力"):
        assert read(text)[0].opening is None, text
    for text in (CITIES, "東京、大阪 京都", "東京の大阪 京都 -神戸の奈良"):
        opening = read(text)[0].opening
        assert opening, text
        assert dict(opening.pairs)["東京"] == 8
        assert "神戸" not in dict(opening.pairs) or text == CITIES


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("いくつか:(東京 大阪)", enough((TOKYO, OSAKA))),
        ("いくつか:(東京 大阪 -京都)", And((Not(KYOTO), enough((TOKYO, OSAKA))))),
        ("いくつか:(東京 大阪 日付:2025年6月)", And((JUNE, enough((TOKYO, OSAKA))))),
        ("いくつか:(東京 日付:2025年6月)", And((JUNE, TOKYO))),
        ("いくつか:(-東京 -大阪)", And((Not(TOKYO), Not(OSAKA)))),
        ("見出し:いくつか:(東京 大阪)", enough((titled("東京"), titled("大阪")))),
    ],
)
def test_enough_of_some_parts_demands_what_excludes_or_filters(
    read: Reader, text: str, query: Query
) -> None:
    assert read.queries(text)[0] == query


CITIES = "東京 大阪 京都 神戸 奈良 札幌 仙台 広島 福岡 長崎 熊本 松山 高知"


def test_a_query_of_more_than_twelve_words_asks_for_enough_of_them(read: Reader) -> None:
    assert len(CITIES.split()) == MOST_REQUIRED_WORDS + 1
    assert read.queries(CITIES)[0] == enough(tuple(map(Term, CITIES.split())))
    assert isinstance(read.queries(CITIES.rpartition(" ")[0])[0], And)


def test_a_long_query_demands_what_is_no_plain_chunk(read: Reader) -> None:
    query = read.queries(f'{CITIES} -東京電力 "宇都宮" 見出し:横浜')[0]
    assert isinstance(query, And)
    literal = Boosted(Literal(("宇都宮",)), any_of("宇都宮"))
    cities = enough(tuple(map(Term, CITIES.split())))
    assert set(query.clauses) == {cities, Not(POWER), literal, titled("横浜")}


def test_quotation_marks_are_punctuation_in_a_long_query(read: Reader) -> None:
    query = read.queries(f"{CITIES} 「宇都宮」")[0]
    assert isinstance(query, AtLeast)
    assert set(searched(query)) == set(map(Term, (*CITIES.split(), "宇都宮")))


def test_looser_forms_stand_below_the_word(read: Reader) -> None:
    (first, *_) = read("東京電力")
    assert first.query == POWER
    assert first.lower == Or((POWER, near("東京", "電力")))
    (first, *_) = read("東京 大阪")
    assert first.lower is None
    index = MadeUpIndex(read={"イシバ": ["石破"]})
    (first, *_) = read("東京 いしば", index=index)
    assert isinstance(first.lower, And)
    assert Term("石破") in set(searched(first.lower))
    assert Term("石破") not in set(searched(first.query))


def test_synonyms_belong_to_the_word_and_weigh_less(read: Reader) -> None:
    first = read("首相", groups="首相, 総理大臣")[0]
    assert isinstance(first.query, Best)
    word, synonym = first.query.clauses
    assert word == Term("首相")
    assert isinstance(synonym, Weighted)
    assert synonym.eighths < 8
    assert first.lower is None


def test_hits_inside_longer_words_are_counted_and_not_shown_where_the_word_is_seen(
    read: Reader,
) -> None:
    (reading,) = read("京都")
    assert reading == Reading(KYOTO, None, Partial(inside(KYOTO, "京都"), shown=False))


def test_a_word_no_article_has_is_shown_inside_longer_ones(read: Reader) -> None:
    (reading,) = read("京都", index=MadeUpIndex((KYOTO,)))
    assert reading == Reading(KYOTO, None, Partial(inside(KYOTO, "京都"), shown=True))


def test_a_word_is_seen_only_as_itself_and_not_by_its_synonyms(read: Reader) -> None:
    index = MadeUpIndex((Term("首相"),))
    first = read("首相", index=index, groups="首相, 総理大臣")[0]
    assert first.partial
    assert first.partial.shown


def test_only_the_words_no_article_has_are_widened_where_there_are_some(read: Reader) -> None:
    first = read("東京 大阪", index=MadeUpIndex((OSAKA,)))[0]
    assert first.partial == Partial(And((TOKYO, inside(OSAKA, "大阪"))), shown=True)
    first = read("東京 大阪")[0]
    wider = And((inside(TOKYO, "東京"), inside(OSAKA, "大阪")))
    assert first.partial == Partial(wider, shown=False)


@pytest.mark.parametrize("unseen", [(), (TOKYO,), (TOKYO, OSAKA)])
@pytest.mark.parametrize("mode", ["0", "1"])
def test_partial_of_the_request_decides_whether_they_are_shown(
    read: Reader, mode: PartialMode, unseen: tuple[Query, ...]
) -> None:
    first, *relaxed = read("東京 大阪", mode, MadeUpIndex(unseen))
    wider = And((inside(TOKYO, "東京"), inside(OSAKA, "大阪")))
    assert first == Reading(And((TOKYO, OSAKA)), None, Partial(wider, mode == "1"))
    assert all(each.partial is None for each in relaxed)


def test_what_is_shown_inside_longer_words_holds_the_looser_forms_as_well(read: Reader) -> None:
    first = read("東京電力", "1")[0]
    wider = Or((POWER, near("東京", "電力"), Literal(("東京電力",))))
    assert first.partial == Partial(wider, shown=True)
    assert first.matched == wider
    counted = read("東京電力", "0")[0]
    assert counted.partial == Partial(wider, shown=False)
    assert counted.matched == counted.lower


@pytest.mark.parametrize("text", ['"東京電力"', "東京 NEAR/5 電力", "2025", "第2", "人物:甲"])
def test_quotations_near_and_digits_have_no_hits_inside_longer_words(
    read: Reader, text: str
) -> None:
    for mode in ("auto", "0", "1"):
        assert all(each.partial is None for each in read(text, mode))


def test_running_text_is_found_inside_longer_words_by_all_its_letters(read: Reader) -> None:
    first = read("東京の電力")[0]
    assert first.partial
    assert first.partial == Partial(Or((first.query, Literal(("東京の電力",)))), shown=False)


def test_a_not_excludes_words_unless_those_inside_longer_ones_are_shown(read: Reader) -> None:
    narrow, wide = Not(OSAKA), Not(inside(OSAKA, "大阪"))
    for mode, unseen, expected in (
        ("auto", (), narrow),
        ("auto", (OSAKA,), wide),
        ("0", (), narrow),
        ("0", (OSAKA,), narrow),
        ("1", (), wide),
    ):
        first = read("東京 -大阪", mode, MadeUpIndex(unseen))[0]
        assert first.query == And((TOKYO, expected))
        (only,) = read("-大阪", mode, MadeUpIndex(unseen))
        assert only == Reading(expected)


def test_a_not_excludes_no_looser_form(read: Reader) -> None:
    first = read("大阪 -東京電力")[0]
    assert first.query == And((OSAKA, Not(POWER)))
    assert first.lower is None
    assert first.partial
    assert first.partial.query == And((inside(OSAKA, "大阪"), Not(POWER)))


def test_exactly_everything_is_found_as_typed(read: Reader) -> None:
    first, *_ = read("東京電力 髙橋", groups="東京電力, 東電", exact=True)
    assert first.query == And((letters("東京電力"), letters("髙橋")))
    assert first.lower is None
    running = read("髙橋の電力", exact=True)[0].query
    assert isinstance(running, AtLeast)
    assert running.clauses == (letters("髙橋"), letters("電力"))
    (close,) = read("髙橋 NEAR/5 東京電力", exact=True)
    assert isinstance(close.query, Or)
    slots = (Slot(written=("髙橋",)), Slot(written=("東京電力",)))
    assert close.query.clauses[0] == Phrase(slots, (5,))


def test_nothing_below_a_not_and_no_booster_is_marked(read: Reader) -> None:
    assert list(searched(read.queries("東京 -大阪")[0])) == [TOKYO]
    assert list(searched(POWER)) == [side_by_side("東京", "電力"), letters("東京電力")]
    assert list(searched(And((Everything(), Nothing(), JUNE, Not(Term("a")))))) == []
    either = Or((Term("a"), AtLeast((Literal(("b",)), Weighted(Term("c"), 3)), (1, 1), 1)))
    assert list(searched(either)) == [Term("a"), Literal(("b",)), Term("c")]


def leaves_of(reading: Reading) -> set[Leaf]:
    queries = [reading.query, reading.matched]
    return {leaf for query in queries for leaf in searched(query)}


@given(texts)
@example("東京電力 -大阪 2025年6月 人物:甲 NEAR/5 乙")
@example(CITIES)
def test_every_leaf_of_any_reading_has_a_reason_but_parts_of_values(
    analyser: Analyser, text: str
) -> None:
    planner = Planner(analyser)
    node = parse(text, TODAY).node
    plan = planner.plan(node) if node else None
    if plan is None:
        return
    for mode in ("auto", "1"):
        widened = widening(planner.tokens)
        for reading in readings(plan, widened, mode):  # type: ignore[arg-type]
            assert leaves_of(reading) <= widened.reasons.keys()
            assert_sound(reading.query)
            assert_sound(reading.matched)


def assert_sound(query: Query) -> None:
    """What engines may rely on; see `search.query`."""
    match query:
        case Term():
            assert query.term
        case Phrase():
            assert query.slots
            assert all(slot.terms or slot.written for slot in query.slots)
            assert len(query.gaps) in {0, len(query.slots) - 1}
        case Literal():
            assert query.pieces
            assert all(query.pieces)
        case And() | Or() | Best():
            assert query.clauses
            list(map(assert_sound, query.clauses))
        case AtLeast():
            assert len(query.clauses) == len(query.weights) > 1
            assert min(query.weights) >= 1
            assert 1 <= query.needed <= sum(query.weights)
            list(map(assert_sound, query.clauses))
        case Boosted():
            assert_sound(query.clause)
            assert_sound(query.by)
        case Weighted():
            assert query.eighths >= 1
            assert_sound(query.clause)
        case Not():
            assert_sound(query.clause)
        case Passing() | Everything() | Nothing():
            pass


def test_fields_are_all_where_none_is_named(read: Reader) -> None:
    for reading in read("東京電力 大阪"):
        assert {leaf.fields for leaf in leaves_of(reading)} == {ALL_FIELDS}
