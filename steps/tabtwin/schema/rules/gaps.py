"""Measure how far the end of an ordering is from its start, or the start's share of its end, and put it back.

A gap counts the points of the end's own grid, from the first one that is not before the start: between a day
and a stamp it counts minutes, between a stamp and a later day it counts days. So no gap is negative, and an
end that is its start is a gap of 0. Where ends depend on the time of day more than on the time since the
start, the gap counts from the beginning of the start's day instead, in days and parts of a day.

A start that is learned as its share of the end is between none and all of it; of an end that is 0, all.

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
    """Return the gap of each row, float64 (rows,); NaN where the column is missing.

    Args:
        numbers: The numbers of the column and its origins, (rows,) each.
        gap: Which gap.
        grid: The column's grid.
    """
    cells, origin = numbers[gap.column], _origins(numbers, gap)
    there = ~np.isnan(cells) & ~np.isnan(origin)
    found = np.full(len(cells), np.nan)
    if gap.by_day:
        found[there] = cells[there] - np.floor(origin[there])
    elif gap.is_share:
        whole = origin[there]
        found[there] = np.divide(cells[there], whole, out=np.ones(len(whole)), where=whole > 0)
    elif grid is None:
        found[there] = cells[there] - origin[there]
    else:
        found[there] = grid.index(cells[there]) - _point(origin[there], gap, grid)
    return found


def put_back(
    gaps: np.ndarray, numbers: Mapping[str, np.ndarray], gap: Gap, column: Column, grid: Grid | None
) -> np.ndarray:
    """Return the cells of rows, float64 (rows,): the inverse of :func:`measured`.

    Args:
        gaps: The gap of each row, NaN where the cell is missing.
        numbers: The numbers of the origins, (rows,) each.
        gap: Which gap.
        column: The column that it replaces.
        grid: Its grid.
    """
    known, origin = latest([numbers[name] for name in gap.origins]), _origins(numbers, gap)
    found = np.full(len(gaps), np.nan)
    if gap.expression:
        there = ~np.isnan(origin)
        since = np.nan_to_num(gaps)[there]
    else:
        there = ~np.isnan(gaps)
        since = np.where(np.isnan(known), gaps, np.maximum(gaps, 0.0))[there]
    if gap.by_day:
        drawn = np.floor(origin[there]) + since
        # The same distance to the other side of the start, rather than many ends at the start itself.
        after = np.where(drawn < known[there], 2 * known[there] - drawn, drawn)
        found[there] = quantity(column).on_grid(after, column)
    elif gap.is_share:
        found[there] = _part(
            origin[there], np.where(np.isnan(known[there]), since, np.minimum(since, 1)), grid
        )
    elif grid is None:
        found[there] = origin[there] + since
    else:
        found[there] = grid.values(_point(origin[there], gap, grid) + np.rint(since))
    return found


def _origins(numbers: Mapping[str, np.ndarray], gap: Gap) -> np.ndarray:
    """Return the origin of each row; the gap's base where it is missing. For a formula, what it gives."""
    if gap.expression:
        return parse(gap.expression).evaluate({name: numbers[name] for name in gap.origins})
    found = latest([numbers[name] for name in gap.origins])
    return np.where(np.isnan(found), gap.base, found)


def _point(origins: np.ndarray, gap: Gap, grid: Grid) -> np.ndarray:
    """Return the number of the point that a gap counts from, int64 (n,); for a formula, the nearest one."""
    return grid.index(origins) if gap.expression else grid.index_from(origins)


def _part(whole: np.ndarray, share: np.ndarray, grid: Grid | None) -> np.ndarray:
    """Return the point nearest to a share of each number, float64 (n,); of a share up to 1, none above it."""
    if grid is None:
        return np.asarray(whole * share)
    nearest = grid.index(whole * share)
    return np.asarray(grid.values(np.where(share > 1, nearest, np.minimum(nearest, grid.index_to(whole)))))
