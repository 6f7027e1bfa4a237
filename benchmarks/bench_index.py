"""Re-indexing: the first run against MeCab alone, a second run, and searches with all facets."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fugashi import GenericTagger

from search.analysis.japanese import MECAB_OPTIONS, Analyser, analyser_fingerprint
from search.article import Article
from search.engine.embedded.engine import EmbeddedEngine
from search.query import SearchRequest
from search.service import SearchService

_QUERIES = 200


def run(folder: Path, articles: list[Article]) -> None:
    """Print rates and times of a whole re-index in a process of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        index = Path(temporary) / "index"
        mecab = _mecab_alone(articles)
        first = _reindex(folder, index)
        second = _reindex(folder, index)
        size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
        print(f"re-index, {len(articles):,} articles")
        print(f"  first run   {first:8.1f} s, {len(articles) / first:,.0f} articles/s")
        print(
            f"  MeCab alone {mecab:8.1f} s in one process: re-index at {mecab / first:.2f}x of it"
        )
        print(f"  second run  {second:8.1f} s, nothing changed")
        print(f"  on disk     {size / len(articles):8,.0f} bytes an article")
        _searches(index, articles)


def _mecab_alone(articles: list[Article]) -> float:
    tagger = GenericTagger(MECAB_OPTIONS)
    before = time.perf_counter()
    for article in articles:
        tagger.parse(article.title)
        tagger.parse(article.body)
    return time.perf_counter() - before


def _reindex(folder: Path, index: Path) -> float:
    before = time.perf_counter()
    command = [str(Path(sys.executable).parent / "sakuin"), "reindex", str(folder)]
    subprocess.run([*command, "--index", str(index), "--quiet"], check=False)
    return time.perf_counter() - before


def _searches(index: Path, articles: list[Article]) -> None:
    service = SearchService(EmbeddedEngine(index, fingerprint=analyser_fingerprint()), Analyser())
    drawn = random.Random(1)  # noqa: S311 - the same queries every time
    headlines = drawn.sample(articles, min(_QUERIES, len(articles)))
    queries = [_words(article.title, drawn) for article in headlines]
    service.search(SearchRequest())
    for name in ("cold", "warm"):
        times = []
        for query in queries:
            before = time.perf_counter()
            service.search(SearchRequest(q=query))
            times.append((time.perf_counter() - before) * 1000)
        times.sort()
        print(
            f"  search with all facets and 10 snippets, {name} lists: median"
            f" {statistics.median(times):.1f} ms, 95 % within {times[len(times) * 19 // 20]:.1f} ms"
        )


def _words(headline: str, drawn: random.Random) -> str:
    tokens = [token for token in Analyser().analyse(headline).tokens() if len(token.term) > 1]
    picked = drawn.sample(tokens, min(len(tokens), drawn.randint(1, 4)))
    return " ".join(headline[token.start : token.end] for token in picked)
