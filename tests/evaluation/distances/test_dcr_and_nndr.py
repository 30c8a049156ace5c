"""DCR shares and NNDR, of all rows and without a jackknife group."""

from __future__ import annotations

import numpy as np
import pytest

from tabtwin.evaluation.distances.dcr_and_nndr import (
    Near,
    Trial,
    dcr_share,
    nndr,
    nndr_ratio,
    replicates,
)
from tabtwin.evaluation.intervals import GROUPS


def near(rows: list[list[float]], indices: list[list[int]], groups: list[int]) -> Near:
    return Near(np.array(rows, np.float32), np.array(indices, np.int32), np.array(groups))


def test_ties_count_half_in_the_dcr_share() -> None:
    assert dcr_share(np.array([0.1, 0.2, 0.3]), np.array([0.2, 0.2, 0.1])) == 0.5


def test_nndr_is_one_where_both_neighbours_are_equal_rows() -> None:
    np.testing.assert_allclose(nndr(np.array([0.0, 0.1]), np.array([0.0, 0.4])), [1.0, 0.25], rtol=1e-5)


def test_the_nndr_ratio_takes_the_tenth_smallest_of_each() -> None:
    assert nndr_ratio(np.arange(1, 21) / 20, np.arange(2, 42, 2) / 40) == 1.0
    assert nndr_ratio(np.array([0.2, 0.4]), np.array([0.4, 0.8])) == 0.5


def test_leaving_a_group_out_promotes_the_next_neighbour() -> None:
    towards = near([[0.1, 0.2, 0.3]], [[0, 1, 2]], [5, 6, 5])
    assert [float(part[0]) for part in towards.first_two()] == pytest.approx([0.1, 0.2])
    assert towards.first_two(without=5)[0][0] == pytest.approx(0.2)
    assert [float(part[0]) for part in towards.first_two(without=6)] == pytest.approx([0.1, 0.3])


def test_a_reference_of_one_row_has_no_crowd() -> None:
    towards = near([[0.1, np.inf]], [[0, -1]], [0])
    assert nndr(*towards.first_two())[0] == 1.0


def test_a_trial_leaves_the_group_of_its_own_rows_out_too() -> None:
    training = near([[0.1, 0.2], [0.5, 0.6]], [[0, 1], [1, 0]], [0, 1])
    holdout = near([[0.2, 0.3], [0.1, 0.2]], [[0, 1], [1, 0]], [2, 3])
    trial = Trial(training, holdout, np.array([7, 8]))
    assert trial.figures()[0] == 0.5
    assert trial.figures(without=8)[0] == 1.0
    assert replicates([trial]).shape == (1 + GROUPS, 3)
