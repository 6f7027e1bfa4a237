"""The analyser: text to tokens, by MeCab and UniDic; the same for articles and queries.

MeCab sees the literal text with variant kanji unified. Its formatted output is read once, and
each distinct line is kept as a number.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata, resources
from pathlib import Path
from typing import Final

import unidic_lite
from fugashi import GenericTagger

from search.analysis.columns import Columns, make_columns
from search.analysis.edits import find_edits
from search.analysis.lines import END, KNOWN, UNKNOWN, Lines
from search.analysis.literals import make_literals, see
from search.analysis.normalize import Folded, literal_text
from search.analysis.tokens import AnalysedText

MECAB_OPTIONS: Final = (
    f"-d '{unidic_lite.DICDIR}' -r '{unidic_lite.DICDIR}/mecabrc' -O '' "
    f"-F '{KNOWN}' -U '{UNKNOWN}' -E '{END}'"
)
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
        self._lines = Lines(_parts_of_speech())

    @property
    def _tagger(self) -> GenericTagger:
        tagger: GenericTagger | None = getattr(self._taggers, "mecab", None)
        if tagger is None:
            tagger = self._taggers.mecab = GenericTagger(MECAB_OPTIONS)
        return tagger

    def analyse(self, text: str) -> AnalysedText:
        """The tokens of `text`, with offsets into it as given. Any text will do."""
        return self.analyse_all([text])[0]

    def analyse_all(self, texts: Sequence[str]) -> list[AnalysedText]:
        """As `analyse`, for several texts at once."""
        literals = [literal_text(text) for text in texts]
        lines = self._known_lines()
        cut = self._cut(list(map(see, literals)))
        return [_read(*each, lines) for each in zip(texts, literals, cut, strict=True)]

    def analyse_in_columns(self, texts: Sequence[str]) -> Columns:
        """Terms and literal texts of many texts, in arrays: what an index is made of."""
        literals = make_literals(texts)
        lines = self._known_lines()
        return make_columns(literals, self._cut(literals.seen), lines)

    def _known_lines(self) -> Lines:
        """The lines seen so far; a new table when they have become too many.

        Whoever works with the numbers of the old one keeps it meanwhile.
        """
        lines = self._lines
        if max(len(lines), len(lines.forms)) > _MOST_LINES:
            lines = self._lines = Lines(_parts_of_speech())
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
