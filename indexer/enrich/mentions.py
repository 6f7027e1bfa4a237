"""Mentions of persons in one article: what the tagger finds, and what the article as a whole adds.

A name that stands before a title is believed more easily; a name found once, or a part of it, is
looked up again in the whole article. Everything is linear in the number of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import IntEnum
from typing import Final

import numpy as np

from indexer.enrich.doubts import is_common_noun, is_no_name, trimmed, without_things
from indexer.enrich.passages import Found, Passage, Source
from indexer.enrich.person_lines import (
    GROUP,
    HONORIFIC,
    KANJI,
    KATAKANA,
    LATIN,
    MARKS,
    ROLE,
    is_fused,
)
from indexer.enrich.sequences import BEGIN, END, SINGLE, Tagged

KATAKANA_NAME: Final = re.compile("[ァ-ヺー・=‐-]+")
PARTS: Final = re.compile("[・=]")
KANJI_NAME: Final = re.compile("[㐀-鿿々〆ヶ]+")

LONGEST_FORM: Final = 40
"""Characters of a name; what is longer is none."""
_NEAR, _NEAR_NAMED, _FAR, _FAR_NAMED, _GROUP, _GROUP_NAMED = 0.15, 0.03, 0.3, 0.03, 0.2, 0.01
"""How likely a name before a title, right or further before it, or before what is called after
persons has to be; less where the dictionary has it as a name."""
_NOUN: Final = 0.35
"""The same right before any title for what the dictionary has as a common noun: サッカー選手."""
_UNLIKELY, _TOGETHER = 0.03, 0.1
"""How likely a name is that may yet be one, and what several places of it have to come to."""
_LONE_CHARACTER, _OTHER_WORD, _COMMON_WORD = 0.0005, 0.1, 0.03
"""The same for a form that is a name elsewhere and has no title here."""
_LIKELY_NAME: Final = 0.35
"""What is looked up again was at least as likely as this."""
_BELIEVED: Final = 0.5
"""The least that a name before a title counts for, once it is taken for one."""
_FARTHEST: Final = 3
"""Words between a name and its title, and one more: 赤澤|経済|再生|相."""
_NO_TITLE_BEFORE: Final = frozenset({"選", "選挙", "会", "室", "府", "団", "官邸"})
"""Behind a title these make it a thing: 知事選, 議員団."""
_SOFT: Final = frozenset(
    {"さん", "様", "君", "くん", "ちゃん", "先生", "関", "夫人", "親方", "アナ"}
)
"""Titles that may be a part of a stage name."""
_LONGEST_NAME: Final = 8
"""Words of a name that only a title gives away."""


class Part(IntEnum):
    """What part of a name found elsewhere a form is."""

    WHOLE = 0
    SURNAME = 1
    GIVEN = 2
    LAST = 3
    """The last part of a name in katakana; FIRST its first."""
    FIRST = 4


def find_mentions(passage: Passage, tagged: Tagged) -> list[Found]:
    """The mentions in order; none overlaps another."""
    found = _Mentions(passage, tagged)
    for names in (_tagged_names, _titled_names, _likely_names, _repeated_names):
        for mention in names(passage, tagged, found):
            name = trimmed(passage, mention)
            if not is_no_name(passage, name):
                found.add(name)
    mentions = without_things(passage, found.in_order())
    lone = {each for each in mentions if _hangs_on_its_place(passage, each)}
    if not lone:
        return mentions
    means = _means(passage, tagged)
    return [
        replace(each, probability=means[each.first - passage.first]) if each in lone else each
        for each in mentions
    ]


def _means(passage: Passage, tagged: Tagged) -> list[float]:
    """For each word how likely it is as a name, on average of all places where it stands."""
    span = slice(passage.first, passage.last)
    own = tagged.forward[span, SINGLE] * tagged.backward[span, SINGLE]
    _, which = np.unique(passage.lines, return_inverse=True)
    means: list[float] = (np.bincount(which, own) / np.bincount(which))[which].tolist()
    return means


def _hangs_on_its_place(passage: Passage, found: Found) -> bool:
    """Whether nothing but the words around it makes a name of it: スマホ, not 石破, 石破氏."""
    word = passage.word(found.last)
    return (
        found.first == found.last
        and found.source is not Source.TITLED
        and not (passage.adjoins(found.last + 1) and passage.title(found.last + 1))
        and not passage.titled(found.last)
        and MARKS[0] not in found.form
        and "人名" not in word.pos
        and "地名" not in word.pos
    )


class _Mentions:
    """Mentions that do not overlap, by the words they cover."""

    def __init__(self, passage: Passage, tagged: Tagged) -> None:
        self._passage = passage
        self._tagged = tagged
        self._at: dict[int, Found] = {}

    def add(self, found: Found) -> None:
        for old in self.overlapping(found.first, found.last):
            for place in range(old.first, old.last + 1):
                del self._at[place]
        for place in range(found.first, found.last + 1):
            self._at[place] = found

    def overlapping(self, first: int, last: int) -> list[Found]:
        """Mentions that share words with a span."""
        covered = (self._at.get(place) for place in range(first, last + 1))
        return list(dict.fromkeys(each for each in covered if each is not None))

    def covers(self, place: int) -> bool:
        return place in self._at

    def in_order(self) -> list[Found]:
        return [each for place, each in sorted(self._at.items()) if each.first == place]


def _tagged_names(passage: Passage, tagged: Tagged, found: _Mentions) -> Iterator[Found]:
    del found
    labels = tagged.label[passage.first : passage.last]
    begins = np.flatnonzero((labels == BEGIN) | (labels == SINGLE)) + passage.first
    ends = np.flatnonzero((labels == END) | (labels == SINGLE)) + passage.first
    for first, last in zip(begins.tolist(), ends.tolist(), strict=True):
        probability = tagged.probability(first, last)
        if last - first > 1 and is_fused(passage.word(last)) and passage.is_mark(last - 1):
            before = passage.form(first, last - 2)
            yield Found(first, last - 2, before, probability, Source.TAGGED)
            continue
        end = _with_number(passage, last)
        form = _without_title(passage, first, end)
        if len(form) <= LONGEST_FORM:
            yield Found(first, end, form, probability, Source.TAGGED)


def _with_number(passage: Passage, last: int) -> int:
    """The last word of a name with the number of a king or pope: エリザベス|2|世."""
    for at in (last + 1, last + 2):
        if not passage.adjoins(at):
            return last
        if passage.word(at).surface == "世":
            return at
        if "数詞" not in passage.word(at).pos:
            return last
    return last


def _without_title(passage: Passage, first: int, last: int) -> str:
    """What the words say, but for a title that the tagger took for a part of the name."""
    form, word = passage.form(first, last), passage.word(last)
    if is_fused(word):
        return form[:-1]
    if first == last or passage.title(last) != HONORIFIC or word.surface in _SOFT:
        return form
    return passage.form(first, last - 1)


def _titled_names(passage: Passage, tagged: Tagged, found: _Mentions) -> Iterator[Found]:
    """The likeliest name before each title that has none."""
    for title in passage.titles:
        if passage.adjoins(title + 1) and passage.word(title + 1).surface in _NO_TITLE_BEFORE:
            continue
        before = _before_title(passage, tagged, found, title)
        likely = ((each, each.probability / _least(passage, each, title)) for each in before)
        best, ratio = max(likely, default=(None, 0.0), key=lambda pair: pair[1])
        if best and ratio >= 1:
            yield replace(best, probability=max(best.probability, _BELIEVED))
    for place in passage.fused:
        if not found.covers(place):
            form = passage.form(place, place)[:-1]
            probability = max(tagged.probability(place, place), _BELIEVED)
            yield Found(place, place, form, probability, Source.TITLED)


def _before_title(
    passage: Passage, tagged: Tagged, found: _Mentions, title: int
) -> Iterator[Found]:
    """The likeliest name at each distance from a title; none where one is known already."""
    nearest = []
    for last in range(title - 1, title - 1 - _FARTHEST, -1):
        if not passage.adjoins(last + 1):
            break
        if found.covers(last):
            return
        best = _likeliest_before(passage, tagged, found, last)
        nearest += [best] if best else []
        if passage.is_organisation(last) or not passage.is_noun(last):
            break
    yield from nearest


def _likeliest_before(
    passage: Passage, tagged: Tagged, found: _Mentions, last: int
) -> Found | None:
    """The likeliest name that ends with a word."""
    word = passage.word(last)
    if passage.title(last) or word.pos.startswith("接頭辞") or "地名,国" in word.pos:
        return None
    endings = _endings(passage, tagged, found, last)
    return max(endings, default=None, key=lambda each: each.probability)


def _least(passage: Passage, best: Found, title: int) -> float:
    """How likely a name before a title has to be, by what the dictionary has it for."""
    word, sort = passage.word(best.last), passage.title(title)
    named = "人名" in word.pos
    if best.first == best.last and len(best.form) > 1 and is_common_noun(word):
        return _NOUN
    if title - best.last > 1:
        return _FAR_NAMED if named else _FAR
    if sort == GROUP:
        return _GROUP_NAMED if named else _GROUP
    if sort == ROLE:
        return _FAR
    return _NEAR_NAMED if named else _NEAR


def _likely_names(passage: Passage, tagged: Tagged, found: _Mentions) -> Iterator[Found]:
    """Names of several words that are unlikely at each place, but stand at several."""
    candidates: dict[str, list[Found]] = {}
    begins = tagged.forward[passage.first : passage.last, BEGIN]
    likely = begins * tagged.backward[passage.first : passage.last, BEGIN] > _UNLIKELY
    for first in (np.flatnonzero(likely) + passage.first).tolist():
        best = max(_beginnings(passage, tagged, first), key=lambda each: each.probability)
        if best.probability > _UNLIKELY and not found.overlapping(best.first, best.last):
            candidates.setdefault(best.form, []).append(best)
    for its in candidates.values():
        together = sum(each.probability for each in its)
        if together > _TOGETHER and len(its) > 1:
            yield from (replace(each, probability=_BELIEVED) for each in its)


def _beginnings(passage: Passage, tagged: Tagged, first: int) -> Iterator[Found]:
    """Every span of several words that begins with a word and could be a name."""
    for last in range(first + 1, min(first + _LONGEST_NAME, passage.last)):
        probability = tagged.probability(first, last)
        yield Found(first, last, passage.form(first, last), probability, Source.TAGGED)
        if tagged.starts[last]:
            return


def _endings(passage: Passage, tagged: Tagged, found: _Mentions, last: int) -> Iterator[Found]:
    """Every span that ends with a word and could be a name."""
    first = last
    while first >= passage.first and last - first < _LONGEST_NAME and not found.covers(first):
        probability = tagged.probability(first, last)
        yield Found(first, last, passage.form(first, last), probability, Source.TITLED)
        if not passage.adjoins(first) or tagged.starts[first]:
            return
        first -= 1


def name_parts(passage: Passage, found: Found) -> Iterator[tuple[str, Part]]:
    """The forms under which the bearer of a name may come up again."""
    form = found.form
    yield form, Part.WHOLE
    if KATAKANA_NAME.fullmatch(form):
        parts = [part for part in PARTS.split(form) if len(part) > 1]
        if len(parts) > 1:
            yield parts[-1], Part.LAST
            yield parts[0], Part.FIRST
        return
    words = range(found.first, found.last + 1)
    if len(words) < 2 or not KANJI_NAME.fullmatch(passage.form(found.first, found.first)):
        return
    first, last = passage.word(found.first), passage.word(found.last)
    head = passage.form(found.first, found.first)
    if first.pos.endswith("姓") or (len(form) > 2 and "地名,国" not in first.pos):
        yield head, Part.SURNAME
    if len(words) == 3 and len(head) == 1 and len(form) > 3:
        yield passage.form(found.first, found.first + 1), Part.SURNAME
    if last.pos.endswith("名") and last.width > 1:
        yield passage.form(found.last, found.last), Part.GIVEN


def _repeated_names(passage: Passage, tagged: Tagged, found: _Mentions) -> Iterator[Found]:
    """Names found elsewhere in the article, and parts of them."""
    forms: dict[str, tuple[Part, float]] = {}
    for mention in sorted(found.in_order(), key=lambda each: -each.probability):
        if mention.probability >= _LIKELY_NAME or mention.source is Source.TITLED:
            for form, part in name_parts(passage, mention):
                if form not in forms or part < forms[form][0]:
                    forms[form] = part, mention.probability
    if not forms:
        return
    done = passage.first
    for first, last, form in _matches(passage, forms):
        if first < done:
            continue
        part, likely = forms[form]
        new = Found(first, last, form, 0.0, Source.REPEATED)
        if _is_repeated(passage, tagged, found, new, part):
            own = tagged.probability(first, last)
            yield replace(new, probability=max(own, 0.9 * likely))
            done = last + 1


def _matches(passage: Passage, forms: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Where a form stands from word to word, the longest first; first and last word."""
    lengths: dict[str, list[int]] = {}
    for form in forms:
        lengths.setdefault(form[:2], []).append(len(form))
    for sizes in lengths.values():
        sizes[:] = sorted(set(sizes), reverse=True)
    known = frozenset(forms)
    text, end_at = passage.text, {end: at for at, end in enumerate(passage.end)}
    for at, start in enumerate(passage.start):
        head = text[start : start + 2]
        for size in (*lengths.get(head, ()), *((1,) if head[:1] in known else ())):
            last = end_at.get(start + size)
            if last is not None and text[start : start + size] in known:
                yield passage.first + at, passage.first + last, text[start : start + size]


