"""Finds values of a facet by what somebody types: as they are written, or as they are read."""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Final

from search.analysis.katakana import is_kana, katakana_of, unify
from search.analysis.normalize import fold, unify_variants
from search.article import Article
from search.engine.base import Snapshot
from search.labels import kana_order
from search.params import MOST_VALUES
from search.query import JOINERS, FacetSearch, SearchRequest
from search.readings import likeliest, ways
from search.results import DateBucket, FacetResult, Value, ValueCount
from search.romaji import reading_key, typed_key
from search.schema import Facet

ROWS: Final = {
    "あ": "アイウエオ",
    "か": "カキクケコ",
    "さ": "サシスセソ",
    "た": "タチツテト",
    "な": "ナニヌネノ",
    "は": "ハヒフヘホ",
    "ま": "マミムメモ",
    "や": "ヤユヨ",
    "ら": "ラリルレロ",
    "わ": "ワヰヱヲン",
}
"""The rows of the kana table, and their kana."""

UNREAD: Final = "その他"
"""Stands for what has no reading."""

ROW_OF: Final = {kana: row for row, kanas in ROWS.items() for kana in kanas}
_SHORTEST_BEGINNING: Final = 2
_WORDS_OF_A_NAME: Final = 2
"""So many may stand in the other order as well: Shinzo Abe."""
_KEPT: Final = 4
_END: Final = "\n"
_LAST: Final = "\U0010ffff"
_NO_SIGNS: Final = str.maketrans("", "", JOINERS + " ")
_KATAKANA: Final = re.compile("[ァ-ヺー]{2,}")
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


Found = tuple[str, ...] | None
"""Values; None: all of them."""

Named = dict[str, tuple[str, ...]]
"""Values by what is typed for them."""


class ValueTable:
    """The values of a facet, to be found by writing and by reading."""

    def __init__(self, values: Sequence[Value]) -> None:
        self._values = values
        self._readings = {each.value: each.reading for each in values}
        self._lock = threading.Lock()

    def reading(self, value: str) -> str:
        """The reading of a value; see search.readings."""
        return self._readings.get(value, "")

    def named(self, text: str, *, begun: bool = False, quoted: bool = False) -> tuple[str, ...]:
        """The values that a text names: in any spelling, or by a surname or part before a ・.

        With `begun` also by how the name begins, if that is all there is. A quoted text names a
        value by its own name, if there is one, else by those that articles have for it.
        """
        name = _plain(fold(text).text)
        if not name:
            return ()
        own, whole, others = self._by_name
        if quoted:
            return own.get(name) or whole.get(name, ())
        found = others.get(name, ())
        if found or not begun or len(name) < _SHORTEST_BEGINNING:
            return found
        beginning = (values for each, values in others.items() if each.startswith(name))
        return tuple(dict.fromkeys(chain.from_iterable(beginning)))

    @cached_property
    def _by_name(self) -> tuple[Named, Named, Named]:
        """The values by their own names, by all names, and by these and, else, their parts."""
        own: dict[str, dict[str, None]] = {}
        whole: dict[str, dict[str, None]] = {}
        parts: dict[str, dict[str, None]] = {}
        for each in self._values:
            own.setdefault(_plain(fold(each.value).text), {})[each.value] = None
            for name in (each.value, *each.names):
                folded = fold(name).text
                whole.setdefault(_plain(folded), {})[each.value] = None
                for part in folded.replace("=", "・").split("・"):
                    if part and part != name:
                        parts.setdefault(_plain(part), {})[each.value] = None
        tables = (own, whole, parts | whole)
        by_own, by_any, by_part = ({n: tuple(v) for n, v in each.items()} for each in tables)
        return by_own, by_any, by_part

    def holding(self, text: str) -> tuple[str, ...]:
        """The values that have a text in one of their names."""
        numbers = dict.fromkeys(self._written(fold(text).text))
        return tuple(self._values[number].value for number in numbers)

    def among(self, found: Found, row: str) -> Found:
        """Those of the found values that are in a row of the kana table."""
        if not row:
            return found
        kanas = "" if row == UNREAD else ROWS.get(row, row)
        if found is None:
            initials = kanas or ("",)
            return tuple(chain.from_iterable(self._by_initial.get(each, ()) for each in initials))
        return tuple(each for each in found if _is_among(initial_of(self.reading(each)), kanas))

    def rows(self, found: Found) -> tuple[str, ...]:
        """The rows of the kana table that the found values have."""
        if found is None:
            there = {ROW_OF.get(each, UNREAD) for each in self._by_initial}
        else:
            there = {row_of(self.reading(each)) for each in found}
        return tuple(row for row in (*ROWS, UNREAD) if row in there)

    @cached_property
    def _by_initial(self) -> dict[str, tuple[str, ...]]:
        gathered: dict[str, list[str]] = {}
        for each in self._values:
            gathered.setdefault(initial_of(each.reading), []).append(each.value)
        return {initial: tuple(values) for initial, values in gathered.items()}

    def matching(self, text: str) -> tuple[str, ...]:
        """The values that have a text in them, or are read so from the beginning of a word."""
        folded = fold(text).text.strip()
        found = list(self._written(folded))
        kana = katakana_of(folded).translate(_NO_SIGNS)
        with self._lock:
            if is_kana(kana):
                found += self._by_reading.beginning(kana)
            elif _LATIN.fullmatch(folded):
                found += self._by_romaji.beginning(typed_key(folded))
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
    def _by_reading(self) -> Beginnings:
        """By what stands from each word of a reading on."""
        owners: dict[str, list[int]] = {}
        for number, each in enumerate(self._values):
            read = list(ways(each.reading))
            texts = {"".join(w[n:]) for w in read for n in range(len(w))}
            texts |= {w[1] + w[0] for w in read if len(w) == _WORDS_OF_A_NAME}
            for text in texts:
                owners.setdefault(text, []).append(number)
        return Beginnings(owners)

    @cached_property
    def _by_romaji(self) -> Beginnings:
        owners: dict[str, list[int]] = {}
        for text, numbers in self._by_reading.owners.items():
            owners.setdefault(reading_key(text), []).extend(numbers)
        return Beginnings(owners)


