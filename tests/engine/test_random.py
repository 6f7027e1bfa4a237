"""The embedded engine equals the oracle in memory: hits, counts, facets, order and scores."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Article, Mention, PersonDetail
from search.dates import JST, Published, as_instant
from search.engine import memory as memory_module
from search.engine.base import Engine, Window
from search.engine.embedded import snapshot as snapshot_module
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.labels import Linked, Linker, person_label, unlinked
from search.query import (
    And,
    AtLeast,
    Best,
    Between,
    Boosted,
    Everything,
    FacetRequest,
    Filters,
    Literal,
    Not,
    Nothing,
    OneOf,
    Opening,
    Or,
    Partial,
    Passing,
    Phrase,
    Query,
    Slot,
    Term,
    Weighted,
)
from search.results import Matches
from search.schema import VALUE_FACETS, AnalysedArticle, Facet, Field
from search.scoring import Averages
from tests.engine.made import analysed, sentence

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
"""Hypothesis would print many articles, had it to."""

WORDS = ["a", "b", "c", "東", "京都", "高橋", "高橋/髙橋", "行く/行っ", "行く", "娘。", *"|_・。"]
TERMS = ["a", "b", "東", "京都", "高橋", "行く", "娘。", "無"]

FIRST = date(2024, 1, 1)


def _one_of(values: Sequence[str]) -> OneOf:
    return OneOf(tuple(values))


words = st.sampled_from(TERMS)
pieces = st.sampled_from(
    ["a", "b", "東", "ab", "橋", "髙", "東京都", "都行", "cab", "無", "、", "。"]
)
fields = st.sampled_from([tuple(Field), (Field.TITLE,), (Field.BODY, Field.CAPTIONS)])
days = st.integers(0, 900).map(lambda number: FIRST + timedelta(days=number))
instants = st.builds(
    lambda day, hours: as_instant(day).astimezone(JST) + timedelta(hours=hours),
    days,
    st.integers(0, 30),
)
published: st.SearchStrategy[Published] = st.one_of(days, instants)
text = st.lists(st.sampled_from(WORDS), max_size=9).map(sentence)
captions = st.lists(text, max_size=3).map(" ¦ ".join)
READINGS = [
    ("ア", "a"),
    ("ビー", "b"),
    ("ヒガシ", "東"),
    ("キョウト", "京都"),
    ("イ", "行く"),
    ("ア", "東"),
]
"""Of some terms; others have none."""


people = st.builds(
    PersonDetail,
    st.sampled_from("丁戊己"),
    st.just(""),
    st.just("extracted"),
    st.just(0.9),
    st.lists(st.builds(Mention, st.just("body"), st.integers(0, 3), st.just(1))).map(tuple),
    st.sampled_from(["", "首相"]),
)
links = st.fixed_dictionaries(
    {name: st.sampled_from(["甲", "乙", "丁", "庚", None]) for name in "甲乙丙丁戊己"}
)


def linker(by_name: Mapping[str, str | None]) -> Linker:
    """Persons by their names, with the readings of their values."""
    readings = {"甲": "コウ", "乙": "オツ", "丁": "", "庚": "カウ", None: ""}

    def linked(
        facet: Facet, labels: Mapping[str, int], known: Mapping[str, str]
    ) -> Mapping[str, Linked]:
        if facet is not Facet.PERSON:
            return unlinked(facet, labels, known)
        values = {label: by_name[person_label(label).name] for label in labels}
        return {label: Linked(value, readings[value]) for label, value in values.items()}

    return linked


@st.composite
def analysed_articles(draw: st.DrawFn) -> list[AnalysedArticle]:
    made = []
    for number in range(draw(st.integers(0, 14))):
        article = Article(
            id=f"{draw(st.integers(0, 9))}-{number % 11}",
            published=draw(published),
            source=draw(st.sampled_from(["", "A", "B"])),
            topics=tuple(draw(st.lists(st.sampled_from("経政国"), unique=True, max_size=2))),
            persons=tuple(draw(st.lists(st.sampled_from("甲乙丙丁"), unique=True, max_size=3))),
            person_details=tuple(draw(st.lists(people, max_size=2))),
        )
        words = {Field.TITLE: draw(text), Field.BODY: draw(text), Field.CAPTIONS: draw(captions)}
        made.append(analysed(article, words, READINGS))
    return made


slots = st.builds(
    Slot, st.lists(words, max_size=2).map(tuple), st.lists(pieces, max_size=2).map(tuple)
)


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    filled = draw(st.lists(slots | words.map(lambda each: Slot((each,))), min_size=1, max_size=4))
    gaps = draw(st.none() | st.tuples(*[st.integers(0, 5)] * (len(filled) - 1)))
    return Phrase(tuple(filled), gaps or (), draw(fields))


rules: st.SearchStrategy[tuple[Facet, OneOf | Between]] = st.one_of(
    st.tuples(st.just(Facet.TOPIC), st.lists(st.sampled_from("経政"), max_size=2).map(_one_of)),
    st.tuples(st.just(Facet.SOURCE), st.sampled_from("AB無").map(_one_of)),
    st.tuples(st.just(Facet.DATE), st.builds(Between, st.none() | days, st.none() | days)),
)

leaves = st.one_of(
    st.builds(Term, words, fields),
    phrases(),
    st.builds(Literal, st.lists(pieces, min_size=1, max_size=3).map(tuple), fields),
    rules.map(lambda pair: Passing(*pair)),
    st.just(Everything()),
    st.just(Nothing()),
)


@st.composite
def enough(draw: st.DrawFn, inner: st.SearchStrategy[Query]) -> AtLeast:
    clauses = tuple(draw(st.lists(inner, min_size=1, max_size=4)))
    weights = tuple(draw(st.integers(1, 5)) for _ in clauses)
    return AtLeast(clauses, weights, draw(st.integers(1, sum(weights))))


queries: st.SearchStrategy[Query] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Best, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
        st.builds(Boosted, inner, inner),
        st.builds(Weighted, inner, st.integers(0, 9)),
        enough(inner),
    ),
    max_leaves=6,
)


@st.composite
def filter_sets(draw: st.DrawFn) -> Filters:
    chosen: dict[Facet, OneOf | Between] = {}
    for facet, values in ((Facet.TOPIC, "経政"), (Facet.PERSON, "甲誰"), (Facet.SOURCE, "AB")):
        if draw(st.booleans()):
            picked = draw(st.lists(st.sampled_from(values), min_size=1, unique=True))
            chosen[facet] = OneOf(tuple(picked))
    if draw(st.booleans()):
        chosen[Facet.DATE] = Between(draw(st.none() | days), draw(st.none() | days))
    return chosen


@st.composite
def facet_sets(draw: st.DrawFn) -> list[FacetRequest]:
    interval = draw(st.sampled_from(["auto", "year", "fiscalYear", "month", "day"]))
    order = draw(st.sampled_from(["count", "reading"]))
    among = draw(st.none() | st.lists(st.sampled_from("甲乙丁庚無経"), max_size=3).map(tuple))
    size = draw(st.integers(1, 4))
    return [FacetRequest(each, size, interval, ("甲",), order, among) for each in Facet]


def write(
    engine: Engine,
    first: list[AnalysedArticle],
    then: list[AnalysedArticle],
    linked: Linker = unlinked,
) -> None:
    with engine.writing() as writer:
        for each in first:
            writer.add(each)
    with engine.writing() as writer:
        writer.link(linked, "")
        for each in then:
            writer.add(each)
        for each in first[::3]:
            writer.remove(each.article.id)


Asked = tuple[Query, Filters, list[FacetRequest], Query | None, Partial | None]


def run(engine: Engine, asked: Asked, opening: Opening | None = None) -> list[Matches]:
    query, filters, facets, lower, partial = asked
    with engine.snapshot() as snapshot:
        return [
            snapshot.search(
                query,
                filters=filters,
                window=Window(sort, 0, 50),
                facets=facets,
                lower=lower,
                opening=opening,
                partial=partial,
            )
            for sort in ("newest", "oldest", "relevance")
        ]


def twin(embedded: EmbeddedEngine) -> MemoryEngine:
    """The oracle, scoring with the averages that the other engine has stored."""

    def averages() -> Averages | None:
        with embedded.snapshot() as snapshot:
            views = snapshot.state.views
            return views[0].segment.averages if views else None

    return MemoryEngine(averages)


partials = st.none() | st.builds(Partial, queries, st.booleans())
openings = st.lists(st.tuples(st.sampled_from(["ab", "京都", "東a"]), st.integers(1, 8))).map(
    lambda pairs: Opening(tuple(pairs))
)
questions = st.tuples(queries, filter_sets(), facet_sets(), st.none() | queries, partials)


def told(engine: Engine) -> list[set[str]]:
    """What the dictionaries tell, which is in order."""
    with engine.snapshot() as snapshot:
        ordered = [snapshot.vocabulary(least) for least in (1, 2, 5)]
        ordered += [snapshot.terms_written(form) for form in (*TERMS, "髙橋", "行っ", "")]
        ordered += [snapshot.terms_read(reading) for reading in ("ア", "キョウト", "イ", "無", "")]
        assert all(list(each) == sorted(set(each)) for each in ordered)
        return list(map(set, ordered))


def values(engine: Engine) -> list[set[tuple[str, str]]]:
    with engine.snapshot() as snapshot:
        return [{(e.value, e.reading) for e in snapshot.values(each)} for each in VALUE_FACETS]


@settings(max_examples=60)
@given(
    first=analysed_articles().filter(bool),
    then=analysed_articles(),
    asked=st.lists(questions, min_size=1, max_size=6),
    opening=openings,
    linked=links.map(linker),
)
def test_the_embedded_engine_equals_the_oracle(
    first: list[AnalysedArticle],
    then: list[AnalysedArticle],
    asked: list[Asked],
    opening: Opening,
    linked: Linker,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        embedded = EmbeddedEngine(Path(folder), fingerprint="rules")
        memory = twin(embedded)
        for engine in (embedded, memory):
            with engine.writing() as writer:
                for item in first:
                    writer.add(item)
        assert told(embedded) == told(memory)
        with pytest.MonkeyPatch.context() as patch:
            for module in (memory_module, snapshot_module):
                patch.setattr(module, "MOST_RAISED", 4)
            assert run(embedded, asked[0], opening) == run(memory, asked[0], opening)
        write(memory, first, then, linked)
        write(embedded, first, then, linked)
        for each in asked:
            assert run(embedded, each) == run(memory, each)
        # what only removed articles had may stay
        assert all(map(set.issubset, told(memory), told(embedded)))
        assert values(memory) == values(embedded)
        assert embedded.check() == []
        embedded.close()
