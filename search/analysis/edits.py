"""What MeCab cut up put together: names in katakana that it does not know, and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from search.analysis import katakana
from search.analysis.numerals import arabic
from search.analysis.tokens import LONGEST_TERM, Edit, Kind, Word

NO_SORT: Final = 0
_NAME: Final = 1
_NUMERAL: Final = 2
SORTS: Final = (NO_SORT, _NAME, _NUMERAL, NO_SORT, NO_SORT, _NAME, _NUMERAL, _NUMERAL)
"""The sort of each `Kind`: words side by side that have the same one may belong together."""


class Whole(NamedTuple):
    """First and last word (excluded) of a run that are one word, and what that is."""

    first: int
    last: int
    surface: str
    term: str


def find_edits(words: Sequence[Word]) -> list[Edit]:
    """Names and numbers that MeCab cut up put together, joiners taken out; in order."""
    edits: list[Edit] = []
    done = 0
    for place, word in enumerate(words):
        if word.kind == Kind.JOINER:
            edits.append(Edit(place, place + 1, None))
        elif word.kind > Kind.JOINER and place >= done:
            first, done = _run(words, place)
            whole = put_together(words[first:done])
            if whole is not None:
                edits.append(Edit(first + whole.first, first + whole.last, _noun(whole)))
    return edits


def _run(words: Sequence[Word], place: int) -> tuple[int, int]:
    """The words around `place` of the same sort with no space between."""
    sort = SORTS[words[place].kind]
    first, last = place, place + 1
    while first > 0 and not words[first].lead and SORTS[words[first - 1].kind] == sort:
        first -= 1
    while last < len(words) and not words[last].lead and SORTS[words[last].kind] == sort:
        last += 1
    return first, last


def put_together(run: Sequence[Word]) -> Whole | None:
    """What becomes of a run of words of one sort with a fragment, point or numeral among them."""
    return _name(run) if SORTS[run[0].kind] == _NAME else _number(run)


def _name(run: Sequence[Word]) -> Whole | None:
    """From the first fragment of a run of katakana on, one unknown noun (ハ|セット to ハセット).

    Known words before it stay (ケビン|ハ|セット to ケビン|ハセット); a fragment at the very end
    takes the word before it in.
    """
    last = len(run)
    first = next(at for at in range(last) if run[at].kind == Kind.FRAGMENT)
    if first == last - 1 > 0:
        first -= 1
    if last - first < 2:
        return None
    surface = "".join(word.surface for word in run[first:])
    return Whole(first, last, surface, katakana.unify(surface)[:LONGEST_TERM])


def _number(run: Sequence[Word]) -> Whole | None:
    """6,000, 34.5, 1億2千万 and 二〇二五 as one token, its term the number in digits."""
    first, last = 0, len(run)
    while first < last and run[first].kind == Kind.POINT:
        first += 1
    while first < last and run[last - 1].kind == Kind.POINT:
        last -= 1
    if last - first < 2:
        return None
    surface = "".join(word.surface for word in run[first:last])
    number = arabic(surface)
    return Whole(first, last, surface, number[:LONGEST_TERM]) if number else None


def _noun(whole: Whole) -> Word:
    width = len(whole.surface)
    pos = "名詞,数詞,," if whole.term[0].isdigit() else "名詞,普通名詞,一般,"
    return Word(whole.surface, whole.term, pos, "", 0, width, width, Kind.PLAIN)
