"""Turn tables into numbers that represent each cell exactly, alike in all of them, for guesses about
cells.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema, codes, numbers

MISSING = np.inf
"""A missing number: it equals itself, and is beyond any finite bound."""


def cells(tables: list[pd.DataFrame], schema: Schema) -> list[np.ndarray]:
    """Return the learned columns of canonical tables: float64 (columns, rows) each; a category is a code."""
    found = [np.empty((len(schema.learned), len(table))) for table in tables]
    for place, column in enumerate(schema.learned):
        if is_label(column):
            parts = [part.astype(float) for part in codes(tables, column)]
        else:
            parts = [np.nan_to_num(numbers(table, column), nan=MISSING) for table in tables]
        for filled, part in zip(found, parts, strict=True):
            filled[place] = part
    return found
