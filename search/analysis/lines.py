"""What MeCab says about a word: one formatted line, read once, then a number.

What is needed of every word of a text stands in arrays by that number, so that all words can be
worked on at once.
"""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from array import array
from collections.abc import Callable, Mapping
from typing import Final

from search.analysis import katakana
from search.analysis.normalize import fold_for_analysis
from search.analysis.numerals import arabic, is_numeral
from search.analysis.tokens import GAP, LONGEST_TERM, Kind, Word
from search.schema import Form

# White space before, surface, part of speech, lemma, origin. Short lines are fast ones, so known
# words have their part of speech as the number of their left context.
KNOWN: Final = r"%pS\t%m\t%phl\t%f[7]\t%f[12]\n"
UNKNOWN: Final = r"%pS\t%m\t%f[0],%f[1],%f[2],%f[3]\t\t\n"
END: Final = "END"
"""The line behind a text, number 0; as a word a gap one character wide, as FIELD_END is."""

_JOINERS: Final = frozenset("・=-‐‑–'’")
_NO_JOINERS: Final = str.maketrans("", "", "・=")
_POINTS: Final = frozenset(".,")
_SIGNS: Final = frozenset("#%&@+$¥€£°")
_REPEATED: Final = re.compile("(.)([々ゝゞヽヾ])")
_NAMED_SIGNS: Final = {"パーセント": "%"}
_SMALL_KE: Final = re.compile("(?<=[一-鿿])[ケがガヵカ](?=[一-鿿])")
HAS_KANJI: Final = re.compile("[㐀-鿿]")
_VERB_ENDINGS: Final = dict(
    zip("いきぎしちにびみり", "うくぐすつぬぶむる", strict=True),
)
_END_WORD: Final = Word("", GAP, "", "", 0, 1, 1, Kind.GAP)


IsVerb = Callable[[str], bool]
"""Whether the dictionary has a verb that is written so."""


class Lines(dict[str, int]):
    """Each line seen so far to its number, from 0.

    Safe from several threads: only a new line locks, and is entered everywhere else before its
    number can be found.
    """

    def __init__(self, parts_of_speech: Mapping[str, str], is_verb: IsVerb) -> None:
        super().__init__()
        self._is_verb = is_verb
        self.words: list[Word] = []
        self.kinds = array("B")
        self.leads = array("B")
        self.widths = array("H")
        self.form_of = array("I")
        """The place in `forms` of each line."""
        self.forms: list[Form] = []
        """Each term in each way it is written; the first one is that of gaps."""
        self.latin: dict[str, str] = {}
        """Terms in katakana, and the word they come from as the dictionary has it."""
        self._places: dict[Form, int] = {}
        self._parts_of_speech = parts_of_speech
        self._lock = threading.RLock()
        self._enter(END, _END_WORD)

    def __missing__(self, line: str) -> int:
        with self._lock:
            number = self.get(line)
            return self._enter(line, self._read(line)) if number is None else number

    def form(self, term: str, written: str) -> int:
        """The place of a form; that of gaps where there is no term.

        Forms share their strings: so less is sent between processes.
        """
        form = (term, written) if term else (GAP, GAP)
        place = self._places.get(form)
        if place is None:
            with self._lock:
                place = self._places.get(form, len(self.forms))
                if place == len(self.forms):
                    self.forms.append((sys.intern(form[0]), sys.intern(form[1])))
                    self._places[form] = place
        return place

    def _enter(self, line: str, word: Word) -> int:
        number = len(self.words)
        self.words.append(word)
        self.kinds.append(word.kind)
        self.leads.append(word.lead)
        self.widths.append(word.width)
        self.form_of.append(self.form(word.term, word.surface))
        self[line] = number
        return number

    def _read(self, line: str) -> Word:
        lead, surface, pos, lemma, origin = line.split("\t")
        pos = self._parts_of_speech.get(pos, pos)
        term = self._term(surface, pos, lemma, origin)[:LONGEST_TERM]
        base, _, note = lemma.partition("-")
        if note.isascii() and note and katakana.is_katakana(base):
            self.latin[term] = note.casefold()
        kind = int(_kind(surface, term, lemma))
        width = len(surface)
        return Word(surface, term, pos, lemma, len(lead), width, len(lead) + width, kind)

    def _term(self, surface: str, pos: str, lemma: str, origin: str) -> str:
        """The form under which a word is indexed.

        The lemma unites spellings (申込, 申込み), and a noun made from a compound verb goes with
        the verb, since what MeCab takes it for depends on what follows. A proper noun's lemma is
        only its reading (伊藤 and 伊東 are both イトウ), so names keep their written form; a
        loanword's lemma depends on what stands around it (ケビン is キャビン when alone), so
        katakana has rules of its own; a lemma carries notes behind a hyphen (円-助数詞).
        """
        if not any(char.isalnum() or char in _SIGNS or char >= "\U0001f000" for char in surface):
            return GAP
        if surface in _NAMED_SIGNS:
            return _NAMED_SIGNS[surface]
        surface = surface.translate(_NO_JOINERS) or surface
        if katakana.is_katakana(surface) and origin not in {"和", "漢"}:
            return katakana.unify(surface)
        if is_numeral(surface) and (number := arabic(surface)):
            return number
        if "固有名詞" in pos or not lemma or pos.startswith("補助記号"):
            return _SMALL_KE.sub("ヶ", _spelt_out(surface))
        term = _spelt_out(fold_for_analysis(lemma.split("-", maxsplit=1)[0] or lemma).text)
        return self._verb_of(term) if pos.startswith("名詞,普通名詞") else term

    def _verb_of(self, noun: str) -> str:
        """The verb of several kanji that a noun is made from (申し込み, 申し込む), or the noun."""
        if len(HAS_KANJI.findall(noun)) < 2 or not "ぁ" <= noun[-1] <= "ゖ":
            return noun
        candidates = [noun + "る", noun[:-1] + _VERB_ENDINGS.get(noun[-1], "")]
        return next(filter(self._is_verb, candidates), noun)


def _spelt_out(text: str) -> str:
    """With iteration marks spelt out: 人々 as 人人, いすゞ as いすず."""
    return _REPEATED.sub(_repeated, text) if _REPEATED.search(text) else text


def _repeated(found: re.Match[str]) -> str:
    char, mark = found.groups()
    return char + (unicodedata.normalize("NFC", char + "\u3099") if mark in "ゞヾ" else char)


def _kind(surface: str, term: str, lemma: str) -> Kind:
    if not term:
        if surface in _JOINERS:
            return Kind.JOINER
        return Kind.POINT if surface in _POINTS else Kind.GAP
    if katakana.is_katakana(surface):
        return Kind.FRAGMENT if len(surface) == 1 or not lemma else Kind.KATAKANA
    if is_numeral(surface):
        return Kind.NUMERAL
    return Kind.DIGITS if surface.isascii() and surface.isdigit() else Kind.PLAIN
