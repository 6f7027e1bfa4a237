"""Trains the model of topics: `python -m indexer.training.topics`, the same bytes every time.

Articles that nobody labelled get weak labels from the seeds; those and the labelled ones, whole
and as bare headlines, are what a logistic regression a topic learns from. Its weights are drawn
to those of the seeds, not to zero: so words that no article has speak for their topic too.
"""

from __future__ import annotations

import argparse
import csv
import json
import lzma
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from indexer.analysing import BATCH, analyse_batch
from indexer.enrich.topics import (
    Floats,
    Model,
    Places,
    Term,
    Thresholds,
    Vectors,
    Vocabulary,
    probabilities,
    times,
    write_model,
)
from search.analysis.japanese import Analyser
from search.analysis.tokens import GAP, Word
from search.article import Article
from search.schema import AnalysedArticle, Field
from search.topics import CULTURE, HEALTH, LIFE, POLITICS, SCIENCE, SPORTS, TOPICS, WORLD

ROOT: Final = Path(__file__).parent.parent.parent
THRESHOLDS: Final = Thresholds(first=0.35, others=0.3)
"""Chosen by cross-validation on the labelled articles and their bare headlines."""
MOST_TERMS: Final = 8_000
RAREST_WORD: Final = 4
RAREST_PAIR: Final = 8
MOST_COMMON: Final = 0.4
"""Terms in more of the articles than this share tell nothing."""
HIGHEST_IDF: Final = 6.0
SEED_WEIGHT: Final = 3.0
"""What a seed's weight is drawn to."""
STIFFNESS: Final = 0.5
"""How strongly weights are drawn to where they start."""
ROUNDS: Final = 200
"""Of what the weak labels teach."""
MORE_ROUNDS: Final = 60
"""With the labelled articles, from there on."""
START: Final = -2.0
"""The bias at first: a topic is improbable."""
EVIDENCE: Final = 0.3
"""Added to what all seeds of an article say: few of them are not enough."""
SURE: Final = 0.28
"""The share of an article's seeds that its first topic needs for a weak label."""
ALSO: Final = 0.25
"""That of the others; and at least ALSO_OF_FIRST of the first one's."""
ALSO_OF_FIRST: Final = 0.6
LABELLED: Final = 3.0
LABELLED_HEADLINE: Final = 1.5
HEADLINE: Final = 0.5
SUBJECT: Final = 0.5

