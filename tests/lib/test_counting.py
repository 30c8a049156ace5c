"""Codes are counted as NumPy counts them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.lib.counting import counted, different, ranked


@given(st.lists(st.integers(-5, 20) | st.integers(-(2**62), 2**62), max_size=60))
def test_codes_are_counted_as_numpy_counts_them(codes: list[int]) -> None:
    rows = np.array(codes, np.int64)
    values, counts = np.unique(rows, return_counts=True)
    assert [found.tolist() for found in counted(rows)] == [values.tolist(), counts.tolist()]
    assert different(rows) == len(values)
    assert ranked(rows).tolist() == np.unique(rows, return_inverse=True)[1].tolist()
