from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tabtwin
from tabtwin.generators.boost.knobs import Knobs
from tabtwin.generators.boost.redrawing import redrawn, sampled

K = 5


def test_as_many_subjects_count_twice_as_are_left_out() -> None:
    times = np.bincount(redrawn(np.arange(1_000), K, np.random.default_rng(1)), minlength=1_000)
    assert np.bincount(times).tolist() == [50, 900, 50]


def test_no_more_than_a_twentieth_is_left_out() -> None:
    times = np.bincount(redrawn(np.arange(100), K, np.random.default_rng(1)), minlength=100)
    assert np.bincount(times).tolist() == [5, 90, 5]


def test_of_a_large_table_a_hundredth_more_is_left_out() -> None:
    times = np.bincount(redrawn(np.arange(10_000), K, np.random.default_rng(1)), minlength=10_000)
    assert np.bincount(times).tolist() == [140, 9_720, 140]


def test_of_a_few_subjects_one_is_left_out() -> None:
    times = np.bincount(redrawn(np.arange(12), K, np.random.default_rng(1)), minlength=12)
    assert np.bincount(times).tolist() == [1, 10, 1]


def test_rows_of_one_subject_stay_together() -> None:
    subjects = np.repeat(np.arange(100), 3)
    times = np.bincount(redrawn(subjects, K, np.random.default_rng(1)), minlength=300).reshape(100, 3)
    assert (times == times[:, :1]).all()


def test_where_nothing_is_protected_each_row_is_learned_once() -> None:
    np.testing.assert_array_equal(redrawn(np.arange(50), 1, np.random.default_rng(1)), np.arange(50))


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_counts_of_twins_do_not_tell_which_of_two_tables_was_learned(share: float) -> None:
    rng = np.random.default_rng(1)
    cells = np.where(np.arange(400) < 400 * share, "a", "b")
    table = pd.DataFrame({"x": cells, "y": rng.choice(["c", "d"], 400)})
    other = table.assign(x=np.where(np.arange(400) == 399, "a", cells))
    counts = [[int((_twin(one, seed)["x"] == "a").sum()) for seed in range(20)] for one in (table, other)]
    # Without noise these are 20 times 400 * share, and 20 times one more: spread 0.
    spread = np.std(counts, axis=1)
    assert spread.min() > 1
    assert abs(np.mean(counts[0]) - 400 * share) < 2


def _twin(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    return tabtwin.fit(table, seed=seed, knobs=Knobs(members=1), threads=1).sample(len(table))


def test_a_seed_that_is_not_given_is_drawn() -> None:
    table = pd.DataFrame({"x": ["a", "b"] * 50, "y": np.arange(100) % 3})
    first, second = (tabtwin.fit(table, knobs=Knobs(members=1), threads=1) for _ in range(2))
    assert first.seed != second.seed


@given(st.integers(0, 200), st.integers(1, 200))
def test_trees_grow_on_all_rows_or_on_as_many_as_they_may(rows: int, most: int) -> None:
    grown = sampled(rows, most, np.random.default_rng(1))

    assert len(grown) == min(rows, most)
    assert (np.diff(grown) > 0).all()
    assert set(grown) <= set(range(rows))
