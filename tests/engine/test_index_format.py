"""docs/index-format.md holds every array that is written, and the coding of lists as it is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from search.article import Article
from search.engine.embedded.container import ArrayFile
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.embedded.labels import labels_file
from search.engine.embedded.segment import Segment
from search.schema import Field
from tests.conftest import ROOT
from tests.engine.made import analysed

PAGE = (ROOT / "docs" / "index-format.md").read_text("utf-8")
READINGS = [("シオ", "潮"), ("フネ", "船"), ("ミナト", "港")]
WORDS = "秋 の 潮/汐 が 満ちる | 港 に 船 が 着く"


def documented(heading: str) -> dict[str, set[str]]:
    """Names of arrays and the types they may have, from the tables of a section."""
    section = re.split(r"^## ", PAGE.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]
    rows = re.findall(r"^\| (`.+?`) \| ((?:[ui]\d(?:, | or )?)+) \|", section, re.MULTILINE)
    return {
        name: set(re.findall(r"[ui]\d", types))
        for names, types in rows
        for name in re.findall(r"`(.+?)`", names)
    }


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation in which no array is left out: some articles have no label, some have two."""
    folder = tmp_path_factory.mktemp("format")
    labels = ((), ("甲",), ("甲", "乙"))
    with EmbeddedEngine(folder, fingerprint="").writing() as writer:
        for number in range(60):
            article = Article(
                id=f"a{number}",
                published=date(2025, 1, 1 + number % 28),
                title="",
                body="",
                topics=labels[number % 3],
                persons=labels[number % 3],
                source="丙" if number % 2 else "",
            )
            words = {Field.TITLE: f"第 {number} 号", Field.BODY: WORDS, Field.CAPTIONS: "船"}
            writer.add(analysed(article, words, READINGS))
    return folder / "generation-1"


def written(file: ArrayFile) -> dict[str, str]:
    return {name: kind[1:] for name, (kind, *_) in file._arrays.items()}


def assert_documented(file: ArrayFile, heading: str) -> None:
    page, arrays = documented(heading), written(file)
    assert set(page) == set(arrays)
    for name, kind in arrays.items():
        assert kind in page[name], name


def test_every_array_of_a_segment_is_documented(generation: Path) -> None:
    (path,) = generation.glob("MAIN_*.arrays")
    assert_documented(ArrayFile(path), "Segments")


def test_every_array_of_the_labels_is_documented(generation: Path) -> None:
    assert_documented(ArrayFile(labels_file(generation)), "Labels")


def by_the_page(file: ArrayFile, name: str, universe: int) -> list[list[int]]:
    """All lists of an array, as the section on lists says, number by number."""
    counts = file[f"{name}.count"].tolist()
    low, high = file[f"{name}.low"].tolist(), file[f"{name}.high"]
    at = file[f"{name}.at"].reshape(-1, 3).tolist()
    bits = np.unpackbits(high, bitorder="little").tolist()
    lists, place = [], [0, 0, 0]
    for number, count in enumerate(counts):
        if number % 16 == 0:
            assert place == at[number // 16]
        ratio = universe * 15 // (64 * count)
        b = 4 * len(f"{ratio:x}") if ratio else 0
        ones = [each for each in range(count + (universe >> b)) if bits[8 * place[1] + each]]
        values = []
        for i, one in enumerate(ones):
            value = (one - i) << b
            for plane in range(b // 8):
                value |= low[place[0] + plane * count + i] << 8 * plane
            if b % 8:
                byte = low[place[0] + b // 8 * count + i // 2]
                value |= (byte >> 4 if i % 2 else byte & 15) << b // 8 * 8
            values.append(value)
        lists.append(values)
        place[0] += b // 8 * count + (-(-count // 2) if b % 8 else 0)
        place[1] += -(-(count + (universe >> b)) // 8)
        place[2] += count
    assert place == at[-1]
    return lists


def test_lists_are_coded_as_documented(generation: Path) -> None:
    (path,) = generation.glob("MAIN_*.arrays")
    segment = Segment(path)
    universe = int(segment.file["universe"][0])
    for name, lists, limit in (
        ("words", segment.words, segment.articles),
        ("places", segment.places, universe),
    ):
        expected = [lists.list(number)[0].tolist() for number in range(len(lists))]
        assert by_the_page(segment.file, name, limit) == expected
