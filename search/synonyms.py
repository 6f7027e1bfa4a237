"""Synonyms of the newspaper register: other words for the same, looked up when a query is read.

The format is that of Solr and Elasticsearch, a group a line: `a, b` looks for each other,
`a => b, c` looks from left to right only. They never touch the index.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from search.errors import WrongUsage, shortened

_LOG: Final = logging.getLogger(__name__)
Terms = tuple[str, ...]
TermsOf = Callable[[str], Terms]


@dataclass(frozen=True, slots=True)
class Group:
    """What is looked for instead of what: who types one of `typed` also looks for `added`."""

    typed: tuple[str, ...]
    added: tuple[str, ...]


def read_groups(text: str, name: str = "") -> list[Group]:
    """The groups of a file; WrongUsage names the line that has neither form."""
    groups = []
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.split("#", 1)[0].strip()
        if not stripped:
            continue
        left, arrow, right = stripped.partition("=>")
        typed, added = _words(left), _words(right) if arrow else _words(left)
        if not typed or not added or (not arrow and len(typed) < 2) or "=>" in right:
            raise WrongUsage(
                f"{name}, line {number}: {shortened(stripped)!r} is no group of synonyms:"
                " expected «word, word» or «word => word, word»"
            )
        groups.append(Group(typed, added))
    return groups


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


class Synonyms:
    """Groups by the terms of what is typed. Safe from several threads."""

    def __init__(self, groups: Sequence[Group], terms_of: TermsOf) -> None:
        self._groups = groups
        self._terms_of = terms_of

    @cached_property
    def fingerprint(self) -> str:
        """8 hexadecimal digits that change with every change of the groups."""
        return hashlib.blake2b(repr(self._groups).encode(), digest_size=4).hexdigest()

    @cached_property
    def _added(self) -> dict[Terms, dict[Terms, str]]:
        """For the terms of what is typed, the terms of what is added and how that is written."""
        added: dict[Terms, dict[Terms, str]] = {}
        terms_of = lru_cache(maxsize=None)(self._terms_of)
        for group in self._groups:
            others = {terms_of(word): word for word in group.added}
            for word in group.typed:
                typed = terms_of(word)
                known = added.setdefault(typed, {})
                known |= {
                    terms: other
                    for terms, other in others.items()
                    if terms and terms != typed and terms not in known
                }
        added.pop((), None)
        return added

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._added), default=0)

    def warm(self) -> None:
        """Cut all groups into terms now, and not with the first query."""
        _ = self._added

    def inside(self, terms: Terms) -> Iterator[tuple[int, int, str, Terms]]:
        """For every part of the terms that has synonyms: first, last (excluded), text, terms.

        Parts inside a longer one that has some are passed over.
        """
        done = 0
        for first in range(len(terms)):
            if first < done:
                continue
            for last in range(min(len(terms), first + self._longest), first, -1):
                found = self._added.get(terms[first:last])
                if found:
                    yield from ((first, last, text, added) for added, text in found.items())
                    done = last
                    break


def load_synonyms(own: Path | None, terms_of: TermsOf) -> Synonyms:
    """The groups that come with the software, and those of an operator's file before them."""
    bundled = resources.files("search") / "data" / "synonyms.txt"
    groups = read_groups(bundled.read_text("utf-8"), "synonyms.txt")
    if own:
        try:
            mine = read_groups(own.read_text("utf-8-sig"), str(own))
        except (OSError, UnicodeDecodeError) as error:
            raise WrongUsage(f"the synonyms in {str(own)!r} cannot be read: {error}") from None
        _LOG.info("%d groups of synonyms from %s", len(mine), own)
        groups = mine + groups
    return Synonyms(groups, terms_of)
