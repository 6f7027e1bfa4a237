"""Pieces one after the other, beside a twin that tries every way to read them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.literal import BETWEEN_PIECES, BETWEEN_WORDS, Spans, alternatives, places
from search.query import SENTENCE_ENDS, Slot

texts = st.text("ab・ 。", max_size=14)
pieces = st.lists(
    st.lists(st.text("ab・。", min_size=1, max_size=2), max_size=3), min_size=1, max_size=3
)


def readings(
    text: str, pieces: Sequence[Sequence[str]], borders: set[int], gaps: Sequence[int], start: int
) -> Iterator[Spans]:
    """Every reading whose first piece begins at `start`."""
    for form in pieces[0]:
        end = start + len(form)
        if text[start:end] != form or not {start, end} <= borders:
            continue
        if len(pieces) == 1:
            yield ((start, end),)
            continue
        for begin in range(end, len(text)):
            between = text[end:begin]
            if gaps[0]:
                near = len(between) <= gaps[0] and not set(between) & set(SENTENCE_ENDS)
            else:
                near = between == "" or (len(between) == 1 and between in BETWEEN_WORDS)
            if near:
                for rest in readings(text, pieces[1:], borders, gaps[1:], begin):
                    yield ((start, end), *rest)


@given(texts, pieces, st.sets(st.integers(0, 14)), st.data())
def test_places_are_those_of_every_reading(
    text: str, pieces: list[list[str]], inside: set[int], data: st.DataObject
) -> None:
    gaps = data.draw(st.tuples(*[st.integers(0, 5)] * (len(pieces) - 1)))
    given_gaps = gaps if any(gaps) else data.draw(st.sampled_from([gaps, ()]))
    found = list(places(text, pieces, BETWEEN_WORDS, inside.__contains__, given_gaps))
    starts = [spans[0][0] for spans in found]
    assert len(set(starts)) == len(starts)
    by_start = dict(zip(starts, found, strict=True))
    for start in range(len(text)):
        every = list(readings(text, pieces, inside, gaps, start))
        assert (start in by_start) == bool(every)
        if every:
            assert by_start[start] in every
            assert by_start[start][-1][1] == max(spans[-1][1] for spans in every)


def anywhere(_place: int) -> bool:
    return True


@pytest.mark.parametrize(
    ("text", "pieces", "gaps", "expected"),
    [
        ("abab", "ab", (), [((0, 1), (1, 2)), ((2, 3), (3, 4))]),
        ("a b", "ab", (), [((0, 1), (2, 3))]),
        ("a  b", "ab", (), []),
        ("a  b", "ab", (2,), [((0, 1), (3, 4))]),
        ("a  b", "ab", (1,), []),
        ("a・b b", "ab", (9,), [((0, 1), (4, 5))]),
        ("a・b。b", "ab", (9,), [((0, 1), (2, 3))]),
        ("a\x1fb", "ab", (9,), []),
        ("xaxbc", "abc", (1, 0), [((1, 2), (3, 4), (4, 5))]),
        ("b", "b", (), [((0, 1),)]),
        ("", "b", (), []),
    ],
)
def test_pieces_stand_where_they_should(
    text: str, pieces: str, gaps: tuple[int, ...], expected: list[Spans]
) -> None:
    assert list(places(text, list(pieces), BETWEEN_PIECES, anywhere, gaps)) == expected


def test_a_slot_has_every_form_once() -> None:
    forms = {"行く": ["行く", "行っ"], "行う": ["行う", "行っ"]}
    slot = Slot(("行く", "行う"), ("行う", "行"))
    assert alternatives(slot, forms.__getitem__) == ("行く", "行っ", "行う", "行")
    assert alternatives(Slot(), forms.__getitem__) == ()


@pytest.mark.parametrize("gaps", [(), (20, 20)])
def test_long_texts_full_of_what_is_looked_for_do_not_take_for_ever(gaps: tuple[int, ...]) -> None:
    before = time.process_time()
    text = "a" * 20_000
    assert len(list(places(text, ["a", "a", "b"], " ", anywhere, gaps))) == 0
    assert len(list(places(text + "b", ["a", "a", "b"], " ", anywhere, gaps))) in {1, 41}
    assert time.process_time() - before < 5
