"""Tables of pairs, a term and a text that goes with it: how it is written, how it is read.

A pair has the number of its term. Stored pairs stand by term, then by text. Knows numpy only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from search.engine.embedded.container import Array, ArrayFile, ArrayFileWriter
from search.engine.embedded.lists import blob, numbered, texts_of, write_texts
from search.engine.embedded.postings import Numbers

TABLES: Final = ("forms", "readings")
"""The written forms that differ from their term, and the readings."""


def plain_pairs(name: str, pairs: Iterable[tuple[int, str]]) -> dict[str, Array]:
    """The arrays of a table in a run, in any order."""
    given = list(pairs)
    texts, at = blob([text.encode() for _, text in given])
    of = np.array([term for term, _ in given], np.uint32)
    return {f"{name}.of": of, name: texts, f"{name}.at": at}


def write_pairs(
    out: ArrayFileWriter,
    name: str,
    files: Sequence[ArrayFile | dict[str, Array]],
    terms: Sequence[Numbers],
) -> None:
    """Write the pairs of all files, each once, and their order by text.

    `terms`: for each file, the new number of each of its terms, -1 where it is gone.
    """
    owners = [new.take(file[f"{name}.of"]) for file, new in zip(files, terms, strict=True)]
    texts, places = numbered(
        _living(texts_of(file[name], file[f"{name}.at"]), owner)
        for file, owner in zip(files, owners, strict=True)
    )
    width = max(1, len(texts))
    keys = [owner[owner >= 0] * width + place for owner, place in zip(owners, places, strict=True)]
    of, text = np.divmod(np.unique(np.concatenate(keys)), width)
    out.append(f"{name}.of", of.astype(np.uint32))
    write_texts(out, name, [texts[each] for each in text.tolist()])
    out.append(f"{name}.order", np.argsort(text, kind="stable").astype(np.uint32))


def _living(texts: list[bytes], owners: Numbers) -> list[bytes]:
    return [text for text, owner in zip(texts, owners.tolist(), strict=True) if owner >= 0]


class Pairs:
    """A table of a segment."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._of: Array = file[f"{name}.of"]
        self._data: Array = file[name]
        self._at: Array = file[f"{name}.at"]
        self._order: Array = file[f"{name}.order"]

    def texts(self, term: int) -> list[str]:
        """The texts of a term, in order."""
        first, last = np.searchsorted(self._of, np.array([term, term + 1], np.uint32)).tolist()
        at = self._at[first : last + 1].tolist()
        return [self._data[start:end].tobytes().decode() for start, end in pairwise(at)]

    def terms(self, text: str) -> list[int]:
        """The numbers of the terms that have a text, ascending."""
        wanted = text.encode(errors="surrogatepass")
        first = bisect_left(self._order, wanted, key=self._text)
        last = bisect_right(self._order, wanted, lo=first, key=self._text)
        numbers: list[int] = self._of.take(self._order[first:last]).tolist()
        return numbers

    def _text(self, number: int) -> bytes:
        start, end = self._at[number : number + 2].tolist()
        return self._data[start:end].tobytes()
