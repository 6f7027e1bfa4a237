"""`python -m benchmarks.evaluate [--write]`: how good search and enrichment are, beside peers.

Ranking has two sets, both with running text as queries: the questions of JSQuAD, each looking for
its own paragraph, and headlines of livedoor, each looking for its own body where no article has a
headline. The peers are BM25 (Lucene's) over terms, all of a text in one field, and over pairs of
characters.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.corpus import ROOT, article_files, read_articles
from benchmarks.indexes import indexed
from benchmarks.persons import persons_section
from benchmarks.report import Section, machine, table
from benchmarks.substrings import substrings_section
from benchmarks.topics import topics_section
from benchmarks.variants import variants_section
from search.analysis.japanese import Analyser
from search.analysis.normalize import literal_text
from search.article import Article
from search.evaluation import FIRST, Question, Scores, evaluate, ndcg
from search.params import LONGEST_QUERY
from search.query import SearchRequest

HEADLINES: Final = 1_000
SEEDS: Final = (1, 2, 3)
"""Samples of headlines; the constants were chosen looking at all of them, so none is held out."""

GOALS: Final = {"JSQuAD": 0.950, "headlines": 0.890}
_PAGE: Final = ROOT / "docs" / "quality.md"
_K1, _B = 1.2, 0.75

Cut = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Set:
    """Articles, and questions about them in one or several samples."""

    name: str
    articles: Sequence[Article]
    samples: Sequence[Sequence[Question]]


def data_folder() -> Path:
    """Where the real data are."""
    return Path(os.environ.get("SAKUIN_DATA") or ROOT / "../shared/data").resolve()


def jsquad() -> Set:
    """The paragraphs of JSQuAD valid and their questions."""
    path = data_folder() / "questions" / "jsquad-valid.json"
    articles, questions = [], []
    for page in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in page["paragraphs"]:
            title, _, text = paragraph["context"].partition("[SEP]")
            number = f"p{len(articles)}"
            articles.append(_article(number, title.strip(), text.strip()))
            questions += [
                Question(SearchRequest(q=each["question"]), frozenset([number]))
                for each in paragraph["qas"]
            ]
    return Set("JSQuAD", articles, [questions])


def _article(number: str, title: str, body: str) -> Article:
    return Article(id=number, title=title, body=body, published=date(2020, 1, 1))


def headlines() -> Set:
    """Headlines of livedoor, and all its articles without theirs."""
    with article_files() as folder:
        articles = read_articles(folder)
    samples = [
        [
            Question(SearchRequest(q=each.title[:LONGEST_QUERY]), frozenset([each.id]))
            for each in random.Random(seed).sample(articles, min(HEADLINES, len(articles)))  # noqa: S311
        ]
        for seed in SEEDS
    ]
    return Set("headlines", [replace(each, title="") for each in articles], samples)


class Bm25:
    """BM25 as Lucene has it, over whatever a text is cut into; every article is scored."""

    def __init__(self, articles: Sequence[Article], cut: Cut) -> None:
        self._cut = cut
        self._ids = [each.id for each in articles]
        self._numbers: dict[str, int] = {}
        known = self._numbers
        cuts = [
            [known.setdefault(part, len(known)) for part in cut(f"{each.title}\n{each.body}")]
            for each in articles
        ]
        self._length = np.array([len(each) for each in cuts], np.float64)
        owner = np.repeat(np.arange(len(cuts)), self._length.astype(np.int64))
        flat = np.array([number for each in cuts for number in each], np.int64)
        pairs, self._count = np.unique(flat * len(cuts) + owner, return_counts=True)
        term, self._owner = np.divmod(pairs, len(cuts))
        self._starts = np.searchsorted(term, np.arange(len(known) + 1))

    def ids(self, text: str) -> list[str]:
        """The first ids for a query, equal scores in order of the articles."""
        n = len(self._ids)
        scores = np.zeros(n)
        for part in dict.fromkeys(self._cut(text)):
            number = self._numbers.get(part)
            if number is None:
                continue
            found = slice(self._starts[number], self._starts[number + 1])
            owners, counts = self._owner[found], self._count[found]
            norm = _K1 * (1 - _B + _B * self._length[owners] / self._length.mean())
            idf = np.log(1 + (n - len(owners) + 0.5) / (len(owners) + 0.5))
            scores[owners] += idf * counts / (counts + norm)
        order = np.argsort(-scores, kind="stable")[:FIRST]
        return [self._ids[each] for each in order.tolist() if scores[each] > 0]


def pairs_of(text: str) -> list[str]:
    """The pairs of characters of a text, white space aside."""
    plain = literal_text(text).text.replace(" ", "")
    return [plain[place : place + 2] for place in range(len(plain) - 1)]


def peer_score(peer: Bm25, questions: Sequence[Question]) -> float:
    """Mean nDCG of a peer."""
    values = []
    for question in questions:
        ids = peer.ids(question.request.q)
        ranks = [rank for rank, each in enumerate(ids) if each in question.relevant]
        values.append(ndcg(ranks, len(question.relevant)))
    return sum(values) / len(values)


def measured(data: Set, analyser: Analyser) -> list[list[Any]]:
    """A row for each way to rank: nDCG of every sample, and what our own answers are like."""

    def terms_of(text: str) -> list[str]:
        return [word.term for word in analyser.analyse(text).words if word.term]

    with tempfile.TemporaryDirectory() as folder:
        service = indexed(data.articles, Path(folder), analyser)
        ours = [evaluate(service, sample) for sample in data.samples]
    rows: list[list[Any]] = [["**Sakuin**", *_columns(data, ours)]]
    for name, cut in (("BM25, terms", terms_of), ("BM25, pairs of characters", pairs_of)):
        peer = Bm25(data.articles, cut)
        scores = [peer_score(peer, sample) for sample in data.samples]
        rows.append([name, data.name, _spread(scores), "", "", "", ""])
    return rows


def _columns(data: Set, ours: Sequence[Scores]) -> list[str]:
    mean = [sum(getattr(each, name) for each in ours) / len(ours) for name in _SHOWN]
    recall, rank, hits, relaxed = mean
    share = 100 * hits / len(data.articles)
    return [
        data.name,
        f"**{_spread([each.ndcg for each in ours])}**",
        f"{rank:.3f}",
        f"{recall:.3f}",
        f"{share:.1f} %",
        f"{100 * relaxed:.1f} %",
    ]


_SHOWN: Final = ("recall", "reciprocal_rank", "hits", "relaxed")


def _spread(scores: Sequence[float]) -> str:
    mean = f"{sum(scores) / len(scores):.4f}"
    return mean if len(scores) == 1 else f"{mean} ({min(scores):.3f} to {max(scores):.3f})"


_HEAD: Final = (
    "ranking",
    "set",
    "nDCG of ten",
    "reciprocal rank",
    "in the first ten",
    "of all articles are hits",
    "relaxed",
)


def ranking_section(analyser: Analyser) -> Section:
    """The ranking on both sets."""
    rows = [row for data in (jsquad(), headlines()) for row in measured(data, analyser)]
    goals = ", ".join(f"{name} {goal:.3f}" for name, goal in GOALS.items())
    return Section(
        "Ranking",
        f"Goals: {goals}. Headlines: mean of {len(SEEDS)} samples of {HEADLINES}.\n\n"
        + table(_HEAD, rows),
    )


def main() -> None:
    """Print the tables; with --write, keep them in docs/quality.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluate", description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/quality.md as well")
    given = parser.parse_args()
    analyser = Analyser()
    sections = [variants_section(analyser)]
    if (data_folder() / "questions").exists():
        sections += [ranking_section(analyser), substrings_section(analyser)]
        sections += [persons_section(), topics_section(analyser, data_folder())]
    else:
        print(f"no real data in {data_folder()}: the spellings alone are measured")
    for section in sections:
        print(section, flush=True)
    if given.write:
        _PAGE.write_text(_page(sections), "utf-8")


def _page(sections: Sequence[Section]) -> str:
    head = (
        "# How good the search is\n\nWritten by `make evaluate` (`python -m benchmarks.evaluate"
        f" --write`): {machine()}\n\n"
    )
    return head + "\n".join(map(str, sections))


if __name__ == "__main__":
    main()
