"""Choose rows by their tables: fill quotas with the best of some candidates, then swap for better ones.

The objective is the total variation between the chosen rows' tables and the target's, the mean of the orders'
means. For each cell the missing rows r are kept, in steps of a row; a row more changes the distance by
|r − 1| − |r|, a row less by |r + 1| − |r|, so that the value of a row is a sum of table look-ups.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit

from tabtwin.selection.layout import FIXED, Layout


@dataclass
class Choice:
    """A choice of rows in progress, and what its tables lack.

    Attributes:
        codes: uint8 (columns, rows) of all rows.
        layout: The tables.
        target: float64 (cells,): each table's cells sum to the rows wanted.
        threads: Threads to count with; no choice depends on it.
        chosen: bool (rows,).
        residual: int64 (cells,): target less the chosen rows' counts, in ``FIXED`` steps.
    """

    codes: np.ndarray
    layout: Layout
    target: np.ndarray
    threads: int = 1
    chosen: np.ndarray = field(init=False)
    residual: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        layout = self.layout
        self._rows = np.ascontiguousarray(self.codes.T)
        self.chosen = np.zeros(len(self._rows), bool)
        self.residual = np.rint(self.target * FIXED).astype(np.int64)
        # Unsigned 32 bits, and tables side by side: this compiles to vector instructions.
        self._tables = (
            np.ascontiguousarray(np.maximum(layout.members, 0).T, np.uint32),
            np.ascontiguousarray(layout.strides.T, np.uint32),
            layout.offsets.astype(np.uint32),
            layout.weights,
        )
        self._add, self._drop = np.zeros((2, len(self.residual)), np.int32)
        self._price_all()

    def take(self, rows: np.ndarray) -> None:
        """Choose these rows, whatever their value."""
        self.chosen[rows] = True
        counted = self.layout.counts(self.codes[:, rows], threads=self.threads)
        self.residual -= np.rint(counted).astype(np.int64) * FIXED
        self._price_all()

    def fill(self, count: int, among: np.ndarray, tries: int, rng: np.random.Generator) -> None:
        """Choose ``count`` rows more, each the best of ``tries`` that are not chosen.

        Args:
            count: At most as many as ``among`` has that are not chosen.
            among: int64, rows to choose from.
            tries: Candidates for each.
            rng: The source of randomness.
        """
        free = rng.permutation(among[~self.chosen[among]])
        starts = rng.random(count)
        picked = _fill(free, starts, tries, self._rows, *self._tables, self.residual, self._add, self._drop)
        self.chosen[picked] = True

    def swap(self, steps: int, among: np.ndarray, tries: int, rng: np.random.Generator) -> int:
        """Swap chosen rows for others that fit better; return how many of the steps did so.

        Args:
            steps: Each holds the worst of ``tries`` chosen rows against the best of as many others.
            among: int64, the rows that may be swapped for one another.
            tries: How many rows of either side a step looks at.
            rng: The source of randomness.
        """
        inside, outside = (rng.permutation(among[self.chosen[among] == side]) for side in (True, False))
        if not len(inside) or not len(outside):
            return 0
        starts = rng.random((steps, 2))
        swapped = _swap(
            inside, outside, starts, tries, self._rows, *self._tables, self.residual, self._add, self._drop
        )
        self.chosen[inside], self.chosen[outside] = True, False
        return int(swapped)

    def _price_all(self) -> None:
        weights = np.repeat(self.layout.weights, np.diff(self.layout.offsets))
        _price(self.residual, weights, self._add, self._drop)


@njit(cache=True, nogil=True)
def _price_cell(
    cell: int, weight: int, residual: np.ndarray, add: np.ndarray, drop: np.ndarray
) -> None:  # pragma: no cover - compiled
    """Set what a row more, and a row less, in a cell takes off the distance."""
    r = residual[cell]
    add[cell] = weight * (abs(r) - abs(r - FIXED))
    drop[cell] = weight * (abs(r) - abs(r + FIXED))


@njit(cache=True, nogil=True)
def _price(
    residual: np.ndarray, weights: np.ndarray, add: np.ndarray, drop: np.ndarray
) -> None:  # pragma: no cover - compiled
    for cell in range(len(residual)):
        _price_cell(cell, weights[cell], residual, add, drop)


@njit(cache=True, nogil=True)
def _find(
    row: np.ndarray,
    columns: np.ndarray,
    strides: np.ndarray,
    offsets: np.ndarray,
    wide: np.ndarray,
    found: np.ndarray,
) -> None:  # pragma: no cover - compiled
    """Write the cells of a row, one in each table, to ``found`` uint32 (tables,); ``wide`` is scratch."""
    for column in range(len(row)):
        wide[column] = row[column]
    for table in range(len(found)):
        found[table] = (
            offsets[table]
            + wide[columns[0, table]] * strides[0, table]
            + wide[columns[1, table]] * strides[1, table]
            + wide[columns[2, table]] * strides[2, table]
        )


@njit(cache=True, nogil=True)
def _sum(found: np.ndarray, worth: np.ndarray) -> int:  # pragma: no cover - compiled
    """Return the value of the cells together; it fits into 32 bits, see ``WEIGHT``."""
    total = np.int32(0)
    for table in range(len(found)):
        total += worth[found[table]]
    return int(total)


@njit(cache=True, nogil=True)
def _sum_apart(
    found: np.ndarray, left: np.ndarray, same: np.ndarray, worth: np.ndarray
) -> int:  # pragma: no cover - compiled
    """Return the same, with ``same`` of a table in whose cell the row that is left is, too."""
    total = np.int32(0)
    for table in range(len(found)):
        cell = found[table]
        total += same[table] if cell == left[table] else worth[cell]
    return int(total)


@njit(cache=True, nogil=True)
def _best(
    among: np.ndarray,
    start: int,
    tries: int,
    rows: np.ndarray,
    columns: np.ndarray,
    strides: np.ndarray,
    offsets: np.ndarray,
    wide: np.ndarray,
    found: np.ndarray,
    worth: np.ndarray,
) -> tuple[int, int]:  # pragma: no cover - compiled
    """Return the place of the most valuable of ``tries`` rows of ``among`` from a place on, and its value."""
    most, place = -(2**62), 0
    for step in range(min(tries, len(among))):
        at = (start + step) % len(among)
        _find(rows[among[at]], columns, strides, offsets, wide, found)
        total = _sum(found, worth)
        if total > most:
            most, place = total, at
    return place, most


@njit(cache=True, nogil=True)
def _fill(
    free: np.ndarray,
    starts: np.ndarray,
    tries: int,
    rows: np.ndarray,
    columns: np.ndarray,
    strides: np.ndarray,
    offsets: np.ndarray,
    weights: np.ndarray,
    residual: np.ndarray,
    add: np.ndarray,
    drop: np.ndarray,
) -> np.ndarray:  # pragma: no cover - compiled
    """Return the rows picked, one for each start in [0, 1): int64. ``free`` is in random order, and is used
    up.
    """
    tables, left = len(weights), len(free)
    wide, found = np.empty(rows.shape[1], np.uint32), np.empty(tables, np.uint32)
    picked = np.empty(len(starts), np.int64)
    for number in range(len(starts)):
        at = int(starts[number] * left)
        place, _ = _best(free[:left], at, tries, rows, columns, strides, offsets, wide, found, add)
        picked[number] = free[place]
        _find(rows[free[place]], columns, strides, offsets, wide, found)
        for table in range(tables):
            residual[found[table]] -= FIXED
            _price_cell(found[table], weights[table], residual, add, drop)
        left -= 1
        free[place] = free[left]
    return picked


@njit(cache=True, nogil=True)
def _swap(
    inside: np.ndarray,
    outside: np.ndarray,
    starts: np.ndarray,
    tries: int,
    rows: np.ndarray,
    columns: np.ndarray,
    strides: np.ndarray,
    offsets: np.ndarray,
    weights: np.ndarray,
    residual: np.ndarray,
    add: np.ndarray,
    drop: np.ndarray,
) -> int:  # pragma: no cover - compiled
    """Swap rows of ``inside`` and ``outside``, in place; return how many of the steps (starts, 2) swapped.

    If the two rows of a swap share a cell, nothing changes there.
    """
    tables = len(weights)
    wide, found = np.empty(rows.shape[1], np.uint32), np.empty(tables, np.uint32)
    left, same = np.empty(tables, np.uint32), np.empty(tables, np.int32)
    swapped = 0
    for number in range(len(starts)):
        start = int(starts[number, 0] * len(inside))
        gone, most = _best(inside, start, tries, rows, columns, strides, offsets, wide, found, drop)
        _find(rows[inside[gone]], columns, strides, offsets, wide, left)
        for table in range(tables):
            same[table] = -drop[left[table]]
        best, come = 0, -1
        start = int(starts[number, 1] * len(outside))
        for step in range(min(tries, len(outside))):
            at = (start + step) % len(outside)
            _find(rows[outside[at]], columns, strides, offsets, wide, found)
            worth = most + _sum_apart(found, left, same, add)
            if worth > best:
                best, come = worth, at
        if come < 0:
            continue
        swapped += 1
        _find(rows[outside[come]], columns, strides, offsets, wide, found)
        for table in range(tables):
            if found[table] != left[table]:
                residual[found[table]] -= FIXED
                residual[left[table]] += FIXED
                _price_cell(found[table], weights[table], residual, add, drop)
                _price_cell(left[table], weights[table], residual, add, drop)
        inside[gone], outside[come] = outside[come], inside[gone]
    return swapped
