"""The shape of the house: sizes, names, and what a repeatable install must not hold."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("search", "indexer", "web")
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def code_lines(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small_enough_to_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 500
    assert path.stem not in BANNED
    for function in functions(path):
        assert code_lines(function) <= 60, function.name
        positional = function.args.args + function.args.posonlyargs
        assert len(positional) <= 6, function.name


def test_functions_are_short_for_the_most_part() -> None:
    lengths = [code_lines(function) for path in MODULES for function in functions(path)]
    assert statistics.median(lengths) <= 8
    assert statistics.quantiles(lengths, n=10)[-1] <= 30


def test_the_constraints_hold_versions_and_no_addresses() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert len(lines) > 30
    for line in lines:
        name, equals, version = line.partition("==")
        assert equals, line
        assert name
        assert version
        assert "/" not in line
        assert "@" not in line