SUBJECTS: Final = {
    "politics": POLITICS,
    "sports": SPORTS,
    "health": HEALTH,
    "science/technology": SCIENCE,
    "entertainment": CULTURE,
    "travel": LIFE,
}
"""The subjects of SIB-200; `geography` is none of ours."""
_TELLS_NOTHING: Final = re.compile(r"[ぁ-ゖー]{1,2}|.*[\d ].*|[a-z]|\W+")
_TITLES: Final = re.compile("氏|さん|ちゃん|容疑者|被告|選手|投手|監督|騎手|被告人|受刑者|棋士")
_ALL_TITLES: Final = re.compile(
    f"{_TITLES.pattern}|君|様|力士|親方|代表|会見|大統領|首相|外相|相|長官|主席|書記|総書記|書記長"
    "|元帥|国王|女王|議員|知事|市長|社長|会長|教授|博士|アナ|アナウンサー?"
)
"""With those that stand behind names of places as well."""
_KATAKANA: Final = re.compile("[ァ-ヺー]+")
_OFTEN_NAMED: Final = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Analysed articles, how far each has each topic, and how much each of that counts."""

    articles: Sequence[AnalysedArticle]
    labels: Floats
    counts: Floats

    def __add__(self, other: Examples) -> Examples:
        return Examples(
            [*self.articles, *other.articles],
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.counts, other.counts]),
        )

    def take(self, rows: Places) -> Examples:
        """Those of some rows."""
        articles = [self.articles[row] for row in rows.tolist()]
        return Examples(articles, self.labels[rows], self.counts[rows])

    def headlines(self, counts: float) -> Examples:
        """The same without their bodies; `counts` is how much they count beside those."""
        return Examples(list(map(headline, self.articles)), self.labels, self.counts * counts)


def headline(article: AnalysedArticle) -> AnalysedArticle:
    """The article as if it had no body."""
    words = {field: words[:0] for field, words in article.words.items()}
    return replace(article, words={**words, Field.TITLE: article.words[Field.TITLE]})


# ---- the shared sets


def data_folder() -> Path:
    """The folder of the shared data: SAKUIN_DATA, else that beside the project."""
    return Path(os.environ.get("SAKUIN_DATA") or ROOT / "../shared/data").resolve()


def _articles(texts: Iterable[tuple[str, str]]) -> list[Article]:
    return [
        Article(id=str(number), published=date(2000, 1, 1), title=title, body=body)
        for number, (title, body) in enumerate(texts)
    ]


def analyse(analyser: Analyser, texts: Iterable[tuple[str, str]]) -> list[AnalysedArticle]:
    """Titles and bodies analysed as the re-index does it."""
    articles = _articles(texts)
    batches = (articles[start : start + BATCH] for start in range(0, len(articles), BATCH))
    return [each for batch in batches for each in analyse_batch(analyser, batch)]


def read_labelled(folder: Path) -> list[dict[str, Any]]:
    """The articles of `jwn_dev`: id, title, text, topics."""
    lines = (folder / "topics" / "jwn_dev.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def labelled_examples(analyser: Analyser, articles: Sequence[dict[str, Any]]) -> Examples:
    """Each article with its topics."""
    analysed = analyse(analyser, ((each["title"], each["text"]) for each in articles))
    labels = np.array([[topic in each["topics"] for topic in TOPICS] for each in articles], float)
    return Examples(analysed, labels, np.full(labels.shape, LABELLED))


def read_unlabelled(folder: Path, without: Iterable[str]) -> list[tuple[str, str]]:
    """Title and body of the articles of Wikinews but for those whose ids are given."""
    taken = set(without)
    with lzma.open(folder / "news" / "jawikinews.jsonl.xz", "rt", encoding="utf-8") as lines:
        articles = map(json.loads, lines)
        return [(each["title"], each["body"]) for each in articles if each["id"] not in taken]


def subject_examples(analyser: Analyser, folder: Path) -> Examples:
    """The sentences of SIB-200; whether politics are foreign is not known of them."""
    rows = []
    for name in ("train", "dev"):
        text = (folder / "topics" / f"sib200-ja-{name}.tsv").read_text("utf-8")
        rows += list(csv.reader(text.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE))
    subjects = [SUBJECTS.get(subject) for _, subject, _ in rows]
    labels = np.array([[topic == subject for topic in TOPICS] for subject in subjects], float)
    counts = np.full(labels.shape, SUBJECT)
    counts[:, TOPICS.index(WORLD)] = 0
    return Examples(analyse(analyser, (("", text) for _, _, text in rows)), labels, counts)


# ---- words


Seeds = Sequence[Sequence[Term]]
"""The seeds of each topic."""


def read_seeds(analyser: Analyser) -> Seeds:
    """Of each topic the seeds that are one term or two; of longer ones all neighbours."""
    file = resources.files("indexer.training") / "topics-seeds.txt"
    seeds: dict[str, dict[Term, None]] = {topic: {} for topic in TOPICS}
    for line in file.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            topic, _, words = line.partition(":")
            for analysed in analyser.analyse_all(words.split()):
                seeds[topic] |= dict.fromkeys(_as_terms(analysed.terms))
    return [list(seeds[topic]) for topic in TOPICS]


def _as_terms(words: list[str]) -> list[Term]:
    return [(words[0],)] if len(words) == 1 else list(pairwise(words))


def find_names(analyser: Analyser, texts: Iterable[str]) -> set[str]:
    """Terms that are persons' names: by part of speech mostly, or often before a title."""
    seen: Counter[str] = Counter()
    named: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    for text in texts:
        words = analyser.analyse(text).words
        seen.update(word.term for word in words)
        named.update(word.term for word in words if "人名" in word.pos)
        pairs = pairwise(words)
        titled.update(one.term for one, other in pairs if _may_be_titled(one, other))
    return {
        term
        for term, count in seen.items()
        if named[term] > count / 2 or titled[term] >= max(2, _OFTEN_NAMED * count)
    }


def _may_be_titled(word: Word, title: Word) -> bool:
    if "固有名詞" not in word.pos and not _KATAKANA.fullmatch(word.term):
        return False
    titles = _TITLES if "地名" in word.pos else _ALL_TITLES
    return titles.fullmatch(title.term) is not None


def count_terms(articles: Iterable[AnalysedArticle]) -> tuple[Counter[Term], int]:
    """In how many articles each term and each two neighbours occur; and of how many."""
    counts: Counter[Term] = Counter()
    number = 0
    for number, article in enumerate(articles, start=1):  # noqa: B007 - the last one is asked for
        found: set[Term] = set()
        for field in (Field.TITLE, Field.BODY):
            words = article.terms(field)
            found.update((word,) for word in words)
            found.update(pairwise(words))
        counts.update(term for term in found if GAP not in term)
    return counts, number


