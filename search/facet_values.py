"""Finds values of a facet by what somebody types: as they are written, or as they are read."""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Final

from search.analysis.katakana import is_kana, katakana_of
from search.analysis.normalize import fold, unify_variants
from search.engine.base import Snapshot
from search.query import JOINERS, FacetSearch, SearchRequest
from search.readings import ways
from search.results import DateBucket, FacetResult, Value, ValueCount
from search.romaji import reading_key, typed_key
from search.schema import Facet

_KEPT: Final = 4
_END: Final = "\n"
_LAST: Final = "\U0010ffff"
_NO_SIGNS: Final = str.maketrans("", "", JOINERS + " ")
_LATIN: Final = re.compile(r"[a-zà-ɏāēīōū' .-]*[a-z][a-zà-ɏāēīōū' .-]*")


class ValueFinder:
    """Finds values of one state of the index after the other; safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[tuple[str, Facet], ValueTable] = {}

    def table(self, snapshot: Snapshot, facet: Facet) -> ValueTable:
        """The values of a state; made at first use."""
        key = (snapshot.identity, facet)
        with self._lock:
            table = self._made.get(key)
            if table is None:
                while len(self._made) >= _KEPT:
                    self._made.pop(next(iter(self._made)))
                table = self._made[key] = ValueTable(snapshot.values(facet))
            return table


class ValueTable:
    """The values of a facet, to be found by writing and by reading."""

    def __init__(self, values: Sequence[Value]) -> None:
        self._values = values
        self._readings = {each.value: each.reading for each in values}
        self._lock = threading.Lock()

    def reading(self, value: str) -> str:
        """The reading of a value; see search.readings."""
        return self._readings.get(value, "")

    def matching(self, text: str) -> tuple[str, ...]:
        """The values that have a text in them, or are read so from the beginning of a word."""
        folded = fold(text).text.strip()
        found = list(self._written(folded))
        kana = katakana_of(folded).translate(_NO_SIGNS)
        with self._lock:
            if is_kana(kana):
                found += _beginning(self._by_reading, kana)
            elif _LATIN.fullmatch(folded):
                found += _beginning(self._by_romaji, typed_key(folded))
        return tuple(self._values[number].value for number in dict.fromkeys(found))

    def _written(self, folded: str) -> Iterator[int]:
        wanted = _plain(folded)
        text, starts, owners = self._names
        place = text.find(wanted) if wanted else -1
        while place >= 0:
            number = bisect_left(starts, place + 1) - 1
            yield owners[number]
            following = starts[number + 1] if number + 1 < len(starts) else len(text)
            place = text.find(wanted, following)

    @cached_property
    def _names(self) -> tuple[str, list[int], list[int]]:
        """All names as one text, where each begins, and whose it is."""
        parts: list[str] = []
        starts: list[int] = []
        owners: list[int] = []
        length = 0
        for number, each in enumerate(self._values):
            for name in dict.fromkeys((each.value, *each.names)):
                plain = _plain(fold(name).text)
                parts.append(plain)
                starts.append(length)
                owners.append(number)
                length += len(plain) + len(_END)
        return _END.join(parts), starts, owners

    @cached_property
    def _by_reading(self) -> list[tuple[str, int]]:
        return self._beginnings(lambda reading: reading)

    @cached_property
    def _by_romaji(self) -> list[tuple[str, int]]:
        return self._beginnings(reading_key)

    def _beginnings(self, key: Callable[[str], str]) -> list[tuple[str, int]]:
        """What stands from each word of a reading on, in order, and whose it is."""
        found: set[tuple[str, int]] = set()
        for number, each in enumerate(self._values):
            for words in ways(each.reading):
                for first in range(len(words)):
                    found.add((key("".join(words[first:])), number))
        return sorted(found)


def as_named(snapshot: Snapshot, request: SearchRequest) -> SearchRequest:
    """A request with persons by the names that their values have in this state."""
    found = (snapshot.named(Facet.PERSON, name) or (name,) for name in request.person)
    persons = tuple(dict.fromkeys(chain.from_iterable(found)))
    return request if persons == request.person else replace(request, person=persons)


def listed_values(
    asked: FacetSearch, counts: Sequence[ValueCount], table: ValueTable
) -> FacetResult:
    """The first values, and those that are selected; one more was counted than is listed."""
    size, chosen = asked.request.facet_size, asked.request.selected(asked.facet)
    beyond = counts[size:]
    shown = [*counts[:size], *(each for each in beyond if each.value in chosen)]
    return FacetResult(
        asked=asked,
        values=tuple(shown),
        readings=tuple(table.reading(each.value) for each in shown),
        more=any(each.value not in chosen for each in beyond),
    )


def dates_among(asked: FacetSearch, buckets: Sequence[DateBucket]) -> FacetResult:
    """The buckets whose name has a text in it: 2025, 2025-06."""
    wanted = fold(asked.text).text.strip()
    found = [each for each in buckets if wanted in each.value.casefold()]
    size = asked.request.facet_size
    return FacetResult(asked=asked, dates=tuple(found[:size]), more=len(found) > size)


def _beginning(among: Sequence[tuple[str, int]], wanted: str) -> Iterator[int]:
    if not wanted:
        return
    first = bisect_left(among, (wanted, 0))
    last = bisect_left(among, (wanted + _LAST, 0))
    for _, number in among[first:last]:
        yield number


def _plain(folded: str) -> str:
    return unify_variants(folded).translate(_NO_SIGNS)
