"""Move a number to the other side of one that it is ordered with, which other rules write: a limit of a plan.

Swapping both would change what they write, and drawing rows again until none is in the wrong order would make
rare what is often near its limit. So the number goes as far to the other side as it was beyond, in proportion
where both are positive (1,100 of 1,000 becomes 909), and with it those that come before it and are beyond the
limit, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.encoding import Encoding, bounds, units
from tabtwin.schema.kinds.registry import quantity
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.gaps import grid_of
from tabtwin.schema.rules.ordering import put_in_order, reach
from tabtwin.schema.schema import Schema, numbers


def mirror(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return a canonical table in which numbers that no other rule is about are in order with others.

    Orderings of which both numbers are in other rules stay as they are.

    Args:
        table: Rows that keep all other rules.
        schema: Their columns and rules.
        encoding: The values that may be released.
    """
    open_orders = [rule for rule in schema.rules if rule.kind == "order" and rule.yields]
    if not open_orders:
        return table
    work = _Mirror(table.copy(), schema, encoding)
    kept = [rule for rule in schema.rules if rule.sorts]
    tied = {name for rule in schema.rules if rule.kind != "order" for name in rule.columns}
    for rule in open_orders:
        low, high = rule.columns
        for name, end, side in ((low, high, 0), (high, low, 1)):
            if not tied & _connected(name, kept):
                for other in (name, *_beyond(name, kept, side)):
                    work.move(other, end, is_low=side == 0)
                break
    cells = {str(name): work.table[name].to_numpy(copy=True) for name in table}
    free = [rule for rule in kept if not tied & _connected(rule.columns[0], kept)]
    put_in_order(cells, free, bounds(encoding), units(schema))  # what has been moved may be out of order
    return pd.DataFrame(cells, index=table.index)


@dataclass(frozen=True)
class _Mirror:
    """A canonical table whose numbers are moved."""

    table: pd.DataFrame
    schema: Schema
    encoding: Encoding

    def move(self, name: str, end: str, *, is_low: bool) -> None:
        """Move numbers of a column that are above an end, or below it if they are not ``is_low``."""
        column, code = self.schema[name], self.encoding.columns[name]
        assert code.low is not None
        assert code.high is not None
        cells, ends = numbers(self.table, column), numbers(self.table, self.schema[end])
        wrong = cells > ends if is_low else cells < ends
        if not wrong.any():
            return
        moved = _mirrored(cells[wrong], ends[wrong], in_proportion=self.table[name].dtype.kind == "f")
        grid = grid_of(column, code)
        if grid is not None:
            moved = grid.values(grid.index_to(moved) if is_low else grid.index_from(moved))
        cells[wrong] = np.clip(moved, code.low, code.high)
        found = self.table[name].to_numpy(copy=True)
        found[wrong] = quantity(column).canonical(cells[wrong], column, (code.low, code.high))
        self.table[name] = found


def _mirrored(beyond: np.ndarray, end: np.ndarray, *, in_proportion: bool) -> np.ndarray:
    """Return numbers as far on the other side of others, float64 (n,)."""
    is_positive = (beyond > 0) & (end > 0) & in_proportion
    share = np.divide(end, beyond, out=np.ones(len(end)), where=is_positive)
    return np.asarray(np.where(is_positive, end * share, 2 * end - beyond))


def _connected(name: str, orders: Sequence[Rule]) -> set[str]:
    """Return a column and all that orderings connect with it."""
    steps = [rule.columns for rule in orders]
    return set(reach(name, [*steps, *((then, first) for first, then in steps)]))


def _beyond(name: str, orders: Sequence[Rule], side: int) -> list[str]:
    """Return the columns that come before one (side 0) or after it (side 1)."""
    steps = [rule.columns if side else rule.columns[::-1] for rule in orders]
    return reach(name, steps)[1:]