def make_vocabulary(
    articles: Iterable[AnalysedArticle], names: set[str], seeds: Seeds
) -> Vocabulary:
    """The terms that may tell something, with their idf; the seeds always among them."""
    counts, number = count_terms(articles)

    def tells(term: Term) -> bool:
        rarest = RAREST_WORD if len(term) == 1 else RAREST_PAIR
        return rarest <= counts[term] < MOST_COMMON * number and not any(
            word in names or _TELLS_NOTHING.fullmatch(word) for word in term
        )

    terms = sorted({*filter(tells, counts), *(term for each in seeds for term in each)})
    return Vocabulary(terms, np.array([_idf(counts[term], number) for term in terms]))


def _idf(count: int, number: int) -> float:
    return min(HIGHEST_IDF, float(np.log((1 + number) / (1 + count))))


def seed_weights(vocabulary: Vocabulary, seeds: Seeds) -> Floats:
    """For each term and topic 1 where it is a seed, else 0."""
    places = {term: place for place, term in enumerate(vocabulary.terms)}
    weights = np.zeros((len(places), len(seeds)))
    for topic, terms in enumerate(seeds):
        weights[[places[term] for term in terms if term in places], topic] = 1
    return weights


def seed_vocabulary(vocabulary: Vocabulary, seeds: Seeds) -> Vocabulary:
    """The part of a vocabulary that are seeds."""
    return _part(vocabulary, np.flatnonzero(seed_weights(vocabulary, seeds).any(axis=1)))


def _part(vocabulary: Vocabulary, kept: Places) -> Vocabulary:
    return Vocabulary([vocabulary.terms[each] for each in kept.tolist()], vocabulary.idf[kept])


def weak_examples(
    articles: Sequence[AnalysedArticle], vocabulary: Vocabulary, seeds: Seeds
) -> Examples:
    """The articles of which the seeds say enough, with the topics they speak for."""
    small = seed_vocabulary(vocabulary, seeds)
    shares = seed_shares(small.vectors(articles), seed_weights(small, seeds))
    first = shares.max(axis=1)
    sure = np.flatnonzero(first >= SURE)
    labels = (shares >= np.maximum(ALSO, ALSO_OF_FIRST * first)[:, None]).astype(float)
    counts = np.repeat(np.minimum(1, 2 * first)[:, None], labels.shape[1], axis=1)
    return Examples(articles, labels, counts).take(sure)


def seed_shares(vectors: Vectors, weights: Floats) -> Floats:
    """How much of what the seeds in an article say speaks for each topic."""
    sums = np.maximum(times(vectors, weights), 0)
    return np.asarray(sums / (sums.sum(axis=1, keepdims=True) + EVIDENCE))


# ---- regression


class _Sums:
    """Sums of values times what is given for their sources, one a target."""

    def __init__(self, sources: Places, values: Floats, targets: Places, count: int) -> None:
        self._sources, self._values, self._count = sources, values, count
        self._starts = np.flatnonzero(np.diff(targets, prepend=-1))
        self._targets = targets[self._starts]

    def __call__(self, given: Floats) -> Floats:
        sums = np.zeros((self._count, given.shape[1]))
        for place, each in enumerate(given.T):
            products = self._values * np.ascontiguousarray(each).take(self._sources)
            sums[self._targets, place] = np.add.reduceat(products, self._starts)
        return sums


