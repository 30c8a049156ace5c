"""Find exact nearest neighbors between tables of mixed columns, under Gower's distance.

Gower (1971), "A general coefficient of similarity and some of its properties": the mean over columns of a
distance between 0 and 1, for numbers |a - b| over the column's range, for categories 0 or 1. The range is
the one between robust quantiles of training, so that one outlier does not shrink a column to nothing, and
a missing cell equals only a missing one.

Every cell becomes one float32 such that min(|a - b|, 1) is that distance whatever the column's kind: a
category is a whole number, and a missing number is further out than any other. One branch-free loop then
serves all columns, in vector instructions, without changing the order of any sum.

Equal rows are looked for once (:mod:`equal_rows`), and only among rows that may be close (:mod:`tiles`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numba
import numpy as np
import pandas as pd

from tabtwin.evaluation.distances.equal_rows import Kinds, kinds, spread
from tabtwin.evaluation.distances.search import Ask, Rows, nearest_kinds
from tabtwin.lib.log import Progress
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Column, Schema, numbers

QUANTILES = (0.01, 0.99)
MISSING_NUMBER = np.float32(1e32)
MISSING_CATEGORY = -1.0
FURTHEST = 1e30
UNSEEN_LOW, UNSEEN_HIGH = (int(np.float32(value).view(np.int32)) for value in (2.0**24, FURTHEST))

MOST_TOGETHER = 16
"""Rows of one subject up to which they are looked for, too, and left out in the end."""


@dataclass(frozen=True)
class Features:
    """Rows made comparable: ``values`` is float32 (rows, columns), and distances are relative to columns."""

    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: np.ndarray) -> Features:
        """Return some of the rows, by index or mask."""
        return Features(np.ascontiguousarray(self.values[rows]))


@dataclass(frozen=True)
class Gower:
    """What makes tables comparable, fitted on training: a center and a range, or codes, for each column."""

    schema: Schema
    scales: Mapping[str, tuple[float, float]]
    codes: Mapping[str, Mapping[str, int]]

    @classmethod
    def fit(cls, training: pd.DataFrame, schema: Schema) -> Gower:
        """Fit ranges and categories to a canonical table's learned columns."""
        numeric = [column for column in schema.learned if not is_label(column)]
        categorical = [column for column in schema.learned if is_label(column)]
        scales = {column.name: _scale(numbers(training, column)) for column in numeric}
        codes = {
            column.name: {
                value: code for code, value in enumerate(sorted(training[column.name].dropna().unique()))
            }
            for column in categorical
        }
        return cls(schema, scales, codes)

    def features(self, table: pd.DataFrame) -> Features:
        """Return the learned columns of a canonical table.

        A category that training lacks differs from all of training's, and equals itself in every table.
        """
        values = np.empty((len(table), len(self.schema.learned)), np.float32)
        for position, column in enumerate(self.schema.learned):
            values[:, position] = self._column(table, column)
        return Features(values)

    def _column(self, table: pd.DataFrame, column: Column) -> np.ndarray:
        if is_label(column):
            codes = self.codes[column.name]
            texts = table[column.name]
            lookup = {text: codes.get(text, _unseen(text)) for text in texts.dropna().unique()}
            return texts.map(lookup).fillna(MISSING_CATEGORY).to_numpy(np.float32)
        centre, width = self.scales[column.name]
        cells = numbers(table, column)
        scaled = np.clip((cells - centre) / width, -FURTHEST, FURTHEST).astype(np.float32) + np.float32(0)
        return np.where(np.isnan(cells), MISSING_NUMBER, scaled)  # zero has no sign, since bits are compared


def _scale(cells: np.ndarray) -> tuple[float, float]:
    """Return the center and the range of a column; a column without a range counts in its own unit."""
    present = cells[~np.isnan(cells)]
    if not len(present):
        return 0.0, 1.0
    low, high = np.quantile(present, QUANTILES)
    if high == low:
        low, high = present.min(), present.max()
    return float((low + high) / 2), float(high - low) or 1.0


