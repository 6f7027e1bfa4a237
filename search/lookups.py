"""What planning asks of the index, of one state of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from search.analysis.normalize import fold, unify_variants
from search.engine.base import Snapshot
from search.query import JOINERS, Query
from search.results import Value
from search.schema import Facet
from search.scoring import clause_weight

_KEPT: Final = 4
_NO_JOINERS: Final = str.maketrans("", "", JOINERS + " ")


class Names:
    """The values of facets by what people type for them; made at first use of a state."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[tuple[str, Facet], Mapping[str, tuple[str, ...]]] = {}

    def named(self, snapshot: Snapshot, facet: Facet, text: str) -> tuple[str, ...]:
        """The values that a text names: in any spelling, or by a surname or part before a ・."""
        key = (snapshot.identity, facet)
        with self._lock:
            table = self._made.get(key)
            if table is None:
                while len(self._made) >= _KEPT:
                    self._made.pop(next(iter(self._made)))
                table = self._made[key] = _by_name(snapshot.values(facet))
        name = _plain(text)
        if not name:
            return ()
        found = table.get(name, ())
        if found or facet is not Facet.PERSON or len(name) < 2:
            return found
        beginning = (values for each, values in table.items() if each.startswith(name))
        return tuple(dict.fromkeys(value for values in beginning for value in values))


def _by_name(values: Iterable[Value]) -> dict[str, tuple[str, ...]]:
    whole: dict[str, dict[str, None]] = {}
    parts: dict[str, dict[str, None]] = {}
    for each in values:
        for name in (each.value, *each.names):
            whole.setdefault(_plain(name), {})[each.value] = None
            for part in fold(name).text.replace("=", "・").split("・"):
                if part and part != name:
                    parts.setdefault(_plain(part), {})[each.value] = None
    return {name: tuple(found) for name, found in (parts | whole).items()}


def _plain(text: str) -> str:
    return unify_variants(fold(text).text).translate(_NO_JOINERS)


class Lookups:
    """See `search.widening.Index`."""

    def __init__(self, snapshot: Snapshot, names: Names) -> None:
        self._snapshot = snapshot
        self._names = names
        self._counted: dict[Query, int] = {}

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """How many articles match each query; each is asked for once."""
        new = [query for query in dict.fromkeys(queries) if query not in self._counted]
        self._counted |= zip(new, self._snapshot.counts(new), strict=True)
        return [self._counted[query] for query in queries]

    def weights(self, queries: Sequence[Query]) -> list[int]:
        """How telling each query is, in thousandths of idf."""
        articles = self._snapshot.size()
        return [clause_weight(articles, count) for count in self.counts(queries)]

    def forms(self, term: str) -> Sequence[str]:
        """Every way a term is written, itself first."""
        return self._snapshot.forms(term)

    def terms_written(self, form: str) -> Sequence[str]:
        """The terms that are written so somewhere."""
        return self._snapshot.terms_written(form)

    def terms_read(self, reading: str) -> Sequence[str]:
        """The terms that are read so."""
        return self._snapshot.terms_read(reading)

    def labelled(self, facet: Facet, text: str) -> tuple[str, ...]:
        """The values of a facet that a text names."""
        return self._names.named(self._snapshot, facet, text)
