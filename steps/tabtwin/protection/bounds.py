"""Find bounds of a column's numbers, none of which is a number of a single subject.

A bound is the cell of the kth subject from the end if k subjects hold that very number. Otherwise it is the
mean of the k outermost subjects' cells, rounded to steps about half as wide as the next k cells lie apart, on
the column's grid; if that is a number that some hold, but fewer than k, the nearest one that none or k hold
replaces it. An exact mean would reveal the outermost cell to a reader who knows the other k - 1. In the mean,
no cell counts as further from the middle subject's than twice the kth one: otherwise one subject's lone
number would dominate it.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.grids import Grid

MOST_MOVED = 0.1
"""The share of subjects that a bound may be moved past in search of a number that none or k of them hold."""
_FEW = 4
"""Or this multiple of k, if that is more."""
_LEAST_WIDTH = 1e-300
"""The least width of steps: for finer ones, 1 / step exceeds float64."""


def find_bounds(values: np.ndarray, subjects: np.ndarray, k: int, grid: Grid | None) -> tuple[float, float]:
    """Return the least and the greatest number that may be released.

    Args:
        values: float64 (n,), none missing.
        subjects: The subject of each, integers (n,).
        k: How many subjects must share a number; at least as many have one.
        grid: The numbers' grid; ``None`` if they are too fine for one.
    """
    low, high = _Side(values, subjects, k), _Side(-values, subjects, k)
    # Only near the ends does it matter which numbers are held.
    below, above = (
        Places(values[near], subjects[near], k, grid)
        for near in (values <= max(low.kth, low.furthest), -values <= max(high.kth, high.furthest))
    )
    first, last = low.kth, -high.kth
    if first > last or (first == last and not below.is_vouched(first)):
        # Fewer than 2 k subjects: only the mean of all hides each of them.
        mean = float(pd.Series(values).groupby(subjects).mean().mean())
        mean = coarse(mean, (float(values.max()) - float(values.min())) / 2, grid)
        mean = Places(values, subjects, k, grid).free(mean, float(values.min()), float(values.max()))
        return mean, mean
    found = (
        below.nearest(first)
        if below.is_vouched(first)
        else below.free(low.rounded(grid), low.outermost, low.furthest),
        above.nearest(last)
        if above.is_vouched(last)
        else above.free(-high.rounded(grid), -high.outermost, -high.furthest),
    )
    return min(found), max(found)


class _Side:
    """The low end of some numbers; of negated ones, the high end.

    Attributes:
        kth: The cell of the kth subject from the end.
        outermost: That of the first.
        mean: The mean of the first k, with outliers pulled in.
        apart: How far the next k lie apart.
        furthest: The cell up to which a bound may be moved.
    """

    def __init__(self, values: np.ndarray, subjects: np.ndarray, k: int) -> None:
        order = np.argsort(values, kind="stable")
        first = order[~pd.Series(subjects[order]).duplicated().to_numpy()]
        assert len(first) >= k, "a column that too few subjects hold is not learned"
        ends = values[first]
        self.kth = float(ends[k - 1])
        self.outermost = float(ends[0])
        middle = max(float(np.median(ends)), self.kth)
        self.mean = float(np.maximum(ends[:k], 2 * self.kth - middle).mean())
        self.apart = float(ends[min(2 * k, len(ends)) - 1]) - self.kth
        most = max(_FEW * k, int(MOST_MOVED * len(ends)))
        self.furthest = float(ends[min(most, len(ends) // 2)])

    def rounded(self, grid: Grid | None) -> float:
        """Return the mean in coarse steps, not beyond the outermost cell, nor moved too far in."""
        return min(max(coarse(self.mean, self.apart / 2, grid), self.outermost), self.furthest)


def coarse(value: float, width: float, grid: Grid | None) -> float:
    """Round a number to the widest step of 1, 2 or 5 times a power of ten that is no wider than ``width``.

    If the grid is coarser than that step, such as months for days, the number stays as it is.

    >>> coarse(109350.06, 3400.0, None)
    110000.0
    """
    if not (_LEAST_WIDTH < width < np.inf):
        return value
    power = 10.0 ** np.floor(np.log10(width))
    step = max(times * power for times in (0.5, 1, 2, 5) if times * power <= width)
    if not step > 0 or (grid is not None and not grid.is_finer_than(step)):
        return value
    # Dividing by a whole number keeps decimals as written: 0.1 * 3 is not 0.3.
    return float(np.rint(value / step) / np.rint(1 / step) if step < 1 else np.rint(value / step) * step)


class Places:
    """The points of a grid that are held, and by how many subjects."""

    def __init__(self, values: np.ndarray, subjects: np.ndarray, k: int, grid: Grid | None) -> None:
        self._grid = grid
        where = values if grid is None else grid.index(values)
        self._held, codes = np.unique(where, return_inverse=True)
        _, who = np.unique(subjects, return_inverse=True)
        people = int(who.max(initial=0)) + 1
        pairs = np.unique(codes.astype(np.int64) * people + who)
        self._vouched = np.bincount(pairs // people, minlength=len(self._held)) >= k

    def nearest(self, value: float) -> float:
        """Return the point of the grid that is nearest to a number."""
        return value if self._grid is None else self._grid.value(int(self._grid.index(np.array([value]))[0]))

    def is_vouched(self, value: float) -> bool:
        """Return whether k subjects hold this number."""
        at = self._at(value)
        return at is not None and bool(self._vouched[at])

    def is_rare(self, value: float) -> bool:
        """Return whether some subjects hold this number, but fewer than k."""
        at = self._at(value)
        return at is not None and not self._vouched[at]

    def free(self, value: float, outermost: float, furthest: float) -> float:
        """Return the number nearest to ``value`` on the grid that none or k subjects hold.

        Args:
            value: The number to replace.
            outermost, furthest: The range of the result, inward from the first; if all points in it are held
                by fewer than k, the result is ``value`` itself: on so full a grid a number reveals nothing.
        """
        if self._grid is None:
            return self._between(value, furthest)
        start, first, last = self._grid.index(np.array([value, outermost, furthest])).tolist()
        rare = set(self._held[~self._vouched].tolist())
        return self._grid.value(nearest_free(start, rare, first, last))

    def _at(self, value: float) -> int | None:
        """Return which of the held points a number lies at."""
        point = value if self._grid is None else self._grid.index(np.array([value]))[0]
        at = int(np.searchsorted(self._held, point))
        return at if at < len(self._held) and self._held[at] == point else None

    def _between(self, value: float, furthest: float) -> float:
        """Return the number itself, or half way to the next one held, if fewer than k hold it."""
        at = self._at(value)
        if at is None or self._vouched[at]:
            return value
        others = self._held[at + 1 :] if furthest > value else self._held[:at][::-1]
        return value + (float(others[0]) - value) / 2 if len(others) else value


def nearest_free(start: int, rare: Collection[int], first: int, last: int) -> int:
    """Return the point nearest to ``start``, between ``first`` and ``last``, that is not rare.

    >>> nearest_free(3, {3, 4}, first=0, last=9)
    2

    Of two equally near points it is the one toward ``last``; ``start`` if there is none.
    """
    if start not in rare:
        return start
    inward = 1 if last >= first else -1
    low, high = min(first, last), max(first, last)
    for distance in range(1, max(start - low, high - start) + 1):
        for point in (start + inward * distance, start - inward * distance):
            if low <= point <= high and point not in rare:
                return point
    return start
