"""Which spellings meet: the pairs of tests/quality/variants.tsv, each in both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from benchmarks.corpus import ROOT
from benchmarks.report import Section, table
from indexer.analysing import analyse_batch
from search.analysis.japanese import Analyser
from search.article import Article
from search.engine.memory import MemoryEngine
from search.planner import Planner
from search.query import SearchRequest
from search.service import SearchService
from search.synonyms import load_synonyms

PAIRS: Final = ROOT / "tests" / "quality" / "variants.tsv"
CARRIER: Final = "本日、{}について報道があった。"


@dataclass(frozen=True, slots=True)
class Asked:
    """One form typed, the other in an article; whether they are to meet, and whether they do."""

    kind: str
    typed: str
    written: str
    meets: bool
    found: bool


def ask_all(analyser: Analyser) -> Iterator[Asked]:
    """Every pair in both directions, each against an index of the one article."""
    synonyms = load_synonyms(None, Planner(analyser).terms)
    for line in PAIRS.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, first, second, meets = line.split("\t")
        for typed, written in ((first, second), (second, first)):
            engine = MemoryEngine()
            article = Article(id="1", published=date(2000, 1, 1), body=CARRIER.format(written))
            with engine.writing() as writer:
                writer.add(analyse_batch(analyser, [article])[0])
            result = SearchService(engine, analyser, synonyms).search(
                SearchRequest(q=typed, partial="0")
            )
            found = result.total > 0 and not result.relaxed
            yield Asked(kind, typed, written, meets == "yes", found)


def variants_section(analyser: Analyser) -> Section:
    """How many of each class are right."""
    asked = list(ask_all(analyser))
    right: Counter[tuple[str, bool]] = Counter()
    everything: Counter[tuple[str, bool]] = Counter()
    for each in asked:
        everything[each.kind, each.meets] += 1
        right[each.kind, each.meets] += each.found == each.meets
    kinds = dict.fromkeys(each.kind for each in asked)
    rows = [
        [kind, *(f"{right[kind, meets]} of {everything[kind, meets]}" for meets in (True, False))]
        for kind in kinds
    ]
    wrong = [
        f"`{each.typed}` and `{each.written}` {'do not meet' if each.meets else 'meet'}"
        for each in asked
        if each.found != each.meets
    ]
    share = sum(right.values()) / len(asked)
    return Section(
        "Spellings",
        f"{len(asked) // 2} pairs, both directions: **{100 * share:.1f} %** right.\n\n"
        + table(("class", "are to meet, and do", "are not to meet, and do not"), rows)
        + f"\n\nWrong: {'; '.join(wrong)}.",
    )
