"""What an operator says of persons of the archive: a file in TOML; see docs/persons.md."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from search.errors import WrongUsage, shortened

_PARTS: Final = frozenset({"merge", "split", "rename", "block"})
_LONGEST: Final = 200
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
"""Control and format characters, and what is no character."""
_NAMES: Final = f"expected names of 1 to {_LONGEST} characters, without control characters"
_ABOVE: Final = "block and split stand above the first table"
_EXAMPLE: Final = '"ドナルド・トランプ" = ["トランプ"]'


@dataclass(frozen=True, slots=True)
class Corrections:
    """Names as the archive shows them."""

    merge: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names that are of the person shown as the key."""
    rename: Mapping[str, str] = field(default_factory=dict)
    """What a person is shown as instead."""
    split: frozenset[str] = frozenset()
    """Names that are never linked to others, and stand by themselves."""
    block: frozenset[str] = frozenset()
    """Names that are of no person."""


def read_corrections(text: str, origin: str = "the corrections of persons") -> Corrections:
    """The corrections from the text of a file; WrongUsage says what is wrong in it."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError is a ValueError
        raise WrongUsage(f"{origin}: {error}: expected TOML, names in quotation marks") from None
    for name in data:
        if name not in _PARTS:
            raise WrongUsage(
                f"{origin}: {name!r} is not known: expected merge, split, rename, block"
            )
    found = Corrections(
        merge=_lists(data, "merge", origin),
        rename=_renamed(data, origin),
        split=_names(data, "split", origin),
        block=_names(data, "block", origin),
    )
    _refuse_contradictions(found, origin)
    return found


def load_corrections(path: Path) -> str:
    """The text of a file that `read_corrections` takes; WrongUsage."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{path} cannot be read ({error}): expected a file in UTF-8") from None
    read_corrections(text, str(path))
    return text


def _names(data: dict[str, Any], name: str, origin: str) -> frozenset[str]:
    names = data.get(name, [])
    if not _are_names(names):
        raise WrongUsage(
            f'{origin}: {name} is {shortened(str(names))}: expected a list, {name} = ["…"]'
        )
    return frozenset(names)


def _refuse_contradictions(found: Corrections, origin: str) -> None:
    """WrongUsage where two corrections say different things of one name."""
    whose: dict[str, str] = {}
    for target, names in found.merge.items():
        for name in names:
            if whose.setdefault(name, target) != target:
                raise WrongUsage(
                    f"{origin}: {name!r} is merged into {whose[name]!r} and {target!r}"
                )
    for target in found.merge:
        if whose.get(target, target) != target:
            raise WrongUsage(
                f"{origin}: others are merged into {target!r}, which is merged into"
                f" {whose[target]!r} itself: name that one for all of them"
            )
    merged = {*whose, *found.merge}
    for name, doing in (("split", found.split), ("block", found.block)):
        for each in sorted(merged & doing):
            raise WrongUsage(f"{origin}: {each!r} is in merge and in {name}")


def _lists(data: dict[str, Any], name: str, origin: str) -> dict[str, tuple[str, ...]]:
    table = _table(data, name, origin, _EXAMPLE)
    for key, value in table.items():
        if not _are_names(value):
            raise WrongUsage(
                f"{origin}: {name} has {key!r} = {shortened(str(value))}:"
                f" expected a list, as in {_EXAMPLE}; {_NAMES}; {_ABOVE}"
            )
    return {key: tuple(value) for key, value in table.items()}


def _renamed(data: dict[str, Any], origin: str) -> dict[str, str]:
    table = _table(data, "rename", origin, '"ベイセント" = "ベセント"')
    for key, value in table.items():
        if not _are_names([value]):
            raise WrongUsage(
                f"{origin}: rename has {key!r} = {shortened(str(value))}:"
                f" expected another name; {_NAMES}; {_ABOVE}"
            )
    return table


def _table(data: dict[str, Any], name: str, origin: str, example: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise WrongUsage(f"{origin}: {name} is no table: expected [{name}] and lines as {example}")
    for key in table:
        if key in _PARTS:
            raise WrongUsage(f"{origin}: {key} stands in [{name}]: {_ABOVE}")
        if not _is_name(key):
            raise WrongUsage(f"{origin}: {name} has {shortened(repr(key))}: {_NAMES}")
    return table


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_name, value))


def _is_name(value: object) -> bool:
    """Whether it is a text that may be shown as a name."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and len(value) <= _LONGEST
        and not any(unicodedata.category(char) in _UNSHOWN for char in value)
    )
