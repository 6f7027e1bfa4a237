"""What the tagger of persons looks at in a word: the properties of one of MeCab's lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

from search.analysis.tokens import Word

NO_RUN: Final = 0
KATAKANA: Final = 1
KANJI: Final = 2
LATIN: Final = 3
MARKS: Final = "・=.-‐&"
"""Signs inside a name."""

NO_TITLE: Final = 0
HONORIFIC: Final = 1
"""Follows the name of a person, and next to nothing else: 氏, 容疑者, 首相."""
ROLE: Final = 2
GROUP: Final = 3
"""What is called after a person: 政権, 一家."""

PATTERNS: Final = 11
JOINED_PATTERN: Final = 10
_JOINED: Final = "kmk"
"""The shape of several parts of a name that MeCab takes for one word, joined by marks."""
_STOPS: Final = frozenset("。!?")
_OFFICES: Final = frozenset("長相")
_OPENING: Final = frozenset("「『([{(<〈《【“\"'")


class Line(NamedTuple):
    """The properties of a line; see the module."""

    full: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]
    edge: tuple[str, ...]
    """Of what stands around a run."""
    kind: int
    """A place in `CLASSES`."""
    run: int
    is_mark: bool
    pattern: int
    title: int
    is_noun: bool
    stops: bool
    lead: bool
    organisation: bool
    office: bool
    """Ends a title of several words: 都|知事, 経済|再生|相."""
    fused: bool
    """A short name and 氏 that MeCab took for one unknown word: 習氏."""


CLASSES: Final = tuple(
    (  # noqa: SIM905 - easier to read
        "end sei mei person place proper noun1 noun2 noun3 verbal kata kata-unknown "
        "kata-joined latin latin-unknown hira digit counter prefix suffix honorific role "
        "group organisation no wa to particle auxiliary verb adjective adverb adnominal "
        "pronoun mark open close comma stop other"
    ).split()
)
_CLASS: Final = {name: number for number, name in enumerate(CLASSES)}


@dataclass(frozen=True)
class Vocabulary:
    """Words that say what stands beside them."""

    titles: dict[str, int]
    organisations: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The lists in `data/persons-words.tsv`."""
    text = (resources.files("indexer.enrich") / "data/persons-words.tsv").read_text("utf-8")
    lists: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, words = line.split("\t")
            lists.setdefault(name, []).extend(words.split())
    numbers = {"honorific": HONORIFIC, "role": ROLE, "group": GROUP}
    titles = {word: number for name, number in numbers.items() for word in lists[name]}
    return Vocabulary(titles, frozenset(lists["organisation"]))


def shape_of(text: str) -> str:
    """Each sort of characters once: `k` katakana, `h` hiragana, `C` kanji, `a`, `d`, `m`, `.`."""
    shape = ""
    for char in text:
        sort = _sort(char)
        if not shape.endswith(sort):
            shape += sort
    return shape


def _sort(char: str) -> str:
    if "ァ" <= char <= "ヺ" or char in "ーヽヾ":
        return "k"
    if "ぁ" <= char <= "ゟ":
        return "h"
    if "㐀" <= char <= "鿿" or char in "々〆〇" or char >= "\U00020000":
        return "C"
    if char.isdigit():
        return "d"
    return "a" if char.isalpha() else "m" if char in MARKS else "."


def _levels(pos: str) -> tuple[str, str]:
    """The part of speech, short: all levels, and the first two."""
    levels = [level[:2] for level in pos.split(",")]
    return "/".join(levels), "/".join(levels[:2])


def read_line(word: Word) -> Line:
    """The properties of a line."""
    surface = "".join("0" if char.isdigit() else char for char in word.surface[:24])
    shape = shape_of(surface).replace("kmkm", "km")
    pos, short = _levels(word.pos)
    words = vocabulary()
    title = words.titles.get(surface, NO_TITLE)
    kind = _class(word, shape, title, organises=surface in words.organisations)
    signs = [f"t={title}"] if title else []
    signs += ["o"] if surface in words.organisations else []
    signs += ["l"] if word.lead else []
    near = (f"w={surface}", f"p={pos}", f"c={shape}", f"k={kind}", *signs)
    full = (*near, *_of_itself(surface, shape, pos, known=bool(word.lemma)))
    edge = (f"w={surface}", f"q={short}", f"k={kind}", f"t={title}")
    run = _run(surface, shape, word.pos)
    return Line(
        full,
        (*near, f"z={surface[-1:]}"),
        near,
        edge,
        _CLASS[kind],
        run,
        is_mark=bool(surface) and surface in MARKS,
        pattern=_pattern(word, kind, run),
        title=title,
        is_noun=word.pos.startswith(("名詞", "接頭辞", "接尾辞")),
        stops=surface in _STOPS,
        lead=bool(word.lead),
        organisation=surface in words.organisations,
        fused=is_fused(word),
        office=surface in _OFFICES and title == ROLE,
    )


