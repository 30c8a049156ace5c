"""Withhold small counts, and others so that they do not follow from the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabtwin.evaluation.rounding import Grid
from tabtwin.protection.small_counts import FEW

GRID = Grid(FEW)
"""The grid of counts that depend only on the smallest count shown for any table."""


def shares(counts: Sequence[int | None]) -> list[float | None]:
    """Return the rounded share of each bin, of the rows in bins that are shown."""
    total = max(1, sum(rows for rows in counts if rows is not None))
    return [None if rows is None else round(rows / total, 3) for rows in counts]


def counts(rows: Sequence[int], grid: Grid = GRID) -> list[int | None]:
    """Return a rounded count for each bin; ``None`` if it is withheld.

    Bins with fewer than k rows are withheld, and the smallest of the others, so that their total does not
    follow from any sum: always, since showing it would reveal that there are k rows without it.
    """
    hidden = {place for place, count in enumerate(rows) if count < grid.k}
    others = [place for place in range(len(rows)) if place not in hidden]
    if hidden and others:
        hidden.add(min(others, key=lambda place: rows[place]))
    return [None if place in hidden else grid.count(count) for place, count in enumerate(rows)]


def cells(columns: Mapping[str, int | None], grid: Grid = GRID) -> dict[str, int | None]:
    """Return a rounded count of cells for each column; ``None`` for fewer than k."""
    return {name: grid.count(count) for name, count in columns.items()}
