"""The persons that articles name: from MeCab's words to one person an article.

The tagger (`sequences`) finds names sentence by sentence, `mentions` looks at the whole article,
`linking` puts the mentions of one person together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from indexer.enrich.furigana import furigana_behind
from indexer.enrich.linking import Named, link, name_key
from indexer.enrich.mentions import KATAKANA_NAME, find_mentions
from indexer.enrich.offices import office_behind
from indexer.enrich.passages import Found, Passage, Source
from indexer.enrich.person_features import Looks
from indexer.enrich.person_lines import HONORIFIC, MARKS
from indexer.enrich.sequences import Tables, Tagged, Weights, load_weights, tag
from search.analysis.columns import Columns, RawWords
from search.analysis.katakana import katakana_of
from search.analysis.lines import Lines
from search.analysis.normalize import Folded, fold, literal_text
from search.analysis.tokens import Word
from search.article import Article
from search.readings import reading_of
from search.schema import Field

_SURE: Final = 0.6
"""A lone word that is less likely and has no title is left out."""
_COUNTRIES: Final = frozenset("米英仏独伊露中韓朝豪印加台")
"""One character stands for a country in headlines (米大統領), hardly ever for a person."""
_FIELDS: Final = (Field.TITLE, Field.BODY, Field.CAPTIONS)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a person is named: code points of the original text."""

    field: Field
    text: int
    """The number of the text in the article: 0 the title, 1 the body, from 2 on captions."""
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person as one article names them."""

    name: str
    """The fullest form in the article."""
    reading: str
    """See search.readings."""
    confidence: float
    """From 0 to 1."""
    mentions: tuple[Mention, ...]
    office: str = ""
    """The one that stands behind their name most often: 首相, 米大統領."""


class PersonFinder:
    """Finds persons in analysed articles; loads its model once. For one thread at a time."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or load_weights()
        self._tables: Tables | None = None

    def find(
        self, articles: Sequence[Article], columns: Columns, lines: Lines
    ) -> list[tuple[Person, ...]]:
        """The persons of each article, the surest first; the columns have the raw words."""
        if columns.raw is None:
            raise ValueError("the columns have no raw words: analyse with raw=True")
        tables = self._tables_of(lines)
        tagged = tag(tables, columns.raw)
        readings: dict[str, list[str]] = {}
        for reading, term in columns.readings:
            readings.setdefault(term, []).append(reading)
        batch = _Batch(columns, columns.raw, tables.looks(), tagged, readings)
        found = []
        first = 0
        for article in articles:
            texts = (article.title, article.body, *article.captions)
            found.append(_persons(batch, texts, first))
            first += len(texts)
        return found

    def _tables_of(self, lines: Lines) -> Tables:
        if self._tables is None or self._tables.lines is not lines:
            self._tables = Tables(self._weights, lines)
        return self._tables


@dataclass(frozen=True, slots=True)
class _Batch:
    columns: Columns
    raw: RawWords
    looks: Looks
    tagged: Tagged
    readings: dict[str, list[str]]
    """Of the terms of the batch, the likeliest first."""

    def others(self, term: str) -> Sequence[str]:
        """What a term may be read as."""
        return self.readings.get(term, ())


def _persons(batch: _Batch, texts: Sequence[str], number: int) -> tuple[Person, ...]:
    """The persons of an article whose title is text `number` of the batch."""
    ends = [0, *batch.raw.word_ends][number : number + len(texts) + 1]
    passage = Passage(batch.columns.text, batch.raw, batch.looks, (ends[0], ends[-1]))
    found = find_mentions(passage, batch.tagged)
    names = link([as_named(passage, each) for each in found])
    grouped: dict[str, list[tuple[Found, Mention]]] = {}
    mentions = _mentions(batch, texts, number, found)
    for each, name, mention in zip(found, names, mentions, strict=True):
        grouped.setdefault(name, []).append((each, mention))
    persons = [
        _person(batch, passage, texts, its, name)
        for name, its in grouped.items()
        if not _is_doubtful(passage, its)
    ]
    told = _as_read(persons, texts)
    return tuple(sorted(told, key=lambda person: -person.confidence))


def _as_read(persons: Sequence[Person], texts: Sequence[str]) -> Iterator[Person]:
    """The persons with the readings that stand in brackets behind them, which are no persons."""
    furigana: dict[str, str] = {}
    places: set[tuple[int, int]] = set()
    for person in persons:
        for each in person.mentions:
            text, end = texts[each.text], each.start + each.length
            if " ".join(text[each.start : end].split()) != person.name:
                continue
            found = furigana_behind(text, (each.start, end), person.reading)
            if found:
                furigana.setdefault(person.name, found.reading)
                places.update((each.text, place) for place in range(found.start, found.end))
    for person in persons:
        if not all((each.text, each.start) in places for each in person.mentions):
            yield replace(person, reading=furigana.get(person.name, person.reading))


