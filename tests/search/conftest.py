"""What several tests of the query side share."""

from __future__ import annotations

import pytest

from search.analysis.japanese import Analyser
from search.planner import Planner
from tests.search.made import Reader, Widen


@pytest.fixture(scope="session")
def planner(analyser: Analyser) -> Planner:
    """Plans of queries."""
    return Planner(analyser)


@pytest.fixture(scope="session")
def read(analyser: Analyser) -> Reader:
    """The readings of a text."""
    return Reader(Planner(analyser))


@pytest.fixture(scope="session")
def widen(analyser: Analyser) -> Widen:
    """What a typed word is found by."""
    return Widen(analyser)
