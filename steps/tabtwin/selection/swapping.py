"""Choosing rows by their tables: fill what is wanted with the best of some, then swap for what fits better.

What counts is the total variation between the chosen rows' tables and the target's, the mean of the orders'
means. Of each cell is kept what is missing in it, r, in steps of a row; a row more there changes the distance
by |r − 1| − |r|, a row less by |r + 1| − |r|, so that what a row is worth is a sum of table look-ups.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit

from tabtwin.selection.layout import FIXED, Layout


@dataclass
class Choice:
    """Rows being chosen, and what their tables lack.

    Attributes:
        codes: uint8 (columns, rows) of all rows there are.
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
        columns, strides = (np.ascontiguousarray(part.T) for part in (layout.members, layout.strides))
        self._worth = np.zeros((len(self.residual), 2), np.int32)
        self._tables = (np.maximum(columns, 0), strides, layout.offsets, layout.weights)
        self._price_all()

    def take(self, rows: np.ndarray) -> None:
        """Choose these rows, whatever they are worth."""
        self.chosen[rows] = True
        counted = self.layout.counts(self.codes[:, rows], threads=self.threads)
        self.residual -= np.rint(counted).astype(np.int64) * FIXED
        self._price_all()

    def fill(self, count: int, among: np.ndarray, tries: int, rng: np.random.Generator) -> None:
        """Choose ``count`` rows more, each the best of ``tries`` that are not chosen.

        Args:
            count: At most as many as ``among`` has that are not chosen.
            among: int64, rows to choose from.
            tries: Rows to look at for each.
            rng: Where chance comes from.
        """
        free = rng.permutation(among[~self.chosen[among]])
        starts = rng.random(count)
        picked = _fill(free, starts, tries, self._rows, *self._tables, self.residual, self._worth)
        self.chosen[picked] = True

    def swap(self, steps: int, among: np.ndarray, tries: int, rng: np.random.Generator) -> int:
        """Swap chosen rows for others where that fits better; how many of the steps did so.

        Args:
            steps: Each holds the worst of ``tries`` chosen rows against the best of as many others.
            among: int64, the rows that may be swapped for one another.
            tries: How many rows of either side a step looks at.
            rng: Where chance comes from.
        """
        inside, outside = (rng.permutation(among[self.chosen[among] == side]) for side in (True, False))
        if not len(inside) or not len(outside):
            return 0
        starts = rng.random((steps, 2))
        swapped = _swap(inside, outside, starts, tries, self._rows, *self._tables, self.residual, self._worth)
        self.chosen[inside], self.chosen[outside] = True, False
        return int(swapped)

    def _price_all(self) -> None:
        weights = np.repeat(self.layout.weights, np.diff(self.layout.offsets))
        _price(self.residual, weights, self._worth)


@njit(cache=True, nogil=True)
def _price_cell(
    cell: int, weight: int, residual: np.ndarray, worth: np.ndarray
) -> None:  # pragma: no cover - compiled
    """What a row more, and a row less, in a cell takes off the distance."""
    r = residual[cell]
    worth[cell, 0] = weight * (abs(r) - abs(r - FIXED))
    worth[cell, 1] = weight * (abs(r) - abs(r + FIXED))


@njit(cache=True, nogil=True)
def _price(
    residual: np.ndarray, weights: np.ndarray, worth: np.ndarray
) -> None:  # pragma: no cover - compiled
    for cell in range(len(residual)):
        _price_cell(cell, weights[cell], residual, worth)


@njit(cache=True, nogil=True)
def _cell(
    rows: np.ndarray, row: int, table: int, columns: np.ndarray, strides: np.ndarray, offsets: np.ndarray
) -> int:  # pragma: no cover - compiled
    return int(
        offsets[table]
        + rows[row, columns[0, table]] * strides[0, table]
        + rows[row, columns[1, table]] * strides[1, table]
        + rows[row, columns[2, table]] * strides[2, table]
    )


@njit(cache=True, nogil=True)
def _sum(
    rows: np.ndarray,
    row: int,
    side: int,
    columns: np.ndarray,
    strides: np.ndarray,
    offsets: np.ndarray,
    worth: np.ndarray,
) -> int:  # pragma: no cover - compiled
    """What adding a row (side 0) or leaving it out (side 1) takes off the distance."""
    total = 0
    for table in range(len(offsets) - 1):
        total += worth[_cell(rows, row, table, columns, strides, offsets), side]
    return total


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
    worth: np.ndarray,
) -> np.ndarray:  # pragma: no cover - compiled
    """The rows picked, one for each start in [0, 1): int64. ``free`` is in a drawn order, and is used up."""
    left = len(free)
    picked = np.empty(len(starts), np.int64)
    for number in range(len(starts)):
        best, place, start = -(2**62), 0, int(starts[number] * left)
        for step in range(min(tries, left)):
            at = (start + step) % left
            found = _sum(rows, free[at], 0, columns, strides, offsets, worth)
            if found > best:
                best, place = found, at
        picked[number] = free[place]
        for table in range(len(weights)):
            cell = _cell(rows, free[place], table, columns, strides, offsets)
            residual[cell] -= FIXED
            _price_cell(cell, weights[table], residual, worth)
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
    worth: np.ndarray,
) -> int:  # pragma: no cover - compiled
    """Swap rows of ``inside`` and ``outside``, in place; how many of the steps (starts, 2) swapped.

    Where the two rows of a swap share a cell, nothing changes there.
    """
    left = np.empty(len(weights), np.int64)
    swapped = 0
    for number in range(len(starts)):
        most, gone = -(2**62), 0
        start = int(starts[number, 0] * len(inside))
        for step in range(min(tries, len(inside))):
            at = (start + step) % len(inside)
            found = _sum(rows, inside[at], 1, columns, strides, offsets, worth)
            if found > most:
                most, gone = found, at
        for table in range(len(weights)):
            left[table] = _cell(rows, inside[gone], table, columns, strides, offsets)
        best, come = 0, -1
        start = int(starts[number, 1] * len(outside))
        for step in range(min(tries, len(outside))):
            at = (start + step) % len(outside)
            found = most
            for table in range(len(weights)):
                cell = _cell(rows, outside[at], table, columns, strides, offsets)
                found += worth[cell, 0] if cell != left[table] else -worth[cell, 1]
            if found > best:
                best, come = found, at
        if come < 0:
            continue
        swapped += 1
        for table in range(len(weights)):
            cell = _cell(rows, outside[come], table, columns, strides, offsets)
            if cell != left[table]:
                residual[cell] -= FIXED
                residual[left[table]] += FIXED
                _price_cell(cell, weights[table], residual, worth)
                _price_cell(left[table], weights[table], residual, worth)
        inside[gone], outside[come] = outside[come], inside[gone]
    return swapped
