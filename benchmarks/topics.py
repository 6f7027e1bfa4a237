"""`python -m benchmarks.topics`: how good the topics are, cross-validated, beside seeds alone."""

from __future__ import annotations

import tarfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.corpus import ROOT
from benchmarks.report import Section, table
from indexer.enrich.topics import Floats, Places, TopicFinder
from indexer.training import topics as training
from search.analysis.japanese import Analyser
from search.schema import AnalysedArticle
from search.topics import CULTURE, SCIENCE, SPORTS, TOPICS

HEADLINES: Final = ROOT / "tests" / "quality" / "headlines.tsv"
FOLDS: Final = 5
SEED: Final = 0
FOLDERS: Final = {
    "sports-watch": SPORTS,
    "movie-enter": CULTURE,
    "it-life-hack": SCIENCE,
    "smax": SCIENCE,
    "kaden-channel": SCIENCE,
}
"""Of livedoor, those that are one of our topics: for testing, never for training."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Probabilities and right topics, a row an article, and what follows from them."""

    probabilities: Floats
    right: Floats

    @property
    def _first(self) -> Floats:
        """Whether the surest topic of each article is right."""
        rows = np.arange(len(self.right))
        return self.right[rows, self.probabilities.argmax(axis=1)]

    @property
    def hit(self) -> float:
        """The share of articles whose surest topic is right."""
        return float(self._first.mean())

    def hit_at(self, share: float) -> float:
        """The same of the surest share of articles."""
        order = np.argsort(-self.probabilities.max(axis=1), kind="stable")
        return float(self._first[order[: int(np.ceil(share * len(order)))]].mean())

    @property
    def _answered(self) -> Places:
        limit = training.THRESHOLDS.first
        return np.flatnonzero(self.probabilities.max(axis=1) >= limit)

    @property
    def coverage(self) -> float:
        """The share of articles that are given a topic."""
        return len(self._answered) / len(self.right)

    @property
    def hit_where_given(self) -> float:
        """The share of those whose surest topic is right."""
        return float(self._first[self._answered].mean())

    @property
    def micro_f1(self) -> float:
        """F1 over all topics given and all that are right, as the thresholds have it."""
        given = self.probabilities >= training.THRESHOLDS.others
        rows = np.arange(len(given))
        given[rows, self.probabilities.argmax(axis=1)] = True
        given[self.probabilities.max(axis=1) < training.THRESHOLDS.first] = False
        return float(2 * (given * self.right).sum() / (given.sum() + self.right.sum()))

    def row(self, name: str) -> list[str]:
        """A row of the table."""
        shares = (self.hit, self.hit_at(0.8), self.micro_f1, self.hit_where_given, self.coverage)
        return [name, str(len(self.right)), *(f"{100 * share:.1f}" for share in shares)]


def labels(rows: Sequence[Sequence[str]]) -> Floats:
    """1 for each topic that is right, a row an article."""
    return np.array([[float(topic in row) for topic in TOPICS] for row in rows])


def read_headlines() -> tuple[list[list[str]], list[str]]:
    """The topics of the headlines written for the project, and the headlines."""
    lines = HEADLINES.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [row[0].split(",") for row in rows], [row[1] for row in rows]


def read_livedoor(folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Folder, title and body of the articles in FOLDERS."""
    names, texts = [], []
    with tarfile.open(folder / "news" / "livedoor.tar.xz") as archive:
        for member in archive:
            path = Path(member.name)
            file = archive.extractfile(member)
            if file and path.parent.name in FOLDERS and path.name != "LICENSE.txt":
                _, _, title, *body = file.read().decode("utf-8").split("\n")
                names.append(path.parent.name)
                texts.append((title, "\n".join(body)))
    return names, texts


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What is learnt once, and the labelled articles."""

    analyser: Analyser
    seeds: training.Seeds
    basis: training.Basis
    labelled: training.Examples


def learn(analyser: Analyser, folder: Path) -> Trained:
    """Learns what the labelled articles have no part in."""
    seeds = training.read_seeds(analyser)
    labelled = training.labelled_examples(analyser, training.read_labelled(folder))
    return Trained(analyser, seeds, training.learn_basis(analyser, folder, seeds), labelled)


def cross_validated(trained: Trained) -> tuple[Figures, Figures]:
    """Each labelled article, and its bare headline, by a model that has not seen it."""
    labelled = trained.labelled
    whole, titles = np.zeros_like(labelled.labels), np.zeros_like(labelled.labels)
    order = np.random.default_rng(SEED).permutation(len(whole))
    for fold in np.array_split(order, FOLDS):
        model = trained.basis.model(labelled.take(np.sort(np.setdiff1d(order, fold))))
        held = labelled.take(fold).articles
        whole[fold] = model.weigh(held)
        titles[fold] = model.weigh(list(map(training.headline, held)))
    return Figures(whole, labelled.labels), Figures(titles, labelled.labels)


def by_seeds(trained: Trained, articles: Sequence[AnalysedArticle]) -> Floats:
    """What the seeds alone say: shares, no probabilities."""
    vocabulary = training.seed_vocabulary(trained.basis.vocabulary, trained.seeds)
    weights = training.seed_weights(vocabulary, trained.seeds)
    return training.seed_shares(vocabulary.vectors(articles), weights)


def rows(trained: Trained, folder: Path) -> Iterator[list[str]]:
    """The rows of the table."""
    labelled = trained.labelled
    whole, titles = cross_validated(trained)
    yield whole.row("jwn_dev, cross-validated")
    yield titles.row("jwn_dev, bare headlines, cross-validated")
    weak = trained.basis.model()
    yield Figures(weak.weigh(labelled.articles), labelled.labels).row("jwn_dev, no labels used")
    yield Figures(by_seeds(trained, labelled.articles), labelled.labels).row("jwn_dev, seeds only")
    finder = TopicFinder()
    right, texts = read_headlines()
    headlines = training.analyse(trained.analyser, ((text, "") for text in texts))
    yield Figures(finder.model.weigh(headlines), labels(right)).row("headlines of our own")
    yield Figures(by_seeds(trained, headlines), labels(right)).row("headlines, seeds only")
    names, bodies = read_livedoor(folder)
    livedoor = training.analyse(trained.analyser, bodies)
    found = finder.model.weigh(livedoor)
    for name, topic in FOLDERS.items():
        places = [place for place, each in enumerate(names) if each == name]
        yield Figures(found[places], labels([[topic]] * len(places))).row(f"livedoor, {name}")


def cost(analyser: Analyser, texts: Sequence[tuple[str, str]]) -> str:
    """Milliseconds an article, beyond the analyser, and for loading."""
    analysed = training.analyse(analyser, texts)
    started = time.perf_counter()
    finder = TopicFinder()
    loaded = time.perf_counter()
    for start in range(0, len(analysed), 128):
        finder.find(analysed[start : start + 128])
    done = time.perf_counter()
    each = 1000 * (done - loaded) / len(analysed)
    return f"Loading {1000 * (loaded - started):.0f} ms; {each:.2f} ms an article."


def topics_section(analyser: Analyser, folder: Path) -> Section:
    """All figures."""
    head = ("set", "articles", "first right", "at 80 %", "micro-F1", "right where given", "given")
    trained = learn(analyser, folder)
    text = table(head, rows(trained, folder))
    return Section("Topics", f"{text}\n\n{cost(analyser, read_livedoor(folder)[1][:1000])}")


if __name__ == "__main__":
    print(topics_section(Analyser(), training.data_folder()))
