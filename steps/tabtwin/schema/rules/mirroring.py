"""Move a number to the other side of one that it is ordered with, which other rules write: a limit of a plan.

Swapping both would change what they write, and drawing rows again until none is in the wrong order would make
rare what is often near its limit. So the number goes as far to the other side as it was beyond, in proportion
where both are positive: 1,100 of 1,000 becomes 909.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.registry import quantity
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.gaps import grid_of
from tabtwin.schema.schema import Schema


def mirror(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return a canonical table in which numbers that are in no other rule are in order with those that are.

    Orderings of which both numbers are in other rules stay as they are, and so do dates.

    Args:
        table: Rows that keep all other rules.
        schema: Their columns and rules.
        encoding: The values that may be released.
    """
    orders = [rule for rule in schema.rules if rule.kind == "order" and rule.yields]
    if not orders:
        return table
    free = _free(schema, orders)
    cells = {str(name): table[name].to_numpy(copy=True) for name in table}
    for rule in orders:
        low, high = rule.columns
        wrong = cells[low] > cells[high]
        name, other = (low, high) if low in free else (high, low)
        if name in free and wrong.any():
            moved = _mirrored(cells[name][wrong], cells[other][wrong])
            cells[name][wrong] = _on_grid(moved, name, schema, encoding, is_low=name == low)
    return pd.DataFrame(cells, index=table.index)


def _free(schema: Schema, orders: Sequence[Rule]) -> set[str]:
    """Return numbers that only orderings that yield are about."""
    tied = {name for rule in schema.rules if rule not in orders for name in rule.columns}
    names = {name for rule in orders for name in rule.columns} - tied
    return {name for name in names if not quantity(schema[name]).is_calendar}


def _mirrored(beyond: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return numbers as far on the other side of others, float64 (n,)."""
    is_positive = (beyond > 0) & (end > 0)
    share = np.divide(end, beyond, out=np.ones(len(end)), where=is_positive)
    return np.asarray(np.where(is_positive, end * share, 2 * end - beyond))


def _on_grid(
    numbers: np.ndarray, name: str, schema: Schema, encoding: Encoding, *, is_low: bool
) -> np.ndarray:
    """Return numbers as their column is written, not rounded to the other side, within its bounds."""
    code = encoding.columns[name]
    grid = grid_of(schema[name], code)
    if grid is not None:
        numbers = grid.values(grid.index_to(numbers) if is_low else grid.index_from(numbers))
    return np.asarray(np.clip(numbers, code.low, code.high))
