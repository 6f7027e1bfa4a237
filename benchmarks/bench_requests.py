"""Complete requests in one process: ours against tantivy, kind by kind."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.asked import QUERIES, Asked, Questions
from benchmarks.corpus import Corpus, corpus_file
from benchmarks.ours import Ours, indexed, plain_cut
from benchmarks.peer_tantivy import Peer, built
from benchmarks.report import Section, table
from benchmarks.timing import Ratio, in_turn
from search.results import Matches
from search.schema import Facet

_PASSAGE_ROUNDS: Final = 3
_PASSAGE_EVERY: Final = 4  # the product's passages take their time on both sides
_HEAD: Final = (
    "kind",
    "warm / tantivy, plain cut",
    "cache off / tantivy, plain cut",
    "warm with our passages / tantivy with plain cut",
    "ours warm, ms",
    "tantivy, ms",
    "median hits",
    "ours finds",
    "facets differ",
)
_DEFINITION: Final = """
A complete request is, on both sides: the exact total, the first ten by score (or date), the counts
of three facets (months; topics; the ten most frequent persons; each without its own filter), ten
stored articles fetched and decoded, ten snippets. *Plain cut* is 160 characters around the first
place of a word in the decoded article, on both sides. *Our passages* are the product's own, whole
words marked and cut at sentences, on our side only. *Warm*: decoded lists are
kept between requests, and every question has been asked before; *cache off*: none is kept. tantivy
has its files in the page cache, one field for all words, one thread. {questions} questions a kind,
the same in every run.

*Ours finds* counts the questions for which we find more articles than tantivy, or fewer; *facets
differ* those with other counts though the total is the same. A phrase is textual with us: forms of
the words side by side, from word border to word border. tantivy's takes places in the sequence of
terms. So we find more where a form belongs to several terms (で is a form of で and of だ), and
fewer where only white space or ・ stands between two words. Other kinds should not differ at all.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of question on one corpus."""

    kind: str
    warm: Ratio
    cold: Ratio
    with_passages: Ratio | None
    ours: float
    """Milliseconds, the median of the rounds."""
    peer: float
    hits: float
    totals: str
    facets: str

    def cells(self) -> tuple[object, ...]:
        """As the table shows them."""
        return (
            *(self.kind, self.warm, self.cold, self.with_passages or ""),
            *(f"{self.ours:.2f}", f"{self.peer:.2f}", f"{self.hits:,.0f}"),
            *(self.totals, self.facets),
        )


class Bench:
    """Both sides opened on one corpus."""

    def __init__(self, cache: Path, corpus: Corpus) -> None:
        index, peer = indexed(cache, corpus), built(cache, corpus)
        self.articles = peer.articles
        self.segments = peer.segments
        self._ours = Ours(index.folder)
        self._cold = Ours(index.folder, cached=False)
        self._peer = Peer(peer.folder)
        self._kinds = Questions(corpus_file(cache, corpus), peer.articles).kinds()

    def rows(self, kinds: Sequence[str] = (), *, passages: bool = True) -> Iterator[Row]:
        """All kinds of questions, or those named."""
        for kind, asked in self._kinds.items():
            if not kinds or kind in kinds:
                yield self._row(kind, asked, passages=passages)

    def _row(self, kind: str, asked: list[Asked], *, passages: bool) -> Row:
        answers = [(self._ours.complete(each), self._peer.complete(each)) for each in asked]
        more = sum(ours.total > peer.total for ours, peer in answers)
        fewer = sum(ours.total < peer.total for ours, peer in answers)
        facets = sum(
            _our_counts(ours) != _peer_counts(peer.counts)
            for ours, peer in answers
            if ours.total == peer.total
        )
        hits = statistics.median(peer.total for _, peer in answers)
        sides = [self._peer_cut, _cutting(self._ours), _cutting(self._cold)]
        theirs, warm, cold = in_turn(sides, asked)
        return Row(
            kind,
            Ratio.of(warm, theirs),
            Ratio.of(cold, theirs),
            self._with_passages(asked) if passages else None,
            statistics.median(warm),
            statistics.median(theirs),
            hits,
            f"{more} more, {fewer} fewer of {len(asked)}",
            f"{facets} of {len(asked) - more - fewer}",
        )

    def _with_passages(self, asked: list[Asked]) -> Ratio:
        sides = [self._peer_cut, self._ours.with_passages]
        theirs, mine = in_turn(sides, asked[::_PASSAGE_EVERY], _PASSAGE_ROUNDS)
        return Ratio.of(mine, theirs)

    def _peer_cut(self, asked: Asked) -> object:
        answer = self._peer.complete(asked)
        return [plain_cut(article["body"], asked) for _, article in answer.hits]


def _cutting(ours: Ours) -> Callable[[Asked], object]:
    def answer(asked: Asked) -> object:
        hits = ours.complete(asked).hits
        return [plain_cut(hit.article.body, asked) for hit in hits]

    return answer


def _our_counts(matches: Matches) -> list[list[int]]:
    return [
        [bucket.count for bucket in matches.dates],
        *([each.count for each in matches.counts(facet)] for facet in (Facet.TOPIC, Facet.PERSON)),
    ]


def _peer_counts(counts: dict[str, list[dict[str, Any]]]) -> list[list[int]]:
    """Months in their order, values by their number: names of equal ones may be others."""
    months = sorted(counts["month"], key=lambda each: each["key"])
    return [[each["doc_count"] for each in part] for part in (months, *list(counts.values())[1:])]


def run(cache: Path, corpus: Corpus, to_reach: str = "") -> Section:
    """The table of one corpus."""
    bench = Bench(cache, corpus)
    rows = list(bench.rows())
    text = table(_HEAD, (row.cells() for row in rows))
    intro = _DEFINITION.format(questions=QUERIES)
    reach = f"\n\nTo reach: {to_reach}" if to_reach else ""
    return Section(
        f"Complete requests, {bench.articles:,} articles",
        f"{intro}\ntantivy has {bench.segments} segment(s).{reach}\n\n{text}",
    )
