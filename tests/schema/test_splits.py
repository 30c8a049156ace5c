"""The holdout's size and strata, and folds that keep subjects together."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.schema.splits import FOLDS, drawn_rows, folds, holdout_rows, left_out, split, strata


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize(
    ("rows", "held"), [(100, 25), (7043, 1760), (10_000, 2500), (24_000, 2500), (100_000, 10_000)]
)
def test_the_holdout_is_a_tenth_raised_to_2500_and_a_quarter_at_most(rows: int, held: int) -> None:
    assert holdout_rows(rows) == held
    found = split(np.arange(rows), np.zeros(rows, int), rng())
    assert found.sum() == held


@given(most=st.integers(1, 3_000_000))
def test_rows_that_are_drawn_leave_as_many_to_learn_from_as_asked_for(most: int) -> None:
    drawn = drawn_rows(most, own_holdout=False)
    left = drawn - holdout_rows(drawn)
    assert left >= most if drawn == 50_000 else most - 1 <= left <= most
    assert drawn_rows(most, own_holdout=True) == max(most, 50_000)


def test_all_rows_are_drawn_where_all_are_learned_from() -> None:
    assert drawn_rows(0, own_holdout=False) > 10**15


def test_every_class_is_held_out_in_proportion() -> None:
    target = pd.Series(["yes"] * 200 + ["no"] * 800 + [None] * 200, dtype=object)
    held = split(np.arange(1200), strata(target, 1200), rng())
    assert [held[:200].sum(), held[200:1000].sum(), held[1000:].sum()] == [50, 200, 50]


def test_a_numeric_target_is_split_by_quintiles() -> None:
    target = pd.Series(np.arange(1000.0))
    held = split(np.arange(1000), strata(target, 1000), rng())
    assert [held[start : start + 200].sum() for start in range(0, 1000, 200)] == [50] * 5


@given(st.lists(st.integers(0, 60), min_size=200, max_size=400))
@settings(max_examples=30)
def test_a_subjects_rows_stay_together(people: list[int]) -> None:
    subjects = np.array(people)
    stratum = subjects % 3
    held = split(subjects, stratum, rng())
    assert not set(subjects[held]) & set(subjects[~held])
    assert held.sum() <= holdout_rows(len(subjects))
    fold = folds(subjects, stratum, rng())
    assert all(len(set(fold[subjects == person])) == 1 for person in set(people))


def test_folds_are_even_and_each_has_every_class() -> None:
    stratum = np.repeat([0, 1], [900, 100])
    fold = folds(np.arange(1000), stratum, rng())
    assert fold.dtype == np.int8
    assert np.bincount(fold, minlength=FOLDS).tolist() == [200] * 5
    assert np.bincount(fold[stratum == 1]).tolist() == [20] * 5


def test_member_i_leaves_out_fold_i_mod_5() -> None:
    dealt = pd.DataFrame({"fold": [0, 1, 2, 3, 4, 1], "subject": range(6)})
    assert left_out(dealt, 1).tolist() == [False, True, False, False, False, True]
    assert left_out(dealt, 6).tolist() == left_out(dealt, 1).tolist()
    assert left_out(dealt, 5).tolist() == [True, False, False, False, False, False]