class _Regression:
    """A logistic regression a topic over examples, drawn to `prior`.

    Accelerated gradient descent with a fixed number of rounds and a fixed order of sums.
    """

    def __init__(self, vocabulary: Vocabulary, examples: Examples, prior: Floats) -> None:
        vectors = vocabulary.vectors(examples.articles)
        order = np.argsort(vectors.columns, kind="stable")
        columns, values, rows = vectors.columns, vectors.values, vectors.rows
        self._by_row = _Sums(columns, values, rows, len(examples.articles))
        self._by_column = _Sums(rows[order], values[order], columns[order], len(prior))
        self._examples, self._prior = examples, prior
        self._rate = 1 / (self._steepest() + STIFFNESS)
        self._bias_rate = 8 / examples.counts.sum()

    def _steepest(self) -> float:
        """The largest curvature of the loss, by power iteration."""
        counts = self._examples.counts.max(axis=1, keepdims=True)
        direction = np.ones((len(self._prior), 1))
        length = 1.0
        for _ in range(12):
            direction = self._by_column(counts * self._by_row(direction))
            length = float(np.sqrt((direction * direction).sum()))
            direction = direction / length
        return length / 4

    def descend(self, rounds: int, start: Line) -> Line:
        """The line after some more rounds."""
        here, ahead, speed = start, start, 1.0
        for _ in range(rounds):
            new = self._step(ahead)
            faster = (1 + float(np.sqrt(1 + 4 * speed * speed))) / 2
            ahead = new.moved((speed - 1) / faster, here)
            here, speed = new, faster
        return here

    def _step(self, line: Line) -> Line:
        sums = self._by_row(line.weights) + line.bias
        wrong = (probabilities(sums) - self._examples.labels) * self._examples.counts
        slope = self._by_column(wrong) + STIFFNESS * (line.weights - self._prior)
        return Line(
            line.weights - self._rate * slope,
            line.bias - self._bias_rate * wrong.sum(axis=0),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Weights and bias of every topic."""

    weights: Floats
    bias: Floats

    def moved(self, share: float, other: Line) -> Line:
        """On from `other` by a share of the way from there."""
        return Line(
            self.weights + share * (self.weights - other.weights),
            self.bias + share * (self.bias - other.bias),
        )


# ---- the model


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What is learnt without the labelled articles; the same for every part of them."""

    examples: Examples
    vocabulary: Vocabulary
    prior: Floats
    learnt: Line

    def model(self, labelled: Examples | None = None) -> Model:
        """The model, with what the labelled articles add."""
        line = self.learnt
        if labelled is not None:
            titles = labelled.headlines(LABELLED_HEADLINE / LABELLED)
            examples = self.examples + labelled + titles
            regression = _Regression(self.vocabulary, examples, self.prior)
            line = regression.descend(MORE_ROUNDS, line)
        return Model(TOPICS, self.vocabulary, line.weights, line.bias, THRESHOLDS)


def learn_basis(analyser: Analyser, folder: Path, seeds: Seeds) -> Basis:
    """What the seeds, the unlabelled articles and SIB-200 teach."""
    texts = read_unlabelled(folder, without=[each["id"] for each in read_labelled(folder)])
    names = find_names(analyser, (f"{title}\n{body}" for title, body in texts))
    articles = analyse(analyser, texts)
    subjects = subject_examples(analyser, folder)
    vocabulary = make_vocabulary([*articles, *subjects.articles], names, seeds)
    weak = weak_examples(articles, vocabulary, seeds)
    return _learn(weak + weak.headlines(HEADLINE) + subjects, vocabulary, seeds)


def _learn(examples: Examples, vocabulary: Vocabulary, seeds: Seeds) -> Basis:
    """Learns from all terms, then again from those that mattered most."""
    prior = SEED_WEIGHT * seed_weights(vocabulary, seeds)
    line = _Regression(vocabulary, examples, prior).descend(ROUNDS, _start(prior))
    kept = _telling(vocabulary, line, prior)
    vocabulary, prior = _part(vocabulary, kept), prior[kept]
    regression = _Regression(vocabulary, examples, prior)
    line = regression.descend(ROUNDS, Line(line.weights[kept], line.bias))
    return Basis(examples, vocabulary, prior, line)


def _start(prior: Floats) -> Line:
    return Line(prior, np.full(prior.shape[1], START))


def _telling(vocabulary: Vocabulary, line: Line, prior: Floats) -> Places:
    """The places of the seeds and of the terms that weigh most, in order."""
    weight = np.abs(line.weights).max(axis=1) * vocabulary.idf
    weight[prior.any(axis=1)] = np.inf
    return np.sort(np.argsort(-weight, kind="stable")[:MOST_TERMS])


def train(analyser: Analyser, folder: Path) -> Model:
    """The model that is in the package."""
    basis = learn_basis(analyser, folder, read_seeds(analyser))
    return basis.model(labelled_examples(analyser, read_labelled(folder)))


def _main() -> None:
    parser = argparse.ArgumentParser(description="Train the model of topics.")
    default = ROOT / "indexer" / "enrich" / "data" / "topics.json"
    parser.add_argument("--data", type=Path, default=data_folder(), help="the shared data")
    parser.add_argument("--out", type=Path, default=default, help="the file to write")
    options = parser.parse_args()
    text = write_model(train(Analyser(), options.data))
    options.out.write_text(text, "utf-8")


if __name__ == "__main__":
    _main()
