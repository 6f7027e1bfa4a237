"""Written forms that are to find each other, and those that are not: the project's own set.

Every line is judged on its own article, which holds one of the two forms: a filter on the source
leaves that one alone. All articles stand in one index a direction.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from search.article import Article
from search.dates import parse_published
from search.engine.embedded.engine import EmbeddedEngine
from search.query import SearchRequest
from search.service import SearchService
from tests.conftest import Filled

DATA = Path(__file__).parent / "variants.tsv"
SHA256 = "c51c192181c92632e56339f591ca631684a84e37752c780d8c47eccb28e2ca1f"
"""Of the data; who changes it looks at the floors as well."""

FLOOR = 0.995
"""The share of right answers over both directions, rounded down; it may rise."""

MOST_WRONG = {"iteration": 1, "kana_kanji": 2, "okurigana": 2}
"""Wrong answers by class, of both directions; of other classes none. They may become fewer."""

CARRIER = "本日、{}について報道があった。"
PUBLISHED = parse_published("1990-12-31")
"""A day that no query names: a year alone would be a filter that every article passes."""

CLASSES = {
    *("width", "long_vowel", "foreign_sound", "okurigana", "kana_kanji", "variant_kanji"),
    *("number", "iteration", "joiner", "loanword_latin", "homophone", "near_miss"),
}


@dataclass(frozen=True)
class Pair:
    """Two forms; `meets`: a search for one is to find the other."""

    line: int
    kind: str
    typed: str
    stands: str
    meets: bool

    @property
    def name(self) -> str:
        """What the article of the pair is filtered by."""
        return f"line-{self.line}"

    def turned(self) -> Pair:
        """The other direction."""
        return Pair(self.line, self.kind, self.stands, self.typed, self.meets)


def read_pairs() -> list[Pair]:
    """The pairs of the data, in the direction they stand in."""
    lines = DATA.read_text("utf-8").splitlines()
    pairs = []
    for number, line in enumerate(lines, start=1):
        if not line.startswith("#"):
            kind, one, other, meets = line.split("\t")
            pairs.append(Pair(number, kind, one, other, {"yes": True, "no": False}[meets]))
    return pairs


PAIRS = read_pairs()


@dataclass(frozen=True)
class Judged:
    """A pair in one direction and whether the article was found."""

    pair: Pair
    found: bool

    @property
    def right(self) -> bool:
        """Whether it was found as it should be."""
        return self.found == self.pair.meets


def judged(service: SearchService, pair: Pair) -> Judged:
    """A hit inside a longer word, or of less than was asked for, is none."""
    asked = SearchRequest(q=pair.typed, source=(pair.name,), partial="0", facets=())
    result = service.search(asked)
    return Judged(pair, found=result.total > 0 and not result.relaxed)


@pytest.fixture(scope="module")
def results(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    """Every pair judged in both directions."""
    found: list[Judged] = []
    for pairs in (PAIRS, [pair.turned() for pair in PAIRS]):
        engine = EmbeddedEngine(tmp_path_factory.mktemp("variants") / "index", fingerprint="rules")
        articles = [
            Article(
                id=pair.name,
                published=PUBLISHED,
                title="",
                body=CARRIER.format(pair.stands),
                source=pair.name,
            )
            for pair in pairs
        ]
        service = filled(engine, articles)
        found += [judged(service, pair) for pair in pairs]
        engine.close()
    return found


def test_the_data_are_those_the_floor_was_measured_on() -> None:
    assert hashlib.sha256(DATA.read_bytes()).hexdigest() == SHA256


def test_the_data_are_well_formed() -> None:
    assert len(PAIRS) >= 300
    assert {pair.kind for pair in PAIRS} == CLASSES
    ends = [tuple(sorted((pair.typed, pair.stands))) for pair in PAIRS]
    assert len(set(ends)) == len(ends)
    assert not any(pair.meets for pair in PAIRS if pair.kind in {"homophone", "near_miss"})


def report(results: list[Judged]) -> Iterator[str]:
    """Right answers by class, then every wrong one."""
    right = Counter(each.pair.kind for each in results if each.right)
    every = Counter(each.pair.kind for each in results)
    yield from (f"{kind:15} {right[kind]:4} of {every[kind]:4}" for kind in sorted(every))
    yield f"{'all':15} {sum(right.values()):4} of {len(results):4}"
    for each in results:
        if not each.right:
            what = "found" if each.found else "not found"
            yield f"{each.pair.kind}: {each.pair.typed} → {each.pair.stands} {what}"


def test_variants_meet_in_both_directions(results: list[Judged]) -> None:
    print("", *report(results), sep="\n")  # noqa: T201 - for reading, with -s
    assert sum(each.right for each in results) / len(results) >= FLOOR


@pytest.mark.parametrize("kind", sorted(CLASSES))
def test_no_class_sinks(results: list[Judged], kind: str) -> None:
    wrong = [each.pair for each in results if each.pair.kind == kind and not each.right]
    assert len(wrong) <= MOST_WRONG.get(kind, 0), wrong


def test_no_homophone_is_met(results: list[Judged]) -> None:
    met = [each.pair for each in results if each.found and each.pair.kind == "homophone"]
    assert met == []
