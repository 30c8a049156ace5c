from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tabtwin.generators.boost.segments import find_segments

K = 5
VALUES = arrays.arrays(np.float64, st.integers(0, 60), elements=st.integers(-30, 30).map(float))


def alone(values: np.ndarray) -> np.ndarray:
    """Every row its own subject."""
    return np.arange(len(values))


@given(VALUES, st.sampled_from([0.0, 1.0]))
def test_every_knot_is_a_value_that_k_subjects_hold_or_the_mean_of_k_neighbours(
    values: np.ndarray, unit: float
) -> None:
    found = find_segments(values, alone(values), K, 1, unit)
    ascending = np.sort(values)
    sums = np.append(0.0, np.cumsum(ascending))
    means = [
        (sums[size:] - sums[:-size]) / size for size in range(K, len(values) + 1)
    ]  # of whole numbers, whose sums are exact
    for knot, held in zip(found.knots, found.held, strict=True):
        assert (values == knot).sum() >= K if held else np.isclose(knot, np.concatenate(means)).any()


@given(VALUES)
def test_segments_stand_in_order_and_breaks_between_them(values: np.ndarray) -> None:
    found = find_segments(values, alone(values), K, 1, 0.0)
    assert (np.diff(found.knots) > 0).all()
    assert (found.breaks > found.knots[:-1]).all()
    assert (found.breaks <= found.knots[1:]).all()


def test_values_of_fewer_than_k_subjects_leave_no_segment() -> None:
    assert len(find_segments(np.array([1.0, 2.0, 3.0, 4.0]), np.arange(4), K, 1, 0.0)) == 0


def test_rows_of_one_subject_vouch_for_a_value_but_once() -> None:
    values = np.repeat([1.0, 2.0], [5, 50])
    subjects = np.concatenate([np.arange(5), np.full(50, 9)])
    found = find_segments(values, subjects, K, 1, 0.0)
    assert found.knots.tolist() == [1.0]


def test_few_values_between_two_held_ones_count_to_the_nearer() -> None:
    values = np.repeat([0.0, 4.0, 10.0], [9, 2, 9])
    found = find_segments(values, np.arange(20), K, 1, 1.0)
    assert found.knots.tolist() == [0.0, 10.0]
    assert found.of(np.array([4.0, 6.0])).tolist() == [0, 1]


def test_a_group_has_as_many_rows_as_it_must() -> None:
    found = find_segments(np.arange(100.0), np.arange(100), K, 20, 0.0)
    assert found.knots.tolist() == [9.5, 29.5, 49.5, 69.5, 89.5]


def test_the_first_and_the_last_group_may_have_fewer_rows_than_the_others() -> None:
    found = find_segments(np.arange(60.0), np.arange(60), K, 20, 0.0, outer=5)
    assert found.knots[[0, -1]].tolist() == [2.0, 57.0]
    assert len(found.knots) == 5
