"""Articles to analysed articles, in batches, in this process or in several."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice
from multiprocessing import get_context
from typing import Final

import numpy as np

from indexer.enrich.enricher import Enricher
from search.analysis.columns import Columns
from search.analysis.japanese import Analyser
from search.article import Article
from search.errors import IndexNotWritable
from search.processes import become_worker, interrupts_held
from search.schema import AnalysedArticle, Field

BATCH: Final = 128
ALONE: Final = 2
"""Batches that one process does by itself, before it is worth starting others."""
_NO_WORDS: Final = np.zeros(0, np.uint32)


def analyse_batch(
    analyser: Analyser, articles: list[Article], enricher: Enricher | None = None
) -> list[AnalysedArticle]:
    """Every article with its words and literal text, in order; `forms` is one list for all.

    With what the enricher finds in them, if there is one.
    """
    texts = [text for each in articles for text in (each.title, each.body, *each.captions)]
    columns = analyser.analyse_in_columns(texts, raw=enricher is not None and enricher.needs_raw)
    if enricher:
        articles = enricher.with_persons(articles, columns)
        columns = replace(columns, raw=None)
    parts = []
    first = 0
    for article in articles:
        last = first + 2 + len(article.captions)
        parts.append(_article(article, columns, first, last))
        first = last
    return enricher.with_topics(parts) if enricher else parts


def _article(article: Article, columns: Columns, first: int, last: int) -> AnalysedArticle:
    """The article whose title is text `first` of the columns, and `last` that of the next one."""
    start, end = columns.text_ends[first - 1] if first else 0, columns.text_ends[last - 1]
    begin = columns.word_ends[first - 1] if first else 0
    title, body, captions = (columns.word_ends[text] for text in (first, first + 1, last - 1))
    words = {
        Field.TITLE: columns.words[begin : title - 1],
        Field.BODY: columns.words[title : body - 1],
        Field.CAPTIONS: columns.words[body:captions] if article.captions else _NO_WORDS,
    }
    borders = np.packbits(columns.borders[start:end], bitorder="little").tobytes()
    text = columns.text[start:end]
    return AnalysedArticle(article, columns.forms, words, text, borders, columns.readings)


def analyse_in_order(
    articles: Iterable[Article],
    *,
    analyser: Analyser,
    workers: int,
    enrich: tuple[str, ...] = (),
) -> Iterator[AnalysedArticle]:
    """Every article analysed, in the order given; at most a few batches a worker are held.

    `enrich` says what is looked for in them: see `indexer.enrich.enricher`.
    """
    enricher = _enricher(enrich)
    stream = iter(articles)
    batches = iter(lambda: list(islice(stream, BATCH)), [])
    for batch in islice(batches, ALONE if workers > 1 else None):
        yield from analyse_batch(analyser, batch, enricher)
    first = next(batches, None)
    if first is not None:
        yield from _in_processes(chain([first], batches), workers, enrich)


def _in_processes(
    batches: Iterable[list[Article]], workers: int, enrich: tuple[str, ...]
) -> Iterator[AnalysedArticle]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=become_worker)
    waiting: deque[Future[list[AnalysedArticle]]] = deque()
    try:
        for batch in batches:
            with interrupts_held():
                waiting.append(pool.submit(_work, batch, enrich))
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


def _work(batch: list[Article], enrich: tuple[str, ...]) -> list[AnalysedArticle]:
    return analyse_batch(_worker_analyser(), batch, _enricher(enrich))


@lru_cache(maxsize=1)
def _enricher(kinds: tuple[str, ...]) -> Enricher | None:
    return Enricher(kinds) if kinds else None


@lru_cache(maxsize=1)
def _worker_analyser() -> Analyser:
    return Analyser()
