"""What looks like a person's name and is none: what the words beside it and in it say."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from indexer.enrich.passages import Found, Passage
from indexer.enrich.person_lines import KANJI, KATAKANA, NO_TITLE, ROLE, shape_of
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
_NEVER_FIRST: Final = frozenset("ヶヵ々ゝヽーンんっぁぃぅぇぉゃゅょッァィゥェォャュョ")
"""No name begins so: what does is the rest of another word, 霧|ヶ浦市松|見台."""
_PARTING: Final = frozenset(':;,、。/|+()[]<>「」『』【】〈〉《》“”"*!?~→&')
_BULLET: Final = "・"
"""With white space before it, it begins an item of a list."""
_WORK: Final = ("『", "』")


def trimmed(passage: Passage, found: Found) -> Found:
    """Without what the tagger took for a part of the name: 故ハリリ, オバマ|米国, ロバーツ|新."""
    first, last = found.first, _last_before_sign(passage, found)
    first += _words_before_name(passage, first, last)
    if first < last and _belongs_to_office(passage, last):
        last -= 1
    while first < last and passage.is_mark(last):
        last -= 1
    if (first, last) == (found.first, found.last):
        return found
    return replace(found, first=first, last=last, form=passage.form(first, last))


def _last_before_sign(passage: Passage, found: Found) -> int:
    """Where the name ends if a sign parts it from what the tagger took along: マリエ:みんな."""
    for place in range(found.first + 1, found.last + 1):
        surface = passage.word(place).surface
        if surface in _PARTING or (surface == _BULLET and not passage.adjoins(place)):
            return place - 1
    return found.last


def _words_before_name(passage: Passage, first: int, last: int) -> int:
    """How many words at the beginning say what the bearer is: 敵・ベイン, 米国・オバマ大統領."""
    if first >= last:
        return 0
    word = passage.word(first)
    if word.width == 1 and shape_of(word.surface) == "C" and passage.run_of(first + 1) == KATAKANA:
        return int(word.pos.startswith("接頭辞") or passage.title(first) == ROLE)
    if last - first < 2 or not passage.is_mark(first + 1):
        return 0
    if passage.run_of(first) == KANJI and passage.run_of(first + 2) == KATAKANA:
        return 2 if is_common_noun(word) else 0
    is_country = _COUNTRY in word.pos and word.width > _SHORT_COUNTRY
    has_office = passage.titled(last) and passage.word(last + 1).surface not in _POLITE
    return 2 if is_country and has_office else 0


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


def is_no_name(passage: Passage, found: Found) -> bool:
    """Whether it cannot be the name of one person, by the words in it and right behind it."""
    if found.form[0] in _NEVER_FIRST:
        return True
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
