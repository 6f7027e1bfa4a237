"""The way of an article into the index: read, compare, analyse, write, prune."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from indexer.analysing import analyse_in_order
from indexer.enrich.archive import PeopleLinker
from indexer.enrich.corrections import read_corrections
from indexer.files import Found, find_files
from indexer.readers import Source
from indexer.records import Records
from indexer.report import Rejected, skipped
from search.analysis.japanese import Analyser
from search.article import Article
from search.engine.base import ArticleWriter, Engine, Known
from search.errors import WrongUsage, shortened
from search.processes import cores

DROP_WITHOUT_YES = 0.2
"""The share of articles that may go without `--yes`."""

OnRejected = Callable[[Rejected], None]
OnProgress = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What `sakuin reindex` was asked for."""

    paths: Sequence[str]
    rebuild: bool = False
    prune: bool = False
    yes: bool = False
    workers: int = field(default_factory=cores)
    format: str = "auto"
    source: str = ""
    max_errors: int | None = None
    enrich: tuple[str, ...] = ()
    """What is looked for in the texts: some of `indexer.enrich.enricher.KINDS`."""
    corrections: str | None = None
    """What an operator says of persons, from now on; None: what was said before."""


@dataclass(slots=True)
class Progress:
    """How far a run is; the numbers of the closing line."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0
    skipped: int = 0
    articles: int = 0
    """Read so far."""
    bytes_done: int = 0
    bytes_all: int = 0
    writing: bool = False
    """All articles are read; the index is being finished."""
    unknown_persons: tuple[str, ...] = ()
    """Names of the corrections that no article has."""
    stopped: bool = False
    """Given up after `max_errors`."""

    def closing_line(self) -> str:
        """The last line on standard output."""
        return (
            f"added {self.added}, updated {self.updated}, unchanged {self.unchanged},"
            f" removed {self.removed}, rejected {self.rejected}"
        )


def reindex(
    engine: Engine,
    analyser: Analyser,
    options: Options,
    *,
    on_rejected: OnRejected = lambda _: None,
    on_progress: OnProgress = lambda _: None,
) -> Progress:
    """Bring the index up to date with the files below the paths.

    WrongUsage where more would go than `--yes` allows; then nothing is changed.
    """
    run = _Run(options, on_rejected, on_progress)
    try:
        with engine.writing(rebuild=options.rebuild) as writer:
            corrections = writer.corrections()
            if options.corrections is not None:
                corrections = options.corrections
            linker = PeopleLinker(analyser, read_corrections(corrections))
            writer.link(linker, corrections)
            known = writer.known()
            articles = run.from_files() if options.paths else run.from_index(engine, writer)
            wanted = run.to_write(articles, known)
            analysed_articles = analyse_in_order(
                wanted, analyser=analyser, workers=options.workers, enrich=options.enrich
            )
            for analysed in analysed_articles:
                writer.add(analysed)
            run.remove(writer, known)
            run.announce_writing()
        run.progress.unknown_persons = linker.unknown
    except _GivenUp:
        run.progress.added = run.progress.updated = run.progress.unchanged = 0
    return run.progress


class _GivenUp(Exception):
    """A rebuild met too many errors: all or nothing, so nothing."""


@dataclass(slots=True)
class _Run:
    options: Options
    on_rejected: OnRejected
    on_progress: OnProgress
    progress: Progress = field(default_factory=Progress)
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Content hash and file of every article of this run, by id."""
    file: str = ""
    """The file that is being read, as given."""
    unsure: set[str] = field(default_factory=set)
    """Files of which something could not be read: what came from them stays."""

    def from_files(self) -> Iterator[Article]:
        """The articles of all files; what is none goes into the report."""
        files: list[Found] = []
        for found in find_files(self.options.paths):
            if isinstance(found, Found):
                files.append(found)
            else:
                self._report(found)
        records = Records(files, self.options.format, self.options.source)
        self.progress.bytes_all = records.bytes_all
        for record in records:
            self.progress.bytes_done = records.bytes_done
            self.file = records.file
            if isinstance(record, Rejected):
                self._report(record)
            else:
                yield record
            if self._too_many_errors():
                self.progress.stopped = True
                return
        self.progress.bytes_done = self.progress.bytes_all

    def from_index(self, engine: Engine, writer: ArticleWriter) -> Iterator[Article]:
        """The stored articles for a rebuild, without what an earlier run found; IndexMissing."""
        if not engine.status().articles or not self.options.rebuild:
            return iter(())
        return (replace(e, person_details=(), topic_details=()) for e in writer.articles())

    def _report(self, rejected: Rejected) -> None:
        if rejected.outcome == "rejected":
            self.progress.rejected += 1
            self.unsure.add(Source(rejected.file).origin)
        else:
            self.progress.skipped += 1
        self.on_rejected(rejected)

    def _too_many_errors(self) -> bool:
        most = self.options.max_errors
        return most is not None and self.progress.rejected >= most

    def to_write(
        self, articles: Iterable[Article], known: Mapping[str, Known]
    ) -> Iterator[Article]:
        """The articles that have to be written, all in a rebuild; of one id, the first counts."""
        for article in articles:
            self.progress.articles += 1
            self.on_progress(self.progress)
            content = article.content_hash()
            if article.id in self.seen:
                self._report_twin(article, content)
                continue
            self.seen[article.id] = (content, self.file)
            before = known.get(article.id)
            if before is not None and before.content_hash == content:
                self.progress.unchanged += 1
                if not self.options.rebuild and not _has_moved(article, before):
                    continue
            else:
                self.progress.updated += before is not None
                self.progress.added += before is None
            yield article

    def _report_twin(self, article: Article, content: str) -> None:
        first_content, first_file = self.seen[article.id]
        if content == first_content:
            self._report(skipped(self.file, f"the same article as in {first_file}"))
            return
        self._report(
            Rejected(
                file=self.file,
                line=article.line,
                id=shortened(article.id),
                field="id",
                value=shortened(article.id),
                reason=f"another article has this id (in {first_file})",
                expected="an id for each article",
            )
        )

    def remove(self, writer: ArticleWriter, known: Mapping[str, Known]) -> None:
        """What a rebuild leaves out, and what `--prune` takes out; WrongUsage if it is too much."""
        if self.progress.stopped and self.options.rebuild:
            raise _GivenUp
        if self.options.rebuild:
            gone = [key for key in known if key not in self.seen]
            self._ask(len(gone), len(known))
            self.progress.removed = len(gone)
        elif self.options.prune and not self.progress.stopped:
            roots = tuple(Source(path).origin for path in self.options.paths)
            below = [key for key, each in known.items() if _is_below(each.origin, roots)]
            unsure = tuple(self.unsure)
            gone = [
                key
                for key in below
                if key not in self.seen and not _is_below(known[key].origin, unsure)
            ]
            self._ask(len(gone), len(below))
            for key in gone:
                writer.remove(key)
            self.progress.removed = len(gone)

    def _ask(self, gone: int, all_of_them: int) -> None:
        if gone > DROP_WITHOUT_YES * all_of_them and not self.options.yes:
            raise WrongUsage(
                f"{gone} of {all_of_them} articles would be removed, which is more than"
                f" {DROP_WITHOUT_YES:.0%}: nothing was changed; repeat with --yes if it is meant"
            )

    def announce_writing(self) -> None:
        """All is read and analysed; what remains is the index's own work."""
        self.progress.writing = True
        self.on_progress(self.progress)


def _has_moved(article: Article, known: Known) -> bool:
    """Whether an unchanged article comes from elsewhere now, and is gone from where it was."""
    return article.origin != known.origin and not os.path.exists(known.origin)


def _is_below(origin: str, roots: Sequence[str]) -> bool:
    return any(origin == root or origin.startswith(root.rstrip("/") + "/") for root in roots)
