"""Impacts of many postings equal those of the formula, one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from search.engine.embedded.impacts import all_norms, impacts, in_fields, packed
from search.schema import Field
from search.scoring import MOST, Averages, impact

counts_of = st.tuples(*(st.integers(0, 2 * most) for most in MOST)).filter(any)
averages_of = st.builds(
    Averages, *(st.floats(1, most, allow_subnormal=False) for most in (20, 900, 60))
)


@given(st.lists(counts_of, min_size=1, max_size=30), averages_of, st.data())
@example([(7, 15, 63, 7), (1, 0, 0, 0), (0, 0, 0, 1)], Averages(1.0, 1.0, 1.0), None)
def test_impacts_equal_the_formula(
    counts: list[tuple[int, int, int, int]], averages: Averages, data: st.DataObject | None
) -> None:
    length = st.integers(0, 60_000)
    lengths = [
        {field: data.draw(length) if data else 9 for field in Field} for _ in range(len(counts))
    ]
    columns = {field: np.array([each[field] for each in lengths], np.uint16) for field in Field}
    articles = np.arange(len(counts))[::-1]
    found = impacts(
        packed(np.array(counts, np.int64)), articles, all_norms(dict(columns), averages)
    )
    slow = [
        impact(each, lengths[article], averages)
        for each, article in zip(counts, articles.tolist(), strict=True)
    ]
    assert found.tolist() == slow
    assert found.dtype == np.uint8
    assert min(slow) >= 1


@given(st.lists(counts_of, min_size=1), st.sets(st.sampled_from(list(Field)), min_size=1))
def test_a_posting_tells_its_fields(
    counts: list[tuple[int, int, int, int]], fields: set[Field]
) -> None:
    found = in_fields(packed(np.array(counts, np.int64)), tuple(fields))
    slow = [
        (Field.TITLE in fields and title > 0)
        or (Field.BODY in fields and lead + rest > 0)
        or (Field.CAPTIONS in fields and captions > 0)
        for title, lead, rest, captions in counts
    ]
    assert found.tolist() == slow