def _unseen(text: str) -> float:
    """Return a number for a category that training lacks, at least 1 from every code and from the others.

    Above 2^24 neighboring float32 numbers are 2 or more apart, so any of them works; a hash picks one of 630
    million.
    """
    digest = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return float(np.int32(UNSEEN_LOW + digest % (UNSEEN_HIGH - UNSEEN_LOW)).view(np.float32))


def nearest(
    queries: Features,
    reference: Features,
    k: int = 2,
    *,
    subjects: np.ndarray | None = None,
    asking: np.ndarray | None = None,
    reach: np.ndarray | None = None,
    within: np.ndarray | None = None,
    threads: int = 2,
    report: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ``k`` rows of ``reference`` closest to each row of ``queries``.

    The result is exact, ties go to the lowest index, and the bytes are the same for any number of threads.
    Beside its result it needs memory for both tables a few times.

    Args:
        queries: Rows that ask.
        reference: Rows that may answer.
        k: How many neighbors.
        subjects: The subject of each row of ``reference``, integers, if both are one table: rows of the same
            subject, and so a row and itself, are not neighbors.
        asking: The subject of each row of ``queries``; those of ``subjects`` if not given.
        reach: A distance for each row of ``reference`` that divides the distances to it; a row whose reach is
            0 is not a neighbor of any row.
        within: A distance for each row of ``queries``: only rows closer than that are neighbors, and the
            search ends early.
        threads: CPU threads, at most as many as the machine has.
        report: Called as rows are done.

    Returns:
        Distances (queries, k) float32, ascending, and indices (queries, k) int32; if there are fewer than
        ``k`` rows to choose from, infinity and -1.
    """
    assert queries.values.shape[1] == reference.values.shape[1], "tables of different columns"
    labels = None if subjects is None else _labels(subjects if asking is None else asking, subjects)
    assert labels is None or len(queries) == len(labels[0]), "expected a subject of each row that asks"
    together = 0 if labels is None else int(np.bincount(labels[1]).max(initial=0))
    # A few rows of one's own subject are found as well and left out in the end; many are told apart before.
    apart, spare = (labels, 0) if together > MOST_TOGETHER else (None, together)
    own, others = apart or (None, None)
    weights = None if reach is None else _weights(reach)
    asked, answering = kinds(queries.values, own), kinds(reference.values, others, weights)
    columns = queries.values.shape[1]
    ask = Ask(
        values=queries.values[asked.first],
        labels=np.full(len(asked), -1, np.int32) if own is None else own[asked.first],
        within=np.full(len(asked), np.inf, np.float32) if within is None else _sums(within, asked, columns),
    )
    rows = Rows(
        values=reference.values[answering.first],
        labels=np.zeros(len(answering), np.int32) if others is None else others[answering.first],
        weights=np.ones(len(answering), np.float32) if weights is None else weights[answering.first],
    )
    sizes = np.diff(answering.starts) if apart is None and weights is None else np.zeros(len(answering))
    most = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined] # numba sets it at run time
    numba.set_num_threads(min(threads, most))
    found = nearest_kinds(ask, rows, sizes, k + spare, report)
    distances, indices = spread(*found, asked, answering, k, labels if spare else None)
    distances /= np.float32(max(1, columns))
    if within is not None:
        beyond = distances >= within[:, None]
        distances[beyond], indices[beyond] = np.inf, -1
    return distances, indices


def _labels(asking: np.ndarray, subjects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the subjects of two tables as numbers from 0, int32."""
    numbers = np.unique(np.concatenate([asking, subjects]), return_inverse=True)[1].astype(np.int32)
    return numbers[: len(asking)], numbers[len(asking) :]


def _weights(reach: np.ndarray) -> np.ndarray:
    """Return what multiplies distances to rows of a reach; infinite where none is below any other."""
    with np.errstate(divide="ignore"):
        return np.asarray((1 / reach).astype(np.float32))


def _sums(within: np.ndarray, asked: Kinds, columns: int) -> np.ndarray:
    """Return the largest sum over columns within which a kind's rows ask, float32 (kinds,)."""
    if not len(asked):
        return np.empty(0, np.float32)
    largest = np.maximum.reduceat(within[asked.rows], asked.starts[:-1])
    return np.asarray((largest * max(1, columns)).astype(np.float32))
