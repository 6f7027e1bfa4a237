"""What planning asks of the index, of one state of it."""

from __future__ import annotations

from collections.abc import Sequence

from search.engine.base import Snapshot
from search.facet_values import ValueFinder
from search.query import Query
from search.schema import Facet
from search.scoring import clause_weight


class Lookups:
    """See `search.widening.Index`."""

    def __init__(self, snapshot: Snapshot, values: ValueFinder) -> None:
        self._snapshot = snapshot
        self._values = values
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

    def labelled(self, facet: Facet, text: str, *, quoted: bool = False) -> tuple[str, ...]:
        """The values of a facet that a text names; as a whole where it is quoted."""
        table = self._values.table(self._snapshot, facet)
        return table.named(text, begun=facet is Facet.PERSON and not quoted, quoted=quoted)
