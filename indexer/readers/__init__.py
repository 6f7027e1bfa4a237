"""One source format a file; an explicit table says which reader reads which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from indexer.readers.jsonl import read_jsonl
from indexer.readers.source import Reader, Source
from indexer.readers.text import read_text

READERS: Final[Mapping[str, Reader]] = MappingProxyType({"text": read_text, "jsonl": read_jsonl})
PLANNED: Final = ("ninjs", "html", "rss", "warc")
"""Formats of the contract that are not available yet."""

__all__ = ["PLANNED", "READERS", "Reader", "Source"]
