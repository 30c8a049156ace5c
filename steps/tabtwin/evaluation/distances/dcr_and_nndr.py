"""Compute DCR shares and NNDR from nearest neighbors, and both without each jackknife group.

All figures compare training with equally many rows that the generator never saw: alone, a small distance
proves nothing. A twin that remembers is nearer to training rows; one that avoids them leaves a hole around
them that reveals them as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from tabtwin.evaluation.intervals import GROUPS

NEIGHBOURS = 4
"""Neighbors to look up, so that two are left without a jackknife group."""
CLOSE = 0.1
"""Rows with an NNDR below this are at one record rather than among several."""
TINY = 1e-8
ROWS, CLOSER, EQUAL, AT_TRAINING, AT_HOLDOUT = range(5)
"""What is counted in a trial: its rows, and of these the ones closer to training than to the holdout, as
close to both, and with an NNDR below ``CLOSE`` toward either."""


@dataclass(frozen=True)
class Near:
    """The closest rows of one reference.

    Attributes:
        distances: float32 (queries, k), ascending, infinite if the reference has fewer rows.
        indices: int32 (queries, k), −1 there.
        groups: The jackknife group of each row of the reference (rows,).
    """

    distances: np.ndarray
    indices: np.ndarray
    groups: np.ndarray

    def take(self, rows: np.ndarray) -> Near:
        """Return the neighbors of some of the queries."""
        return Near(self.distances[rows], self.indices[rows], self.groups)

    @property
    def of_groups(self) -> np.ndarray:
        """Return the group of each neighbor, int64 (queries, k); −1 for a missing neighbor."""
        return np.where(self.indices >= 0, self.groups[self.indices], -1).astype(np.int64)


@dataclass(frozen=True)
class Trial:
    """Rows measured against two references of equal size; ``groups`` are the rows' own (queries,)."""

    to_training: Near
    to_holdout: Near
    groups: np.ndarray

    def figures(self) -> np.ndarray:
        """Return the DCR share, and the shares of NNDR < .1 toward training and holdout.

        Returns:
            float64 (1 + GROUPS, 3): of all rows, then without each group of rows and of neighbors; NaN if no
            row is left.
        """
        counts = _counted(
            self.to_training.distances.astype(float),
            self.to_training.of_groups,
            self.to_holdout.distances.astype(float),
            self.to_holdout.of_groups,
            self.groups.astype(np.int64),
        )
        rows, *shares = np.where(counts[:, :1] > 0, counts, np.nan).T
        closer, equal, training, holdout = (part / rows for part in shares)
        return np.stack([closer + equal / 2, training, holdout], axis=1)


@njit(cache=True)
def _counted(
    training: np.ndarray,
    training_groups: np.ndarray,
    holdout: np.ndarray,
    holdout_groups: np.ndarray,
    groups: np.ndarray,
) -> np.ndarray:  # pragma: no cover - compiled
    """Count rows by what they are close to: int64 (1 + GROUPS, 5), of all rows, then without each group.

    A row counts the same without most groups, so it is only looked at again for its own group and for those
    of its two nearest rows.
    """
    of_all = np.zeros(5, np.int64)
    changed = np.zeros((1 + GROUPS, 5), np.int64)
    for row in range(len(groups)):
        usual = _judged(training[row], training_groups[row], holdout[row], holdout_groups[row], -1)
        of_all += usual
        seen = np.full(5, -1)
        seen[0] = groups[row]
        changed[1 + groups[row]] -= usual
        for place in range(1, 5):
            near = training_groups[row] if place < 3 else holdout_groups[row]
            at = (place - 1) % 2
            without = near[at] if at < len(near) else -1
            if without >= 0 and not (seen == without).any():
                changed[1 + without] -= usual
                changed[1 + without] += _judged(
                    training[row], training_groups[row], holdout[row], holdout_groups[row], without
                )
            seen[place] = without
    return of_all + changed


@njit(cache=True)
def _judged(
    training: np.ndarray,
    training_groups: np.ndarray,
    holdout: np.ndarray,
    holdout_groups: np.ndarray,
    without: int,
) -> np.ndarray:  # pragma: no cover - compiled
    """Return what one row adds to each count, int64 (5,)."""
    to_training, to_holdout = (
        _first_two(training, training_groups, without),
        _first_two(holdout, holdout_groups, without),
    )
    found = np.zeros(5, np.int64)
    found[ROWS] = 1
    found[CLOSER] = to_training[0] < to_holdout[0]
    found[EQUAL] = to_training[0] == to_holdout[0]
    found[AT_TRAINING] = (to_training[0] + TINY) / (to_training[1] + TINY) < CLOSE
    found[AT_HOLDOUT] = (to_holdout[0] + TINY) / (to_holdout[1] + TINY) < CLOSE
    return found


@njit(cache=True)
def _first_two(
    distances: np.ndarray, groups: np.ndarray, without: int
) -> tuple[float, float]:  # pragma: no cover - compiled
    """Return the distances to the closest and the next row without a group; the first one twice where there
    is no second.

    Where all that was looked up is of that group, its closest rows are used.
    """
    first, second = -1, -1
    for is_left in (True, False):
        for place in range(len(distances)):
            if (groups[place] >= 0 and groups[place] != without) == is_left:
                if first < 0:
                    first = place
                elif second < 0:
                    second = place
    following = distances[second]
    return distances[first], following if np.isfinite(following) else distances[first]


def replicates(trials: Sequence[Trial]) -> np.ndarray:
    """Return the figures' means over trials: of all rows, then without each group; (1 + GROUPS, 3)."""
    return np.asarray(np.nanmean([trial.figures() for trial in trials], axis=0))


def nndr(closest: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Return the distance to the closest record by the distance to the next; 1 where both are 0."""
    return np.asarray((closest + TINY) / (following + TINY))


def nndr_ratio(to_training: np.ndarray, to_holdout: np.ndarray) -> float:
    """Return mostlyai-qa's ratio: the tenth smallest NNDR toward training by the one toward holdout."""
    tenth = min(10, len(to_training)) - 1
    return float(np.sort(to_training)[tenth] / np.sort(to_holdout)[tenth])
