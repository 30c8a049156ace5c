"""tabtwin.selection.starting: whole blocks, and draws by weight."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.selection.starting import drawn, quotas, whole_blocks


def test_blocks_are_taken_as_far_as_they_fit_whole() -> None:
    blocks = np.repeat([0, 1, 2], [4, 5, 5])
    assert whole_blocks(blocks, 10).tolist() == list(range(9))
    assert whole_blocks(blocks, 4).tolist() == [0, 1, 2, 3]
    assert whole_blocks(blocks, 3).tolist() == []
    assert whole_blocks(blocks[:0], 3).tolist() == []


@settings(max_examples=60)
@given(st.data())
def test_quotas_add_up_and_never_exceed_what_a_model_has(data: st.DataObject) -> None:
    available = data.draw(st.lists(st.integers(0, 50), min_size=1, max_size=6))
    weights = data.draw(st.lists(st.floats(0, 1), min_size=len(available), max_size=len(available)))
    wanted = data.draw(st.integers(0, sum(available)))
    given_rows = quotas(weights, available, wanted)
    assert sum(given_rows) == wanted
    assert all(0 <= rows <= most for rows, most in zip(given_rows, available, strict=True))


def test_rows_come_in_proportion_to_the_weights() -> None:
    assert quotas([0.5, 0.3, 0.2], [100, 100, 100], 10) == [5, 3, 2]


def test_what_a_model_lacks_the_others_give_by_weight() -> None:
    assert quotas([0.5, 0.25, 0.25], [10, 100, 100], 100) == [10, 45, 45]


def test_a_model_without_weight_gives_rows_only_where_the_others_have_no_more() -> None:
    assert quotas([1.0, 0.0], [50, 50], 40) == [40, 0]
    assert quotas([1.0, 0.0], [50, 50], 60) == [50, 10]


@settings(max_examples=20)
@given(st.integers(1, 300), st.integers(0, 2**16))
def test_no_row_is_drawn_twice(wanted: int, seed: int) -> None:
    members = np.array(["a"] * 100 + ["b"] * 200)
    rows = drawn(members, {"a": 0.7, "b": 0.3}, wanted, np.random.default_rng(seed))
    assert len(set(rows.tolist())) == wanted
