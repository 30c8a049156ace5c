"""tabtwin.evaluation.distances.equal_rows: rows by kind."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.evaluation.distances.equal_rows import found_in, kinds


@settings(max_examples=40)
@given(st.integers(0, 200), st.integers(0, 4), st.integers(1, 5), st.booleans(), st.integers(0, 2**32 - 1))
def test_rows_are_of_one_kind_if_cells_and_marks_are_equal(rows, columns, values, marked, seed):
    draw = np.random.default_rng(seed)
    cells = draw.integers(0, values, (rows, columns)).astype(np.float32)
    mark = draw.integers(0, 2, rows).astype(np.int32) if marked else None
    found = kinds(cells, mark)
    whole = [(*row, 0 if mark is None else mark[at]) for at, row in enumerate(cells.tolist())]
    order = list(dict.fromkeys(whole))
    assert found.kind.tolist() == [order.index(row) for row in whole]
    assert found.first.tolist() == [whole.index(row) for row in order]
    for kind in range(len(found)):
        members = found.rows[found.starts[kind] : found.starts[kind + 1]]
        assert members.tolist() == np.flatnonzero(found.kind == kind).tolist()


def test_a_row_is_found_where_an_equal_one_is():
    reference = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    asked = np.array([[5, 6], [2, 1], [1, 2], [5, 6]], np.float32)
    assert found_in(asked, reference).tolist() == [2, -1, 0, 2]
