"""A real server on a port, and a client inside the process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.service import SearchService
from web import create_app

SAKUIN = Path(sys.executable).parent / "sakuin"


@pytest.fixture(scope="session")
def client(sample_service: SearchService) -> FlaskClient:
    """A client of the application on the samples."""
    return create_app(sample_service, cors="https://reader.example").test_client()


@pytest.fixture(scope="session")
def server(sample_index: Path) -> Iterator[str]:
    """The address of a real `sakuin serve` on the samples."""
    command = [SAKUIN, "serve", "--port", "0", "--index", sample_index]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        yield line.split()[-1].rstrip("/")
        process.terminate()
