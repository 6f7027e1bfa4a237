"""The analyser: text to tokens, by MeCab and UniDic; the same for articles and queries.

MeCab sees the literal text with variant kanji unified. Its formatted output is read once, and
each distinct line is kept as a number.
"""

from __future__ import annotations

import hashlib
import re
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import metadata, resources
from itertools import chain
from pathlib import Path
from typing import Final

import unidic_lite
from fugashi import GenericTagger

from search.analysis.columns import Columns, make_columns
from search.analysis.edits import find_edits
from search.analysis.katakana import is_katakana
from search.analysis.lines import END, HAS_KANJI, KNOWN, UNKNOWN, Lines
from search.analysis.literals import make_literals, see
from search.analysis.normalize import Folded, literal_text
from search.analysis.tokens import AnalysedText
from search.schema import Form, Reading

MECAB_OPTIONS: Final = (
    f"-d '{unidic_lite.DICDIR}' -r '{unidic_lite.DICDIR}/mecabrc' -O '' "
    f"-F '{KNOWN}' -U '{UNKNOWN}' -E '{END}'"
)
_READING_OPTIONS: Final = (
    f"-d '{unidic_lite.DICDIR}' -r '{unidic_lite.DICDIR}/mecabrc' -O ''"
    r" -F '%m\t%f[17]\n' -U '\n' -E '\n'"
)
_MOST_READINGS: Final = 5
_MOST_TERMS_READ: Final = 200_000
# MeCab's lattice and its 16-bit lengths want pieces; a sentence of news is far shorter.
_PIECE: Final = 8_000
# Behind a full stop, else before a space. No piece but a text's last one ends in white space:
# MeCab says nothing of that.
_PIECE_END: Final = re.compile(
    r"[\s\S]{1,8000}(?<=。)|[\s\S]{0,7999}[^ ](?= )|[\s\S]{0,7999}[^ ]|[\s\S]"
)
_MOST_LINES: Final = 400_000


@lru_cache(maxsize=1)
def _parts_of_speech() -> dict[str, str]:
    """The four levels of the part of speech of every left context of the dictionary."""
    lines = (Path(unidic_lite.DICDIR) / "left-id.def").read_text("utf-8").splitlines()
    numbered = (line.split(" ", 1) for line in lines)
    return {
        number: ",".join("" if level == "*" else level for level in features.split(",")[:4])
        for number, features in numbered
    }


def _pieces(text: str) -> list[str]:
    return [text] if len(text) <= _PIECE else _PIECE_END.findall(text)


class Analyser:
    """Cuts texts into tokens. Safe from several threads: each has a tagger of its own."""

    def __init__(self) -> None:
        self._taggers = threading.local()
        self._lines = self._new_lines()
        self._read: dict[str, tuple[Reading, ...]] = {}

    def _new_lines(self) -> Lines:
        return Lines(_parts_of_speech(), self._is_verb)

    def _is_verb(self, text: str) -> bool:
        """Whether MeCab, asked for `text` alone, takes it for the dictionary form of a verb."""
        line, *others = self._tagger.parse(text).removesuffix(END).splitlines()
        _, surface, pos, lemma, _ = line.split("\t")
        is_verb = _parts_of_speech().get(pos, pos).startswith("動詞")
        return not others and is_verb and surface == text == lemma

    def _new_tagger(self, name: str, options: str) -> GenericTagger:
        tagger: GenericTagger | None = getattr(self._taggers, name, None)
        if tagger is None:
            tagger = GenericTagger(options)
            setattr(self._taggers, name, tagger)
        return tagger

    @property
    def _tagger(self) -> GenericTagger:
        return self._new_tagger("mecab", MECAB_OPTIONS)

    def analyse(self, text: str) -> AnalysedText:
        """The tokens of `text`, with offsets into it as given. Any text will do."""
        return self.analyse_all([text])[0]

    def analyse_all(self, texts: Sequence[str]) -> list[AnalysedText]:
        """As `analyse`, for several texts at once."""
        literals = [literal_text(text) for text in texts]
        lines = self._known_lines()
        cut = self._cut(list(map(see, literals)))
        return [_read(*each, lines) for each in zip(texts, literals, cut, strict=True)]

    def analyse_in_columns(self, texts: Sequence[str], *, raw: bool = False) -> Columns:
        """Terms and literal texts of many texts, in arrays: what an index is made of.

        With `raw` also MeCab's words, which enrichment works on.
        """
        literals = make_literals(texts)
        lines = self._known_lines()
        columns = make_columns(literals, self._cut(literals.seen), lines, raw=raw)
        return replace(columns, readings=self._readings(columns.forms, lines))

    def _readings(self, forms: Sequence[Form], lines: Lines) -> list[Reading]:
        """What the terms of some forms may be typed as instead; each term is asked for once."""
        terms = dict.fromkeys(term for term, _ in forms)
        new = [term for term in terms if term not in self._read]
        if len(self._read) + len(new) > _MOST_TERMS_READ:
            self._read, new = {}, list(terms)
        for term in new:
            latin = lines.latin.get(term)
            readings = (*self.readings_of(term), *((latin,) if latin else ()))
            self._read[term] = tuple((sys.intern(each), term) for each in readings)
        return list(chain.from_iterable(map(self._read.__getitem__, terms)))

    def readings_of(self, term: str) -> tuple[str, ...]:
        """How a term with kanji may be read, as one word, in katakana; the likeliest first."""
        if not HAS_KANJI.search(term):
            return ()
        tagger = self._new_tagger("readings", _READING_OPTIONS)
        outputs = tagger.nbest(term, _MOST_READINGS).split("\n\n")
        read = (output.strip("\n").split("\t") for output in outputs)
        found = (each[1] for each in read if len(each) == 2 and each[0] == term)
        return tuple(dict.fromkeys(reading for reading in found if is_katakana(reading)))

    def _known_lines(self) -> Lines:
        """The lines seen so far; a new table when they have become too many.

        Whoever works with the numbers of the old one keeps it meanwhile.
        """
        lines = self._lines
        if max(len(lines), len(lines.forms)) > _MOST_LINES:
            lines = self._lines = self._new_lines()
        return lines

    def _cut(self, texts: Sequence[str]) -> list[str]:
        """MeCab's output for each text that it shall see: a line a word, END the last.

        MeCab's dictionary and ours push each other out of the processor's caches, so dozens of
        texts go through the one before the other is asked.
        """
        pieces = map(_pieces, texts)
        parse = self._tagger.parse
        return [_whole([parse(piece) for piece in each]) for each in pieces]


def _whole(outputs: list[str]) -> str:
    """The outputs for the pieces of a text as one."""
    if len(outputs) == 1:
        return outputs[0]
    return "".join(output.removesuffix(END) for output in outputs) + END


def _read(text: str, literal: Folded, output: str, lines: Lines) -> AnalysedText:
    numbers = map(lines.__getitem__, output.split("\n"))
    words = list(map(lines.words.__getitem__, numbers))
    words.pop()
    return AnalysedText(text, words, find_edits(words), literal)


@lru_cache(maxsize=1)
def analyser_fingerprint() -> str:
    """16 hexadecimal digits that change with every change of the rules or the dictionaries."""
    digest = hashlib.blake2b(digest_size=8)
    package = resources.files("search.analysis")
    files = [*package.iterdir(), *(package / "data").iterdir()]
    for file in sorted(files, key=lambda each: each.name):
        if file.name.endswith((".py", ".tsv")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for name in ("unidic-lite", "fugashi"):
        digest.update(f"{name} {metadata.version(name)}".encode())
    return digest.hexdigest()
