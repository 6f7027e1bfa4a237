"""What articles are filed under, and what that is shown, counted and filtered as.

An article has labels for each facet; that of a person holds all that tells one person from
another. A table of each generation links labels to values, so that one person of the archive
has one value, however the articles name them, and no article is written anew for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from search.article import Article, PersonDetail
from search.readings import likeliest
from search.schema import Facet
from search.topics import canonical

_BETWEEN: Final = "\x1f"
_GIVEN: Final = "p"


@dataclass(frozen=True, slots=True)
class PersonLabel:
    """A person as one article names them."""

    name: str
    office: str = ""
    """The title that one article gives them: 首相, 米大統領."""
    reading: str = ""
    """See search.readings."""
    given: bool = False
    """By the publisher."""

    def __str__(self) -> str:
        parts = (self.name, self.office, self.reading, _GIVEN if self.given else "")
        return _BETWEEN.join(each.replace(_BETWEEN, " ") for each in parts)


def person_label(text: str) -> PersonLabel:
    """The label back from its text."""
    name, office, reading, given = text.split(_BETWEEN)
    return PersonLabel(name, office, reading, given == _GIVEN)


def labels_of(article: Article, facet: Facet) -> tuple[str, ...]:
    """The labels of an article for a facet other than the date, each once."""
    if facet is Facet.TOPIC:
        return tuple(dict.fromkeys(map(canonical, article.topic_names())))
    if facet is Facet.PERSON:
        return tuple(dict.fromkeys(str(_label(each)) for each in article.people()))
    return (article.source,) if article.source else ()


def _label(person: PersonDetail) -> PersonLabel:
    given = person.origin == "publisher"
    return PersonLabel(person.name, person.office, person.reading, given)


class Linked(NamedTuple):
    """What a label is shown as; `None`: it is not shown."""

    value: str | None
    reading: str = ""
    """See search.readings."""


Linker = Callable[[Facet, Mapping[str, int], Mapping[str, str]], Mapping[str, Linked]]
"""Links the labels of a facet, with the number of articles that each has; every label once.

The last argument has readings of values from the state before. The first reading that is given
for a value counts.
"""


def readings_of(links: Iterable[Linked]) -> dict[str, str]:
    """Every value that is shown, and the first reading that is given for it."""
    readings: dict[str, str] = {}
    for value, reading in links:
        if value is not None:
            readings[value] = readings.get(value) or reading
    return readings


def unlinked(
    facet: Facet, labels: Mapping[str, int], known: Mapping[str, str]
) -> dict[str, Linked]:
    """Every label by itself, persons by their names."""
    del known
    if facet is not Facet.PERSON:
        return {label: Linked(label) for label in labels}
    persons = {label: person_label(label) for label in labels}
    return {label: Linked(each.name, each.reading) for label, each in persons.items()}


def name_of(facet: Facet, label: str) -> str:
    """What a label says, links aside."""
    return person_label(label).name if facet is Facet.PERSON else label


def label_beginning(facet: Facet, name: str) -> str:
    """What the labels that say a name begin with; those of other facets are it."""
    return f"{name}{_BETWEEN}" if facet is Facet.PERSON else name


def as_linked(article: Article, values: Sequence[Linked]) -> Article:
    """An article whose persons have the names and readings of their values.

    `values` are those of `labels_of(article, Facet.PERSON)`, in order. The publisher's persons
    keep their names; who was found in the text and is one of them goes into that one.
    """
    if not article.person_details:
        return article
    people = article.people()
    shown = dict(zip(labels_of(article, Facet.PERSON), values, strict=True))
    found: dict[str, PersonDetail] = {}
    for person in people:
        value, reading = shown[str(_label(person))]
        given = person.origin == "publisher"
        if value is None and not given:
            continue
        key = person.name if value is None else value
        if given and key in found:  # the publisher named one person twice
            key = f"{_BETWEEN}{person.name}"
        known = found.get(key)
        found[key] = _joined(known, person) if known else _named(person, key, reading)
    return replace(article, person_details=tuple(found.values()))


def _named(person: PersonDetail, value: str, reading: str) -> PersonDetail:
    name = person.name if person.origin == "publisher" else value
    reading = reading or person.reading
    if (person.name, person.reading) == (name, reading):
        return person
    return replace(person, name=name, reading=reading)


def _joined(one: PersonDetail, other: PersonDetail) -> PersonDetail:
    mentions = {*one.mentions, *other.mentions}
    order = ("title", "body", "captions")
    return replace(
        one,
        reading=one.reading or other.reading,
        confidence=max(one.confidence, other.confidence),
        mentions=tuple(
            sorted(mentions, key=lambda m: (order.index(m.field), m.caption or 0, m.start))
        ),
    )


_SMALL: Final = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_VOWELS: Final = {
    char: vowel
    for vowel, chars in {
        "ア": "アカサタナハマヤラワ",
        "イ": "イキシチニヒミリヰ",
        "ウ": "ウクスツヌフムユル",
        "エ": "エケセテネヘメレヱ",
        "オ": "オコソトノホモヨロヲ",
    }.items()
    for char in chars
}


def kana_order(reading: str) -> tuple[bool, str, str]:
    """The key of the order of a Japanese dictionary (五十音順); what has no reading is last.

    Voicing, small characters and long vowels count only where all else is equal.
    """
    said = likeliest(reading).replace(" ", "").replace("・", "")
    plain = "".join(
        char for char in unicodedata.normalize("NFD", said) if not unicodedata.combining(char)
    ).translate(_SMALL)
    key: list[str] = []
    for char in plain:
        key.append(_VOWELS.get(key[-1], char) if char == "ー" and key else char)
    return not said, "".join(key), said
