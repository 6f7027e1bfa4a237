"""The docs say what the program does: commands, options, parameters, figures of speech aside."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from search.cli import main
from search.params import SearchParams
from search.query import SearchRequest
from search.service import SearchService
from tests.conftest import ROOT
from web.openapi import openapi_document

README, README_JA = ROOT / "README.md", ROOT / "README.ja.md"
API = ROOT / "docs" / "api.md"


def fenced(text: str) -> list[str]:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block.strip() for language, block in blocks if language == "sh"]


def commands() -> dict[str, click.Command]:
    context = click.Context(main)
    names = main.list_commands(context)
    found = {name: main.get_command(context, name) for name in names}
    return {name: command for name, command in found.items() if command}


def test_the_first_command_of_the_readme_serves() -> None:
    assert fenced(README.read_text("utf-8"))[0].splitlines()[0] == "make serve"


def test_both_readmes_give_the_same_commands() -> None:
    english = fenced(README.read_text("utf-8"))
    japanese = fenced(README_JA.read_text("utf-8"))
    assert [re.sub(r"\s+#.*", "", block) for block in english] == [
        re.sub(r"\s+#.*", "", block) for block in japanese
    ]


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_in_the_docs(name: str) -> None:
    text = API.read_text("utf-8")
    assert f"sakuin {name}" in text
    for parameter in commands()[name].params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert f"`{option}" in text, f"{name} {option}"


def test_every_parameter_is_in_the_docs() -> None:
    text = API.read_text("utf-8")
    for name in SearchParams.__struct_encode_fields__:
        assert f"`{name}`" in text, name


def test_every_path_is_in_the_docs() -> None:
    text = API.read_text("utf-8")
    for path in openapi_document()["paths"]:
        assert path.replace("{", "<").replace("}", ">") in text, path


def test_every_option_has_a_help_text() -> None:
    for name, command in commands().items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help or parameter.show_default, f"{name} {parameter.name}"


@pytest.mark.parametrize("page", [README, README_JA], ids=lambda page: page.name)
def test_the_examples_of_the_readme_find_something(
    page: Path, sample_service: SearchService
) -> None:
    behind_the_first_command = page.read_text("utf-8").split("```")[2]
    examples = re.findall(r"`([^`\n]+)`", behind_the_first_command)
    queries = [each for each in examples if re.search(r"[ぁ-ん一-龥ァ-ヶ]", each)]
    assert len(queries) >= 5
    for query in queries:
        result = sample_service.search(SearchRequest(q=query))
        assert result.total, query
        assert not result.relaxed, query


def test_the_examples_of_the_query_language_find_what_is_said(
    sample_service: SearchService,
) -> None:
    table = (ROOT / "docs" / "query-language.md").read_text("utf-8").split("## Examples")[1]
    rows = re.findall(r"^\| `(.+?)` \| (\d+)(.*?) \|", table, re.MULTILINE)
    assert len(rows) > 20
    for query, count, remark in rows:
        result = sample_service.search(SearchRequest(q=query.replace("\\|", "|")))
        assert result.total == int(count), query
        assert result.relaxed == ("relaxed" in remark), query
        assert (result.partial == result.total > 0) == ("inside longer words" in remark), query


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    for page in folder.glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in listed, page.name


def test_links_between_the_docs_lead_somewhere() -> None:
    pages = [README, README_JA, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
