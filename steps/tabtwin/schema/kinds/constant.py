"""Describe columns that hold one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from tabtwin.lib.taken import Taken
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.kind import Unlearned
from tabtwin.schema.kinds.number import refuse_infinite
from tabtwin.schema.spelling import numerals
from tabtwin.schema.spelling.number_style import PLAIN


class Constant(Unlearned):
    """The same in every cell, and none missing."""

    name = "constant"
    fields = frozenset({"value"})
    is_carried = True

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe a column of one value."""
        if len(cells.values) != 1 or cells.has_missing:
            return None
        refuse_infinite(name, cells)
        value = str(as_text(cells.plainly(PLAIN))[0])
        dtype = cells.dtype or "string"
        if not cells.dtype and numerals.are_numbers(cells.values).all():
            dtype = "int64" if re.fullmatch("-?[0-9]{1,18}", value) else "double"
        return Column(name=name, kind=self.name, dtype=dtype, value=value, why="every cell holds the same")

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe a column of one value."""
        return self.guess(name, cells)

    def make(self, column: Column, rows: int, rng: np.random.Generator, taken: Taken) -> np.ndarray:
        """Return the value, once per row."""
        return np.full(rows, column.value, dtype=object)

    def formulas(self, column: Column, shown: Sequence[str], begins: Callable[[str], bool]) -> str:
        """Return a clause if the value begins as a formula does."""
        return f"all cells of {column.name}" if begins(column.value) else ""


CONSTANT = Constant()
