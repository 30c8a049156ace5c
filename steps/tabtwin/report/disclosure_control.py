"""Counts of which few stand out: what may be shown of them, so that no other follows from the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabtwin.evaluation.rounding import Grid
from tabtwin.protection.small_counts import FEW

GRID = Grid(FEW)
"""Of counts that stand on nothing but the least that is shown of any table."""


def shares(counts: Sequence[int | None]) -> list[float | None]:
    """The rounded share of each bin, of the rows in bins that are shown."""
    total = max(1, sum(rows for rows in counts if rows is not None))
    return [None if rows is None else round(rows / total, 3) for rows in counts]


def counts(rows: Sequence[int], grid: Grid = GRID) -> list[int | None]:
    """About as many as there are in each bin; ``None`` where it is withheld.

    That are the bins with fewer than k rows and, so that what these come to follows from no sum, the smallest
    of the others: always, since its absence would tell that there are k without it.
    """
    hidden = {place for place, count in enumerate(rows) if count < grid.k}
    others = [place for place in range(len(rows)) if place not in hidden]
    if hidden and others:
        hidden.add(min(others, key=lambda place: rows[place]))
    return [None if place in hidden else grid.count(count) for place, count in enumerate(rows)]


def cells(columns: Mapping[str, int], grid: Grid = GRID) -> dict[str, int | None]:
    """About how many cells of each column; ``None`` for fewer than k."""
    return {name: grid.count(count) for name, count in columns.items()}
