"""Compute DCR shares and NNDR, expected over all halves of two references.

Which of two references is closer to a row depends on a single row of each. So a figure is its mean over all
ways to leave half of the subjects of either reference out: of a row's closest ones each is there with
probability 1/2, and the first that is there counts. Nothing is drawn, and the figure varies less between
tables than that of one draw (Bühlmann and Yu, "Analyzing bagging", Annals of Statistics 30, 2002).

All figures compare training with equally many rows that the generator never saw: alone, a small distance
proves nothing. A twin that remembers is nearer to training rows; one that avoids them leaves a hole around
them that reveals them as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from tabtwin.evaluation.distances.nndr import CLOSE, TINY
from tabtwin.evaluation.intervals import GROUPS

NEIGHBOURS = 8
"""Subjects to look up: that none of them is in a half has a chance of .004."""
ROWS, CLOSER, LOW_TRAINING, LOW_HOLDOUT, LEANING, UNHALVED = range(6)
"""What is summed up: rows, and their chances to be closer to half of training than to half of the holdout, to
have a low NNDR toward either, to be closer to all of training than to half of the holdout, and to be closer
to training than to the holdout, neither halved."""
FIGURES = UNHALVED + 1


@dataclass(frozen=True)
class Near:
    """The closest rows of one reference.

    Attributes:
        distances: float32 (queries, k), ascending, infinite if the reference has fewer rows.
        indices: int32 (queries, k), −1 there.
        groups: The jackknife group of each row of the reference (rows,).
        subjects: The subject of each row of the reference, integers (rows,).
    """

    distances: np.ndarray
    indices: np.ndarray
    groups: np.ndarray
    subjects: np.ndarray

    @property
    def of_groups(self) -> np.ndarray:
        """Return the group of each neighbor, int64 (queries, k); −1 for a missing neighbor."""
        return np.where(self.indices >= 0, self.groups[self.indices], -1).astype(np.int64)

    @property
    def of_subjects(self) -> np.ndarray:
        """Return the subject of each neighbor, int64 (queries, k)."""
        return np.asarray(self.subjects[self.indices], np.int64)


def shares(training: Near, holdout: Near, whole: Near, groups: np.ndarray) -> np.ndarray:
    """Return the shares of rows by what they are close to, ties counting half.

    Args:
        training: The closest of as many training subjects as the holdout has.
        holdout: The closest rows of the holdout.
        whole: The closest of all training rows.
        groups: The rows' own jackknife groups (queries,).

    Returns:
        float64 (1 + GROUPS, 5), in the order from ``CLOSER``: of all rows, then without each group of rows
        and of neighbors; NaN if no row is left.
    """
    near, held, every = (_lists(one) for one in (training, holdout, whole))
    sums = _summed(*near, *held, *every[:2], groups.astype(np.int64))
    rows = np.where(sums[:, :1] > 0.5, sums[:, :1], np.nan)  # sums of ones, less ones
    return np.asarray(sums[:, CLOSER:] / rows)


def _lists(near: Near) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return near.distances.astype(float), near.of_groups, near.of_subjects


@njit(cache=True)
def _summed(
    training: np.ndarray,
    training_groups: np.ndarray,
    training_subjects: np.ndarray,
    holdout: np.ndarray,
    holdout_groups: np.ndarray,
    holdout_subjects: np.ndarray,
    whole: np.ndarray,
    whole_groups: np.ndarray,
    groups: np.ndarray,
) -> np.ndarray:  # pragma: no cover - compiled
    """Sum up the chances of each row, then without each group: float64 (1 + GROUPS, FIGURES).

    A row has the same chances without most groups, so they are only computed again for those of its
    neighbors.
    """
    of_all = np.zeros(FIGURES)
    changed = np.zeros((1 + GROUPS, FIGURES))
    found, usual = np.ones(FIGURES), np.ones(FIGURES)
    near, near_left = np.empty((2, training.shape[1])), np.empty((2, training.shape[1]))
    held, held_left = np.empty((2, holdout.shape[1])), np.empty((2, holdout.shape[1]))
    every = np.ones((2, 1))
    for row in range(len(groups)):
        rows, low = _halve(training[row], training_groups[row], training_subjects[row], -1, near)
        held_rows, held_low = _halve(holdout[row], holdout_groups[row], holdout_subjects[row], -1, held)
        every[0, 0] = whole[row, 0]
        usual[CLOSER] = _closer(near, rows, held, held_rows)
        usual[LEANING] = _closer(every, 1, held, held_rows)
        usual[UNHALVED] = _nearer(training[row, 0], holdout[row, 0])
        usual[LOW_TRAINING], usual[LOW_HOLDOUT] = low, held_low
        of_all += usual
        changed[1 + groups[row]] -= usual
        for without in range(GROUPS):
            in_training = (training_groups[row] == without).any()
            in_holdout = (holdout_groups[row] == without).any()
            if without == groups[row] or not (in_training or in_holdout or whole_groups[row, 0] == without):
                continue
            found[:] = usual
            mine, left = near, rows
            if in_training:
                mine = near_left
                left, found[LOW_TRAINING] = _halve(
                    training[row], training_groups[row], training_subjects[row], without, mine
                )
            other, other_left = held, held_rows
            if in_holdout:
                other = held_left
                other_left, found[LOW_HOLDOUT] = _halve(
                    holdout[row], holdout_groups[row], holdout_subjects[row], without, other
                )
            every[0, 0] = _closest(whole[row], whole_groups[row], without)
            found[CLOSER] = _closer(mine, left, other, other_left)
            found[LEANING] = _closer(every, 1, other, other_left)
            found[UNHALVED] = _nearer(
                _closest(training[row], training_groups[row], without),
                _closest(holdout[row], holdout_groups[row], without),
            )
            changed[1 + without] += found - usual
    return of_all + changed


@njit(cache=True)
def _halve(
    distances: np.ndarray, groups: np.ndarray, subjects: np.ndarray, without: int, half: np.ndarray
) -> tuple[int, float]:  # pragma: no cover - compiled
    """Fill in what half of a reference shows without a group: distances, and the chance of each to be the
    first that is there.

    Returns:
        How many there are, and the chance of a low NNDR. Where all that was looked up is of that group, it is
        used.
    """
    if without >= 0 and not ((groups >= 0) & (groups != without)).any():
        without = -1
    count, none, low = 0, 1.0, 0.0
    for place in range(len(distances)):
        if groups[place] < 0 or groups[place] == without or _came(subjects, groups, without, place):
            continue  # if its subject came before, that row would have been there, too
        none /= 2
        half[0, count] = distances[place]
        half[1, count] = none
        count += 1
        low += none * _alone(distances, subjects, groups, without, place)
    half[1, :count] /= 1 - none
    return count, low / (1 - none)


@njit(cache=True)
def _alone(
    distances: np.ndarray, subjects: np.ndarray, groups: np.ndarray, without: int, place: int
) -> float:  # pragma: no cover - compiled
    """Return the chance that a neighbor has a low NNDR if it is the first that is there."""
    chance = 1.0
    for later in range(place + 1, len(distances)):
        if groups[later] < 0 or groups[later] == without:
            continue
        if (distances[place] + TINY) / (distances[later] + TINY) < CLOSE:
            return chance
        if subjects[later] == subjects[place]:
            return 0.0
        # A subject that came before this place is not there; one in between was counted.
        if not _came(subjects, groups, without, later):
            chance /= 2
    return 0.0  # the next that is there was not looked up, so it is taken for close


@njit(cache=True)
def _came(
    subjects: np.ndarray, groups: np.ndarray, without: int, place: int
) -> bool:  # pragma: no cover - compiled
    """Return whether a closer row that counts is of the same subject."""
    came = False
    for before in range(place):
        came |= subjects[before] == subjects[place] and groups[before] != without
    return came


@njit(cache=True)
def _closer(
    mine: np.ndarray, rows: int, other: np.ndarray, others: int
) -> float:  # pragma: no cover - compiled
    """Return the chance that the first of two halves is closer; half of it if both are as close."""
    chance, start, beyond = 0.0, 0, 1.0
    for row in range(rows):
        while start < others and other[0, start] < mine[0, row]:
            beyond -= other[1, start]
            start += 1
        worth, place = beyond, start
        while place < others and other[0, place] == mine[0, row]:
            worth -= other[1, place] / 2
            place += 1
        chance += mine[1, row] * worth
    return chance


@njit(cache=True)
def _nearer(mine: float, other: float) -> float:  # pragma: no cover - compiled
    return 1.0 if mine < other else 0.5 if mine == other else 0.0


@njit(cache=True)
def _closest(distances: np.ndarray, groups: np.ndarray, without: int) -> float:  # pragma: no cover - compiled
    """Return the shortest distance without a group; the shortest of all if no other was looked up."""
    for place in range(len(distances)):
        if groups[place] >= 0 and groups[place] != without:
            return float(distances[place])
    return float(distances[0])
