"""What measurements print: sections of Markdown, and the file that keeps them."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from benchmarks.corpus import ROOT

FILE: Final = ROOT / "benchmarks" / "results.md"
_HEAD: Final = """# Measurements

Written by `python -m benchmarks --write`; each section says when, from which commit and on which
machine. A ratio is **ours / theirs for time: smaller is better, below 1.00x ours is faster**; it is
the median of interleaved rounds, with the lowest and the highest in brackets. Milliseconds are CPU
time of the process, the mean of the questions, unless a table says otherwise.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    title: str
    text: str

    def __str__(self) -> str:
        return f"## {self.title}\n\n{self.text.strip()}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def machine() -> str:
    """Date, commit and machine, without names or paths."""
    commit = _git("rev-parse", "--short", "HEAD")
    others = ("--", ".", f":!{FILE.relative_to(ROOT)}")
    status = _git("status", "--porcelain", "--untracked-files=no", *others)
    changed = " with changes" if status else ""
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    gigabytes = int(memory[1]) // 1_000_000 if memory else 0
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("numpy", "tantivy", "whoosh-reloaded")
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}{changed}; {os.cpu_count()} cores,"
        f" {gigabytes} GB, {platform.machine()}; Python {platform.python_version()}, {versions}"
    )


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def keep(sections: Iterable[Section]) -> None:
    """Put sections into the file, in the place of those of the same title."""
    old = FILE.read_text("utf-8") if FILE.exists() else ""
    kept = {part.partition("\n")[0]: part for part in old.split("\n## ")[1:]}
    for section in sections:
        kept[section.title] = f"{section.title}\n\n*{machine()}*\n\n{section.text.strip()}"
    parts = [_HEAD.strip(), *(f"## {part.strip()}" for part in kept.values())]
    FILE.write_text("\n\n".join(parts) + "\n", "utf-8")
