"""The peer: tantivy with the same terms, the same two legs and the same values."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec
import tantivy
from tantivy import Occur, Query

from benchmarks.asked import Asked
from benchmarks.corpus import Corpus, corpus_file
from benchmarks.recombined import read_lines
from benchmarks.terms import SPACE, Sentences, bigrams, literal_text, terms_digest, whole_runs
from search.analysis.japanese import analyser_fingerprint
from search.article import Article, article_from_stored
from search.dates import as_microseconds, tokyo_day

_EDITION: Final = 1
"""To be raised with every change of what `build` writes."""
_HEAP: Final = 4_200_000_000  # the most of one thread: as few segments as can be
_QUICK: Final = 100_000
_BATCH: Final = 64
_CHECKED: Final = 500  # one article in so many is analysed as a whole as well
_MONTHS: Final = {"month": {"terms": {"field": "month", "size": 1_000}}}
_VALUES: Final = {
    name: {name: {"terms": {"field": name, "size": 10}}} for name in ("topic", "person", "source")
}


def schema() -> tantivy.Schema:
    """Words in one field, which is cheaper for it than one each for headline and body."""
    builder = tantivy.SchemaBuilder()
    for name, option in (("words", "position"), ("grams", "position"), ("characters", "basic")):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in ("topic", "person", "source"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("instant", "day", "month"):
        builder.add_integer_field(name, fast=True, indexed=False)
    builder.add_bytes_field("article", stored=True, indexed=False)
    return builder.build()


def month_number(day: date) -> int:
    """Months since the year 0: whole numbers are what it counts fastest."""
    return day.year * 12 + day.month - 1


def _document(article: Article, words: Iterable[str]) -> tantivy.Document:
    document = tantivy.Document()
    for run in words:
        document.add_text("words", run)
    texts = [literal_text(article.title), literal_text(article.body)]
    for text in texts:
        document.add_text("grams", bigrams(text))
    document.add_text("characters", " ".join(sorted(set("".join(texts)))))
    day = tokyo_day(article.published)
    document.add_integer("instant", as_microseconds(article.published))
    document.add_integer("day", day.toordinal())
    document.add_integer("month", month_number(day))
    for name, values in (("topic", article.topics), ("person", article.persons)):
        for value in values:
            document.add_text(name, value)
    document.add_text("source", article.source)
    document.add_bytes("article", json.dumps(article.to_json(), ensure_ascii=False).encode())
    return document


@dataclass(frozen=True, slots=True)
class Built:
    """An index and how it was made."""

    folder: Path
    articles: int
    seconds: float
    """Analysis included."""
    bytes: int
    segments: int
    differing: int
    """Of the articles looked at, those whose terms by sentence are not those of the whole."""


def built(cache: Path, corpus: Corpus) -> Built:
    """The index of a corpus; made if it is not in the cache for this analyser's terms."""
    folder = cache / f"tantivy-{corpus.name}-{_EDITION}-{_terms(corpus)}"
    notes = folder / "built.json"
    if not notes.exists():
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "index").mkdir(parents=True)
        made = _build(folder, corpus_file(cache, corpus), by_sentence=corpus.drawn is not None)
        notes.write_text(json.dumps(made))
    return Built(folder / "index", **json.loads(notes.read_text()))


def _terms(corpus: Corpus) -> str:
    """What the terms depend on: the analyser's sources, but for an index that takes too long."""
    large = corpus.drawn is not None and corpus.drawn > _QUICK
    return terms_digest() if large else analyser_fingerprint()


def _build(folder: Path, file: Path, *, by_sentence: bool) -> dict[str, Any]:
    started = time.perf_counter()
    path = folder / "index"
    writer = tantivy.Index(schema(), str(path)).writer(_HEAP, 1)
    count = differing = 0
    for article, words in _analysed(file, by_sentence=by_sentence):
        writer.add_document(_document(article, words))
        if by_sentence and count % _CHECKED == 0:
            title, body = whole_runs([article.title, article.body])
            differing += words != title + body
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    seconds = time.perf_counter() - started
    index = tantivy.Index.open(str(path))
    size = sum(each.stat().st_size for each in path.iterdir())
    segments = index.searcher().num_segments
    return {
        "articles": count,
        "seconds": seconds,
        "bytes": size,
        "segments": segments,
        "differing": differing,
    }


