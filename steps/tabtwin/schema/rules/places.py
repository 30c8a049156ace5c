"""Learn where places lie, as cells of a grid that k subjects share, and move others into them.

A cell spans 2^level units of both columns, where a unit is the last decimal or the step. At level 0 it is one
place, as of stops that many rows have. The level is the finest at which nearly all rows lie in cells of k
subjects; rows that do not may lie in cells twice as large, if k subjects of such rows share one. A cell has
its quarters in its place, and these have theirs, as long as k subjects share nearly all that are used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.steps import on_unit
from tabtwin.schema.rule import Cell

FINEST = 1e-6
"""The unit of numbers whose decimals are not known: a hand's breadth."""
_COVERED = 0.97
_FINER = 0.98
_MOST_CELLS = 2_000
_CHUNK = 1_000
_LARGEST_DEGREE = 90.0
_FARTHEST = 2.0**52


@dataclass(frozen=True)
class PlaceGrid:
    """The grid of a pair of columns.

    Attributes:
        units: What the numbers of each are multiples of.
    """

    units: tuple[float, float]

    @classmethod
    def of(cls, first: float, then: float) -> PlaceGrid:
        """Return the grid of columns of these units; 0 if one is not known."""
        return cls((first or FINEST, then or FINEST))

    def points(self, first: np.ndarray, then: np.ndarray) -> np.ndarray:
        """Return numbers in whole units, int64 (rows, 2); the farthest are as far as floats are exact."""
        numbers = np.stack([first, then], axis=1)
        return np.clip(np.rint(numbers / self.units), -_FARTHEST, _FARTHEST).astype("int64")

    def shifts(self, level: int) -> np.ndarray:
        """Return how often units are doubled at a level: cells are about as wide as high, int64 (2,)."""
        lags = np.rint(np.log2(np.array(self.units) / min(self.units))).astype("int64")
        return np.asarray(np.maximum(0, level - lags))

    def cells(self, points: np.ndarray, level: int) -> np.ndarray:
        """Return the cell of each point, int64 (rows, 2)."""
        return np.asarray(points >> self.shifts(level))

    def find(self, points: np.ndarray, subjects: np.ndarray, k: int) -> tuple[Cell, ...]:
        """Return cells that k subjects share, in which nearly all points lie; none if there are none.

        Args:
            points: Points (rows, 2).
            subjects: The subject of each, integers (rows,).
            k: How many subjects must share a cell.
        """
        if len(np.unique(subjects)) < k:
            return ()
        top = (
            int(np.ptp(points, axis=0).max()).bit_length()
            + 2
            + int(self.shifts(64).max() - self.shifts(64).min())
        )
        level = next(
            level for level in range(top + 1) if level == top or self._suits(points, subjects, k, level)
        )
        codes, cells = _numbered(self.cells(points, level))
        shared = _shared(codes, subjects, len(cells), k)
        rest = np.flatnonzero(~shared[codes])
        found = self._larger(points[rest], subjects[rest], k, level + 1)
        inside = np.flatnonzero(shared[codes])
        found += self._smaller(points[inside], subjects[inside], k, level, int(shared.sum()))
        return tuple(sorted(found))

    def _larger(self, points: np.ndarray, subjects: np.ndarray, k: int, level: int) -> list[Cell]:
        """Return the cells of a level that k subjects share."""
        if not len(points):
            return []
        codes, cells = _numbered(self.cells(points, level))
        return _listed(level, cells[_shared(codes, subjects, len(cells), k)])

    def _smaller(
        self, points: np.ndarray, subjects: np.ndarray, k: int, level: int, count: int
    ) -> list[Cell]:
        """Return the cells of a level, or their quarters where k subjects share nearly all that are used."""
        found: list[Cell] = []
        while len(points):
            codes, cells = _numbered(self.cells(points, level))
            if not level:
                return found + _listed(level, cells)
            parts, quarters = _numbered(self.cells(points, level - 1))
            shared = _shared(parts, subjects, len(quarters), k)
            splits = np.bincount(codes, shared[parts]) >= _FINER * np.bincount(codes)
            count += int(shared.sum()) - int(splits.sum())
            if count > _MOST_CELLS:
                return found + _listed(level, cells)
            found += _listed(level, cells[~splits])
            kept = splits[codes] & shared[parts]
            points, subjects, level = points[kept], subjects[kept], level - 1
        return found

    def _suits(self, points: np.ndarray, subjects: np.ndarray, k: int, level: int) -> bool:
        codes, cells = _numbered(self.cells(points, level))
        shared = _shared(codes, subjects, len(cells), k)
        return bool(shared[codes].mean() >= _COVERED and shared.sum() <= _MOST_CELLS)

    def extended(self, cells: tuple[Cell, ...], points: np.ndarray) -> tuple[Cell, ...]:
        """Return cells, with one for each point that lies in none."""
        if not cells:
            return ()
        alone = points[~self.inside(points, cells)]
        return tuple(sorted({*cells, *_listed(0, self.cells(alone, 0))}))

    def inside(self, points: np.ndarray, cells: tuple[Cell, ...]) -> np.ndarray:
        """Return which points lie in one of some cells, bool (rows,)."""
        found = np.zeros(len(points), bool)
        for level in {level for level, _, _ in cells}:
            these = pd.MultiIndex.from_tuples([cell[1:] for cell in cells if cell[0] == level])
            found |= pd.MultiIndex.from_arrays(list(self.cells(points, level).T)).isin(these)
        return found

    def moved(
        self, numbers: tuple[np.ndarray, np.ndarray], cells: tuple[Cell, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return numbers (rows,) of both columns, those outside of the cells at a place in the nearest one.

        A place is as far from the corner of its cell as it was in its own; a missing number stays.
        """
        first, then = (cells_of.astype("float64") for cells_of in numbers)
        there = np.flatnonzero(~np.isnan(first) & ~np.isnan(then))
        points = self.points(first[there], then[there])
        out = ~self.inside(points, cells)
        there, points = there[out], points[out]
        if not len(there):
            return first, then
        shifts = np.array([self.shifts(level) for level, _, _ in cells])
        corners = np.array([cell[1:] for cell in cells]) << shifts
        ends = corners + (1 << shifts) - 1
        scale = np.array(self.units) * self._widths(points)
        nearest = np.empty(len(there), int)
        for start in range(0, len(there), _CHUNK):
            some = points[start : start + _CHUNK, None, :]
            away = np.maximum(np.maximum(corners - some, some - ends), 0) * scale
            nearest[start : start + _CHUNK] = (away**2).sum(axis=2).argmin(axis=1)
        goals = corners[nearest] + (points & ((1 << shifts[nearest]) - 1))
        for axis, column in enumerate((first, then)):
            unit = self.units[axis]
            whole = column[there] + (goals - points)[:, axis] * unit
            column[there] = on_unit(whole, unit) if unit != FINEST else whole
        return first, then

    def _widths(self, points: np.ndarray) -> np.ndarray:
        """Return how long a step of each axis is, if the first may be a latitude in degrees."""
        degrees = float(np.median(points[:, 0])) * self.units[0]
        narrow = np.cos(np.radians(degrees)) if abs(degrees) <= _LARGEST_DEGREE else 1.0
        return np.array([1.0, max(float(narrow), 0.01)])


def _listed(level: int, cells: np.ndarray) -> list[Cell]:
    return [(level, int(one), int(other)) for one, other in cells]


def _numbered(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of each row's cell (rows,), and the cells (n, 2)."""
    (ones, firsts), (others, thens) = (pd.factorize(axis) for axis in cells.T)
    codes, pairs = pd.factorize(ones * len(thens) + others)
    return codes, np.stack([firsts[pairs // len(thens)], thens[pairs % len(thens)]], axis=1)


def _shared(codes: np.ndarray, subjects: np.ndarray, count: int, k: int) -> np.ndarray:
    """Return which cells k subjects have a point in, bool (count,)."""
    pairs = np.unique(np.stack([codes, subjects], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=count) >= k
