"""Find the nearest row in all columns but one, for each of several columns in one search.

A distance without a column is the whole sum less that column's part. Sums of float32 numbers are exact in
float64, so equal distances stay equal, and ties go to the lowest index as in
:func:`tabtwin.evaluation.distances.neighbours.nearest`.
"""

from __future__ import annotations

import numba
import numpy as np

from tabtwin.evaluation.distances.neighbours import Features

TILE = 128
"""Rows that are compared together, lane by lane."""
BLOCK = 32
"""Asking rows that a thread takes at once."""
STRIDE = 8
"""Columns after which a tile may be given up."""


def nearest_without(
    queries: Features, reference: Features, columns: np.ndarray, *, threads: int = 2
) -> np.ndarray:
    """Return the row of ``reference`` nearest to each query in all columns but one.

    Args:
        queries: Rows that ask.
        reference: Rows that may answer, at least one.
        columns: The columns to leave out, one at a time, int (n,).
        threads: CPU threads; the bytes are the same for any number.

    Returns:
        Indices, int32 (queries, n).
    """
    found = np.zeros((len(queries), len(columns)), np.int32)
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))  # type: ignore[attr-defined] # numba sets it at run time
    _search(queries.values, reference.values, np.asarray(columns, np.int64), found)
    return found


@numba.njit(parallel=True, cache=True)
def _search(
    queries: np.ndarray, reference: np.ndarray, left_out: np.ndarray, found: np.ndarray
) -> None:  # pragma: no cover - compiled
    """Fill in the nearest rows, tile by tile; blocks of queries share nothing."""
    rows, columns = reference.shape
    for block in numba.prange((len(queries) + BLOCK - 1) // BLOCK):
        tile = np.empty((columns, TILE), np.float32)
        sums, most = np.empty(TILE), np.empty(TILE)
        best = np.full((BLOCK, len(left_out)), np.inf)
        for start in range(0, rows, TILE):
            width = min(TILE, rows - start)
            for column in range(columns):
                for lane in range(width):
                    tile[column, lane] = reference[start + lane, column]
                for lane in range(width, TILE):
                    tile[column, lane] = np.inf
            for place in range(min(len(queries) - block * BLOCK, BLOCK)):
                query = block * BLOCK + place
                furthest = best[place].max()
                if not _sum_up(queries[query], tile, sums, most, furthest):
                    continue
                for lane in range(width):
                    if sums[lane] - most[lane] < furthest:
                        for at in range(len(left_out)):
                            column = left_out[at]
                            apart = abs(queries[query, column] - tile[column, lane])
                            distance = sums[lane] - min(apart, np.float32(1))
                            if distance < best[place, at]:
                                best[place, at] = distance
                                found[query, at] = start + lane
                        furthest = best[place].max()


@numba.njit(cache=True)
def _sum_up(
    query: np.ndarray, tile: np.ndarray, sums: np.ndarray, most: np.ndarray, bound: float
) -> bool:  # pragma: no cover - compiled
    """Sum up distances from ``query`` to each row of the tile, and the largest part of each.

    Returns:
        False once no row can be below ``bound`` without any one column.
    """
    one = np.float32(1)
    sums[:] = 0
    most[:] = 0
    for start in range(0, len(query), STRIDE):
        for column in range(start, min(start + STRIDE, len(query))):
            value = query[column]
            cells = tile[column]
            for lane in range(TILE):
                apart = abs(value - cells[lane])
                part = np.float64(apart if apart < one else one)
                sums[lane] += part
                most[lane] = max(most[lane], part)
        alive = 0
        for lane in range(TILE):
            alive += sums[lane] - most[lane] < bound
        if not alive:
            return False
    return True
