"""How requests grow with the number of articles: ten times, a hundred times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.bench_http import served_memory
from benchmarks.bench_requests import Bench
from benchmarks.corpus import Corpus
from benchmarks.processes import MEGABYTE
from benchmarks.report import Section, table

_KINDS: Final = ("OR", "AND", "phrase", "literal of 2")


def run(cache: Path, corpora: Sequence[Corpus]) -> Section:
    """A row for each kind and corpus, and the memory of a serving process."""
    rows: list[Sequence[object]] = []
    for corpus in corpora:
        bench = Bench(cache, corpus)
        for row in bench.rows(_KINDS, passages=False):
            times = (f"{row.ours:.2f}", f"{row.peer:.2f}")
            rows.append((f"{bench.articles:,}", row.kind, row.warm, *times, f"{row.hits:,.0f}"))
        own = served_memory(cache, corpus)[0].own / MEGABYTE
        rows.append((f"{bench.articles:,}", "memory of a serving process", "", f"{own:,.0f} MB"))
    rows = [(*row, *[""] * (6 - len(row))) for row in rows]
    about = (
        "Complete requests with the plain cut, warm, from one stream of articles, the larger"
        " corpus beginning with the smaller. Memory without file pages after 1,000 requests."
    )
    head = ("articles", "kind", "ours / tantivy", "ours, ms", "tantivy, ms", "median hits")
    names = ", ".join(f"{corpus.drawn:,}" for corpus in corpora)
    return Section(f"Growth: {names} articles", f"{about}\n\n{table(head, rows)}")
