"""Compute DCR shares and NNDR from nearest neighbors, and both without each jackknife group.

All figures compare training with equally many rows that the generator never saw: alone, a small distance
proves nothing. A twin that remembers is nearer to training rows; one that avoids them leaves a hole around
them that reveals them as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tabtwin.evaluation.intervals import GROUPS

NEIGHBOURS = 4
"""Neighbors to look up, so that two are left without a jackknife group."""
CLOSE = 0.1
"""Rows with an NNDR below this are at one record rather than among several."""
TINY = 1e-8


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

    def first_two(self, without: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return distances to the closest and the next row, float64 (queries,), without a group of rows."""
        if without is None:
            return self._nearest
        closest, following = (part.copy() for part in self._nearest)
        moved = np.flatnonzero((self._near_groups[:, :2] == without).any(axis=1))
        left = self._near_groups[moved] != without
        order = np.argsort(~(left & (self.indices[moved] >= 0)), axis=1, kind="stable")
        closest[moved], following[moved] = _in_order(self.distances[moved], order[:, 0], order[:, 1])
        return closest, following

    def take(self, rows: np.ndarray) -> Near:
        """Return the neighbors of some of the queries."""
        return Near(self.distances[rows], self.indices[rows], self.groups)

    @cached_property
    def _nearest(self) -> tuple[np.ndarray, np.ndarray]:
        rows = len(self.distances)
        return _in_order(self.distances, np.zeros(rows, int), np.ones(rows, int))

    @cached_property
    def _near_groups(self) -> np.ndarray:
        """The group of each neighbor (queries, k); −1 where there is none."""
        return np.where(self.indices >= 0, self.groups[self.indices], -1)


@dataclass(frozen=True)
class Trial:
    """Rows measured against two references of equal size; ``groups`` are the rows' own (queries,)."""

    to_training: Near
    to_holdout: Near
    groups: np.ndarray

    def figures(self, without: int | None = None) -> np.ndarray:
        """Return DCR share, and the shares of NNDR < .1 toward training and holdout: float64 (3,)."""
        training, holdout = self.to_training.first_two(without), self.to_holdout.first_two(without)
        rows = np.ones(len(self.groups), bool) if without is None else self.groups != without
        if not rows.any():
            return np.full(3, np.nan)
        return np.array(
            [
                dcr_share(training[0][rows], holdout[0][rows]),
                float((nndr(*training)[rows] < CLOSE).mean()),
                float((nndr(*holdout)[rows] < CLOSE).mean()),
            ]
        )


def _in_order(distances: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's distances at two places; the first one twice where there is no second neighbor."""
    rows = np.arange(len(distances))
    closest, following = distances[rows, first].astype(float), distances[rows, second].astype(float)
    return closest, np.where(np.isfinite(following), following, closest)


def replicates(trials: Sequence[Trial]) -> np.ndarray:
    """Return the figures' means over trials: of all rows, then without each group; (1 + GROUPS, 3)."""
    ways: list[int | None] = [None, *range(GROUPS)]
    return np.array([np.nanmean([trial.figures(way) for trial in trials], axis=0) for way in ways])


def dcr_share(to_training: np.ndarray, to_holdout: np.ndarray) -> float:
    """Return the share of rows that are closer to training than to as many holdout rows; ties count half."""
    return float((to_training < to_holdout).mean() + (to_training == to_holdout).mean() / 2)


def nndr(closest: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Return the distance to the closest record by the distance to the next; 1 where both are 0."""
    return np.asarray((closest + TINY) / (following + TINY))


def nndr_ratio(to_training: np.ndarray, to_holdout: np.ndarray) -> float:
    """Return mostlyai-qa's ratio: the tenth smallest NNDR toward training by the one toward holdout."""
    tenth = min(10, len(to_training)) - 1
    return float(np.sort(to_training)[tenth] / np.sort(to_holdout)[tenth])
