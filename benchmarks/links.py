"""`python -m benchmarks.links`: what the archive links beyond spelling, to be read by hand.

Of the articles of Wikinews and of livedoor in the shared data (SAKUIN_DATA, by default
../shared/data), each by itself: names found in the texts, the title that articles give with them,
in how many articles, and the name they are shown under. Beneath: how many names there are, how
many persons, and how long the linking takes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.corpus import article_files, read_articles
from benchmarks.persons import data_folder
from indexer.analysing import analyse_in_order
from indexer.enrich.archive import link_persons, spelling_key
from search.analysis.japanese import Analyser
from search.article import Article
from search.labels import PersonLabel, labels_of, person_label
from search.processes import cores
from search.schema import Facet


def wikinews() -> list[Article]:
    """The articles of Japanese Wikinews."""
    return read_articles(Path(data_folder()) / "news" / "jawikinews.jsonl.xz")


def livedoor() -> list[Article]:
    """The livedoor corpus."""
    with article_files() as folder:
        return read_articles(folder)


def found_in(articles: Sequence[Article]) -> Counter[PersonLabel]:
    """The labels of persons found in articles, and how many articles have each."""
    analysed = analyse_in_order(articles, analyser=Analyser(), workers=cores(), enrich=("persons",))
    texts = (label for each in analysed for label in labels_of(each.article, Facet.PERSON))
    return Counter(map(person_label, texts))


def beyond_spelling(counts: Counter[PersonLabel]) -> Iterator[str]:
    """A line for every name that is shown under one that is not a spelling of it."""
    named: Counter[str] = Counter()
    for label, count in counts.items():
        named[label.name] += count
    for label, value in sorted(link_persons(counts).items(), key=lambda each: str(each[1])):
        if value is not None and spelling_key(value) != spelling_key(label.name):
            title = f"（{label.office}）" if label.office else ""
            yield f"{label.name}{title} {counts[label]} → {value} {named[value]}"


def report(name: str, articles: Sequence[Article]) -> None:
    """Print what is linked."""
    counts = found_in(articles)
    print(f"\n## {name}: {len(articles):,} articles\n")
    lines = list(beyond_spelling(counts))
    print(*lines, sep="\n")
    started = time.perf_counter()
    values = set(link_persons(counts).values())
    seconds = time.perf_counter() - started
    names = len({label.name for label in counts})
    print(f"\n{names:,} names, {len(values):,} persons, {len(lines)} lines")
    print(f"linked in {seconds:.2f} s")


if __name__ == "__main__":
    report("Wikinews", wikinews())
    report("livedoor", livedoor())
