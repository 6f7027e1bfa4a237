"""What planning learns from one state of the index."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import example, given

from search.analysis.japanese import Analyser
from search.article import Article
from search.dates import parse_published
from search.engine.memory import MemoryEngine
from search.facet_values import ValueFinder
from search.lookups import Lookups
from search.query import Nothing, Query, Term
from search.results import Value
from search.schema import Facet
from tests.conftest import Filled
from tests.search.test_normalize import texts

PERSONS = (
    *(
        "石破茂",
        "石破二朗",
        "髙橋太郎",
        "高橋花子",
        "ケビン・ハセット",
        "ケビン・コスナー",
        "林芳正",
    ),
    *("ジャン＝ポール・ベルモンド", "マドンナ", "大谷 翔平", "ＹＯＳＨＩＫＩ", "イチロー"),
)
TOPICS = ("経済", "災害・事故・気象", "文化・エンタメ")


@dataclass
class Values:
    """A state of an index that only knows values; counts how often it was asked."""

    identity: str = "1"
    persons: Sequence[str] = PERSONS
    also: Mapping[str, str] = field(default_factory=dict)
    asked: list[Facet] = field(default_factory=list)

    def values(self, facet: Facet) -> Sequence[Value]:
        self.asked.append(facet)
        found = {Facet.PERSON: self.persons, Facet.TOPIC: TOPICS}.get(facet, ())
        named = {each: (each,) for each in found}
        named |= {each: (each, other) for each, other in self.also.items()}
        return [Value(each, "", names) for each, names in named.items()]


def named(text: str, facet: Facet = Facet.PERSON, state: Any = None) -> set[str]:
    return set(Lookups(state or Values(), ValueFinder()).labelled(facet, text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("石破茂", {"石破茂"}),
        ("石破", {"石破茂", "石破二朗"}),
        ("高橋太郎", {"髙橋太郎"}),
        ("髙橋花子", {"高橋花子"}),
        ("高橋", {"髙橋太郎", "高橋花子"}),
        ("ケビン・ハセット", {"ケビン・ハセット"}),
        ("ケビンハセット", {"ケビン・ハセット"}),
        ("ケビン＝ハセット", {"ケビン・ハセット"}),
        ("ケビン ハセット", {"ケビン・ハセット"}),
        ("ハセット", {"ケビン・ハセット"}),
        ("ｹﾋﾞﾝ", {"ケビン・ハセット", "ケビン・コスナー"}),
        ("ケビン・コ", {"ケビン・コスナー"}),
        ("ジャン・ポール・ベルモンド", {"ジャン＝ポール・ベルモンド"}),
        ("ポール", {"ジャン＝ポール・ベルモンド"}),
        ("大谷翔平", {"大谷 翔平"}),
        ("yoshiki", {"ＹＯＳＨＩＫＩ"}),
        ("林", set()),
        ("芳正", set()),
        ("誰か", set()),
    ],
)
def test_a_person_is_named_in_any_spelling_or_by_a_part(text: str, found: set[str]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("経済", {"経済"}),
        ("気象", {"災害・事故・気象"}),
        ("災害・事故・気象", {"災害・事故・気象"}),
        ("経", set()),
        ("災", set()),
    ],
)
def test_a_topic_is_named_as_a_whole_or_by_a_part_between_dots(text: str, found: set[str]) -> None:
    assert named(text, Facet.TOPIC) == found


def test_a_whole_name_goes_before_the_same_as_a_part() -> None:
    state = Values(persons=("ケビン", "ケビン・ハセット", "石破茂", "石破茂雄"))
    assert named("ケビン", state=state) == {"ケビン"}
    assert named("石破茂", state=state) == {"石破茂"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("石破", {"石破"}), ("石破茂", {"石破茂"}), ("石破二", set()), ("Ｄ・トランプ", {"トランプ"})],
)
def test_a_quoted_name_is_one_as_a_whole(text: str, found: set[str]) -> None:
    state = Values(
        persons=("石破", "石破茂", "石破二朗"), also={"石破茂": "石破", "トランプ": "D・トランプ"}
    )
    index = Lookups(state, ValueFinder())  # type: ignore[arg-type]
    assert set(index.labelled(Facet.PERSON, text, quoted=True)) == found


def test_a_name_without_letters_names_nobody() -> None:
    assert named("・", state=Values(persons=("甲・", "＝乙"))) == set()


def test_the_names_of_a_state_are_read_once_and_those_of_others_anew() -> None:
    names = ValueFinder()
    one, other = Values("1"), Values("2", persons=("甲",))
    for _ in range(3):
        assert Lookups(one, names).labelled(Facet.PERSON, "イチロー") == ("イチロー",)  # type: ignore[arg-type]
        assert Lookups(other, names).labelled(Facet.PERSON, "イチロー") == ()  # type: ignore[arg-type]
    assert one.asked == other.asked == [Facet.PERSON]


def test_many_states_do_not_pile_up() -> None:
    names = ValueFinder()
    for number in range(50):
        names.table(Values(str(number)), Facet.PERSON)  # type: ignore[arg-type]
    assert len(names._made) < 10


def test_threads_may_ask_at_once() -> None:
    names = ValueFinder()
    wrong: list[object] = []

    def work() -> None:
        for number in range(200):
            state = Values(str(number % 7))
            found = Lookups(state, names).labelled(Facet.PERSON, "ハセット")  # type: ignore[arg-type]
            if found != ("ケビン・ハセット",):
                wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@given(texts)
@example("")
@example("・")
def test_any_text_names_some_values_or_none(text: str) -> None:
    assert named(text) <= set(PERSONS)


@pytest.fixture(scope="module")
def engine(filled: Filled, analyser: Analyser) -> MemoryEngine:
    made = MemoryEngine()
    day = parse_published("2025-06-10")
    filled(
        made,
        [
            Article(id="1", published=day, title="髙橋市長", persons=("髙橋太郎",)),
            Article(id="2", published=day, title="東京、高橋"),
            Article(id="3", published=day, title="東京のサーバー"),
        ],
    )
    return made


def test_an_index_tells_counts_weights_forms_readings_and_values(engine: MemoryEngine) -> None:
    with engine.snapshot() as snapshot:
        index = Lookups(snapshot, ValueFinder())
        queries: list[Query] = [Term("東京"), Term("高橋"), Term("サーバ"), Term("大阪"), Nothing()]
        assert index.counts(queries) == [2, 2, 1, 0, 0]
        weights = index.weights(queries)
        assert all(isinstance(each, int) and each >= 1 for each in weights)
        assert weights[0] < weights[2] < weights[3]
        assert list(index.forms("高橋")) == ["高橋", "髙橋"]
        assert list(index.terms_written("サーバー")) == ["サーバ"]
        assert list(index.terms_read("トウキョウ")) == ["東京"]
        assert list(index.terms_read("server")) == ["サーバ"]
        assert index.labelled(Facet.PERSON, "高橋") == ("髙橋太郎",)
        assert index.labelled(Facet.SOURCE, "高橋") == ()
