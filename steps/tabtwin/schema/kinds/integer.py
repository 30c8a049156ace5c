"""Describe columns of whole numbers, except those that identify rows."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.identifying import why_key
from tabtwin.schema.kinds.lattices import lattice_of
from tabtwin.schema.kinds.number import Number, numeric_like
from tabtwin.schema.kinds.spelled_codes import why_codes


class Integer(Number):
    """Whole numbers that float64 holds."""

    name = "integer"
    is_whole = True
    may_name_subjects = True

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe whole numbers that do not look like a key."""
        found = numeric_like(name, cells)
        if found is None or found.kind != self.name or why_key(found, cells) or why_codes(cells):
            return None
        return found

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe whole numbers, even if they look like a key."""
        return numeric_like(name, cells)

    def unit(self, column: Column) -> float:
        """Return 1, or what the column's numbers are multiples of."""
        lattice = lattice_of(column)
        return lattice.unit_of_all if lattice else 1.0

    def grid(self, column: Column, largest: float) -> Grid | None:
        """Return the whole numbers, or those of the column's lattice."""
        return super().grid(column.model_copy(update={"digits": 0}), largest)

    def on_grid(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return the nearest whole numbers (n,) of the column's lattice."""
        return super().on_grid(values, column) if column.step else np.asarray(np.rint(values) + 0.0)

    def label(self, value: float, column: Column) -> str:
        """Return a number without decimals."""
        return super().label(value, column.model_copy(update={"digits": 0}))


INTEGER = Integer()