def _analysed(file: Path, *, by_sentence: bool) -> Iterator[tuple[Article, list[str]]]:
    articles = map(article_from_stored, read_lines(file))
    sentences = Sentences.none_yet()
    while batch := list(islice(articles, _BATCH)):
        titles = whole_runs([each.title for each in batch])
        if by_sentence:
            bodies = iter([sentences.runs(each.body) for each in batch])
        else:
            bodies = whole_runs([each.body for each in batch])
        yield from ((each, next(titles) + next(bodies)) for each in batch)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a complete request delivers, before snippets."""

    total: int
    hits: list[tuple[float, dict[str, Any]]]
    """Score and stored article."""
    counts: dict[str, list[dict[str, Any]]]


class Peer:
    """Answers requests from an index that `build` made."""

    def __init__(self, folder: Path) -> None:
        index = tantivy.Index.open(str(folder))
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()
        self._decoder = msgspec.json.Decoder()

    def complete(self, asked: Asked) -> Answer:
        """Total, the first ten with their articles, months, topics and persons."""
        facets = ("topic", "person")
        return self.answer(self._text(asked), facets, self._filters(asked), newest=asked.newest)

    def answer(
        self,
        text: Query,
        facets: Iterable[str],
        filters: Mapping[str, Query] = MappingProxyType({}),
        *,
        newest: bool = False,
    ) -> Answer:
        """What a query finds; each facet is counted without the filter of its name."""
        query = _all([text, *filters.values()])
        order = "instant" if newest else None
        found = self._searcher.search(query, 10, count=True, order_by_field=order)
        wanted = {"month": _MONTHS} | {name: _VALUES[name] for name in facets}
        plain = [each for name, each in wanted.items() if name not in filters]
        counted = self._searcher.aggregate(query, {k: v for each in plain for k, v in each.items()})
        for name in filters:
            others = [each for other, each in filters.items() if other != name]
            counted |= self._searcher.aggregate(_all([text, *others]), wanted[name])
        hits = [(score, self._article(address)) for score, address in found.hits]
        return Answer(found.count, hits, {name: counted[name]["buckets"] for name in wanted})

    def chunks(self, chunks: Iterable[list[str]]) -> Query:
        """Every chunk, its words side by side."""
        return _all([self._side_by_side(terms) for terms in chunks] or [Query.all_query()])

    def _side_by_side(self, terms: Sequence[str]) -> Query:
        words = [term.replace(" ", "_") for term in terms]
        if len(words) == 1:
            return Query.term_query(self._schema, "words", words[0])
        return Query.phrase_query(self._schema, "words", words)

    def _article(self, address: tantivy.DocAddress) -> dict[str, Any]:
        article: dict[str, Any] = self._decoder.decode(self._searcher.doc(address)["article"][0])
        return article

    def _text(self, asked: Asked) -> Query:
        if asked.how == "literal":
            return self._literal(asked.terms[0])
        if asked.how == "phrase":
            return self._side_by_side(asked.terms)
        found = [self._side_by_side([term]) for term in asked.terms]
        if asked.how == "and" or len(found) == 1:
            return _all(found)
        return Query.boolean_query([(Occur.Should, each) for each in found])

    def _literal(self, text: str) -> Query:
        text = text.replace(" ", SPACE)
        if len(text) == 1:
            return Query.term_query(self._schema, "characters", text, "basic")
        if len(text) == 2:
            return Query.term_query(self._schema, "grams", text)
        return Query.phrase_query(self._schema, "grams", bigrams(text).split(" "))

    def _filters(self, asked: Asked) -> dict[str, Query]:
        filters = {}
        if asked.topic:
            filters["topic"] = Query.term_query(self._schema, "topic", asked.topic, "basic")
        if asked.since and asked.until:
            days = (asked.since.toordinal(), asked.until.toordinal())
            kind = tantivy.FieldType.Integer
            filters["month"] = Query.range_query(self._schema, "day", kind, *days)
        return filters


def _all(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])
