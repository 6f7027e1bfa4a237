"""The analyser's terms and the folded text of articles, as peers get them: strings with spaces."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from search.analysis.japanese import Analyser
from search.analysis.normalize import fold
from search.analysis.tokens import GAP

SPACE: Final = "\x01"
"""Stands for white space inside a bigram."""
_STOP: Final = "。"
_SENTENCE: Final = re.compile(r"[^。]*。|[^。]+$")


@lru_cache(maxsize=1)
def analyser() -> Analyser:
    """One for all measurements of this process."""
    return Analyser()


def literal_text(text: str) -> str:
    """Folded, runs of white space made one space."""
    return " ".join(fold(text).text.split())


def runs(terms: Iterable[str]) -> list[str]:
    """The terms between two gaps, joined by spaces; no phrase reaches across a gap."""
    found: list[list[str]] = [[]]
    for term in terms:
        if term != GAP:
            found[-1].append(term.replace(" ", "_"))
        elif found[-1]:
            found.append([])
    return [" ".join(run) for run in found if run]


def bigrams(text: str) -> str:
    """Every two neighbouring characters of a literal text, joined by spaces."""
    marked = text.replace(" ", SPACE)
    return " ".join(map("".join, pairwise(marked)))


@dataclass(slots=True)
class Sentences:
    """Analyses each distinct sentence once: as good as whole bodies where all end with 。.

    A sentence is analysed behind a full stop, as it stands in the body, but for the first one:
    a full stop is always a word of its own, and nothing before it changes what MeCab makes of
    what follows.
    """

    _known: dict[tuple[bool, str], list[str]]

    @staticmethod
    def none_yet() -> Sentences:
        """Nothing analysed so far."""
        return Sentences({})

    def runs(self, body: str) -> list[str]:
        """The runs of terms of a body, a list of strings."""
        found: list[str] = []
        for number, sentence in enumerate(_SENTENCE.findall(body)):
            found += self._runs(sentence.strip(), first=number == 0)
        return found

    def _runs(self, sentence: str, *, first: bool) -> list[str]:
        known = self._known.get((first, sentence))
        if known is None:
            text = sentence if first else _STOP + sentence
            known = self._known[first, sentence] = runs(analyser().analyse(text).terms)
        return known


def whole_runs(texts: list[str]) -> Iterator[list[str]]:
    """The runs of terms of each text, analysed as a whole."""
    return (runs(analysed.terms) for analysed in analyser().analyse_all(texts))


_PROBE: Final = (
    "ケビン・ハセット氏は10日、東京都内で開かれた申込み説明会で6,000人を前に「ＪＲ東日本と"
    "米国産牛肉の輸出を話し合った」と語った。髙橋さんと伊藤さんは林檎を食べながら、"
    "ヴァイオリンの演奏を聴いて、新型コロナウイルスのワクチン接種について考えていたという。"
)


def terms_digest() -> str:
    """Changes where the analyser makes other terms of a text of many kinds."""
    terms = "\n".join(analyser().analyse(_PROBE).terms)
    return hashlib.blake2b(terms.encode(), digest_size=4).hexdigest()
