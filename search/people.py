"""What the archive knows of one person: names, offices, articles by month, companions."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Final

from search.engine.base import Snapshot, Window
from search.errors import NotFound, shortened
from search.facet_values import ValueFinder, persons_named
from search.labels import person_label
from search.query import FacetRequest, OneOf, Passing
from search.results import PersonResult, ValueCount
from search.schema import Facet

_NEWEST: Final = 10
_MOST: Final = 20


def person_of(snapshot: Snapshot, name: str, finder: ValueFinder) -> PersonResult:
    """A person by the name of the archive, or another one that only they have; NotFound."""
    found = persons_named(snapshot, name, finder)
    if len(found) != 1:
        raise NotFound(f"there is no person with the name {shortened(name)!r}")
    (value,) = found
    matches = snapshot.search(
        Passing(Facet.PERSON, OneOf((value,))),
        filters={},
        window=Window("newest", 0, _NEWEST),
        facets=(
            FacetRequest(Facet.DATE, interval="month"),
            FacetRequest(Facet.PERSON, _MOST + 1),
            FacetRequest(Facet.TOPIC),
        ),
    )
    names: Counter[str] = Counter()
    offices: Counter[str] = Counter()
    for each in snapshot.labels(Facet.PERSON, value):
        label = person_label(each.value)
        names[label.name] += each.count
        offices[label.office] += each.count
    del offices[""]
    table = finder.table(snapshot, Facet.PERSON)
    alike = (each for each in table.holding(value) if each != value)
    together = (each for each in matches.counts(Facet.PERSON) if each.value != value)
    return PersonResult(
        name=value,
        reading=table.reading(value),
        names=_counted(names),
        offices=_counted(offices),
        months=matches.dates,
        together=tuple(together)[:_MOST],
        topics=matches.counts(Facet.TOPIC),
        alike=tuple(islice(alike, _MOST)),
        articles=tuple(each.article for each in matches.hits),
        total=matches.total,
    )


def _counted(counts: Counter[str]) -> tuple[ValueCount, ...]:
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(ValueCount(value, count) for value, count in ordered)
