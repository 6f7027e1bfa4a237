"""Searches as data (tests/cases/), run on every engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from search.article import article_from_json
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.params import read_request
from search.service import SearchService
from tests.conftest import Filled

CASES = Path(__file__).parent / "cases"
_EXPECTATIONS = {"finds", "ordered", "parsed", "relaxed", "warned", "about"}


def load() -> list[Any]:
    """Every search of every file, with the name of its file."""
    found = []
    for file in sorted(CASES.glob("*.json")):
        for case in json.loads(file.read_text("utf-8"))["searches"]:
            name = f"{file.stem}: {case['q'] or '(empty)'}"
            found.append(pytest.param(file.stem, case, id=name))
    return found


@pytest.fixture(scope="session")
def services(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """By file, a service on each engine."""
    made: dict[str, Any] = {}
    for file in CASES.glob("*.json"):
        data = json.loads(file.read_text("utf-8"))["articles"]
        articles = [article_from_json(each) for each in data]
        folder = tmp_path_factory.mktemp(file.stem)
        made[file.stem] = {
            "memory": filled(MemoryEngine(), articles),
            "embedded": filled(EmbeddedEngine(folder, fingerprint="rules"), articles),
        }
    return made


@pytest.mark.parametrize("engine", ["memory", "embedded"])
@pytest.mark.parametrize(("file", "case"), load())
def test_a_search_finds_what_it_should(
    services: dict[str, dict[str, SearchService]], engine: str, file: str, case: dict[str, Any]
) -> None:
    values = {
        name: value if isinstance(value, list) else [value]
        for name, value in case.items()
        if name not in _EXPECTATIONS
    }
    result = services[file][engine].search(read_request(values))
    found = [hit.article.id for hit in result.hits]
    if case.get("ordered"):
        assert found == case["finds"]
    assert sorted(found) == sorted(case["finds"])
    assert result.total == len(found)
    assert result.relaxed == case.get("relaxed", False)
    assert bool(result.warnings) == case.get("warned", False)
    assert result.parsed_query == case.get("parsed", result.parsed_query)