def _is_doubtful(passage: Passage, its: Sequence[tuple[Found, Mention]]) -> bool:
    """Whether no mention is sure, has a title or is a name of several parts; or it is a country."""
    if all(found.form in _COUNTRIES for found, _ in its):
        return True
    if max(found.probability for found, _ in its) >= _SURE:
        return False
    return not any(
        MARKS[0] in found.form
        or found.source is Source.TITLED
        or passage.titled(found.last)
        or (found.last > found.first and "人名" in passage.word(found.last).pos)
        for found, _ in its
    )


def as_named(passage: Passage, found: Found) -> Named:
    """A mention as linking wants it."""
    behind = found.last + 1
    title = passage.word(behind).surface if passage.title(behind) == HONORIFIC else ""
    return Named(found.form, title, found.last - found.first + 1)


def _mentions(
    batch: _Batch, texts: Sequence[str], number: int, found: Iterable[Found]
) -> Iterator[Mention]:
    """Where the words stand in the original texts; found in order."""
    ends = batch.columns.text_ends
    place, folded = -1, Folded("")
    text = number - 1
    for each in found:
        while text < number or place <= each.last:
            text += 1
            place = batch.raw.word_ends[text]
            folded = literal_text(texts[text - number]) if place > each.last else folded
        offset = ends[text - 1] if text else 0
        start = int(batch.raw.start[each.first])
        end = start + len(each.form)
        start, end = folded.span(start - offset, end - offset)
        which = text - number
        yield Mention(_FIELDS[min(which, 2)], which, start, end - start)


def _person(
    batch: _Batch,
    passage: Passage,
    texts: Sequence[str],
    its: Sequence[tuple[Found, Mention]],
    name: str,
) -> Person:
    """One person from all mentions, shown as the original text has the fullest form."""
    best, place = next((pair for pair in its if pair[0].form == name), its[0])
    shown = texts[place.text][place.start : place.start + place.length]
    words = map(passage.word, range(best.first, best.last + 1))
    kana = katakana_of(best.form)
    return Person(
        name=" ".join(shown.split()),
        reading=kana if KATAKANA_NAME.fullmatch(kana) else read_name(words, batch.others),
        confidence=_confidence([found.probability for found, _ in its]),
        mentions=tuple(mention for _, mention in its),
        office=_office(office_behind(passage, found.last) for found, _ in its),
    )


def _office(behind: Iterable[str]) -> str:
    """The most frequent one; of equal ones the first."""
    counts = Counter(filter(None, behind))
    return max(counts, key=counts.__getitem__, default="")


def read_name(words: Iterable[Word], others: Callable[[str], Sequence[str]]) -> str:
    """How a name is read, see search.readings; `others` are further readings of a word."""
    return reading_of(_read_word(word, others) for word in words)


def _read_word(word: Word, others: Callable[[str], Sequence[str]]) -> tuple[str, Sequence[str]]:
    """What is written in kana, or the lemma of a proper noun, which is its reading."""
    surface = katakana_of(word.surface)
    if KATAKANA_NAME.fullmatch(surface) or surface.isascii():
        return surface, ()
    lemma = word.lemma.partition("-")[0] if "固有名詞" in word.pos else ""
    return lemma if KATAKANA_NAME.fullmatch(lemma) else "", others(word.surface)


def _confidence(probabilities: Sequence[float]) -> float:
    """That of the surest mention, and a little more for each other one."""
    best = max(probabilities)
    return round(best + (1 - best) * 0.4 * (1 - 1 / len(probabilities)), 3)


def fold_into(publisher_names: Sequence[str], persons: Sequence[Person]) -> list[Person]:
    """The persons the publisher gave first and as it wrote them, then the others.

    An extracted person that is one of the publisher's gives up its name to it; a person of the
    publisher's without mentions has none here either. Confidence of the publisher's is 1.
    """
    given = [Named(fold(name).text, "", 2) for name in publisher_names]
    others = [Named(fold(person.name).text, "", 2) for person in persons]
    linked = link([*given, *others])
    owners: dict[str, int] = {}
    for at, name in enumerate(linked[: len(given)]):
        owners.setdefault(name, at)
    taken: dict[int, list[Person]] = {}
    rest = []
    for person, name in zip(persons, linked[len(given) :], strict=True):
        owner = owners.get(name)
        if owner is None:
            rest.append(person)
        else:
            taken.setdefault(owner, []).append(person)
    return [_given(name, taken.get(at, [])) for at, name in enumerate(publisher_names)] + rest


def _given(name: str, persons: Sequence[Person]) -> Person:
    mentions = sorted(
        (mention for person in persons for mention in person.mentions),
        key=lambda mention: (mention.text, mention.start),
    )
    key = name_key(fold(name).text)
    reading = next((each.reading for each in persons if name_key(fold(each.name).text) == key), "")
    office = next((person.office for person in persons if person.office), "")
    return Person(name, reading, 1.0, tuple(mentions), office)
