"""What an operator says of persons of the archive: a file in TOML; see docs/persons.md."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from search.errors import WrongUsage, shortened

_EXAMPLE: Final = '"ドナルド・トランプ" = ["トランプ"]'
_NONE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Corrections:
    """Names as the archive shows them."""

    merge: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)
    """Names that are of the person shown as the key."""
    split: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)
    """Names that are of others than the key, and stand by themselves."""
    rename: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What a person is shown as instead."""
    block: frozenset[str] = frozenset()
    """Names that are of no person."""


def read_corrections(text: str, origin: str = "the corrections of persons") -> Corrections:
    """The corrections from the text of a file; WrongUsage says what is wrong in it."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError is a ValueError
        raise WrongUsage(f"{origin}: {error}: expected TOML, names in quotation marks") from None
    for name in data:
        if name not in {"merge", "split", "rename", "block"}:
            raise WrongUsage(
                f"{origin}: {name!r} is not known: expected merge, split, rename, block"
            )
    block = data.get("block", [])
    if not _are_names(block):
        raise WrongUsage(
            f'{origin}: block is {shortened(str(block))}: expected a list, block = ["…"]'
        )
    return Corrections(
        merge=_lists(data, "merge", origin),
        split=_lists(data, "split", origin),
        rename=_renamed(data, origin),
        block=frozenset(block),
    )


def load_corrections(path: Path) -> str:
    """The text of a file that `read_corrections` takes; WrongUsage."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{path} cannot be read ({error}): expected a file in UTF-8") from None
    read_corrections(text, str(path))
    return text


def _lists(data: dict[str, Any], name: str, origin: str) -> dict[str, tuple[str, ...]]:
    table = _table(data, name, origin, _EXAMPLE)
    for key, value in table.items():
        if not _are_names(value) or not key.strip():
            raise WrongUsage(
                f"{origin}: {name} has {key!r} = {shortened(str(value))}:"
                f" expected a list of names, as in {_EXAMPLE}; block stands above the first table"
            )
    return {key: tuple(value) for key, value in table.items()}


def _renamed(data: dict[str, Any], origin: str) -> dict[str, str]:
    table = _table(data, "rename", origin, '"ベイセント" = "ベセント"')
    for key, value in table.items():
        if not _are_names([value]) or not key.strip():
            raise WrongUsage(
                f"{origin}: rename has {key!r} = {shortened(str(value))}:"
                " expected another name; block stands above the first table"
            )
    return table


def _table(data: dict[str, Any], name: str, origin: str, example: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise WrongUsage(f"{origin}: {name} is no table: expected [{name}] and lines as {example}")
    return table


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)
