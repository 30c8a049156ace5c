"""Describe columns of numbers with decimals."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.lattices import lattice_of
from tabtwin.schema.kinds.number import Number, numeric_like
from tabtwin.schema.kinds.spelled_codes import why_codes
from tabtwin.schema.spelling import numerals
from tabtwin.schema.spelling.numerals import LARGEST_INTEGER

_FINEST = 9  # decimals: finer units do not matter


class Decimal(Number):
    """Numbers, some of which have decimals."""

    name = "decimal"

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe numbers, some of which are not whole."""
        found = numeric_like(name, cells)
        if found is None or found.kind != self.name or why_codes(cells):
            return None
        return found

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe any numbers."""
        found = numeric_like(name, cells)
        return found and found.model_copy(update={"kind": self.name})

    def unit(self, column: Column) -> float:
        """Return the unit of the last decimal, or what the column's numbers are multiples of."""
        if lattice := lattice_of(column):
            return lattice.unit_of_all
        return 10.0**-column.digits if column.digits <= _FINEST else 0.0

    def settled(self, column: Column, cells: Cells) -> Column:
        """Return a column of integers if it has no decimals."""
        if column.digits:
            return column
        if cells.is_text:
            numbers = cells.values[numerals.are_numbers(cells.values)]
            if (np.abs(numerals.parse(numbers)) > LARGEST_INTEGER).any():
                return column
        dtype = column.dtype if cells.dtype or column.least else "int64"
        return column.model_copy(update={"kind": "integer", "dtype": dtype})


DECIMAL = Decimal()
