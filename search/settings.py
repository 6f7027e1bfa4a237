"""Where the index is and which engine answers: the defaults and the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from search.errors import WrongUsage

ENGINES: Final = ("embedded", "opensearch")
DEFAULT_INDEX: Final = "index"


@dataclass(frozen=True, slots=True)
class Settings:
    """What every command needs to know."""

    index: Path
    engine: str = "embedded"
    synonyms: Path | None = None
    """An operator's own groups."""


def read_settings(
    index: str | None = None, engine: str | None = None, synonyms: str | None = None
) -> Settings:
    """The settings from options, else from SAKUIN_INDEX and the like, else the defaults."""
    folder = index or os.environ.get("SAKUIN_INDEX") or DEFAULT_INDEX
    name = engine or os.environ.get("SAKUIN_ENGINE") or ENGINES[0]
    if name not in ENGINES:
        raise WrongUsage(f"--engine {name!r} is not known: expected {' or '.join(ENGINES)}")
    if name != "embedded":
        raise WrongUsage(f"--engine {name} is not available in this version")
    own = synonyms or os.environ.get("SAKUIN_SYNONYMS")
    return Settings(Path(folder), name, Path(own) if own else None)
