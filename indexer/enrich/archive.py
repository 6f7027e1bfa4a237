"""Which names of the archive are of one person, and what that one is shown as.

Names that are spelt alike but for variant kanji, spaces and the sounds of katakana are one. A
surname alone goes with a full name only where an office, or in katakana the name itself, leaves
one choice: a wrong merge is worse than none. The publisher's names are shown as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from indexer.enrich.corrections import Corrections
from indexer.enrich.linking import name_key
from indexer.enrich.mentions import KATAKANA_NAME, PARTS
from indexer.enrich.offices import Office, may_be_one, read_office
from indexer.enrich.persons import read_name
from search.analysis.japanese import Analyser
from search.analysis.katakana import is_kana, is_katakana, katakana_of, unify
from search.analysis.normalize import fold, unify_variants
from search.labels import Linked, PersonLabel, person_label
from search.readings import first_words, ways
from search.schema import Facet

_LATIN: Final = re.compile("[a-zà-ɏ.'’ ・=‐-]+")
_SURNAME: Final = 2
"""Longer ones are surnames only where the reading says so."""
_GIVEN_NAME: Final = 4
_LONG: Final = 4
_KNOWN: Final = 3
"""A surname alone, in katakana, has so many characters, and its full name so many articles."""
_KANA_NAME: Final = 5
_APART: Final = "\0"
"""Begins the keys of names that an operator has split off."""

Key = str
"""The same for names that are spelt alike."""
Held = tuple[Key, str]
"""A name with the title that articles give it."""


class PeopleLinker:
    """Links the labels of all facets; see search.labels.Linker."""

    def __init__(self, analyser: Analyser, corrections: Corrections) -> None:
        self._analyser = analyser
        self._corrections = corrections
        self.unknown: tuple[str, ...] = ()
        """Names of the corrections that no article has, once the persons are linked."""

    def __call__(
        self, facet: Facet, labels: Mapping[str, int], known: Mapping[str, str]
    ) -> dict[str, Linked]:
        """Every label with its value and the reading of that."""
        if facet is not Facet.PERSON:
            return {label: Linked(label, known.get(label) or self._read(label)) for label in labels}
        persons = {text: person_label(text) for text in labels}
        counts = {persons[text]: count for text, count in labels.items()}
        values = link_persons(counts, self._corrections)
        self.unknown = unknown_names(counts, self._corrections)
        readings = self._readings(values, counts, known)
        shown = {text: values[person] for text, person in persons.items()}
        return {
            text: Linked(value, readings.get(value, "") if value is not None else "")
            for text, value in shown.items()
        }

    def _readings(
        self,
        values: Mapping[PersonLabel, str | None],
        counts: Mapping[PersonLabel, int],
        known_before: Mapping[str, str],
    ) -> dict[str, str]:
        """How each value is read: as articles have it, a reading that leaves no choice first.

        That is one which stands in brackets in the text. Without any, by the dictionary.
        """
        known: dict[str, Counter[str]] = {}
        for person, value in values.items():
            if value is not None:
                readings = known.setdefault(value, Counter())
                if person.reading and person.name == value:
                    readings[person.reading] += counts[person]
        return {
            value: min(readings, key=lambda each: (len(list(ways(each))), -readings[each], each))
            if readings
            else known_before.get(value) or self._read(value)
            for value, readings in known.items()
        }

    def _read(self, text: str) -> str:
        kana = katakana_of(fold(text).text)
        if KATAKANA_NAME.fullmatch(kana):
            return kana
        return read_name(self._analyser.analyse(text).words, self._analyser.readings_of)


def link_persons(
    counts: Mapping[PersonLabel, int], corrections: Corrections | None = None
) -> dict[PersonLabel, str | None]:
    """The name that each label is shown as; `None` for those an operator has blocked."""
    rules = corrections or Corrections()
    archive = _Archive(counts, rules)
    return {label: archive.value(label) for label in counts}


def unknown_names(labels: Iterable[PersonLabel], corrections: Corrections) -> tuple[str, ...]:
    """Names of the corrections that no label has in any spelling, in their order."""
    merged = (name for names in corrections.merge.values() for name in names)
    apart = (*sorted(corrections.block), *sorted(corrections.split))
    said = tuple(dict.fromkeys((*merged, *corrections.rename, *apart)))
    known = {spelling_key(label.name) for label in labels} if said else set()
    return tuple(name for name in said if spelling_key(name) not in known)


@dataclass(slots=True)
class _Person:
    """What is known of the names of one key."""

    names: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    offices: set[str] = field(default_factory=set)
    readings: set[str] = field(default_factory=set)

    @property
    def articles(self) -> int:
        return self.names.total()

    def shown(self) -> str:
        names = self.given or self.names
        return min(names, key=lambda name: (-names[name], -len(name), name))


class _Archive:
    """The persons of all articles together."""

    def __init__(self, counts: Mapping[PersonLabel, int], rules: Corrections) -> None:
        self._apart = rules.split
        self._keys: dict[str, Key] = {}
        self._people: dict[Key, _Person] = {}
        for label, count in counts.items():
            person = self._people.setdefault(self._key(label.name), _Person())
            person.names[label.name] += count
            if label.given:
                person.given[label.name] += count
            if label.office:
                person.offices.add(label.office)
            if label.reading:
                person.readings.add(label.reading)
        self._merged = {
            self._key(name): target for target, names in rules.merge.items() for name in names
        } | {self._key(target): target for target in rules.merge}
        self._blocked = {self._key(name) for name in rules.block}
        self._renamed = {self._key(name): shown for name, shown in rules.rename.items()}
        self._full = _FullNames(self._people)
        self._shown: dict[Held, str | None] = {}

    def _key(self, name: str) -> Key:
        key = self._keys.get(name)
        if key is None:
            key = f"{_APART}{name}" if name in self._apart else spelling_key(name)
            self._keys[name] = key
        return key

    def value(self, label: PersonLabel) -> str | None:
        """What a label is shown as."""
        held = (self._key(label.name), label.office)
        if held not in self._shown:
            self._shown[held] = self._value(held)
        return self._shown[held]

    def _value(self, held: Held) -> str | None:
        key, office = held
        if key in self._blocked:
            return None
        if key not in self._merged and not key.startswith(_APART) and not self._people[key].given:
            key = self._full.of(key, office) or key
        if key in self._blocked:
            return None
        name = self._merged.get(key) or self._people[key].shown()
        return self._renamed.get(self._key(name), name)


class _FullNames:
    """Full names by the parts that they may be shortened to."""

    def __init__(self, people: Mapping[Key, _Person]) -> None:
        self._people = people
        self._offices: dict[Key, list[Office]] = {}
        self._by_surname: dict[str, list[Key]] = {}
        self._by_reading: dict[str, list[Key]] = {}
        self._given_names: set[str] = set()
        for key, person in people.items():
            if key.startswith(_APART):
                continue
            found = map(read_office, person.offices)
            self._offices[key] = [office for office in found if office]
            foreign = KATAKANA_NAME.fullmatch(key) is not None
            for surname in surnames_of(key) if foreign or self._offices[key] else ():
                self._by_surname.setdefault(surname, []).append(key)
            if foreign:
                self._given_names.update(key.split("・")[:-1])
            for reading in person.readings:
                for words in ways(reading):
                    if len(words) > 1:
                        self._by_reading.setdefault("".join(words), []).append(key)

    def of(self, key: Key, title: str) -> Key | None:
        """The full name that a name alone, with a title, goes with, if there is but one."""
        foreign = KATAKANA_NAME.fullmatch(key) is not None
        names = self._by_surname.get(name_key(key) if foreign else key, ())
        office = read_office(title)
        if office:
            holders = [name for name in names if self._held(name, office)]
            if not foreign:
                holders = [name for name in holders if self._read_alike(key, name)]
            return holders[0] if len(holders) == 1 else None
        if foreign and len(names) == 1 and self._is_known_by(names[0], key):
            return names[0]
        if is_kana(key) and len(key) >= _KANA_NAME:
            read = set(self._by_reading.get(katakana_of(key), ())) - {key}
            return read.pop() if len(read) == 1 else None
        return None

    def _is_known_by(self, name: Key, surname: Key) -> bool:
        """Whether a surname in katakana is enough: long, no given name, of somebody known."""
        if len(surname) < _LONG or name_key(surname) in self._given_names:
            return False
        spelt = (fold(each).text.rpartition("・")[2] for each in self._people[name].names)
        return self._people[name].articles >= _KNOWN and unify(surname) in map(unify, spelt)

    def _held(self, name: Key, office: Office) -> bool:
        return any(may_be_one(office, each) for each in self._offices[name])

    def _read_alike(self, surname: Key, name: Key) -> bool:
        """Whether the readings allow it; a long surname must be read as one."""
        alone = set().union(*map(first_words, self._people[surname].readings))
        begun = set().union(*map(first_words, self._people[name].readings))
        if alone and begun:
            return not alone.isdisjoint(begun)
        return len(surname) <= _SURNAME


def spelling_key(name: str) -> Key:
    """The same for names that are spelt alike: 髙橋 一郎 and 高橋一郎, ベセント and ベイセント.

    A single word in katakana stands for itself alone.
    """
    folded = unify_variants(fold(name).text)
    if KATAKANA_NAME.fullmatch(folded):
        parts = PARTS.split(folded)
        return "・".join(map(name_key, parts)) if len(parts) > 1 else folded
    if _LATIN.fullmatch(folded):
        return " ".join(re.split("[ ・=.]+", folded)).strip() or folded
    return folded.replace(" ", "") or folded


def surnames_of(key: Key) -> Iterator[Key]:
    """What a full name may be shortened to: the last part in katakana, a beginning in kanji."""
    if KATAKANA_NAME.fullmatch(key):
        *before, last = key.split("・")
        if before:
            yield last
    elif not _LATIN.fullmatch(key):
        least = max(1, len(key) - _GIVEN_NAME)
        beginnings = (key[:end] for end in range(least, len(key)))
        yield from (each for each in beginnings if not is_katakana(each))
