"""DCR shares and NNDR, of all rows and without a jackknife group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.evaluation.distances.dcr_and_nndr import CLOSE, Near, Trial, nndr, nndr_ratio, replicates
from tabtwin.evaluation.intervals import GROUPS

DCR, NEAR_TRAINING, NEAR_HOLDOUT = range(3)
FAR = ([[0.4, 0.5, 0.6]], [[0, 1, 2]], [9, 9, 9])


def near(rows: list[list[float]], indices: list[list[int]], groups: list[int]) -> Near:
    return Near(np.array(rows, np.float32), np.array(indices, np.int32), np.array(groups))


def towards(draw: np.random.Generator, queries: int, rows: int) -> Near:
    """What random queries find among ``rows`` rows, with ties, and with fewer rows than were looked up."""
    distances = np.sort(draw.integers(0, 9, (queries, 4)).astype(np.float32) / 8, axis=1)
    indices = np.full((queries, 4), -1, np.int32)
    indices[:, :rows] = np.argsort(draw.random((queries, rows)), axis=1)[:, :4]
    distances[:, rows:] = np.inf
    return Near(distances, indices, draw.integers(0, GROUPS, rows))


def first_two(found: Near, row: int, without: int) -> tuple[float, float]:
    """The two nearest rows of other groups; the nearest of all where too few were looked up."""
    left = [at for at in range(4) if found.indices[row, at] >= 0]
    left.sort(key=lambda at: found.groups[found.indices[row, at]] == without)
    left += [at for at in range(4) if at not in left]
    first, second = (float(found.distances[row, at]) for at in left[:2])
    return first, second if np.isfinite(second) else first


def test_ties_count_half_in_the_dcr_share() -> None:
    indices = [[0, 1], [0, 1], [0, 1]]
    training = near([[0.1, 0.9], [0.2, 0.9], [0.3, 0.9]], indices, [0, 0])
    holdout = near([[0.2, 0.9], [0.2, 0.9], [0.1, 0.9]], indices, [0, 0])
    assert Trial(training, holdout, np.array([1, 2, 3])).figures()[0, DCR] == 0.5


def test_nndr_is_one_where_both_neighbours_are_equal_rows() -> None:
    np.testing.assert_allclose(nndr(np.array([0.0, 0.1]), np.array([0.0, 0.4])), [1.0, 0.25], rtol=1e-5)


def test_the_nndr_ratio_takes_the_tenth_smallest_of_each() -> None:
    assert nndr_ratio(np.arange(1, 21) / 20, np.arange(2, 42, 2) / 40) == 1.0
    assert nndr_ratio(np.array([0.2, 0.4]), np.array([0.4, 0.8])) == 0.5


def test_leaving_a_group_out_promotes_the_next_neighbour() -> None:
    training = near([[0.01, 0.3, 0.31]], [[0, 1, 2]], [5, 6, 5])
    found = Trial(training, near(*FAR), np.array([1])).figures()[:, NEAR_TRAINING]
    assert found[0] == 1.0  # .01 by .3
    assert found[1 + 5] == 0.0  # only .3 is left
    assert found[1 + 6] == 1.0  # .01 by .31
    assert found[1 + 7] == 1.0


def test_a_reference_of_one_row_has_no_crowd() -> None:
    alone = near([[0.1, np.inf]], [[0, -1]], [0])
    assert Trial(alone, near(*FAR), np.array([1])).figures()[0, NEAR_TRAINING] == 0.0


def test_a_trial_leaves_the_group_of_its_own_rows_out_too() -> None:
    training = near([[0.1, 0.2], [0.5, 0.6]], [[0, 1], [1, 0]], [0, 1])
    holdout = near([[0.2, 0.3], [0.1, 0.2]], [[0, 1], [1, 0]], [2, 3])
    found = Trial(training, holdout, np.array([7, 8])).figures()
    assert found[0, DCR] == 0.5
    assert found[1 + 8, DCR] == 1.0
    assert replicates([Trial(training, holdout, np.array([7, 8]))]).shape == (1 + GROUPS, 3)


def test_nothing_is_known_where_no_row_is_left() -> None:
    found = Trial(near(*FAR), near(*FAR), np.array([3])).figures()
    assert np.isnan(found[1 + 3]).all()
    assert found[0, DCR] == 0.5


@given(st.integers(1, 40), st.integers(2, 30), st.integers(2, 30), st.integers(0, 2**32 - 1))
def test_all_figures_are_those_of_the_definition(queries: int, rows: int, held: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    training, holdout = towards(draw, queries, rows), towards(draw, queries, held)
    groups = draw.integers(0, 3, queries)
    found = Trial(training, holdout, groups).figures()

    for without in range(-1, GROUPS):
        kept = np.flatnonzero(groups != without)
        if not len(kept):
            assert np.isnan(found[1 + without]).all()
            continue
        pairs = [[first_two(part, row, without) for row in kept] for part in (training, holdout)]
        (seen, seen_next), (unseen, unseen_next) = (np.array(pair).T for pair in pairs)
        assert found[1 + without].tolist() == pytest.approx(
            [
                np.mean((seen < unseen) + (seen == unseen) / 2),
                np.mean(nndr(seen, seen_next) < CLOSE),
                np.mean(nndr(unseen, unseen_next) < CLOSE),
            ]
        )
