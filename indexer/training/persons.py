"""`python -m indexer.training.persons`: trains the tagger of persons from the shared data.

Run again on the same data it writes the same bytes.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pycrfsuite
from numpy.typing import NDArray

from indexer.enrich.person_features import (
    SLOTS,
    columns_of,
    look_around,
    sentence_starts,
)
from indexer.enrich.person_lines import Line, read_line
from indexer.enrich.sequences import (
    BEGIN,
    END,
    INSIDE,
    LABEL_NAMES,
    MODEL,
    OUTSIDE,
    SINGLE,
    Tables,
    Weights,
)
from indexer.training.person_variants import Labelled, varied
from search.analysis.columns import RawWords
from search.analysis.japanese import Analyser
from search.analysis.normalize import literal_text

SETS: Final = ("stockmark_train", "gsd_train")
SCALE: Final = 200
_SETTINGS: Final = {
    "c1": 0.15,
    "c2": 0.03,
    "max_iterations": 200,
    "feature.minfreq": 1,
    "feature.possible_transitions": True,
    "epsilon": 1e-4,
    "delta": 1e-4,
    "period": 10,
}
_PLACES: Final = frozenset({"地名", "法人名", "政治的組織名"})
_BATCH: Final = 500
_COPIES: Final = 1


def read_labelled(path: Path) -> list[Labelled]:
    """The texts of a file of the shared data."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        Labelled(
            row["text"],
            tuple((start, end) for start, end in row["persons"]),
            tuple((start, end) for start, end, kind in row.get("others", ()) if kind in _PLACES),
        )
        for row in rows
    ]


def label_words(raw: RawWords, spans: Sequence[tuple[int, int]]) -> NDArray[np.int8]:
    """The label of each word, for spans in the literal texts; those that cut a word are left."""
    labels = np.full(len(raw.line), OUTSIDE, np.int8)
    first_at = {start: place for place, start in enumerate(raw.start.tolist())}
    last_at = {end: place for place, end in enumerate(raw.end.tolist())}
    for start, end in spans:
        first, last = first_at.get(start, -1), last_at.get(end, -1)
        if first < 0 or last < first:
            continue
        labels[first : last + 1] = INSIDE
        labels[first], labels[last] = (SINGLE, SINGLE) if first == last else (BEGIN, END)
    return labels


def literal_spans(labelled: Labelled, offset: int) -> Iterator[tuple[int, int]]:
    """The spans in the literal text, moved on by `offset`."""
    for start, end in labelled.spans:
        before = len(literal_text(labelled.text[:start] + "|").text) - 1
        yield offset + before, offset + before + len(literal_text(labelled.text[start:end]).text)


class Featurer:
    """Turns texts into sequences of the names of features, as `Weights` has them."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._read: dict[int, Line] = {}
        self._firsts = columns_of()

    def sequences(self, texts: Sequence[Labelled]) -> Iterator[tuple[list[list[str]], list[str]]]:
        """Features and labels of each sentence."""
        columns = self._analyser.analyse_in_columns([each.text for each in texts], raw=True)
        raw = columns.raw
        assert raw is not None  # noqa: S101 - asked for
        ends = [0, *columns.text_ends]
        spans = [
            span for each, at in zip(texts, ends, strict=False) for span in literal_spans(each, at)
        ]
        labels = label_words(raw, spans)
        tables = Tables(Weights(1, [], {}, {}), raw.lines)
        tables.update()
        looks = tables.looks()
        starts = sentence_starts(looks, raw)
        places = look_around(looks, raw.line, starts)
        features = self._features(raw, places)
        cuts = np.flatnonzero(starts).tolist()
        for first, last in zip(cuts, [*cuts[1:], len(labels)], strict=True):
            if raw.line[first] != 0:
                names = [LABEL_NAMES[label] for label in labels[first:last].tolist()]
                yield features[first:last], names

    def _features(self, raw: RawWords, places: Any) -> list[list[str]]:
        read = [
            self._read.setdefault(n, read_line(raw.lines.words[n]))
            if n not in self._read
            else self._read[n]
            for n in range(len(raw.lines.words))
        ]
        lines = [column.tolist() for column in places.lines]
        chosen = [column.tolist() for column in places.chosen]
        signs = {name: column.tolist() for name, column in places.signs.items()}
        rows = []
        for at in range(len(raw.line)):
            row = []
            for slot, line, column in zip(SLOTS, lines, chosen, strict=True):
                look = read[line[at]]
                properties = look.near[:1] if slot.family == "word" else getattr(look, slot.family)
                row += [f"{column[at]}|{slot.family}:{each}" for each in properties]
            row += [f"{name}={column[at]}" for name, column in signs.items()]
            rows.append(row)
        return rows


def train(texts: Iterable[Labelled], analyser: Analyser, settings: dict[str, Any]) -> Weights:
    """The weights that fit the texts best."""
    trainer = pycrfsuite.Trainer(verbose=False)
    featurer = Featurer(analyser)
    waiting = list(texts)
    for start in range(0, len(waiting), _BATCH):
        for features, labels in featurer.sequences(waiting[start : start + _BATCH]):
            trainer.append(pycrfsuite.ItemSequence(features), labels)
    trainer.set_params(settings)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        return export(info.transitions, info.state_features)


def export(
    transitions: dict[tuple[str, str], float], states: dict[tuple[str, str], float]
) -> Weights:
    """What CRFsuite found, in whole numbers and by table."""
    links = [
        [round(SCALE * transitions.get((a, b), 0.0)) for b in LABEL_NAMES] for a in LABEL_NAMES
    ]
    lines: dict[str, dict[int, int]] = {}
    signs: dict[str, dict[int, int]] = {}
    for (name, label), weight in states.items():
        number = round(SCALE * weight)
        if not number:
            continue
        column, _, prop = name.partition("|")
        if prop and column.isdigit():
            lines.setdefault(prop, {})[int(column) * 5 + LABEL_NAMES.index(label)] = number
        else:
            sign, _, value = name.partition("=")
            signs.setdefault(sign, {})[int(value) * 5 + LABEL_NAMES.index(label)] = number
    return Weights(SCALE, links, _flat(lines), _flat(signs))


def _flat(tables: dict[str, dict[int, int]]) -> dict[str, list[int]]:
    return {
        name: [number for pair in sorted(table.items()) for number in pair]
        for name, table in sorted(tables.items())
    }


def dump(weights: Weights) -> str:
    """The file's text: one property a line, so that it can be read and compared."""
    head = {"scale": weights.scale, "transitions": weights.transitions}
    parts = [json.dumps(head)[1:-1]]
    for name, tables in (("lines", weights.lines), ("signs", weights.signs)):
        rows = (
            f"{json.dumps(key, ensure_ascii=False)}:{json.dumps(row, separators=(',', ':'))}"
            for key, row in tables.items()
        )
        parts.append(f'"{name}":{{\n' + ",\n".join(rows) + "\n}")
    return "{" + ",\n".join(parts) + "}\n"


def main() -> None:
    """Train and write the model."""
    folder = Path(os.environ.get("SAKUIN_DATA") or "../shared/data") / "persons"
    texts = [each for name in SETS for each in read_labelled(folder / f"{name}.jsonl")]
    analyser = Analyser()
    weights = train([*texts, *varied(texts, analyser, _COPIES)], analyser, _SETTINGS)
    MODEL.write_text(dump(weights), "utf-8")


if __name__ == "__main__":
    main()
