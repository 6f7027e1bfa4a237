"""A server in use: many readers at once, and an index that changes under them."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from search.analysis.japanese import analyser_fingerprint
from search.article import Article
from search.dates import parse_published
from search.engine.embedded.engine import EmbeddedEngine
from tests.conftest import Filled
from tests.web.conftest import SAKUIN

DAY = parse_published("2025-06-10")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[str, EmbeddedEngine]]:
    """A server that was started before there was an index, and an engine to write one."""
    folder = tmp_path / "index"
    command = [SAKUIN, "serve", "--port", "0", "--index", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().split()[-1]
        yield address, EmbeddedEngine(folder, fingerprint=analyser_fingerprint())
        process.terminate()


def total(address: str, q: str) -> int:
    with urllib.request.urlopen(f"{address}api/search?{urlencode({'q': q})}") as response:
        found: int = json.load(response)["totalHits"]
    return found


def test_a_server_follows_the_index_from_before_there_was_one(
    live: tuple[str, EmbeddedEngine], filled: Filled
) -> None:
    address, engine = live
    with pytest.raises(HTTPError) as caught:
        total(address, "東京")
    assert caught.value.code == 503
    caught.value.close()
    seen: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(total(address, "東京"))

    reader = threading.Thread(target=read)
    for number in range(1, 7):
        articles = [Article(id=f"{number}-{n}", title="東京", published=DAY) for n in range(5)]
        filled(engine, articles)
        if number == 1:
            reader.start()
        before = time.monotonic()
        while total(address, "東京") < 5 * number:
            assert time.monotonic() - before < 2
    stop.set()
    reader.join()
    assert seen == sorted(seen)
    assert set(seen) <= {5, 10, 15, 20, 25, 30}


def test_many_readers_at_once_get_what_one_gets(server: str) -> None:
    queries = [
        "レアアース",
        "首相 大統領",
        '"レアアース"',
        "公演 OR 講演",
        "高橋市長",
        "6000円",
        "",
    ]
    urls = [f"{server}/api/search?{urlencode({'q': q})}" for q in queries]

    def answer(url: str) -> str:
        with urllib.request.urlopen(url) as response:
            found = json.load(response)
        del found["processingTimeMs"]
        return json.dumps(found, sort_keys=True)

    alone = {url: answer(url) for url in urls}
    with ThreadPoolExecutor(8) as pool:
        for url, found in zip(urls * 20, pool.map(answer, urls * 20), strict=True):
            assert found == alone[url]
