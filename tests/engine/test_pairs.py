"""Tables of pairs, written from several parts and read, beside plain sets."""

from __future__ import annotations

import secrets
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.embedded.container import ArrayFile, ArrayFileWriter
from search.engine.embedded.lists import numbered
from search.engine.embedded.pairs import Pairs, plain_pairs, write_pairs

TERMS = 6

texts = st.text(st.sampled_from("aイ🍣\uff41"), min_size=1, max_size=2)
pairs = st.lists(st.tuples(st.integers(0, TERMS - 1), texts), max_size=12)
numbers = st.lists(st.integers(0, 9), min_size=TERMS, max_size=TERMS, unique=True).flatmap(
    lambda new: st.lists(st.booleans(), min_size=TERMS, max_size=TERMS).map(
        lambda kept: [each if keep else -1 for each, keep in zip(sorted(new), kept, strict=True)]
    )
)
parts = st.lists(st.tuples(pairs, numbers), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pairs")


@given(parts)
def test_pairs_of_several_parts_are_found_both_ways(
    folder: Path, parts: list[tuple[list[tuple[int, str]], list[int]]]
) -> None:
    path = folder / f"{secrets.token_hex(8)}.arrays"
    out = ArrayFileWriter(path)
    files = [plain_pairs("x", each) for each, _ in parts]
    write_pairs(out, "x", files, [np.array(new, np.int64) for _, new in parts])
    out.finish()
    file = ArrayFile(path)
    path.unlink()
    kept = {(new[term], text) for each, new in parts for term, text in each if new[term] >= 0}
    assert len(file["x.of"]) == len(file["x.order"]) == len(kept)
    found = Pairs(file, "x")
    for term in range(11):
        assert found.texts(term) == sorted(text for of, text in kept if of == term)
    for text in {text for each, _ in parts for _, text in each} | {"", "無", "\ud800"}:
        assert found.terms(text) == sorted(of for of, each in kept if each == text)


@given(st.lists(st.lists(st.binary(max_size=2), unique=True), max_size=4))
def test_texts_of_several_lists_are_numbered_in_order(lists: list[list[bytes]]) -> None:
    whole, places = numbered(lists)
    assert whole == sorted(set().union(*lists))
    assert [[whole[each] for each in mine.tolist()] for mine in places] == lists
