"""`python -m benchmarks [part ...] [--write]`: every measurement but the million, or those named.

Set SAKUIN_BENCH_CACHE to a folder with a few gigabytes to keep corpora and indexes between runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks import (
    bench_analyser,
    bench_growth,
    bench_http,
    bench_index,
    bench_reopen,
    bench_requests,
    bench_whoosh,
)
from benchmarks.corpus import Corpus, article_files, cache_folder, read_articles
from benchmarks.report import Section, keep, machine

_LIVEDOOR: Final = Corpus()
_SMALL, _LARGE, _MILLION = (Corpus(10_000), Corpus(100_000), Corpus(1_000_000))


def _analyser(_: Path) -> Iterator[Section]:
    with article_files() as folder:
        yield bench_analyser.run(read_articles(folder))


def _index(cache: Path) -> Iterator[Section]:
    yield from bench_index.run(cache)


def _requests(cache: Path) -> Iterator[Section]:
    yield bench_requests.run(cache, _LIVEDOOR, "0.80x or less warm, 1.00x with the cache off.")
    yield bench_requests.run(
        cache, _LARGE, "0.50x or less warm, 0.70x with the cache off, no kind above 1.00x."
    )


def _whoosh(cache: Path) -> Iterator[Section]:
    yield bench_whoosh.run(cache)


def _http(cache: Path) -> Iterator[Section]:
    yield bench_http.run(cache, _LARGE)
    yield bench_http.memory_section(cache, [_LIVEDOOR, _LARGE])


def _reopen(cache: Path) -> Iterator[Section]:
    yield bench_reopen.run(cache, _LARGE)


def _growth(cache: Path) -> Iterator[Section]:
    yield bench_growth.run(cache, [_SMALL, _LARGE])


def _million(cache: Path) -> Iterator[Section]:
    yield bench_index.size_section(cache, [_SMALL, _LARGE, _MILLION])
    yield bench_requests.run(cache, _MILLION, "1.00x or less.")
    yield bench_growth.run(cache, [_SMALL, _LARGE, _MILLION])


_PARTS: Final[dict[str, Callable[[Path], Iterator[Section]]]] = {
    "analyser": _analyser,
    "index": _index,
    "requests": _requests,
    "whoosh": _whoosh,
    "http": _http,
    "reopen": _reopen,
    "growth": _growth,
    "million": _million,
}
_USUAL: Final = [name for name in _PARTS if name != "million"]


def main() -> None:
    """Print all tables, and keep them where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(_PARTS))
    parser.add_argument("--write", action="store_true", help="into benchmarks/results.md as well")
    given = parser.parse_args()
    unknown = set(given.parts).difference(_PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}: {', '.join(_PARTS)}")
    print(f"{machine()}\n", flush=True)
    with cache_folder() as cache:
        for name in given.parts or _USUAL:
            for section in _PARTS[name](cache):
                print(section, flush=True)
                if given.write:
                    keep([section])


if __name__ == "__main__":
    main()
