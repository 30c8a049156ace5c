"""Find columns that are the greatest or the least of others, such as the best try or the first date."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tabtwin.schema.expression import column, operation
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.formulas.quantities import FEWEST_ROWS, Quantities

MOST_OPERANDS = 20
"""As many as the functions of an expression take."""


def extremes(table: Quantities) -> Iterator[Rule]:
    """Yield formulas with ``max`` or ``min`` that may hold, each of as few columns as give all cells."""
    some = table.some(np.ones(len(table.values), bool))
    for at, name in enumerate(table.names):
        for function, sign in (("max", 1.0), ("min", -1.0)):
            chosen = _operands(sign * some, at, table.dated)
            if len(chosen) >= 2:
                parts = [table.names[other] for other in chosen]
                text = operation(function, *map(column, parts))
                yield Rule(kind="formula", columns=(name, *parts), expression=str(text))


def _operands(cells: np.ndarray, at: int, dated: np.ndarray) -> list[int]:
    """Return the places of the columns whose greatest number a column holds, in their order; or none.

    Args:
        cells: Numbers, float64 (rows, columns), NaN where missing.
        at: The column's place.
        dated: Which columns are dates, bool (columns,).
    """
    own = cells[:, at, None]
    meets = cells == own
    never_above = ~(cells > own).any(axis=0) & meets.any(axis=0) & (dated == dated[at])
    below: list[int] = [other for other in np.flatnonzero(never_above).tolist() if other != at]
    # Each column in turn gives the most of the cells that are still to be given.
    chosen: list[int] = []
    left = ~np.isnan(cells[:, at])
    while left.any() and below and len(chosen) < MOST_OPERANDS:
        best = max(below, key=lambda other: int(meets[left, other].sum()))
        if not meets[left, best].any():
            return []
        chosen.append(best)
        below.remove(best)
        left &= ~meets[:, best]
    complete = ~np.isnan(cells[:, [at, *chosen]]).any(axis=1)
    return sorted(chosen) if not left.any() and complete.sum() >= FEWEST_ROWS else []
