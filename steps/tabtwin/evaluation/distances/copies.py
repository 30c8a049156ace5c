"""Count rows that equal training rows, beside the equals that training rows have among themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tabtwin.evaluation.distances.results import EqualCopies
from tabtwin.evaluation.intervals import GROUPS, Estimate, clustered, difference, jackknife
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Column, Schema, numbers


def row_keys(tables: Sequence[pd.DataFrame], schema: Schema) -> list[np.ndarray]:
    """Return one number for each row of canonical tables, the same for equal rows: int64 (rows,) each."""
    cells = [pd.DataFrame({str(i): _cells(t, c) for i, c in enumerate(schema.learned)}) for t in tables]
    hashes = pd.util.hash_pandas_object(pd.concat(cells, ignore_index=True), index=False).to_numpy()
    keys = np.unique(hashes, return_inverse=True)[1].astype(np.int64)
    return np.split(keys, np.cumsum([len(table) for table in tables])[:-1])


def surplus_copies(
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
