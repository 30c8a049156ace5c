"""Find columns of text that would be quantities except for a few cells, and the first such cell."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.date_mixtures import name_forms
from tabtwin.schema.kinds.near_numbers import nearly_numbers
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.registry import KINDS

_MOSTLY = 0.8


def almost(cells: Cells) -> str:
    """Return what most cells of a column are, and which is the first exception; empty if they are text.

    Dates that are written in several forms are shown by an example of each.
    """
    return name_forms(cells) or _mostly(cells)


def nearly(cells: Cells) -> str:
    """Return what a column of text nearly is that stops a run, and what to do; empty if nothing known."""
    return name_forms(cells) or nearly_numbers(cells) or _mostly(cells)


def _mostly(cells: Cells) -> str:
    """Return of which kind of quantity most cells are, and which is the first exception."""
    if not cells.is_text or not cells.held:
        return ""
    for what, kind in {kind.plural: kind for kind in KINDS if isinstance(kind, Quantity)}.items():
        fit = kind.fitting(cells.values)
        count = int(cells.counts[fit].sum())
        if _MOSTLY * cells.held <= count < cells.held:
            odd = np.append(~fit, False)[cells.codes]  # a missing cell does not count
            first = odd.argmax() + 1
            return f"{count} of {cells.held} cells are {what}, the first other one is in row {first}"
    return ""
