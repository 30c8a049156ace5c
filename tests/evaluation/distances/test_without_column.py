"""The nearest rows in all columns but one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.evaluation.distances.neighbours import MISSING_NUMBER, Features, nearest
from tabtwin.evaluation.distances.without_column import nearest_without


def test_the_column_left_out_has_no_part_in_finding_the_row() -> None:
    twin = Features(np.array([[0.0, 0.0], [1.0, 0.6]], np.float32))
    asked = Features(np.array([[0.1, 0.9]], np.float32))
    assert nearest_without(asked, twin, np.array([1, 0])).tolist() == [[0, 1]]


@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(1, 70), st.integers(2, 20))
def test_it_finds_what_a_search_without_the_column_finds(
    seed: int, rows: int, asked: int, width: int
) -> None:
    rng = np.random.default_rng(seed)
    cells = [(rng.integers(0, 12, (count, width)) / 8).astype(np.float32) for count in (asked, rows)]
    for part in cells:
        part[rng.random(part.shape) < 0.1] = MISSING_NUMBER
    queries, reference = (Features(part) for part in cells)
    columns = rng.permutation(width)[: rng.integers(1, width + 1)]
    found = nearest_without(queries, reference, columns, threads=2)
    for place, column in enumerate(columns):
        without = [Features(np.ascontiguousarray(np.delete(part, column, axis=1))) for part in cells]
        assert found[:, place].tolist() == nearest(*without, 1)[1][:, 0].tolist()
