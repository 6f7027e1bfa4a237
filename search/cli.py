"""The command `sakuin`: its subcommands, common options and exit statuses.

A subcommand is loaded by name when it is called, so that reading does not load the writing side,
and the web and the indexer never meet.
"""

from __future__ import annotations

import functools
import importlib
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from search.answer import search_answer
from search.errors import (
    IndexLocked,
    IndexMissing,
    IndexNotWritable,
    IndexUnusable,
    InvalidRequest,
    SakuinError,
    WrongUsage,
)
from search.evaluation import evaluate as measure
from search.evaluation import read_questions
from search.opening import open_engine, open_service
from search.params import read_request
from search.results import Hit
from search.settings import ENGINES, Settings, read_settings

_COMMANDS: Final = {
    "check": "search.cli:check",
    "evaluate": "search.cli:evaluate",
    "reindex": "indexer.cli:reindex",
    "search": "search.cli:search",
    "serve": "web.cli:serve",
    "status": "search.cli:status",
}
_EXIT: Final[dict[type[SakuinError], int]] = {
    WrongUsage: 2,
    InvalidRequest: 2,
    IndexLocked: 3,
    IndexMissing: 4,
    IndexUnusable: 4,
    IndexNotWritable: 5,
}


def exit_status(error: SakuinError) -> int:
    """The exit status of API.md for an error."""
    return next((code for kind, code in _EXIT.items() if isinstance(error, kind)), 1)


@dataclass(slots=True)
class Common:
    """The options that every command takes."""

    index: str | None = None
    engine: str | None = None
    verbose: bool = False
    quiet: bool = False

    def settings(self, synonyms: str | None = None) -> Settings:
        """The settings that follow from them and the environment."""
        return read_settings(self.index, self.engine, synonyms)

    def say(self, text: str = "") -> None:
        """Print on standard output, unless --quiet."""
        if not self.quiet:
            click.echo(text)


def log_to_stderr(level: int) -> None:
    """Log on standard error, from this level on."""
    logging.basicConfig(level=level, format="%(levelname)s %(message)s", stream=sys.stderr)


