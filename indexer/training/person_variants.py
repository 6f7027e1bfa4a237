"""More sentences for the tagger of persons: names shortened as newspapers do.

The labelled sets write names in full, encyclopedias do; in news most mentions are a surname, with a
title or without. A copy of a sentence has some of its full names shortened.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.enrich.person_lines import vocabulary
from search.analysis.japanese import Analyser

_PARTS: Final = re.compile("[・=＝]")
_KATAKANA: Final = re.compile("[ァ-ヺー・=＝]+")
_KANJI: Final = re.compile("[㐀-鿿々ヶ]+")
_TITLES: Final = (  # noqa: SIM905 - easier to read
    "氏 氏 氏 氏 さん さん さん 首相 大統領 選手 監督 容疑者 "
    "被告 議員 社長 知事 教授 長官 外相 財務相 委員長 市長 "
    "会長 投手 政権 内閣 官房長官 代表 元首相 経済再生相 "
    "米大統領 都知事 前会長 幹事長"
).split()
_OFFICES: Final = (  # noqa: SIM905 - easier to read
    "首相 大統領 外相 財務長官 財務相 国務長官 社長 会長 代表 "
    "監督 選手 議員 知事 市長 大使 大臣 教授 官房長官 担当相 "
    "政権 委員長 広報部長"
).split()
"""What may follow the name of a place or organisation as well."""
_PLACE_TITLED: Final = 0.1
_TITLED: Final = 0.35
_BARE: Final = 0.2
_OTHER: Final = 0.25
_ALREADY: Final = 6
"""Characters behind a name in which a title of its own would begin."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and the spans of the persons it names, in code points, half-open."""

    text: str
    spans: tuple[tuple[int, int], ...]
    places: tuple[tuple[int, int], ...] = ()
    """Spans of places and organisations, where they are known."""


@dataclass(frozen=True, slots=True)
class _Names:
    """Names in full and as they are shortened, of one writing."""

    full: tuple[str, ...]
    short: tuple[str, ...]


def varied(texts: Sequence[Labelled], analyser: Analyser, copies: int) -> Iterator[Labelled]:
    """Copies, with other and shorter names, of each text with a name; the same every time."""
    short = {
        text[start:end]: _shorter(text[start:end], analyser)
        for text, start, end in ((each.text, *span) for each in texts for span in each.spans)
    }
    names = {pattern: _names(pattern, short) for pattern in (_KATAKANA, _KANJI)}
    for number in range(copies):
        for labelled in texts:
            copy = _vary(labelled, short, names, number)
            if copy.text != labelled.text:
                yield copy


def _names(pattern: re.Pattern[str], short: Mapping[str, str]) -> _Names:
    """The names of one writing that have a shorter form."""
    pairs = sorted((full, part) for full, part in short.items() if part and pattern.fullmatch(full))
    return _Names(tuple(full for full, _ in pairs), tuple(part for _, part in pairs))


def _vary(
    labelled: Labelled,
    short: Mapping[str, str],
    names: Mapping[re.Pattern[str], _Names],
    number: int,
) -> Labelled:
    seed = hashlib.blake2b(f"{number} {labelled.text}".encode(), digest_size=8).hexdigest()
    chance = random.Random(seed)  # noqa: S311 - the same every time
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    done = length = 0
    places = frozenset(labelled.places)
    for start, end in sorted({*labelled.spans, *places}):
        if start < done:
            continue
        name = labelled.text[start:end]
        behind = labelled.text[end : end + _ALREADY]
        if (start, end) in places:
            new, title = name, chance.choice(_OFFICES) if chance.random() < _PLACE_TITLED else ""
        else:
            pool = next((pool for pattern, pool in names.items() if pattern.fullmatch(name)), None)
            new, title = _other_form(name, short[name], pool, chance)
        if title and any(behind.startswith(each) for each in vocabulary().titles):
            title = ""
        length += start - done
        if (start, end) not in places:
            spans.append((length, length + len(new)))
        parts += labelled.text[done:start], new, title
        length += len(new) + len(title)
        done = end
    return Labelled("".join([*parts, labelled.text[done:]]), tuple(spans))


def _other_form(
    name: str, short: str, pool: _Names | None, chance: random.Random
) -> tuple[str, str]:
    """Another name, or a name as it may be given further down; and a title for it."""
    draw, title = chance.random(), chance.choice(_TITLES)
    if pool is None or not pool.full:
        return name, ""
    other = chance.randrange(len(pool.full))
    part = short if short and chance.random() < 0.5 else pool.short[other]
    if draw < _TITLED:
        return part, title
    if draw < _TITLED + _BARE:
        return part, ""
    return (pool.full[other], "") if draw < _TITLED + _BARE + _OTHER else (name, "")


def _shorter(name: str, analyser: Analyser) -> str:
    """The surname, or the last part of a name in katakana; empty where there is none."""
    if _KATAKANA.fullmatch(name):
        parts = _PARTS.split(name)
        return parts[-1] if len(parts) > 1 and len(parts[-1]) > 1 else ""
    words = analyser.analyse(name).raw
    if len(name) < 3 or len(words) < 2 or not words[0].pos.endswith("姓"):
        return ""
    return name[: words[0].width]
