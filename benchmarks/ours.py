"""Our own side: the index as `sakuin reindex` makes it, and requests as an engine gets them."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.asked import Asked
from benchmarks.corpus import ROOT, Corpus, corpus_file
from benchmarks.processes import Watched, sakuin, watched
from search.analysis.japanese import analyser_fingerprint
from search.engine.base import Window
from search.engine.embedded.engine import EmbeddedEngine
from search.planning import searched
from search.query import (
    And,
    Between,
    FacetRequest,
    Literal,
    OneOf,
    Or,
    Phrase,
    Query,
    Slot,
    Term,
)
from search.reasons import TYPED
from search.results import Matches, Passage
from search.schema import Facet
from search.snippets import Marker, make_passages

REINDEX: Final = ("reindex", "--quiet", "--enrich", "none")
"""As its peers do, which find no persons or topics; what that costs, `benchmarks.persons` says."""

_FACETS: Final = (
    FacetRequest(Facet.DATE, interval="month"),
    FacetRequest(Facet.TOPIC),
    FacetRequest(Facet.PERSON),
)


@dataclass(frozen=True, slots=True)
class OurIndex:
    """An index and what making it took."""

    folder: Path
    articles: int
    bytes: int
    made: Watched


def indexed(cache: Path, corpus: Corpus) -> OurIndex:
    """The index of a corpus; made if the cache has none by today's sources."""
    file = corpus_file(cache, corpus)
    folder = cache / f"ours-{corpus.name}-{_sources()}"
    notes = folder / "made.json"
    if not notes.exists():
        for old in cache.glob(f"ours-{corpus.name}-*"):
            shutil.rmtree(old)
        folder.mkdir()
        made = watched(sakuin(*REINDEX, str(file), "--index", str(folder / "index")))
        notes.write_text(json.dumps(asdict(made)))
    index = folder / "index"
    engine = EmbeddedEngine(index, fingerprint=analyser_fingerprint())
    articles = engine.status().articles
    return OurIndex(index, articles, size_of(index), Watched(**json.loads(notes.read_text())))


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _sources() -> str:
    digest = hashlib.blake2b(digest_size=4)
    files = [*(ROOT / "search").rglob("*.*"), *(ROOT / "indexer").rglob("*.*")]
    for file in sorted(each for each in files if each.suffix in {".py", ".tsv"}):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


class Ours:
    """Answers requests from one state of an index."""

    def __init__(self, folder: Path, *, cached: bool = True) -> None:
        options: dict[str, Any] = {} if cached else {"cache_bytes": 0}
        self._engine = EmbeddedEngine(folder, fingerprint=analyser_fingerprint(), **options)

    def with_passages(self, asked: Asked) -> list[tuple[Passage, ...]]:
        """As `complete`, and the product's own snippets of the ten articles."""
        matches = self.complete(asked)
        leaves = dict.fromkeys(searched(query(asked)), TYPED)
        with self._engine.snapshot() as snapshot:
            marker = Marker(leaves, snapshot.forms)
        return [make_passages(hit, marker)[1] for hit in matches.hits]

    def complete(self, asked: Asked) -> Matches:
        """Total, the first ten with their articles, months, topics and persons."""
        filters: dict[Facet, OneOf | Between] = {}
        if asked.topic:
            filters[Facet.TOPIC] = OneOf((asked.topic,))
        if asked.since:
            filters[Facet.DATE] = Between(asked.since, asked.until)
        window = Window("newest" if asked.newest else "relevance")
        with self._engine.snapshot() as snapshot:
            return snapshot.search(query(asked), filters=filters, window=window, facets=_FACETS)


def query(asked: Asked) -> Query:
    """A question as our engine takes it."""
    if asked.how == "literal":
        literal: Query = Literal(asked.terms)
        return literal
    if asked.how == "phrase":
        return Phrase(tuple(Slot((term,)) for term in asked.terms))
    clauses = tuple(map(Term, asked.terms))
    if len(clauses) == 1:
        return clauses[0]
    return Or(clauses) if asked.how == "or" else And(clauses)


def plain_cut(text: str, asked: Asked) -> str:
    """The cheapest snippet there is: 160 characters around the first place."""
    at = next((at for at in map(text.find, asked.written) if at >= 0), 0)
    start = max(0, at - 40)
    return text[start : start + 160]
