"""Run every measurement and print it."""

from __future__ import annotations

import platform

from benchmarks import bench_analyser, bench_index
from benchmarks.corpus import article_files, read_articles


def main() -> None:
    """Print all tables."""
    print(f"Python {platform.python_version()}, {platform.machine()}")
    with article_files() as folder:
        articles = read_articles(folder)
        bench_analyser.run(articles)
        bench_index.run(folder, articles)


if __name__ == "__main__":
    main()
