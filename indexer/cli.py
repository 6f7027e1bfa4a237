"""`sakuin reindex`: reads article files into the index."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final, TextIO

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Bar,
)

from indexer.enrich.corrections import load_corrections
from indexer.enrich.enricher import KINDS
from indexer.pipeline import Options, Progress
from indexer.pipeline import reindex as run_reindex
from indexer.readers import PLANNED, READERS
from indexer.report import Rejected, write_line
from search.analysis.japanese import Analyser
from search.cli import Common, common_options
from search.errors import SakuinError, WrongUsage
from search.opening import open_engine

SHOWN: Final = 20
"""Rejections printed one by one; the rest is counted."""

_EVERY_SECONDS: Final = 5.0


class Interrupted(SakuinError):
    """Ctrl-C or SIGTERM."""


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(exists=True))
@click.option("--rebuild", is_flag=True, help="A new index at once: from PATH, else as stored.")
@click.option("--prune", is_flag=True, help="Remove articles whose source under PATH is gone.")
@click.option("--yes", is_flag=True, help="Allow more than 20 % of the articles to be removed.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes (default: cores).")
@click.option("--format", "format_", default="auto", help="auto, text or jsonl.")
@click.option("--source", default="", help="Source of the articles that name none.")
@click.option("--enrich", default=",".join(KINDS), help="persons,topics from the texts; or none.")
@click.option(
    "--people",
    type=click.Path(path_type=Path),
    help="Corrections of persons (TOML), kept until others are given.",
)
@click.option("--max-errors", type=click.IntRange(1), help="Stop after N rejected articles.")
@click.option(
    "--report", type=click.File("w", "utf-8", lazy=False), help="NDJSON of what was left out."
)
@click.option("--json", "as_json", is_flag=True, help="One object on standard output.")
@common_options
def reindex(  # noqa: PLR0913 - the options of the contract
    common: Common,
    *,
    paths: tuple[str, ...],
    format_: str,
    enrich: str,
    people: Path | None,
    report: TextIO | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Read article files or folders and bring the index up to date."""
    _check_usage(paths, format_, alone=given["rebuild"] or people is not None)
    chosen = {name: value for name, value in given.items() if value is not None}
    options = Options(
        paths=paths,
        format=format_,
        enrich=_enriching(enrich),
        corrections=load_corrections(people) if people else None,
        **chosen,
    )
    engine = open_engine(common.settings())
    outlet = _Outlet(common.quiet or as_json, report)
    started = time.monotonic()
    try:
        with _interruptible(), outlet.showing():
            progress = run_reindex(
                engine,
                Analyser(),
                options,
                on_rejected=outlet.rejected,
                on_progress=outlet.progressed,
            )
    except Interrupted as interrupted:
        click.echo(f"sakuin: {interrupted}", err=True)
        sys.exit(130)
    outlet.close()
    if people and progress.unknown_persons:
        names = "、".join(progress.unknown_persons[:SHOWN])
        click.echo(f"{people}: no article names {names}", err=True)
    seconds = time.monotonic() - started
    if as_json:
        click.echo(json.dumps(_as_json(progress, seconds)))
    else:
        rate = progress.articles / seconds if seconds else 0
        common.say(f"{progress.articles:,} articles in {seconds:,.1f} s, {rate:,.0f} a second")
        common.say(progress.closing_line())
    sys.exit(1 if progress.rejected else 0)


def _check_usage(paths: tuple[str, ...], format_: str, *, alone: bool) -> None:
    if not paths and not alone:
        raise WrongUsage(
            "no PATH given: sakuin reindex PATH, --rebuild for what is stored, or --people FILE"
        )
    if format_ != "auto" and format_ not in READERS:
        available = ", ".join(["auto", *READERS])
        known = "not available" if format_ in PLANNED else "not known"
        raise WrongUsage(f"--format {format_} is {known}: expected {available}")


def _enriching(text: str) -> tuple[str, ...]:
    """What --enrich asks for; WrongUsage."""
    kinds = tuple(dict.fromkeys(each.strip() for each in text.split(",")))
    if kinds == ("none",):
        return ()
    if not set(kinds) <= set(KINDS):
        raise WrongUsage(f"--enrich {text} is not known: expected {','.join(KINDS)} or none")
    return kinds


def _as_json(progress: Progress, seconds: float) -> dict[str, Any]:
    names = ("added", "updated", "unchanged", "removed", "rejected", "skipped")
    return {name: getattr(progress, name) for name in names} | {"seconds": round(seconds, 3)}


@contextmanager
def _interruptible() -> Iterator[None]:
    """Make SIGTERM and Ctrl-C end the run as an error would: cleanly."""

    def stop(number: int, _: FrameType | None) -> None:
        name = signal.Signals(number).name
        raise Interrupted(f"interrupted by {name}: the index is as it was before")

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@dataclass(slots=True)
class _Outlet:
    """Shows a run: a bar on a terminal, plain lines elsewhere, rejections on standard error."""

    quiet: bool
    report: TextIO | None
    shown: int = 0
    bar: Bar | None = None
    console: Console = field(default_factory=lambda: Console(stderr=False))
    last: float = field(default_factory=time.monotonic)
    started: float = field(default_factory=time.monotonic)

    @contextmanager
    def showing(self) -> Iterator[None]:
        if self.quiet or not self.console.is_terminal:
            yield
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        with Bar(*columns, console=self.console) as self.bar:
            self.bar.add_task("reading", total=None, rate="")
            yield
        self.bar = None

    def rejected(self, rejected: Rejected) -> None:
        if self.report:
            write_line(self.report, rejected)
        if rejected.outcome == "rejected":
            self.shown += 1
            if self.shown <= SHOWN:
                click.echo(str(rejected), err=True)

    def progressed(self, progress: Progress) -> None:
        now = time.monotonic()
        if self.quiet or (
            now - self.last < (0.1 if self.bar else _EVERY_SECONDS) and not progress.writing
        ):
            return
        self.last = now
        rate = f"{progress.articles / max(now - self.started, 0.001):,.0f} articles/s"
        if self.bar:
            doing = "writing the index" if progress.writing else f"{progress.articles:,} articles"
            self.bar.update(
                self.bar.task_ids[0],
                description=doing,
                completed=progress.bytes_done,
                total=progress.bytes_all or None,
                rate=rate,
            )
            return
        share = progress.bytes_done / progress.bytes_all if progress.bytes_all else 1.0
        doing = "writing the index" if progress.writing else f"{share:.0%}"
        click.echo(f"{progress.articles:,} articles, {rate}, {doing}")

    def close(self) -> None:
        if self.shown > SHOWN:
            click.echo(f"… and {self.shown - SHOWN:,} more; --report FILE lists all", err=True)
        if self.report:
            self.report.flush()
