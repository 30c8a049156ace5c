"""Read a source's columns as its schema says: the canonical table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.source import Source


def canonical(source: Source, schema: Schema) -> pd.DataFrame:
    """Return the learned columns of a source as a canonical table.

    Raises:
        InputError: if cells of a column do not fit its kind.
    """
    read = {column.name: read_column(source.columns[column.name], column) for column in schema.learned}
    return pd.DataFrame(read, index=pd.RangeIndex(source.rows))


def read_column(cells: Cells, column: Column) -> np.ndarray:
    """Return one column's cells (rows,), read as its kind says.

    Raises:
        InputError: with the column's name and how many of its cells do not fit.
    """
    return registry.of(column).read(registry.as_written(cells, column).without(column.marks), column)
