"""Articles to analysed articles, in batches, in this process or in several."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from itertools import chain, islice
from multiprocessing import get_context
from typing import Final

from search.analysis.japanese import Analyser
from search.article import Article
from search.errors import IndexNotWritable
from search.processes import become_worker, interrupts_held
from search.schema import AnalysedArticle, Field

BATCH: Final = 64
ALONE: Final = 5
"""Batches that one process does by itself, before it is worth starting others."""


def analyse_batch(analyser: Analyser, articles: list[Article]) -> list[AnalysedArticle]:
    """The terms of every field of every article; captions are parted by a gap."""
    texts = [text for each in articles for text in (each.title, each.body, *each.captions)]
    terms = iter([analysed.terms for analysed in analyser.analyse_all(texts)])
    result = []
    for article in articles:
        title, body = next(terms), next(terms)
        captions: list[str] = []
        for _ in article.captions:
            captions += [*next(terms), ""]
        result.append(
            AnalysedArticle(
                article, {Field.TITLE: title, Field.BODY: body, Field.CAPTIONS: captions}
            )
        )
    return result


def analyse_in_order(
    articles: Iterable[Article], *, analyser: Analyser, workers: int
) -> Iterator[AnalysedArticle]:
    """Every article analysed, in the order given; at most a few batches a worker are held."""
    stream = iter(articles)
    batches = iter(lambda: list(islice(stream, BATCH)), [])
    for batch in islice(batches, ALONE if workers > 1 else None):
        yield from analyse_batch(analyser, batch)
    first = next(batches, None)
    if first is not None:
        yield from _in_processes(first, batches, workers)


def _in_processes(
    first: list[Article], batches: Iterator[list[Article]], workers: int
) -> Iterator[AnalysedArticle]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=become_worker)
    waiting: deque[Future[list[AnalysedArticle]]] = deque()
    try:
        for batch in chain([first], batches):
            with interrupts_held():
                waiting.append(pool.submit(_work, batch))
            if len(waiting) > 4 * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool:
        raise IndexNotWritable(
            "an analysing process was ended from outside, perhaps for want of memory:"
            " the index is as it was; try fewer --workers"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _work(batch: list[Article]) -> list[AnalysedArticle]:
    return analyse_batch(_worker_analyser(), batch)


@lru_cache(maxsize=1)
def _worker_analyser() -> Analyser:
    return Analyser()