class Beginnings:
    """Texts in order, and whose they are."""

    def __init__(self, owners: dict[str, list[int]]) -> None:
        self.owners = owners
        self._texts = sorted(owners)

    def beginning(self, wanted: str) -> Iterator[int]:
        """Whose texts begin so; all may be told several times."""
        if wanted:
            first = bisect_left(self._texts, wanted)
            last = bisect_left(self._texts, wanted + _LAST)
            for text in self._texts[first:last]:
                yield from self.owners[text]


def initial_of(reading: str) -> str:
    """The kana that a reading begins with, unvoiced and large; empty where it is not known."""
    _, kana, _ = kana_order(likeliest(reading)[:1])
    return kana if kana in ROW_OF else ""


def row_of(reading: str) -> str:
    """The row of the kana table that a reading begins in; UNREAD where it is not known."""
    return ROW_OF.get(initial_of(reading), UNREAD)


def _is_among(initial: str, kanas: str) -> bool:
    return initial in kanas if initial and kanas else initial == kanas


def persons_named(snapshot: Snapshot, name: str, finder: ValueFinder) -> tuple[str, ...]:
    """The persons with a name: spelt so, else in another spelling."""
    found = snapshot.named(Facet.PERSON, name)
    return found or finder.table(snapshot, Facet.PERSON).named(name, quoted=True)


def as_named(snapshot: Snapshot, request: SearchRequest, finder: ValueFinder) -> SearchRequest:
    """A request with persons by the names that their values have in this state."""
    found = (persons_named(snapshot, name, finder) or (name,) for name in request.person)
    persons = tuple(dict.fromkeys(chain.from_iterable(found)))[:MOST_VALUES]
    return request if persons == request.person else replace(request, person=persons)


def filed_under(snapshot: Snapshot, article: Article) -> dict[str, str]:
    """The name of the archive for every person of an article that has one."""
    found = ((name, snapshot.named(Facet.PERSON, name)) for name in article.person_names())
    return {name: values[0] for name, values in found if values}


def listed_values(
    asked: FacetSearch, counts: Sequence[ValueCount], table: ValueTable, found: Found
) -> FacetResult:
    """The first values, and those that are selected; there is more where others were counted."""
    size, chosen = asked.request.facet_size, asked.request.selected(asked.facet)
    beyond = counts[size:]
    shown = [*counts[:size], *(each for each in beyond if each.value in chosen)]
    return FacetResult(
        asked=asked,
        values=tuple(shown),
        readings=tuple(table.reading(each.value) for each in shown),
        more=any(each.value not in chosen for each in beyond),
        rows=table.rows(found) if asked.order == "reading" else (),
    )


def dates_among(asked: FacetSearch, buckets: Sequence[DateBucket]) -> FacetResult:
    """The buckets whose name has a text in it: 2025, 2025-06; all of them, and a selected one."""
    wanted = fold(asked.text).text.strip()
    chosen = (asked.request.since, asked.request.until)
    found = (
        each
        for each in buckets
        if wanted in each.value.casefold() or (each.first, each.last) == chosen
    )
    return FacetResult(asked=asked, dates=tuple(found))


def _plain(folded: str) -> str:
    plain = "".join(unify_variants(folded).translate(_NO_SIGNS).split())
    return _KATAKANA.sub(lambda found: unify(found.group()), plain)