def common_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the common options to a command, which gets them as its first argument."""

    @click.option("--index", metavar="DIR", help="Folder of the index (SAKUIN_INDEX; index/).")
    @click.option("--engine", metavar="|".join(ENGINES), help="Engine (SAKUIN_ENGINE; embedded).")
    @click.option("--verbose", is_flag=True, help="Say more, on standard error.")
    @click.option("--quiet", is_flag=True, help="Nothing on standard output but --json.")
    @functools.wraps(command)
    def with_common(
        *args: Any, index: str | None, engine: str | None, verbose: bool, quiet: bool, **kwargs: Any
    ) -> None:
        common = Common(index, engine, verbose, quiet)
        log_to_stderr(logging.DEBUG if verbose else logging.WARNING)
        try:
            command(common, *args, **kwargs)
        except SakuinError as error:
            click.echo(f"sakuin: {error}", err=True)
            sys.exit(exit_status(error))

    return with_common


synonyms_option = click.option(
    "--synonyms", metavar="FILE", help="Own groups of synonyms (SAKUIN_SYNONYMS)."
)


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name, imported now."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sakuin")
def main() -> None:
    """Full-text search for Japanese news: index articles, search them, serve a search page."""


def _run() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    main()


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", required=True)
@click.option("--topic", multiple=True, metavar="VALUE", help="Only this topic; repeat for more.")
@click.option("--person", multiple=True, metavar="VALUE", help="Only this person; repeat for more.")
@click.option("--source", multiple=True, metavar="VALUE", help="Only this source; repeat for more.")
@click.option("--from", metavar="DAY", help="First day: YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--to", metavar="DAY", help="Last day, included.")
@click.option("--sort", metavar="ORDER", help="relevance, newest or oldest.")
@click.option("--page", metavar="N", help="Page, from 1.")
@click.option("--hits-per-page", metavar="N", help="1 to 100; default 10.")
@click.option("--facets", metavar="LIST", help="date,topic,person,source or none.")
@click.option("--facet-size", metavar="N", help="Values of a facet to list; default 10.")
@click.option("--interval", metavar="WIDTH", help="auto, year, fiscalYear, month or day.")
@click.option("--partial", metavar="WHEN", help="Hits inside longer words: auto, 0 or 1.")
@click.option("--exact", metavar="0|1", help="1: only what was typed.")
@click.option("--json", "as_json", is_flag=True, help="Print what /api/search answers.")
@synonyms_option
@common_options
def search(
    common: Common, query: str, *, as_json: bool, synonyms: str | None, **options: Any
) -> None:
    """Search the index for QUERY and print the hits."""
    values = {_parameter(name): _texts(value) for name, value in options.items()}
    result = open_service(common.settings(synonyms)).search(read_request({"q": [query], **values}))
    if as_json:
        click.echo(msgspec.json.encode(search_answer(result)))
        return
    for warning in result.warnings:
        click.echo(f"! {warning}", err=True)
    common.say(f"{result.total:,} 件  {result.parsed_query}")
    if result.partial:
        common.say(f"単語の一部としての一致 {result.partial:,} 件")
    for each in result.expansions:
        common.say(f"+ {each.term} → {each.added} ({each.kind})")
    if result.diagnosis:
        for word in result.diagnosis.words:
            common.say(f"  {word.text}: {word.count:,} 件")
        if result.diagnosis.suggestion:
            common.say(f"もしかして: {result.diagnosis.suggestion}")
    for number, hit in enumerate(result.hits, start=1):
        common.say(_shown(number, hit))


def _parameter(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _texts(value: str | tuple[str, ...] | None) -> list[str]:
    if value is None:
        return []
    return list(value) if isinstance(value, tuple) else [value]


def _shown(number: int, hit: Hit) -> str:
    article = hit.article
    about = [article.published.isoformat()[:10], article.source, *article.topics]
    lines = [f"\n{number}. {article.title}", f"   {'  '.join(part for part in about if part)}"]
    for passage in hit.body:
        text, done = "", 0
        for match in passage.matches:
            end = match.start + match.length
            text += passage.text[done : match.start]
            text += click.style(passage.text[match.start : end], bold=True, underline=True)
            done = end
        lines.append("   " + (text + passage.text[done:]).replace("\n", " "))
    return "\n".join([*lines, f"   {article.url or article.id}"])


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="One object on standard output.")
@synonyms_option
@common_options
def evaluate(common: Common, file: str, *, as_json: bool, synonyms: str | None) -> None:
    """Measure the ranking on the questions of FILE: JSON lines with q and relevant (ids)."""
    questions = list(read_questions(Path(file)))
    found = asdict(measure(open_service(common.settings(synonyms)), questions))
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found.items():
        common.say(f"{name.replace('_', ' '):16} {value:,.3f}".removesuffix(".000"))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object on standard output.")
@common_options
def status(common: Common, *, as_json: bool) -> None:
    """Show what the index holds."""
    found = open_engine(common.settings()).status()
    if as_json:
        names = {"indexed_at": "indexedAt"}
        shown = {names.get(key, key): value for key, value in asdict(found).items()}
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for name, value in asdict(found).items():
        common.say(f"{name.replace('_', ' '):12} {value}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object on standard output.")
@common_options
def check(common: Common, *, as_json: bool) -> None:
    """Verify the index on disk; exit 1 and a list where something is broken."""
    problems = open_engine(common.settings()).check()
    if as_json:
        click.echo(json.dumps({"ok": not problems, "problems": problems}, ensure_ascii=False))
    elif problems:
        common.say("\n".join(problems))
    else:
        common.say("the index is whole")
    if problems:
        if common.quiet and not as_json:
            click.echo("\n".join(problems), err=True)
        sys.exit(1)


if __name__ == "__main__":
    _run()
