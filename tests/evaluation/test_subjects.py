"""tabtwin.evaluation.subjects: subjects stay whole, and by row nothing is other than it was."""

from __future__ import annotations

import numpy as np
import pytest

from tabtwin.evaluation.intervals import groups
from tabtwin.evaluation.subjects import in_random_order, one_each, subject_groups
from tabtwin.lib.seeds import generator

REPEATED = np.array([7, 7, 7, 2, 2, 5, 9, 9, 9, 9])


def test_rows_of_a_subject_stay_together_in_a_random_order_and_in_one_group() -> None:
    rows = in_random_order(REPEATED, generator(1))
    assert sorted(rows) == list(range(10))
    assert np.count_nonzero(np.diff(REPEATED[rows])) == 3
    dealt = subject_groups(REPEATED, generator(1))
    assert len(set(zip(REPEATED, dealt, strict=True))) == len(set(dealt)) == 4


def test_each_row_of_a_subject_is_taken_as_often() -> None:
    taken = np.zeros(10)
    for seed in range(600):
        rows = one_each(REPEATED, generator(seed))
        assert sorted(REPEATED[rows]) == [2, 5, 7, 9]
        taken[rows] += 1 / 600
    assert taken == pytest.approx(1 / np.array([3, 3, 3, 2, 2, 1, 4, 4, 4, 4]), abs=0.08)


def test_where_each_row_is_its_own_subject_everything_is_as_by_row() -> None:
    subjects = generator(2).permutation(100)
    mixed = generator(1).permutation(100)
    assert np.array_equal(in_random_order(subjects, generator(1)), mixed)
    assert np.array_equal(subject_groups(subjects, generator(1)), groups(100, generator(1)))
    assert np.array_equal(np.sort(one_each(subjects, generator(1))), np.arange(100))
