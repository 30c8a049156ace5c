"""Find exact nearest neighbors between tables of mixed columns, under Gower's distance.

Gower (1971), "A general coefficient of similarity and some of its properties": the mean over columns of a
distance between 0 and 1, for numbers |a - b| over the column's range, for categories 0 or 1. The range is
the one between robust quantiles of training, so that one outlier does not shrink a column to nothing, and
a missing cell equals only a missing one.

Every cell becomes one float32 such that min(|a - b|, 1) is that distance whatever the column's kind: a
category is a whole number, and a missing number is further out than any other. One branch-free loop then
serves all columns, in vector instructions, without changing the order of any sum.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numba
import numpy as np
import pandas as pd

from tabtwin.lib.log import Progress
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Column, Schema, numbers

QUANTILES = (0.01, 0.99)
MISSING_NUMBER = np.float32(1e32)
MISSING_CATEGORY = -1.0
FURTHEST = 1e30
UNSEEN_LOW, UNSEEN_HIGH = (int(np.float32(value).view(np.int32)) for value in (2.0**24, FURTHEST))

TILE = 128
BLOCK = 32
STRIDE = 8
CHUNK = 4096


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
        scaled = np.clip((cells - centre) / width, -FURTHEST, FURTHEST).astype(np.float32)
        return np.where(np.isnan(cells), MISSING_NUMBER, scaled)


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
    reach: np.ndarray | None = None,
    threads: int = 2,
    report: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ``k`` rows of ``reference`` closest to each row of ``queries``.

    The result is exact, ties go to the lowest index, and the bytes are the same for any number of threads. It
    needs no memory beyond its result.

    Args:
        queries: Rows that ask.
        reference: Rows that may answer.
        k: How many neighbors.
        subjects: The subject of each row, integers, if both are one table: rows of the same subject, and so a
            row and itself, are not neighbors.
        reach: A distance for each row of ``reference`` that divides the distances to it; a row whose reach is
            0 is not a neighbor of any row.
        threads: CPU threads, at most as many as the machine has.
        report: Called as rows are done.

    Returns:
        Distances (queries, k) float32, ascending, and indices (queries, k) int32; if there are fewer than
        ``k`` rows to choose from, infinity and -1.
    """
    assert queries.values.shape[1] == reference.values.shape[1], "tables of different columns"
    if subjects is None:
        asking, labels = np.full(len(queries), -1, np.int32), np.zeros(len(reference), np.int32)
    else:
        assert len(queries) == len(reference), "a subject is only left out of its own table"
        asking = labels = np.unique(subjects, return_inverse=True)[1].astype(np.int32)
    if reach is None:
        weights = np.ones(len(reference), np.float32)
    else:
        with np.errstate(divide="ignore"):  # infinite: no distance to such a row is below any other
            weights = (1 / reach).astype(np.float32)
    distances = np.full((len(queries), k), np.inf, np.float32)
    indices = np.full((len(queries), k), -1, np.int32)
    columns = np.float32(max(1, queries.values.shape[1]))
    most = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined] # numba sets it at run time
    numba.set_num_threads(min(threads, most))
    for first in range(0, len(queries), CHUNK):
        rows = slice(first, first + CHUNK)
        _search(
            queries.values[rows],
            asking[rows],
            reference.values,
            labels,
            weights,
            distances[rows],
            indices[rows],
        )
        if report:
            report(min(first + CHUNK, len(queries)), len(queries), "neighbours")
    return distances / columns, indices


@numba.njit(parallel=True, cache=True)
def _search(
    queries: np.ndarray,
    asking: np.ndarray,
    reference: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray,
    distances: np.ndarray,
    indices: np.ndarray,
) -> None:
    """Fill in the neighbors of each query; distances are sums over columns here.

    A block of queries is compared with the reference tile by tile, the tile transposed so that it stays in
    the cache and its rows fill a vector. Blocks share nothing, so threads cannot change a byte.
    """
    rows, columns = reference.shape
    for block in numba.prange((len(queries) + BLOCK - 1) // BLOCK):
        tile = np.empty((columns, TILE), np.float32)
        sums = np.empty(TILE, np.float32)
        scale = np.ones(TILE, np.float32)
        for start in range(0, rows, TILE):
            width = min(TILE, rows - start)
            for column in range(columns):
                for lane in range(width):
                    tile[column, lane] = reference[start + lane, column]
                for lane in range(width, TILE):
                    tile[column, lane] = np.inf
            scale[:width] = weights[start : start + width]
            for query in range(block * BLOCK, min(len(queries), (block + 1) * BLOCK)):
                furthest = distances[query, -1]
                if not sum_up(queries[query], tile, scale, sums, furthest):
                    continue
                for lane in range(width):
                    if sums[lane] < furthest and labels[start + lane] != asking[query]:
                        _insert(distances[query], indices[query], sums[lane], start + lane)
                        furthest = distances[query, -1]


@numba.njit(cache=True)
def sum_up(
    query: np.ndarray, tile: np.ndarray, scale: np.ndarray, sums: np.ndarray, bound: np.float32
) -> bool:
    """Sum and scale distances from ``query`` to each row of the tile; false once none is below ``bound``."""
    one = np.float32(1)
    sums[:] = 0
    for start in range(0, len(query), STRIDE):
        for column in range(start, min(start + STRIDE, len(query))):
            value = query[column]
            cells = tile[column]
            for lane in range(TILE):
                apart = abs(value - cells[lane])
                sums[lane] += apart if apart < one else one
        alive = 0
        for lane in range(TILE):
            alive += sums[lane] * scale[lane] < bound
        if not alive:
            return False
    for lane in range(TILE):
        sums[lane] *= scale[lane]
    return True


@numba.njit(cache=True)
def _insert(distances: np.ndarray, indices: np.ndarray, distance: np.float32, index: int) -> None:
    """Put a row among the nearest so far; an equal distance stays behind the earlier row."""
    place = len(distances)
    while place > 0 and distance < distances[place - 1]:
        place -= 1
    for later in range(len(distances) - 1, place, -1):
        distances[later] = distances[later - 1]
        indices[later] = indices[later - 1]
    if place < len(distances):
        distances[place] = distance
        indices[place] = index
