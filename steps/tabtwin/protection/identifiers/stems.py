"""Keys that begin with a subject's name and end in a number of its row: ``P0012-V3``, ``1001_L``."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from tabtwin.protection.identifiers.fields import FEWEST, Field
from tabtwin.schema.cells import Cells

_TAILED = re.compile(r"(.*[^\W_])[-_./:# ]+(?:[A-Za-z]{1,3}[0-9]{0,3}|[0-9]{1,3})", re.DOTALL)
_MOSTLY = 0.9
_NEARLY_UNIQUE = 0.5
_MOST_STEMS = 0.7


def stems(field: Field) -> Field | None:
    """What the values of a nearly unique column begin with, where that repeats, as a column of its name."""
    if field.kind != "text" or field.count < _NEARLY_UNIQUE * field.cells.held:
        return None
    found = [_TAILED.fullmatch(str(text).strip()) for text in field.cells.values]
    tailed = np.array([match is not None for match in found])
    if tailed.mean() < _MOSTLY:
        return None
    codes, names = pd.factorize(np.array([match[1] for match in found if match], dtype=object))
    if not FEWEST <= len(names) <= _MOST_STEMS * len(codes):
        return None
    of_values = np.full(field.count + 1, -1, "int32")
    of_values[:-1][tailed] = codes
    cells = Cells(np.asarray(names, dtype=object), of_values[field.cells.codes])
    if all(re.fullmatch("[0-9]{1,15}", name) for name in names):
        return Field(field.name, cells, "whole", np.array(names, dtype=float))
    return Field(field.name, cells, "text")
