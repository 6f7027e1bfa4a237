"""From paths to articles: every file through the reader of its format."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from indexer.files import Found
from indexer.readers import PLANNED, READERS, Source
from indexer.report import Rejected, skipped
from search.article import Article

_UNPACK: Final[dict[str, Callable[[str], BinaryIO]]] = {
    ".gz": lambda path: cast("BinaryIO", gzip.open(path)),
    ".xz": lambda path: cast("BinaryIO", lzma.open(path)),
    ".bz2": lambda path: cast("BinaryIO", bz2.open(path)),
}
_FORMATS: Final = {
    "": "text",
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".html": "html",
    ".htm": "html",
    ".rss": "rss",
    ".atom": "rss",
    ".xml": "rss",
    ".warc": "warc",
    ".ninjs": "ninjs",
}


@dataclass(slots=True)
class Records:
    """The articles of files, in order, with how far the reading has come."""

    files: Sequence[Found]
    format: str = "auto"
    default_source: str = ""
    bytes_done: int = 0
    file: str = ""
    """The file that is being read, as given."""

    def __iter__(self) -> Iterator[Article | Rejected]:
        for file in self.files:
            before = self.bytes_done
            yield from self._read(file)
            self.bytes_done = before + file.size

    @property
    def bytes_all(self) -> int:
        """The size of all files, as they are on disk."""
        return sum(file.size for file in self.files)

    def _read(self, file: Found) -> Iterator[Article | Rejected]:
        source = Source(file.path, self.default_source)
        self.file = source.name
        path, packing = os.path.splitext(file.path)
        plain = path if packing.lower() in _UNPACK else file.path
        name = self.format if self.format != "auto" else _format_of(plain)
        if name is None:
            yield skipped(source.name, "not a format that articles come in")
            return
        if name in PLANNED:
            yield Rejected(
                file=source.name,
                reason=f"the format {name} is not available yet",
                expected=" or ".join(READERS),
            )
            return
        try:
            with _opened(file.path, packing) as stream:
                yield from READERS[name](stream, source)
        except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error) or "cannot be read"
            yield Rejected(file=source.name, reason=reason, expected="a file that can be read")


def _format_of(path: str) -> str | None:
    return _FORMATS.get(os.path.splitext(path)[1].lower())


def _opened(path: str, packing: str) -> BinaryIO:
    unpack = _UNPACK.get(packing.lower())
    return unpack(path) if unpack else open(path, "rb")
