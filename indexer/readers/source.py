"""A file to read, and the port every reader fills."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from indexer.report import Rejected
from search.article import Article


def path_as_text(path: str) -> str:
    """A path as valid Unicode; bytes that are no UTF-8 as backslash escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article comes from."""

    path: str
    """As given on the command line, or found below what was given."""
    default_source: str = ""
    """The source of articles that name none."""

    @property
    def name(self) -> str:
        """The path as valid Unicode, for ids and messages."""
        return path_as_text(self.path)

    @property
    def origin(self) -> str:
        """The absolute path, by which a later run knows what came from here."""
        return path_as_text(os.path.abspath(self.path))

    @property
    def folder(self) -> str:
        """The name of the folder the file is in."""
        return os.path.basename(os.path.dirname(self.origin))


Reader = Callable[[BinaryIO, Source], Iterator[Article | Rejected]]
"""Reads one file of one format. Yields what it finds in order; never raises for its content."""
