"""Describe columns that hold nothing, or that protection empties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from tabtwin.lib.taken import Taken
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.kind import Unlearned


class Empty(Unlearned):
    """Missing in every cell."""

    name = "empty"
    is_carried = True

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe a column without any value."""
        if len(cells.values):
            return None
        return Column(name=name, kind=self.name, dtype=cells.dtype or "string", why="no cell has a value")

    def make(self, column: Column, rows: int, rng: np.random.Generator, taken: Taken) -> np.ndarray:
        """Return missing cells, one per row."""
        return np.full(rows, None, dtype=object)

    def to_arrow(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return nulls of the source's type."""
        return pa.nulls(len(cells), wanted)


EMPTY = Empty()
