"""Columns of text that would be quantities but for a few cells, and where the first of those stands."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.registry import KINDS

_MOSTLY = 0.8


def almost(cells: Cells) -> str:
    """What most cells of a column are, and which is the first that is not; empty where they are text."""
    if not cells.is_text or not cells.held:
        return ""
    for what, kind in {kind.plural: kind for kind in KINDS if isinstance(kind, Quantity)}.items():
        fit = kind.fitting(cells.values)
        count = int(cells.counts[fit].sum())
        if _MOSTLY * cells.held <= count < cells.held:
            odd = np.append(~fit, False)[cells.codes]  # a missing cell is none
            first = odd.argmax() + 1
            return f"{count} of {cells.held} cells are {what}, the first other one stands in row {first}"
    return ""
