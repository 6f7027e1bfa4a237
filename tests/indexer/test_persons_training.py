"""Training the tagger of persons: the same data give the same model, byte by byte."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

pytest.importorskip("pycrfsuite", reason="python-crfsuite is for training only")

from indexer.enrich.persons import PersonFinder
from indexer.enrich.sequences import LABEL_NAMES, Weights
from indexer.training.person_variants import Labelled, varied
from indexer.training.persons import dump, label_words, literal_spans, train
from search.analysis.japanese import Analyser
from search.article import Article
from search.dates import parse_published

SETTINGS = {"c1": 0.1, "c2": 0.05, "max_iterations": 30, "feature.minfreq": 1}


def labelled(*texts: str) -> list[Labelled]:
    """Texts with names in 【】."""
    found = []
    for marked in texts:
        text, spans = "", []
        for number, part in enumerate(marked.replace("】", "【").split("【")):
            if number % 2:
                spans.append((len(text), len(text) + len(part)))
            text += part
        found.append(Labelled(text, tuple(spans)))
    return found


TEXTS = labelled(
    "【石破茂】は首相である。",
    "俳優の【佐藤健】が東京で会見した。",
    "【ドナルド・トランプ】大統領はホワイトハウスで語った。",
    "トヨタ自動車は新型車を発表した。",
    "【鈴木一朗】氏と【田中将大】投手が話した。",
    "大阪で雨が降った。",
)


def spans(texts: Sequence[Labelled]) -> list[list[str]]:
    """What the spans of texts cover."""
    return [[each.text[start:end] for start, end in each.spans] for each in texts]


def test_the_same_texts_give_the_same_bytes(analyser: Analyser) -> None:
    one, two = (dump(train(TEXTS, analyser, SETTINGS)) for _ in range(2))
    assert one == two
    assert msgspec.json.decode(one, type=Weights).transitions


def test_what_was_trained_on_is_found_again(analyser: Analyser) -> None:
    finder = PersonFinder(train(TEXTS, analyser, SETTINGS))
    text = TEXTS[1].text
    columns = analyser.analyse_in_columns(["", text], raw=True)
    assert columns.raw is not None
    given = Article(id="a", published=parse_published("2025-06-10"), body=text)
    (persons,) = finder.find([given], columns, columns.raw.lines)
    assert [person.name for person in persons] == ["佐藤健"]


def test_variants_are_the_same_every_time_and_keep_their_labels(analyser: Analyser) -> None:
    one, two = (list(varied(TEXTS, analyser, 8)) for _ in range(2))
    assert one == two
    names = {name for each in spans(one) for name in each}
    assert {"鈴木", "トランプ"} <= names
    assert all("氏" not in name for name in names)


def test_labels_follow_the_words(analyser: Analyser) -> None:
    given = labelled("㍿の【髙橋一郎】氏")[0]
    raw = analyser.analyse_in_columns([given.text], raw=True).raw
    assert raw is not None
    labels = label_words(raw, list(literal_spans(given, 0)))
    covered = [
        raw.lines.words[line].surface
        for line, label in zip(raw.line[labels > 0], labels[labels > 0], strict=True)
        if LABEL_NAMES[label] in "BIES"
    ]
    assert "".join(covered) == "高橋一郎"
    assert np.count_nonzero(labels) == len(covered)
