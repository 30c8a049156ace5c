"""Pure figures of nearest neighbours: shares, ratios, copies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.evaluation.distances import distances
from tabtwin.evaluation.distances.distances import Near, Trial
from tabtwin.evaluation.intervals import GROUPS
from tabtwin.schema.schema import Column, Schema

SCHEMA = Schema(columns=(Column(name="n", kind="decimal"), Column(name="c", kind="category")))


def near(rows: list[list[float]], indices: list[list[int]], groups: list[int]) -> Near:
    return Near(np.array(rows, np.float32), np.array(indices, np.int32), np.array(groups))


def test_ties_count_half_in_the_dcr_share() -> None:
    assert distances.dcr_share(np.array([0.1, 0.2, 0.3]), np.array([0.2, 0.2, 0.1])) == 0.5


def test_nndr_is_one_where_both_neighbours_are_equal_rows() -> None:
    np.testing.assert_allclose(
        distances.nndr(np.array([0.0, 0.1]), np.array([0.0, 0.4])), [1.0, 0.25], rtol=1e-5
    )


def test_the_nndr_ratio_takes_the_tenth_smallest_of_each() -> None:
    assert distances.nndr_ratio(np.arange(1, 21) / 20, np.arange(2, 42, 2) / 40) == 1.0
    assert distances.nndr_ratio(np.array([0.2, 0.4]), np.array([0.4, 0.8])) == 0.5


def test_leaving_a_group_out_promotes_the_next_neighbour() -> None:
    towards = near([[0.1, 0.2, 0.3]], [[0, 1, 2]], [5, 6, 5])
    assert [float(part[0]) for part in towards.first_two()] == pytest.approx([0.1, 0.2])
    assert towards.first_two(without=5)[0][0] == pytest.approx(0.2)
    assert [float(part[0]) for part in towards.first_two(without=6)] == pytest.approx([0.1, 0.3])


def test_a_reference_of_one_row_has_no_crowd() -> None:
    towards = near([[0.1, np.inf]], [[0, -1]], [0])
    assert distances.nndr(*towards.first_two())[0] == 1.0


def test_a_trial_leaves_the_group_of_its_own_rows_out_too() -> None:
    training = near([[0.1, 0.2], [0.5, 0.6]], [[0, 1], [1, 0]], [0, 1])
    holdout = near([[0.2, 0.3], [0.1, 0.2]], [[0, 1], [1, 0]], [2, 3])
    trial = Trial(training, holdout, np.array([7, 8]))
    assert trial.figures()[0] == 0.5
    assert trial.figures(without=8)[0] == 1.0
    assert distances.replicates([trial]).shape == (1 + GROUPS, 3)


def test_equal_rows_have_equal_keys_and_others_do_not() -> None:
    tables = [
        pd.DataFrame({"n": [1.0, np.nan, -0.0], "c": ["a", None, "b"]}),
        pd.DataFrame({"n": [0.0, 1.0, np.nan, 1.0], "c": ["b", "a", None, "b"]}),
    ]
    first, second = distances.row_keys(tables, SCHEMA)
    assert [first[0], first[1], first[2]] == [second[1], second[2], second[0]]
    assert second[3] not in first


def test_surplus_copies_are_those_beyond_what_training_repeats_itself() -> None:
    training = np.concatenate([np.arange(80), np.repeat(np.arange(80, 90), 2)])
    groups = np.arange(100) % GROUPS
    dealt = {"groups": groups, "training_groups": groups, "subjects": np.arange(100)}
    fresh = distances.copies(np.concatenate([np.arange(200, 280), training[80:]]), training, **dealt)
    copied = distances.copies(training, training, **dealt)
    assert fresh.value == pytest.approx(0.0)
    assert copied.value == pytest.approx(0.8)
    assert copied.interval()[0] > 0.6


def test_rows_of_one_subject_are_no_copies_of_one_another() -> None:
    training = np.repeat(np.arange(50), 2)
    groups = training % GROUPS
    found = distances.copies(training, training, groups=groups, training_groups=groups, subjects=training)
    assert found.value == 1.0


def test_copies_of_training_are_set_beside_copies_of_the_holdout() -> None:
    found = distances.equal_copies(
        np.arange(40), np.arange(20), np.arange(20, 40), groups=np.arange(40) % GROUPS
    )
    assert found.training == found.holdout == 0.5
