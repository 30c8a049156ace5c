"""Measure how far the end of an ordering is from its start, and put the end back.

A gap counts the points of the end's own grid, from the first one that is not before the start: between a day
and a stamp it counts minutes, between a stamp and a later day it counts days. So no gap is negative, and an
end that is its start is a gap of 0. Where ends depend on the time of day more than on the time since the
start, the gap counts from the beginning of the start's day instead, in days and parts of a day.

The gap of a formula that holds except for rounding counts the points from what it gives, and may be negative.
Its target is missing where that is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tabtwin.schema.encoding import ColumnCode, Gap
from tabtwin.schema.expression import parse
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.registry import quantity
from tabtwin.schema.schema import Column


def grid_of(column: Column, code: ColumnCode) -> Grid | None:
    """Return the grid of a column's numbers; ``None`` if they are too fine for one."""
    assert code.low is not None
    assert code.high is not None
    return quantity(column).grid(column, max(abs(code.low), abs(code.high)))


def latest(starts: list[np.ndarray]) -> np.ndarray:
    """Return the greatest number of each row, float64 (rows,); NaN if all are missing."""
    return np.asarray(np.fmax.reduce(starts))


def measured(numbers: Mapping[str, np.ndarray], gap: Gap, grid: Grid | None) -> np.ndarray:
    """Return the gap of each row, float64 (rows,); NaN where the end is missing.

    Args:
        numbers: The numbers of the end and its starts, (rows,) each.
        gap: Which gap.
        grid: The end's grid.
    """
    end, start = numbers[gap.end], _starts(numbers, gap)
    there = ~np.isnan(end) & ~np.isnan(start)
    found = np.full(len(end), np.nan)
    if gap.by_day:
        found[there] = end[there] - np.floor(start[there])
    elif grid is None:
        found[there] = end[there] - start[there]
    else:
        found[there] = grid.index(end[there]) - _point(start[there], gap, grid)
    return found


def put_back(
    gaps: np.ndarray, numbers: Mapping[str, np.ndarray], gap: Gap, column: Column, grid: Grid | None
) -> np.ndarray:
    """Return the ends of rows, float64 (rows,): the inverse of :func:`measured`.

    Args:
        gaps: The gap of each row, NaN where the end is missing.
        numbers: The numbers of the starts, (rows,) each.
        gap: Which gap.
        column: The end.
        grid: Its grid.
    """
    known, start = latest([numbers[name] for name in gap.starts]), _starts(numbers, gap)
    ends = np.full(len(gaps), np.nan)
    if gap.expression:
        there = ~np.isnan(start)
        since = np.nan_to_num(gaps)[there]
    else:
        there = ~np.isnan(gaps)
        since = np.where(np.isnan(known), gaps, np.maximum(gaps, 0.0))[there]
    if gap.by_day:
        drawn = np.floor(start[there]) + since
        # The same distance to the other side of the start, rather than many ends at the start itself.
        after = np.where(drawn < known[there], 2 * known[there] - drawn, drawn)
        ends[there] = quantity(column).on_grid(after, column)
    elif grid is None:
        ends[there] = start[there] + since
    else:
        ends[there] = grid.values(_point(start[there], gap, grid) + np.rint(since))
    return ends


def _starts(numbers: Mapping[str, np.ndarray], gap: Gap) -> np.ndarray:
    """Return the start of each row; the gap's base where it is missing. For a formula, what it gives."""
    if gap.expression:
        return parse(gap.expression).evaluate({name: numbers[name] for name in gap.starts})
    found = latest([numbers[name] for name in gap.starts])
    return np.where(np.isnan(found), gap.base, found)


def _point(starts: np.ndarray, gap: Gap, grid: Grid) -> np.ndarray:
    """Return the number of the point that a gap counts from, int64 (n,); for a formula, the nearest one."""
    return grid.index(starts) if gap.expression else grid.index_from(starts)
