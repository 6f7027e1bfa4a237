"""Which mentions of one article are of the same person, and the fullest form of the name.

A short form goes with the full name that it is a part of; where there are several, with the one
that bears the same title, else with the one named last. Linear in the number of mentions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from search.analysis.normalize import unify_variants

_KATAKANA: Final = re.compile("[ァ-ヺー・=‐ -]+")
"""With spaces, as publishers part names."""
_SEPARATORS: Final = re.compile("[・= ‐-]+")
_LEADING: Final = re.compile("^[ァ-ヺー・=‐-]+")
_LATIN: Final = re.compile(r"[a-zà-ɏ.'’ ・=-]+")
_E_ROW: Final = frozenset("エケセテネヘメレゲゼデベペェ")
_O_ROW: Final = frozenset("オコソトノホモヨロゴゾドボポォョ")
_SMALL: Final = str.maketrans("ァィゥェォャュョヮ", "アイウエオヤユヨワ")
_V: Final = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ"}
_LONGEST: Final = 40
"""Characters of a name that are compared."""


@dataclass(frozen=True, slots=True)
class Named:
    """A mention: its form, the word behind it where that is a title, and how many words it has."""

    form: str
    title: str = ""
    words: int = 1


def sound_key(name: str) -> str:
    """A name in katakana without what spellings differ in: ベイセント is ベセント."""
    for written, said in _V.items():
        name = name.replace(written, said)
    key: list[str] = []
    for char in _SEPARATORS.sub("", name).replace("ー", "").replace("ッ", ""):
        last = key[-1] if key else ""
        if (char in "イィ" and last in _E_ROW) or (char in "ウゥ" and last in _O_ROW):
            continue
        if char in "アイウエオァィゥェォ" and char.translate(_SMALL) == last.translate(_SMALL):
            continue
        key.append(char)
    return "".join(key).translate(_SMALL)


def name_key(name: str) -> str:
    """The same for forms that are one name however it is spelt: 渡邉, 渡辺."""
    return sound_key(name) if _KATAKANA.fullmatch(name) else unify_variants(name.replace(" ", ""))


def link(mentions: Sequence[Named]) -> list[str]:
    """For each mention, in order, the fullest form of the name of its person."""
    people = _People(mentions)
    return [people.whose(mention) for mention in mentions]


Shortened = tuple[int, str]
"""A part of a name by how telling it is, 0 the most; the key of the part."""


def _parts(form: str, words: int) -> Iterator[Shortened]:
    """What else a person of this name may be called."""
    form = form[:_LONGEST]
    if _KATAKANA.fullmatch(form) or _LATIN.fullmatch(form):
        parts = [name_key(part) for part in _SEPARATORS.split(form) if part]
        if len(parts) > 1:
            yield 0, parts[-1]
            yield 1, parts[0]
            yield 0, parts[0] + parts[-1]
            yield from ((2, part) for part in parts[1:-1])
        return
    key = name_key(form)
    if len(key) > 2 or (len(key) == 2 and words > 1):
        heard = len(_LEADING.sub("", key, count=1))
        for end in range(1, len(key)):
            yield 0, key[:end] if end > len(key) - heard else sound_key(key[:end])
            yield 1, key[end:]


class _People:
    """The persons of an article by every form; takes mentions in order."""

    def __init__(self, mentions: Sequence[Named]) -> None:
        self._names = _best_forms(mentions)
        parts: dict[Shortened, str] = {}
        words: dict[str, int] = {}
        for mention in mentions:
            words[mention.form] = max(words.get(mention.form, 0), mention.words)
        self._parts = {form: list(_parts(form, count)) for form, count in words.items()}
        short = self._shorter_forms()
        for form in self._parts:
            if form not in short:
                for part in self._parts[form]:
                    parts.setdefault(part, self._names[name_key(form)])
        self._first, self._short = parts, short
        self._latest: dict[tuple[Shortened, str], str] = {}

    def _shorter_forms(self) -> set[str]:
        """Forms that are a part of another one."""
        whose: dict[str, set[str]] = {}
        for form, parts in self._parts.items():
            for _, key in parts:
                names = whose.setdefault(key, set())
                if len(names) < 2:
                    names.add(name_key(form))
        keys = ((form, name_key(form)) for form in self._parts)
        return {form for form, key in keys if whose.get(key, set()) - {key}}

    def whose(self, mention: Named) -> str:
        """The name of the person that a mention is of."""
        key = name_key(mention.form)
        if mention.form in self._short:
            for rank in range(3):
                name = self._nearest((rank, key), mention.title)
                if name:
                    return self._names[name_key(name)]
        name = self._names[key]
        for part in self._parts[mention.form]:
            self._latest[part, mention.title] = self._latest[part, ""] = name
        return name

    def _nearest(self, part: Shortened, title: str) -> str:
        titled = self._latest.get((part, title)) if title else None
        return titled or self._latest.get((part, "")) or self._first.get(part, "")


def _best_forms(mentions: Iterable[Named]) -> dict[str, str]:
    """By key the form to show: that of most parts, then the most frequent, then the longest."""
    counts = Counter(mention.form for mention in mentions)
    best: dict[str, str] = {}
    for form in counts:
        key = name_key(form)
        old = best.get(key)
        if old is None or _rank(form, counts) > _rank(old, counts):
            best[key] = form
    return best


def _rank(form: str, counts: Counter[str]) -> tuple[int, int, int]:
    return len(_SEPARATORS.findall(form)) if "・" in form else 0, counts[form], len(form)
