"""`sakuin serve` against the peer's service, from outside: waiting times and memory."""

from __future__ import annotations

import gc
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from benchmarks.asked import Questions
from benchmarks.corpus import Corpus, corpus_file
from benchmarks.ours import indexed
from benchmarks.peer_tantivy import built
from benchmarks.processes import MEGABYTE, Memory, Server, sakuin, serving
from benchmarks.report import Section, table
from benchmarks.timing import Ratio

_ROUNDS: Final = 7
_CHUNK: Final = 20
_REQUESTS: Final = 1_000
_ABOUT: Final = """
`GET /api/search?q=...` with all four facets and ten hits: the words of a headline, as typed, all
required. Ours: `sakuin serve` as it comes. The peer: one process of Flask and waitress (8 threads)
over tantivy, the same analyser, plain snippets, the same shape of JSON. Connections are kept alive,
the clients are threads of one process on the same machine; the two services take turns every 20
requests. Wall time.

To reach: p50 at 100,000 articles 0.60x or less.
""".strip()


class Client:
    """Asks one server, each thread over a connection of its own that stays open."""

    def __init__(self, server: Server, paths: Sequence[str]) -> None:
        self._server = server
        self._local = threading.local()
        self.paths = paths

    def get(self, path: str) -> bytes:
        """The answer to a request."""
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = HTTPConnection(self._server.host, self._server.port, timeout=60)
            self._local.connection = connection
        connection.request("GET", path)
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return content

    def timed(self, path: str) -> float:
        """Milliseconds of a request."""
        before = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - before) * 1000


@dataclass(slots=True)
class _Waits:
    """p50 and p95 of each round, milliseconds."""

    half: list[float] = field(default_factory=list)
    nearly_all: list[float] = field(default_factory=list)

    def add(self, times: list[float]) -> None:
        times.sort()
        self.half.append(statistics.median(times))
        self.nearly_all.append(times[len(times) * 19 // 20])


def _in_turn(clients: Sequence[Client], at_once: int) -> list[_Waits]:
    waits = [_Waits() for _ in clients]
    with ThreadPoolExecutor(at_once) as pool:
        for number in range(_ROUNDS + 1):
            gc.collect()
            times = _interleaved(clients, pool)
            for each, measured in zip(waits, times, strict=True):
                if number:
                    each.add(measured)
    return waits


def _interleaved(clients: Sequence[Client], pool: ThreadPoolExecutor) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in clients]
    for start in range(0, len(clients[0].paths), _CHUNK):
        for client, measured in zip(clients, times, strict=True):
            measured.extend(pool.map(client.timed, client.paths[start : start + _CHUNK]))
    return times


def _paths(cache: Path, corpus: Corpus, articles: int) -> list[str]:
    asked = Questions(corpus_file(cache, corpus), articles).kinds()["AND"]
    return [f"/api/search?q={quote(' '.join(each.written))}" for each in asked]


def our_server(folder: Path) -> list[str]:
    """The command of our service on an index, at any free port."""
    return sakuin("serve", "--index", str(folder), "--port", "0")


def served_memory(cache: Path, corpus: Corpus) -> tuple[Memory, int]:
    """Of the largest process after 1,000 requests, and how many processes there are."""
    index = indexed(cache, corpus)
    paths = _paths(cache, corpus, index.articles)
    with serving(our_server(index.folder)) as server:
        client = Client(server, paths)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(client.get, (paths * _REQUESTS)[:_REQUESTS]))
        return server.largest(), server.processes()


def run(cache: Path, corpus: Corpus) -> Section:
    """Waiting times with one client and with four."""
    index, peer = indexed(cache, corpus), built(cache, corpus)
    paths = _paths(cache, corpus, index.articles)
    theirs = [sys.executable, "-m", "benchmarks.peer_service", str(peer.folder)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(each)) for each in (theirs, our_server(index.folder))
        ]
        clients = [Client(server, paths) for server in servers]
        differing = sum(len({_total(client.get(path)) for client in clients}) > 1 for path in paths)
        sizes = [sum(len(client.get(path)) for path in paths) // len(paths) for client in clients]
        rows = [row for count in (1, 4) for row in _rows(count, _in_turn(clients, count))]
        processes = servers[1].processes()
    head = ("clients", "", "ours / tantivy's service", "ours, ms", "tantivy's service, ms")
    notes = (
        f"{len(paths)} questions, of which {differing} have another total: ours also finds words of"
        " one chunk by its own rules and relaxes a query that finds nothing. An answer has"
        f" {sizes[1]:,} bytes with us, {sizes[0]:,} with the peer. `sakuin serve` was"
        f" {processes} process(es), a parent that only waits included."
    )
    title = f"Over HTTP, {index.articles:,} articles"
    return Section(title, f"{_ABOUT}\n\n{table(head, rows)}\n\n{notes}")


def _rows(count: int, waits: list[_Waits]) -> list[tuple[object, ...]]:
    theirs, ours = waits
    rows = []
    for name, mine, other in (
        ("p50", ours.half, theirs.half),
        ("p95", ours.nearly_all, theirs.nearly_all),
    ):
        times = (f"{statistics.median(each):.2f}" for each in (mine, other))
        rows.append((count, name, Ratio.of(mine, other), *times))
    return rows


def _total(answer: bytes) -> int:
    return int(msgspec.json.decode(answer)["totalHits"])


def memory_section(cache: Path, corpora: Sequence[Corpus]) -> Section:
    """Memory of our service by the number of articles."""
    rows = []
    for corpus in corpora:
        largest, processes = served_memory(cache, corpus)
        own, resident = largest.own / MEGABYTE, largest.resident / MEGABYTE
        rows.append((corpus.name, processes, f"**{own:,.0f} MB**", f"{resident:,.0f} MB"))
    about = (
        f"The largest process of `sakuin serve` after {_REQUESTS:,} requests of four clients."
        " MeCab's dictionary is mapped once a thread and counted as often in what is resident."
        " To reach: 200 MB of its own at 100,000 articles."
    )
    head = ("corpus", "processes", "own (no file pages)", "resident, with pages of the index")
    return Section("Memory of a serving process", f"{about}\n\n{table(head, rows)}")