def is_fused(word: Word) -> bool:
    """Whether MeCab took a short name and 氏 for one unknown word: 習氏."""
    return not word.lemma and 2 <= word.width <= 3 and word.surface.endswith("氏")


def _of_itself(surface: str, shape: str, pos: str, *, known: bool) -> Iterator[str]:
    length = len(surface)
    yield "b"
    yield f"n={min(length, 7)}"
    yield f"u={known:d}"
    yield f"pc={pos}|{shape}"
    yield f"cn={shape}{min(length, 6)}|{known:d}"
    yield f"wp={surface}|{pos}"
    if length > 1:
        yield f"a={surface[0]}"
        yield f"z={surface[-1]}"
        yield f"y={surface[-2:]}"


def _run(surface: str, shape: str, pos: str) -> int:
    if not surface or surface in MARKS:
        return NO_RUN
    if shape in {"k", "ka", "ak", _JOINED}:
        return KATAKANA
    if shape == "a":
        return LATIN
    return KANJI if shape == "C" and pos.startswith("名詞") else NO_RUN


_BY_POS: Final = (
    ("名詞,固有名詞,人名,姓", "sei"), ("名詞,固有名詞,人名,名", "mei"),
    ("名詞,固有名詞,人名", "person"), ("名詞,固有名詞,地名", "place"),
    ("名詞,固有名詞", "proper"), ("名詞,数詞", "digit"), ("代名詞", "pronoun"),
    ("接頭辞", "prefix"), ("接尾辞", "suffix"), ("助動詞", "auxiliary"), ("助詞", "particle"),
    ("動詞", "verb"), ("形容詞", "adjective"), ("形状詞", "adjective"), ("副詞", "adverb"),
    ("連体詞", "adnominal"), ("接続詞", "adverb"), ("補助記号,括弧開", "open"),
    ("補助記号,括弧閉", "close"), ("補助記号,読点", "comma"), ("補助記号,句点", "stop"),
)  # fmt: skip
_PARTICLES: Final = {"の": "no", "は": "wa", "が": "wa", "も": "wa", "と": "to", "や": "to"}
_TITLES: Final = {HONORIFIC: "honorific", ROLE: "role", GROUP: "group"}


def _class(word: Word, shape: str, title: int, *, organises: bool) -> str:
    """One of CLASSES."""
    if not word.surface:
        return "end"
    if title:
        return _TITLES[title]
    if organises:
        return "organisation"
    return (
        _class_of_sign(word.surface) or _class_of_shape(word, shape) or _class_of_pos(word, shape)
    )


def _class_of_sign(surface: str) -> str:
    signs = ((MARKS, "mark"), (_OPENING, "open"), (_STOPS, "stop"))
    return next((name for among, name in signs if surface in among), "")


def _class_of_shape(word: Word, shape: str) -> str:
    if shape == _JOINED:
        return "kata-joined"
    if shape == "k" and word.pos.startswith("名詞") and "地名" not in word.pos:
        return "kata" if word.lemma else "kata-unknown"
    if shape == "a":
        return "latin" if word.lemma else "latin-unknown"
    return ""


def _class_of_pos(word: Word, shape: str) -> str:
    found = next((name for start, name in _BY_POS if word.pos.startswith(start)), "")
    if found:
        return _PARTICLES.get(word.surface, found) if found == "particle" else found
    if not word.pos.startswith("名詞"):
        return "other"
    if "助数詞" in word.pos:
        return "counter"
    if shape == "h":
        return "hira"
    return "verbal" if "サ変" in word.pos else f"noun{min(len(word.surface), 3)}"


_PATTERN: Final = {
    "sei": 1, "mei": 2, "person": 3, "place": 4, "kata": 5, "kata-unknown": 6,
    "latin": 7, "latin-unknown": 7, "noun1": 8, "kata-joined": JOINED_PATTERN,
}  # fmt: skip


def _pattern(word: Word, kind: str, run: int) -> int:
    """How a word looks inside a run: one of PATTERNS."""
    if kind in {"kata", "kata-unknown"} and "人名" in word.pos and word.lemma:
        return 3
    return _PATTERN.get(kind, 9 if run else 0)
