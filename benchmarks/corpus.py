"""The articles to measure with: livedoor where the real data are, else the samples."""

from __future__ import annotations

import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.files import Found, find_files
from indexer.records import Records
from search.article import Article

ROOT = Path(__file__).parent.parent


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
