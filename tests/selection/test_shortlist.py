"""tabtwin.selection.shortlist: the first rows of each stream, in proportion."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.selection.shortlist import first_rows


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60), st.data())
def test_each_model_gives_its_first_rows_in_proportion(names: list[str], data: st.DataObject) -> None:
    members = np.array(names)
    count = data.draw(st.integers(0, len(members)))
    rows = first_rows(members, count)
    assert len(rows) == count
    for name in set(names):
        own = np.flatnonzero(members == name)
        taken = [row for row in rows if members[row] == name]
        assert taken == own[: len(taken)].tolist()
        assert abs(len(taken) - count * len(own) / len(members)) <= len(set(names))
