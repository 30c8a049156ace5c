"""DCR shares and NNDR, expected over all halves of the references."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.evaluation.distances.halves import Near, shares
from tabtwin.evaluation.distances.nndr import CLOSE, nndr
from tabtwin.evaluation.intervals import GROUPS

DCR, LOW_TRAINING, LOW_HOLDOUT, LEANING, UNHALVED = range(5)


def near(distances: list[list[float]], groups: list[int], subjects: list[int] | None = None) -> Near:
    """The rows of a reference, all of which were looked up, by their distances from each query."""
    found = np.array(distances, np.float32)
    order = np.argsort(found, axis=1, kind="stable").astype(np.int32)
    labels = np.arange(len(groups)) if subjects is None else np.array(subjects)
    return Near(np.take_along_axis(found, order, axis=1), order, np.array(groups), labels)


def by_halving(distances: np.ndarray, subjects: np.ndarray) -> list[np.ndarray]:
    """The distances in every half that holds a row, ascending."""
    people = np.unique(subjects)
    halves = [
        distances[np.isin(subjects, people[list(there)])]
        for there in product([False, True], repeat=len(people))
        if any(there)
    ]
    return [np.sort(half) for half in halves]


def expected(training: list[np.ndarray], holdout: list[np.ndarray], closest: float) -> list[float]:
    """The figures of one row, by the definition."""

    def closer(mine: float, other: float) -> float:
        return float(mine < other) + float(mine == other) / 2

    def low(halves: list[np.ndarray]) -> float:
        """Rows that are in no half still show that there is another one further out."""
        furthest = max(half[-1] for half in halves)
        return float(
            np.mean(
                [
                    (nndr(half[0], half[1:]) < CLOSE).all() and nndr(half[0], furthest) < CLOSE
                    for half in halves
                ]
            )
        )

    return [
        float(np.mean([closer(mine[0], other[0]) for mine in training for other in holdout])),
        low(training),
        low(holdout),
        float(np.mean([closer(closest, other[0]) for other in holdout])),
        closer(closest, min(other[0] for other in holdout)),
    ]


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(2, 6))
def test_every_share_is_its_mean_over_all_halves(seed: int, rows: int, held: int) -> None:
    rng = np.random.default_rng(seed)
    queries = 4
    near_rows, held_rows = (
        (2.0 ** rng.integers(-9, 0, (queries, count))).astype(np.float32) for count in (rows, held)
    )
    subjects, held_subjects = rng.integers(0, rows, rows), rng.integers(0, held, held)
    groups, held_groups = subjects % 3, held_subjects % 3
    asked = rng.integers(0, 3, queries)
    training = near(near_rows.tolist(), groups.tolist(), subjects.tolist())
    found = shares(training, near(held_rows.tolist(), held_groups.tolist(), held_subjects.tolist()),
                   training, asked)  # fmt: skip

    for without in range(-1, 3):
        kept = np.flatnonzero(asked != without)
        left, held_left = groups != without, held_groups != without
        left, held_left = left if left.any() else ~left, held_left if held_left.any() else ~held_left
        if len(kept):
            of_rows = [
                expected(
                    by_halving(near_rows[row][left], subjects[left]),
                    by_halving(held_rows[row][held_left], held_subjects[held_left]),
                    near_rows[row][left].min(),
                )
                for row in kept
            ]
            assert found[1 + without].tolist() == pytest.approx(np.mean(of_rows, axis=0).tolist())


def test_ties_count_half_in_the_dcr_share() -> None:
    training, holdout = near([[0.1], [0.2], [0.3]], [0]), near([[0.2], [0.2], [0.1]], [0])
    assert shares(training, holdout, training, np.array([1, 2, 3]))[0, [DCR, UNHALVED]].tolist() == [0.5, 0.5]


def test_without_a_group_the_next_neighbour_is_the_closest() -> None:
    training, holdout = near([[0.01, 0.3]], [5, 6]), near([[0.2, 0.2]], [7, 8])
    found = shares(training, holdout, training, np.array([1]))
    assert found[0, LEANING] == 1.0
    assert found[1 + 5, LEANING] == 0.0
    assert found[1 + 6, LEANING] == 1.0
    assert found[0, LOW_TRAINING] == pytest.approx(2 / 3)  # of three halves, those that have the first
    assert found[1 + 5, LOW_TRAINING] == found[1 + 6, LOW_TRAINING] == found[0, LOW_HOLDOUT] == 0.0


def test_nothing_is_known_where_no_row_is_left() -> None:
    rows = near([[0.4, 0.5]], [9, 9])
    found = shares(rows, rows, rows, np.array([3]))
    assert np.isnan(found[1 + 3]).all()
    assert found[0, DCR] == 0.5
    assert len(found) == 1 + GROUPS
