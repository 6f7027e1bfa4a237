"""The articles to measure with: livedoor where the real data are, else the samples."""

from __future__ import annotations

import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.recombined import pool, recombined, with_facets, write_lines
from indexer.files import Found, find_files
from indexer.records import Records
from search.article import Article

ROOT = Path(__file__).parent.parent
_EDITION = 1
"""To be raised with every change of what `corpus_file` writes."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A name and how many articles to draw; livedoor itself where that is None."""

    drawn: int | None = None

    @property
    def name(self) -> str:
        """Tells files and tables apart."""
        return "livedoor" if self.drawn is None else f"recombined-{self.drawn}"


@contextmanager
def article_files() -> Iterator[Path]:
    """A folder of article files."""
    data = Path(os.environ.get("SAKUIN_DATA") or ROOT / "../shared/data").resolve()
    archive = data / "news" / "livedoor.tar.xz"
    if not archive.exists():
        print(f"no real data in {data}: measuring on the samples, which are few")
        yield ROOT / "indexer" / "samples"
        return
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
        yield Path(folder) / "livedoor"


def read_articles(folder: Path) -> list[Article]:
    """All articles below a folder."""
    files = [found for found in find_files([str(folder)]) if isinstance(found, Found)]
    return [record for record in Records(files) if isinstance(record, Article)]


@lru_cache(maxsize=1)
def _real() -> tuple[Article, ...]:
    with article_files() as folder:
        return tuple(read_articles(folder))


@contextmanager
def cache_folder() -> Iterator[Path]:
    """Where corpora and indexes are kept: for good where SAKUIN_BENCH_CACHE says so."""
    named = os.environ.get("SAKUIN_BENCH_CACHE")
    if named:
        folder = Path(named)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


def corpus_file(cache: Path, corpus: Corpus) -> Path:
    """A file of JSON lines that `sakuin reindex` reads; written if it is not there yet."""
    path = cache / f"{corpus.name}-edition{_EDITION}.jsonl"
    if not path.exists():
        real = _real()
        drawn = corpus.drawn
        write_lines(with_facets(real) if drawn is None else recombined(pool(real), drawn), path)
    return path
