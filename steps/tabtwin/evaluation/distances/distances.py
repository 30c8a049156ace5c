"""Measure copying by nearest neighbors: DCR share, NNDR, exact copies.

All figures compare training with equally many rows that the generator never saw: alone, a small distance
proves nothing. A twin that remembers is nearer to training rows; one that avoids them leaves a hole around
them that reveals them as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.evaluation.distances.results import EqualCopies
from tabtwin.evaluation.intervals import GROUPS, Estimate, clustered, difference, jackknife
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Column, Schema, numbers

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
            return self._pick(np.zeros(len(self.distances), int), np.ones(len(self.distances), int))
        here = (self.indices >= 0) & (self.groups[self.indices] != without)
        order = np.argsort(~here, axis=1, kind="stable")
        return self._pick(order[:, 0], order[:, min(1, order.shape[1] - 1)])

    def take(self, rows: np.ndarray) -> Near:
        """Return the neighbors of some of the queries."""
        return Near(self.distances[rows], self.indices[rows], self.groups)

    def _pick(self, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows = np.arange(len(self.distances))
        closest = self.distances[rows, first].astype(float)
        following = self.distances[rows, second].astype(float)
        return closest, np.where(np.isfinite(following), following, closest)


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


def row_keys(tables: Sequence[pd.DataFrame], schema: Schema) -> list[np.ndarray]:
    """Return one number for each row of canonical tables, the same for equal rows: int64 (rows,) each."""
    cells = [pd.DataFrame({str(i): _cells(t, c) for i, c in enumerate(schema.learned)}) for t in tables]
    hashes = pd.util.hash_pandas_object(pd.concat(cells, ignore_index=True), index=False).to_numpy()
    keys = np.unique(hashes, return_inverse=True)[1].astype(np.int64)
    return np.split(keys, np.cumsum([len(table) for table in tables])[:-1])


def copies(
    keys: np.ndarray,
    training: np.ndarray,
    *,
    groups: np.ndarray,
    training_groups: np.ndarray,
    subjects: np.ndarray,
) -> Estimate:
    """Return surplus copies: the share of rows equal to a training row, minus that of training, leaving one
    out.

    Args:
        keys: The rows' keys, from :func:`row_keys`.
        training: Training's keys.
        groups: Jackknife groups of the rows.
        training_groups: Jackknife groups of training, whole subjects together.
        subjects: int (training rows,): a row's equal must be of another subject.
    """
    top = int(max(keys.max(), training.max())) + 1
    by_group = np.bincount(training * GROUPS + training_groups, minlength=top * GROUPS).reshape(top, GROUPS)
    counts = by_group.sum(axis=1)
    _, pair, own = np.unique(np.stack([training, subjects]), axis=1, return_inverse=True, return_counts=True)
    own = own[pair.ravel()]
    of_rows, of_training = [], []
    for group in range(GROUPS):
        left = counts - by_group[:, group]
        of_rows.append(_mean((left[keys] > 0)[groups != group]))
        of_training.append(_mean((left[training] > own)[training_groups != group]))
    return difference(
        clustered(float((counts[keys] > 0).mean()), len(keys), np.array(of_rows)),
        clustered(float((counts[training] > own).mean()), len(training), np.array(of_training)),
    )


def equal_copies(
    keys: np.ndarray, training: np.ndarray, holdout: np.ndarray, *, groups: np.ndarray
) -> EqualCopies:
    """Return shares of rows equal to one of equally many training and holdout rows, and their difference."""
    seen, unseen = np.isin(keys, training), np.isin(keys, holdout)
    gap = seen.astype(float) - unseen
    without = np.array([_mean(gap[groups != group]) for group in range(GROUPS)])
    return EqualCopies(
        training=float(seen.mean()),
        holdout=float(unseen.mean()),
        difference=jackknife(float(gap.mean()), without, 1 / len(holdout)).figure(),
        rows=len(holdout),
    )


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _cells(table: pd.DataFrame, column: Column) -> np.ndarray:
    if is_label(column):
        return table[column.name].to_numpy(object)
    return numbers(table, column) + 0.0  # minus zero becomes zero, which hashes differently
