"""Stock Whoosh, as its documentation shows it: the same terms, its own searcher and facets."""

from __future__ import annotations

import json
import shutil
import statistics
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from whoosh import fields, index, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.columns import RefBytesColumn
from whoosh.sorting import Count, FacetType, FieldFacet, StoredFieldFacet

from benchmarks.asked import Asked, Questions
from benchmarks.corpus import Corpus, corpus_file
from benchmarks.ours import Ours, indexed, plain_cut
from benchmarks.peer_tantivy import month_number
from benchmarks.recombined import read_lines
from benchmarks.report import Section, table
from benchmarks.terms import terms_digest, whole_runs
from benchmarks.timing import Ratio, in_turn
from search.article import Article, article_from_stored
from search.dates import tokyo_day

_QUESTIONS: Final = 20
_ROUNDS: Final = 3
_FACETS: Final = {
    "month": FieldFacet("month", maptype=Count),
    "topic": FieldFacet("topic", maptype=Count),
    # Of its two ways to count many values an article, the faster one.
    "person": StoredFieldFacet("person", allow_overlap=True, maptype=Count),
}
_AS_DOCUMENTED: Final = _FACETS | {
    "person": FieldFacet("person", allow_overlap=True, maptype=Count)
}
_TEXTS: Final = ("title", "body")
_ABOUT: Final = f"""
Complete requests as above, with the plain cut. Stock Whoosh: an ordinary index with TEXT fields of
the same terms, BM25F, one segment, facets by `groupedby`, counted only; persons by
`StoredFieldFacet`, which is its faster way. The first {_QUESTIONS} questions.

To reach: 0.01x or less (100 times faster).
""".strip()


def _schema() -> fields.Schema:
    words = SpaceSeparatedTokenizer()
    return fields.Schema(
        id=fields.ID(unique=True),
        title=fields.TEXT(analyzer=words, field_boost=4.0),
        body=fields.TEXT(analyzer=words),
        article=fields.STORED,
        month=fields.NUMERIC(sortable=True),
        topic=fields.ID(sortable=RefBytesColumn()),
        person=fields.KEYWORD(stored=True),
    )


def _built(cache: Path, corpus: Corpus) -> Path:
    folder = cache / f"whoosh-{corpus.name}-{terms_digest()}"
    if index.exists_in(folder) and not index.open_dir(folder).is_empty():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    print("Whoosh's own writer takes its time")
    writer = index.create_in(folder, _schema()).writer(limitmb=512)
    for article, title, body in _analysed(corpus_file(cache, corpus)):
        writer.add_document(
            id=article.id,
            title=" ".join(title),
            body=" ".join(body),
            article=json.dumps(article.to_json(), ensure_ascii=False),
            month=month_number(tokyo_day(article.published)),
            topic=article.topics[0],
            person=" ".join(article.persons),
        )
    writer.commit(optimize=True)
    return folder


def _analysed(file: Path) -> Iterator[tuple[Article, list[str], list[str]]]:
    for stored in read_lines(file):
        article = article_from_stored(stored)
        title, body = whole_runs([article.title, article.body])
        yield article, title, body


class _Whoosh:
    def __init__(self, folder: Path) -> None:
        self._searcher = index.open_dir(folder).searcher()

    def complete(self, asked: Asked) -> int:
        """The total; ten articles with snippets and three facets are made as well."""
        return self._answer(asked, _FACETS)

    def as_documented(self, asked: Asked) -> int:
        """The same with the facet that Whoosh's documentation has for many values."""
        return self._answer(asked, _AS_DOCUMENTED)

    def without_facets(self, asked: Asked) -> int:
        """The same without facets."""
        return self._answer(asked, {})

    def _answer(self, asked: Asked, facets: Mapping[str, FacetType]) -> int:
        terms = [term.replace(" ", "_") for term in asked.terms]
        either = [query.Or([query.Term(each, term) for each in _TEXTS]) for term in terms]
        asking = query.Or(either) if asked.how == "or" else query.And(either)
        found = self._searcher.search(asking, limit=10, groupedby=dict(facets) or None)
        for name in facets:
            counts = found.groups(name)
            sorted(counts, key=lambda value, of=counts: -of[value])[:10]
        for hit in found:
            article: dict[str, Any] = json.loads(hit["article"])
            plain_cut(article["body"], asked)
        return len(found)


def run(cache: Path) -> Section:
    """The table of a few questions on livedoor."""
    corpus = Corpus()
    made = indexed(cache, corpus)
    ours, whoosh = Ours(made.folder), _Whoosh(_built(cache, corpus))

    def our_answer(asked: Asked) -> int:
        matches = ours.complete(asked)
        for hit in matches.hits:
            plain_cut(hit.article.body, asked)
        return matches.total

    rows = []
    kinds = Questions(corpus_file(cache, corpus), made.articles).kinds()
    for kind, name, theirs_alone in (
        ("OR", "OR", whoosh.complete),
        ("AND", "AND", whoosh.complete),
        ("OR", "OR, persons by `FieldFacet`, as documented", whoosh.as_documented),
        ("OR", "OR, Whoosh without facets, ours with them", whoosh.without_facets),
    ):
        asked = kinds[kind][:_QUESTIONS]
        differing = sum(our_answer(each) != whoosh.complete(each) for each in asked)
        theirs, mine = in_turn([theirs_alone, our_answer], asked, _ROUNDS)
        times = (f"{statistics.median(each):,.2f}" for each in (mine, theirs))
        faster = f"{statistics.median(theirs) / statistics.median(mine):,.0f} times"
        rows.append((name, _ratio(mine, theirs), faster, *times, f"{differing} of {len(asked)}"))
    head = ("kind", "ours / Whoosh", "faster", "ours warm, ms", "Whoosh, ms", "totals differ")
    return Section(
        f"Against stock Whoosh, {made.articles:,} articles", f"{_ABOUT}\n\n{table(head, rows)}"
    )


def _ratio(mine: list[float], theirs: list[float]) -> str:
    ratio = Ratio.of(mine, theirs)
    return f"**{ratio.median:.4f}x** ({ratio.lowest:.4f}–{ratio.highest:.4f})"