def _is_repeated(
    passage: Passage, tagged: Tagged, found: _Mentions, new: Found, part: Part
) -> bool:
    """Whether a form that is a name elsewhere is one here."""
    over = found.overlapping(new.first, new.last)
    if over:
        inside = all(new.first <= each.first and each.last <= new.last for each in over)
        return inside and part is Part.WHOLE and any(each.form != new.form for each in over)
    return _stands_free(passage, new) and (
        passage.titled(new.last)
        or tagged.probability(new.first, new.last) >= _least_repeated(passage, new, part)
    )


def _least_repeated(passage: Passage, new: Found, part: Part) -> float:
    """How likely a form has to be that has no title, by what else it could be."""
    pos = passage.word(new.first).pos
    if len(new.form) == 1:
        return 1.0 if passage.continues_with_noun(new.last) else _LONE_CHARACTER
    if part is Part.GIVEN and "人名" not in pos:
        return _OTHER_WORD
    if new.first < new.last or (part is Part.WHOLE and "地名" not in pos):
        return 0.0
    if "地名" in pos and part is not Part.SURNAME:
        return _OTHER_WORD
    is_common = "普通名詞" in pos and passage.run_of(new.first) != KATAKANA
    return _COMMON_WORD if is_common else 0.0


def _stands_free(passage: Passage, new: Found) -> bool:
    """Whether a form is not a part of a longer name, or of the name of something else."""
    run = passage.run_of(new.last)
    before, behind = new.first - 1, new.last + 1
    if passage.adjoins(behind):
        if passage.begins_organisation(behind):
            return False
        if _continues(passage, behind, 1, run):
            return False
    if passage.adjoins(new.first):
        return not _continues(passage, before, -1, passage.run_of(new.first))
    return True


def _continues(passage: Passage, place: int, step: int, run: int) -> bool:
    """Whether a run of one writing goes on with the word at `place`."""
    if run in {KATAKANA, LATIN}:
        if passage.is_mark(place):
            beyond = place + step
            inside = passage.first <= beyond < passage.last
            return inside and passage.run_of(beyond) == run
        return passage.run_of(place) == run
    word = passage.word(place)
    if run != KANJI or passage.run_of(place) != KANJI or "固有名詞" not in word.pos:
        return False
    return step > 0 or "地名" not in word.pos
