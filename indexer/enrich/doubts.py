"""What looks like a person's name and is none: what the words beside it and in it say."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from indexer.enrich.passages import Found, Passage
from indexer.enrich.person_lines import KANJI, KATAKANA, NO_TITLE, ROLE
from search.analysis.tokens import Word

_THINGS: Final = frozenset({"馬", "艦", "空母", "号", "犬", "機"})
"""Said right before the name of what is no person: 勝利馬アルバート."""
_NUMBERED: Final = frozenset({"号", "丸", "級"})
_FAMILY: Final = "家"
_RESPECTFUL: Final = frozenset({"お", "御", "ご"})
_COUNTRY: Final = "地名,国"
_SHORT_COUNTRY: Final = 3
"""So short ones are parts of names as well: タイ・カッブ, チャド."""
_POLITE: Final = frozenset({"氏", "さん", "様", "君", "くん", "ちゃん"})
_NO_OFFICE: Final = _POLITE | {"選手", "投手", "捕手", "騎手"}
_BEFORE_OFFICE: Final = frozenset({"新", "元", "前", "現", "副", "准"})
"""Words before an office that may be given names elsewhere: 平松|新|社長."""
_BOTH: Final = "両"
_NEVER_ALONE: Final = frozenset("同各当両兼著男女左右奥")
"""What stands before titles and is no name: 同被告, 左投手."""
_WORK: Final = ("『", "』")


def trimmed(passage: Passage, found: Found) -> Found:
    """Without what the tagger took for a part of the name: 故ハリリ, オバマ|米国, ロバーツ|新."""
    first, last = found.first, found.last
    if first < last and _is_put_before(passage, first) and passage.run_of(first + 1) == KATAKANA:
        first += 1
    if first < last and _belongs_to_office(passage, last):
        last -= 1
    if _begins_with_country(passage, first, last):
        first += 2
    while first < last and passage.is_mark(last):
        last -= 1
    if (first, last) == (found.first, found.last):
        return found
    return replace(found, first=first, last=last, form=passage.form(first, last))


def _is_put_before(passage: Passage, place: int) -> bool:
    """Whether it is said before names: 故, 元, 新."""
    word = passage.word(place)
    said = word.pos.startswith("接頭辞") or passage.title(place) == ROLE
    return said and passage.run_of(place) == KANJI and word.width == 1


def _belongs_to_office(passage: Passage, last: int) -> bool:
    """Whether the last word of a name says whose or what office the title behind is."""
    word = passage.word(last)
    if not passage.titled(last) or word.surface == _BOTH:
        return word.surface == _BOTH and passage.title(last + 1) > NO_TITLE
    if passage.word(last + 1).surface in _NO_OFFICE:
        return False
    if _COUNTRY in word.pos:
        return passage.is_mark(last - 1) or word.width > _SHORT_COUNTRY
    return word.surface in _BEFORE_OFFICE


def _begins_with_country(passage: Passage, first: int, last: int) -> bool:
    """Whether it does, with an office or trade behind the name: アメリカ・オバマ大統領."""
    if last - first < 2 or not passage.is_mark(first + 1) or not passage.titled(last):
        return False
    word = passage.word(first)
    is_country = _COUNTRY in word.pos and word.width > _SHORT_COUNTRY
    return is_country and passage.word(last + 1).surface not in _POLITE


def is_no_name(passage: Passage, found: Found) -> bool:
    """Whether it cannot be the name of one person, by the words in it and right behind it."""
    if found.first < found.last:
        return _is_family(passage, found) or _is_relative(passage, found)
    if len(found.form) == 1 and not _may_stand_alone(passage, found.first):
        return True
    if _is_family(passage, found):
        return True
    return passage.begins_organisation(found.last + 1) and not passage.titled(found.last)


def is_common_noun(word: Word) -> bool:
    """Whether the dictionary has it as a common noun and as nothing else."""
    return bool(word.lemma) and "普通名詞" in word.pos


def _is_family(passage: Passage, found: Found) -> bool:
    """Whether a house of that name is meant: ゴンザーガ|家."""
    behind = found.last + 1
    return passage.adjoins(behind) and passage.word(behind).surface == _FAMILY


def _may_stand_alone(passage: Passage, place: int) -> bool:
    """Whether a single character may be a name: one kanji that says nothing else of people."""
    word = passage.word(place)
    return (
        passage.run_of(place) == KANJI
        and passage.title(place) == NO_TITLE
        and not passage.is_organisation(place)
        and "数詞" not in word.pos
        and word.surface not in _NEVER_ALONE
    )


def _is_relative(passage: Passage, found: Found) -> bool:
    """Whether it is a word of respect with お, and no name: お客, お兄ちゃん."""
    first, noun = passage.word(found.first), found.first + 1
    return (
        first.pos.startswith("接頭辞")
        and first.surface in _RESPECTFUL
        and "普通名詞" in passage.word(noun).pos
    )


def without_things(passage: Passage, mentions: list[Found]) -> list[Found]:
    """Without what the article says somewhere is a horse, a ship, a work or the like."""
    things = {each.form for each in mentions if _is_thing(passage, each)}
    if not things:
        return mentions
    return [each for each in mentions if each.form not in things or passage.titled(each.last)]


def _is_thing(passage: Passage, found: Found) -> bool:
    before, behind = found.first - 1, found.last + 1
    if not passage.adjoins(behind):
        return passage.adjoins(found.first) and passage.word(before).surface in _THINGS
    if passage.word(behind).surface in _NUMBERED:
        return True
    if not passage.adjoins(found.first):
        return False
    said = passage.word(before).surface
    return said in _THINGS or (said, passage.word(behind).surface) == _WORK
