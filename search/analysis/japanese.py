"""The analyser: text to tokens, by MeCab and UniDic; the same for articles and queries.

MeCab sees the folded text with variant kanji unified. Its formatted output is read once, and
each distinct line becomes one `Word`, kept in a dictionary.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import metadata, resources
from itertools import compress
from operator import attrgetter
from pathlib import Path
from typing import Final

import unidic_lite
from fugashi import GenericTagger

from search.analysis import katakana
from search.analysis.normalize import Folded, fold_for_analysis
from search.analysis.tokens import GAP, LONGEST_TERM, AnalysedText, Edit, Kind, Word

# White space before, surface, part of speech, lemma, origin. Short lines are fast ones, so known
# words have their part of speech as the number of their left context.
_KNOWN: Final = r"%pS\t%m\t%phl\t%f[7]\t%f[12]\n"
_UNKNOWN: Final = r"%pS\t%m\t%f[0],%f[1],%f[2],%f[3]\t\t\n"
_END: Final = "END"
MECAB_OPTIONS: Final = (
    f"-d '{unidic_lite.DICDIR}' -r '{unidic_lite.DICDIR}/mecabrc' -O '' "
    f"-F '{_KNOWN}' -U '{_UNKNOWN}' -E '{_END}'"
)
# MeCab's lattice and its 16-bit lengths want pieces; a sentence of news is far shorter.
_PIECE: Final = 8_000
_PIECE_END: Final = re.compile(r"[\s\S]{1,8000}(?<=。)|[\s\S]{1,8000}")
_PARAGRAPH_END: Final = re.compile(r"(?<![。！？!?」』）)\n])\n\s*\n")
_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)+", re.ASCII)
_MOST_WORDS: Final = 400_000
_ORDINARY: Final = int(Kind.GAP)
_KIND: Final = attrgetter("kind")

_JOINERS: Final = frozenset("・=-‐‑–'’")
_POINTS: Final = frozenset(".,")
_SIGNS: Final = frozenset("#%&@+$¥€£°")


class _Words(dict[str, Word]):
    """One formatted line to its Word; what makes reading the output cheap."""

    def __missing__(self, line: str) -> Word:
        if len(self) >= _MOST_WORDS:
            self.clear()
        word = self[line] = _read_line(line)
        return word


@lru_cache(maxsize=1)
def _parts_of_speech() -> dict[str, str]:
    """The four levels of the part of speech of every left context of the dictionary."""
    lines = (Path(unidic_lite.DICDIR) / "left-id.def").read_text("utf-8").splitlines()
    numbered = (line.split(" ", 1) for line in lines)
    return {
        number: ",".join("" if level == "*" else level for level in features.split(",")[:4])
        for number, features in numbered
    }


def _read_line(line: str) -> Word:
    lead, surface, pos, lemma, origin = line.split("\t")
    pos = _parts_of_speech().get(pos, pos)
    term = _term(surface, pos, lemma, origin)[:LONGEST_TERM]
    kind = int(_kind(surface, term, lemma))
    width = len(surface)
    return Word(surface, term, pos, lemma, len(lead), width, len(lead) + width, kind)


def _kind(surface: str, term: str, lemma: str) -> Kind:
    if not term:
        if surface in _JOINERS:
            return Kind.JOINER
        return Kind.POINT if surface in _POINTS else Kind.GAP
    if katakana.is_katakana(surface) and (len(surface) == 1 or not lemma):
        return Kind.FRAGMENT
    return Kind.PLAIN


def _term(surface: str, pos: str, lemma: str, origin: str) -> str:
    """The form under which a word is indexed.

    The lemma unites spellings (申込み, 申し込み). A proper noun's lemma is only its reading
    (伊藤 and 伊東 are both イトウ), so names keep their written form; a loanword's lemma
    depends on what stands around it (ケビン is キャビン when alone), so katakana has rules of
    its own; a lemma carries notes behind a hyphen (円-助数詞).
    """
    if not any(char.isalnum() or char in _SIGNS or char >= "\U0001f000" for char in surface):
        return GAP
    if katakana.is_katakana(surface) and origin not in {"和", "漢"}:
        return katakana.unify(surface)
    if "固有名詞" in pos or not lemma or pos.startswith("補助記号"):
        return surface
    return fold_for_analysis(lemma.split("-", maxsplit=1)[0] or lemma).text


def _pieces(text: str) -> list[str]:
    return [text] if len(text) <= _PIECE else _PIECE_END.findall(text)


class Analyser:
    """Cuts texts into tokens. Safe from several threads: each has a tagger of its own."""

    def __init__(self) -> None:
        self._taggers = threading.local()
        self._words = _Words()

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
        """As `analyse`, for several texts at once.

        MeCab's dictionary and ours push each other out of the processor's caches, so dozens of
        texts go through the one before the other is asked.
        """
        folded = [fold_for_analysis(_PARAGRAPH_END.sub(_with_stop, text)) for text in texts]
        pieces = [_pieces(each.text) for each in folded]
        parse = self._tagger.parse
        outputs = [[parse(piece) for piece in each] for each in pieces]
        return list(map(self._read, texts, folded, pieces, outputs))

    def _read(
        self, text: str, folded: Folded, pieces: list[str], outputs: list[str]
    ) -> AnalysedText:
        words: list[Word] = []
        for piece, output in zip(pieces, outputs, strict=True):
            lines = output.split("\n")
            lines.pop()
            found = list(map(self._words.__getitem__, lines))
            if len(pieces) > 1:
                found += _left_over(piece, found)
            words += found
        kinds = list(map(_KIND, words))
        edits: list[Edit] = []
        if max(kinds, default=_ORDINARY) > _ORDINARY:
            edits = _edits(words, list(compress(range(len(kinds)), map(_ORDINARY.__lt__, kinds))))
        return AnalysedText(text, words, edits, folded)


def _left_over(piece: str, words: list[Word]) -> list[Word]:
    """White space at the end of a piece, of which MeCab says nothing, as a word to take out."""
    step = len(piece) - sum(word.step for word in words)
    return [Word("", GAP, "空白,,,", "", step, 0, step, Kind.JOINER)] if step else []


def _with_stop(blank_line: re.Match[str]) -> str:
    """A blank line as MeCab shall see it: no term stands with the next across it."""
    return blank_line.group()[:-1] + "。"


def _edits(words: list[Word], special: list[int]) -> list[Edit]:
    """Names and numbers that MeCab cut up put together, joiners taken out; from the end."""
    edits: list[Edit] = []
    done = len(words)
    for place in reversed(special):
        if place >= done:
            continue
        kind = words[place].kind
        if kind == Kind.JOINER:
            edits.append(Edit(place, place + 1, None))
            continue
        belongs = _in_number if kind == Kind.POINT else _in_katakana
        first, last = _run(words, place, done, belongs)
        edits += _number(words, first, last) if kind == Kind.POINT else _name(words, first, last)
        done = first
    return edits


def _name(words: list[Word], first: int, last: int) -> list[Edit]:
    """From the first fragment of a run of katakana on, one unknown noun (ハ|セット to ハセット).

    Known words before it stay (ケビン|ハ|セット to ケビン|ハセット); a fragment at the very end
    takes the word before it in.
    """
    start = next(at for at in range(first, last) if words[at].kind == Kind.FRAGMENT)
    if start == last - 1 > first:
        start -= 1
    surface = "".join(word.surface for word in words[start:last])
    if last - start < 2:
        return []
    return [Edit(start, last, _noun(surface, katakana.unify(surface), "名詞,普通名詞,一般,"))]


def _number(words: list[Word], first: int, last: int) -> list[Edit]:
    """6,000 and 34.5 as one token; the comma between thousands is not part of the term."""
    while first < last and words[first].surface in _POINTS:
        first += 1
    while first < last and words[last - 1].surface in _POINTS:
        last -= 1
    surface = "".join(word.surface for word in words[first:last])
    if not _NUMBER.fullmatch(surface):
        return []
    return [Edit(first, last, _noun(surface, surface.replace(",", ""), "名詞,数詞,,"))]


def _in_katakana(word: Word) -> bool:
    return katakana.is_katakana(word.surface)


def _in_number(word: Word) -> bool:
    return word.surface in _POINTS or _is_digits(word)


def _is_digits(word: Word) -> bool:
    return word.surface.isascii() and word.surface.isdigit()


def _run(
    words: list[Word], place: int, end: int, belongs: Callable[[Word], bool]
) -> tuple[int, int]:
    """The words around `place`, before `end`, that belong together with no space between."""
    first, last = place, place + 1
    while first > 0 and not words[first].lead and belongs(words[first - 1]):
        first -= 1
    while last < end and not words[last].lead and belongs(words[last]):
        last += 1
    return first, last


def _noun(surface: str, term: str, pos: str) -> Word:
    width = len(surface)
    return Word(surface, term[:LONGEST_TERM], pos, "", 0, width, width, Kind.PLAIN)


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
