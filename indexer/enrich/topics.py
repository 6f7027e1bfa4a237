"""Topics of articles: a linear model over their terms; where none is sure enough, none is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.schema import AnalysedArticle, Field, Form

FORMAT: Final = 1
TIMES: Final = {Field.TITLE: 3.0, Field.BODY: 1.0, Field.CAPTIONS: 1.0}
"""How often a term of each field counts."""
DAMPING: Final = 150.0
"""Added to the square of a vector's length: the shorter a text, the less it can say."""
SCALE: Final = 100
"""Weights and idf are kept as whole hundredths."""

Term = tuple[str, ...]
"""One term, or two that stand side by side."""
Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of `search.topics.TOPICS`, and how probable it is: above 0, at most 1."""

    name: str
    confidence: float


@dataclass(frozen=True, eq=False)
class Vectors:
    """Rows of features: row i has `columns[ends[i - 1]:ends[i]]`, with their values."""

    columns: Places
    values: Floats
    ends: Places

    @cached_property
    def rows(self) -> Places:
        """The row of each value."""
        return np.repeat(np.arange(len(self.ends)), np.diff(self.ends, prepend=0))


class Vocabulary:
    """Features and their idf; turns articles into vectors."""

    def __init__(self, terms: Sequence[Term], idf: Floats) -> None:
        self.terms = terms
        self.idf = idf
        words = dict.fromkeys(word for term in terms for word in term)
        self._numbers = {word: number for number, word in enumerate(words, start=1)}
        self._base = len(words) + 1
        self._alone = np.full(self._base, -1)
        pairs = []
        for place, term in enumerate(terms):
            if len(term) == 1:
                self._alone[self._numbers[term[0]]] = place
            else:
                pairs.append((self._numbers[term[0]] * self._base + self._numbers[term[1]], place))
        self._pairs = np.array(sorted([*pairs, (np.iinfo(np.int64).max, -1)]))

    def vectors(self, analysed: Sequence[AnalysedArticle]) -> Vectors:
        """A row an article; the terms of `forms` are looked up once for all that share them."""
        columns, values, lengths = [], [], []
        for counts in self._counts(analysed):
            found = np.flatnonzero(counts)
            value = (1 + np.log(counts[found])) * self.idf[found]
            values.append(value / np.sqrt(value @ value + DAMPING))
            columns.append(found)
            lengths.append(len(found))
        ends = np.cumsum(np.array(lengths, np.int64))
        return Vectors(_joined(columns, np.int64), _joined(values, np.float64), ends)

    def _counts(self, analysed: Sequence[AnalysedArticle]) -> Iterator[Floats]:
        forms: Sequence[Form] | None = None
        numbers = np.zeros(0, np.int64)
        for article in analysed:
            if article.forms is not forms:
                forms = article.forms
                numbers = np.array([self._numbers.get(term, 0) for term, _ in forms], np.int64)
            yield self._count({field: numbers[words] for field, words in article.words.items()})

    def _count(self, fields: Mapping[Field, Places]) -> Floats:
        """How often each feature occurs, weighted by field."""
        counts = np.zeros(len(self.terms))
        for field, words in fields.items():
            found = np.concatenate([self._alone[words], self._side_by_side(words)])
            counts += TIMES[field] * np.bincount(found[found >= 0], minlength=len(self.terms))
        return counts

    def _side_by_side(self, words: Places) -> Places:
        """The features of all pairs of neighbours, -1 where they are none."""
        keys = words[:-1] * self._base + words[1:]
        keys = keys[(words[:-1] > 0) & (words[1:] > 0)]
        place = np.searchsorted(self._pairs[:, 0], keys)
        known, features = self._pairs[place].T
        return np.where(known == keys, features, -1)


def _joined(parts: Sequence[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def times(vectors: Vectors, weights: Floats) -> Floats:
    """A row a vector and a column a topic; `weights` has a row a feature."""
    columns = [
        np.bincount(vectors.rows, vectors.values * each[vectors.columns], len(vectors.ends))
        for each in weights.T
    ]
    return np.stack(columns, axis=1)


def probabilities(sums: Floats) -> Floats:
    """The logistic function of each sum."""
    return np.asarray(1 / (1 + np.exp(-sums)))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability on a topic is given."""

    first: float
    """The surest one."""
    others: float


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What a model's file holds."""

    topics: Sequence[str]
    vocabulary: Vocabulary
    weights: Floats
    bias: Floats
    thresholds: Thresholds

    def weigh(self, analysed: Sequence[AnalysedArticle]) -> Floats:
        """The probability of each topic, a row an article."""
        vectors = self.vocabulary.vectors(analysed)
        return probabilities(times(vectors, self.weights) + self.bias)

    def choose(self, row: Floats) -> tuple[Topic, ...]:
        """The topics of an article, surest first; none where the surest is not sure enough."""
        order = np.argsort(-row, kind="stable").tolist()
        limits = self.thresholds
        if row[order[0]] < limits.first:
            return ()
        given = [order[0], *(each for each in order[1:] if row[each] >= limits.others)]
        return tuple(Topic(self.topics[each], round(float(row[each]), 3)) for each in given)


def read_model(text: str) -> Model:
    """A model from its JSON; see docs/decisions/topics.md."""
    data = json.loads(text)
    terms = [tuple(line[0].split(" ")) for line in data["terms"]]
    numbers = np.array([line[1:] for line in data["terms"]], np.float64) / SCALE
    return Model(
        topics=tuple(data["topics"]),
        vocabulary=Vocabulary(terms, numbers[:, 0]),
        weights=numbers[:, 1:],
        bias=np.array(data["bias"], np.float64) / SCALE,
        thresholds=Thresholds(**data["thresholds"]),
    )


def write_model(model: Model) -> str:
    """The JSON of a model, a line a term; `read_model` gives it back but for the rounding."""
    whole = np.rint(np.column_stack([model.vocabulary.idf, model.weights]) * SCALE).astype(int)
    lines = [
        json.dumps([" ".join(term), *numbers], ensure_ascii=False, separators=(",", ":"))
        for term, numbers in zip(model.vocabulary.terms, whole.tolist(), strict=True)
    ]
    head = {
        "format": FORMAT,
        "topics": list(model.topics),
        "bias": np.rint(model.bias * SCALE).astype(int).tolist(),
        "thresholds": {"first": model.thresholds.first, "others": model.thresholds.others},
    }
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return start + ', "terms": [\n' + ",\n".join(lines) + "\n]}\n"


class TopicFinder:
    """Finds the topics of analysed articles; the model is loaded once, from the package."""

    def __init__(self, path: Path | None = None) -> None:
        file = path or resources.files("indexer.enrich") / "data" / "topics.json"
        self.model = read_model(file.read_text("utf-8"))

    def find(self, analysed: Sequence[AnalysedArticle]) -> list[tuple[Topic, ...]]:
        """The topics of each article, surest first; none where none is sure enough."""
        return list(map(self.model.choose, self.model.weigh(analysed)))
