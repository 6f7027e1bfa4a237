"""Offices that one person holds at a time, as they stand behind names: 首相, 米大統領."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from indexer.enrich.passages import Passage

_MOST_WORDS: Final = 4
_OFFICE: Final = re.compile(
    "(?P<whose>.*?)(?P<post>首相|総理大臣|総理|大統領|国家主席|主席|総書記"
    "|国王|女王|皇太子|天皇|皇后|法王|教皇|官房長官|長官|大臣|相|知事)"
)
_FORMER: Final = re.compile("[元前]")
_NEW: Final = re.compile("[新現]")
_DEPUTY: Final = "副"
_SAME: Final = {"総理大臣": "首相", "総理": "首相", "主席": "国家主席"}
_OF_A_FIELD: Final = frozenset({"長官", "大臣", "相"})
"""Which one it is, stands before it: 国務長官, 外相."""


class Office(NamedTuple):
    """An office: whose, which, whether it is one no longer held, and whether a deputy's."""

    whose: str
    post: str
    former: bool
    deputy: bool


def office_behind(passage: Passage, last: int) -> str:
    """The office that stands right behind a name which ends with the word `last`, or nothing."""
    behind = last + 1
    while behind <= last + _MOST_WORDS and behind < passage.last and passage.adjoins(behind):
        text = passage.form(last + 1, behind)
        if _OFFICE.fullmatch(text) and not passage.continues_with_office(behind):
            return text
        if not passage.is_noun(behind):
            break
        behind += 1
    return ""


def read_office(text: str) -> Office | None:
    """An office from what `office_behind` gives."""
    former = bool(_FORMER.search(text))
    deputy = _DEPUTY in text
    found = _OFFICE.fullmatch(_NEW.sub("", _FORMER.sub("", text)).replace(_DEPUTY, ""))
    if not found:
        return None
    whose, post = found["whose"], found["post"]
    if post in _OF_A_FIELD:
        return Office("", whose + post, former, deputy)
    return Office(whose, _SAME.get(post, post), former, deputy)


def may_be_one(one: Office, other: Office) -> bool:
    """Whether two offices may be the same: 大統領 and 米大統領, 外相 and 英外相."""
    if (one.former, one.deputy) != (other.former, other.deputy):
        return False
    if one.post != other.post:
        short, long = sorted((one.post, other.post), key=len)
        return len(short) > 1 and short[-1] in "相官臣" and long.endswith(short)
    return not (one.whose and other.whose) or one.whose == other.whose
