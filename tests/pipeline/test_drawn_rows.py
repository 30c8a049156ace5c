"""Rows that are drawn of tables that are read one at a time."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.pipeline.drawn_rows import DrawnRows, draw_rows

SIZES = st.lists(st.integers(0, 40), min_size=1, max_size=8)


def tables(sizes: Sequence[int]) -> list[pd.DataFrame]:
    """Tables of these sizes whose rows are numbered through."""
    ends = np.cumsum(sizes)
    return [pd.DataFrame({"row": np.arange(end - size, end)}) for size, end in zip(sizes, ends, strict=True)]


def drawn(sizes: Sequence[int], most: int, seed: int = 1) -> DrawnRows:
    return draw_rows(tables(sizes), most, np.random.default_rng(seed))


@given(SIZES, st.integers(1, 120), st.integers(0, 9))
def test_as_many_different_rows_as_asked_for_are_drawn_in_their_order(
    sizes: list[int], most: int, seed: int
) -> None:
    found = drawn(sizes, most, seed)
    rows = found.table["row"].tolist()
    assert rows == sorted(set(rows))
    assert len(rows) == min(most, sum(sizes))
    assert set(rows) <= set(range(sum(sizes)))
    assert found.counts == tuple(sizes)


@given(SIZES, st.integers(1, 120))
def test_the_same_seed_draws_the_same_rows(sizes: list[int], most: int) -> None:
    first, again = drawn(sizes, most).table, drawn(sizes, most).table
    pd.testing.assert_frame_equal(first, again)


@given(SIZES)
def test_no_more_rows_than_asked_for_are_all_taken(sizes: list[int]) -> None:
    whole = pd.concat(tables(sizes), ignore_index=True)
    pd.testing.assert_frame_equal(drawn(sizes, max(1, sum(sizes))).table, whole)


def test_each_row_is_as_likely_as_any_other_in_whichever_table() -> None:
    sizes, tries = [5, 40, 15, 1, 39], 4_000
    often = np.zeros(sum(sizes))
    for seed in range(tries):
        often[drawn(sizes, 20, seed).table["row"]] += 1
    expected = tries * 20 / sum(sizes)
    spread = np.sqrt(expected * (1 - 20 / sum(sizes)))
    assert np.abs(often - expected).max() < 5 * spread


def test_a_table_that_was_read_is_let_go_once_enough_rows_are_held() -> None:
    seen: list[weakref.ref[pd.DataFrame]] = []
    most_alive = 0

    def read() -> Iterator[pd.DataFrame]:
        nonlocal most_alive
        for number in range(50):
            table = pd.DataFrame({"row": np.arange(100 * number, 100 * (number + 1))})
            seen.append(weakref.ref(table))
            most_alive = max(most_alive, sum(one() is not None for one in seen))
            yield table

    found = draw_rows(read(), 150, np.random.default_rng(1))
    assert len(found.table) == 150
    assert most_alive <= 4
