"""Re-indexing: the first run against MeCab alone, a second run, memory, and bytes on disk."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from fugashi import GenericTagger

from benchmarks.corpus import Corpus, article_files, read_articles
from benchmarks.ours import REINDEX, indexed
from benchmarks.peer_tantivy import built
from benchmarks.processes import MEGABYTE, sakuin, watched
from benchmarks.report import Section, table
from benchmarks.timing import Ratio
from search.analysis.japanese import MECAB_OPTIONS

_ROUNDS: Final = 3
_SPEED: Final = """
Wall time of `sakuin reindex` on files, from start to end of the process, against MeCab's formatted
output alone on the same texts and as many processes ({processes}; texts read and dictionaries
loaded before the clock starts). {rounds} rounds in turn. To reach: a speed of 0.60x or more.
"""


def run(cache: Path) -> list[Section]:
    """Speed and size, both on livedoor."""
    return [_speed(), size_section(cache, [Corpus()])]


def _speed() -> Section:
    with article_files() as folder, tempfile.TemporaryDirectory() as temporary:
        articles = read_articles(folder)
        texts = [text for each in articles for text in (each.title, each.body)]
        cores = os.cpu_count() or 1
        alone, first, again, most = [], [], [], []
        for number in range(_ROUNDS):
            command = sakuin(*REINDEX, str(folder), "--index", f"{temporary}/{number}")
            alone.append(_mecab_alone(texts, cores))
            run_ = watched(command)
            first.append(run_.seconds)
            most.append(run_.own)
            again.append(watched(command).seconds)
    speed = Ratio.of(alone, first)
    medians = [statistics.median(each) for each in (first, alone, again)]
    rows = [
        ("first run", f"{medians[0]:.1f}", f"{len(articles) / medians[0]:,.0f}", speed),
        ("MeCab alone", f"{medians[1]:.1f}", f"{len(articles) / medians[1]:,.0f}", ""),
        ("second run, nothing changed", f"{medians[2]:.1f}", "", ""),
    ]
    about = _SPEED.strip().format(processes=cores, rounds=_ROUNDS)
    head = ("", "seconds", "articles/s", "**speed** of ours / MeCab's (larger is better)")
    memory = (
        f"Memory of the first run, all processes, no file pages: {max(most) / MEGABYTE:,.0f} MB."
    )
    title = f"Re-index, {len(articles):,} articles"
    return Section(title, f"{about}\n\n{table(head, rows)}\n\n{memory}")


def _mecab_alone(texts: Sequence[str], processes: int) -> float:
    """Seconds from the moment when all are ready to the end of the last."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(processes + 1)
    workers = [
        context.Process(target=_parse, args=(texts[number::processes], barrier), daemon=True)
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    barrier.wait()
    before = time.perf_counter()
    barrier.wait()
    seconds = time.perf_counter() - before
    for worker in workers:
        worker.join()
    return seconds


def _parse(texts: Sequence[str], barrier: Any) -> None:
    tagger = GenericTagger(MECAB_OPTIONS)
    for text in texts[:100]:
        tagger.parse(text)
    barrier.wait()
    for text in texts:
        tagger.parse(text)
    barrier.wait()


def size_section(cache: Path, corpora: Sequence[Corpus]) -> Section:
    """Bytes of both indexes of the same articles, and what making ours took."""
    rows = []
    for corpus in corpora:
        ours, peer = indexed(cache, corpus), built(cache, corpus)
        each = [made.bytes / made.articles for made in (ours, peer)]
        rows.append(
            (
                *(
                    corpus.name,
                    f"**{each[0] / each[1]:.2f}x**",
                    f"{each[0]:,.0f}",
                    f"{each[1]:,.0f}",
                ),
                *(peer.segments, f"{ours.articles / ours.made.seconds:,.0f}"),
                *(f"{ours.made.own / MEGABYTE:,.0f}", f"{ours.made.resident / MEGABYTE:,.0f}"),
            )
        )
    about = (
        "The same articles and terms, both legs with positions, the stored article; tantivy packs"
        " it with lz4, as its Python package has it. Bytes an article. Memory is the most of all"
        " processes together at one moment of the re-index that made the index, without file"
        " pages and with them (shared ones counted in each). To reach: 0.80x or less on livedoor;"
        " 2,000 MB at a million articles."
    )
    head = (
        *("corpus", "size, ours / tantivy", "ours", "tantivy", "its segments"),
        *("re-index, articles/s", "memory, MB", "with file pages, MB"),
    )
    names = ", ".join(corpus.name for corpus in corpora)
    return Section(f"On disk and in making: {names}", f"{about}\n\n{table(head, rows)}")
