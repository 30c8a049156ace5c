"""Columns of text that would be numbers or dates but for a few cells, and where the first of those stands."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.cells import Cells
from tabtwin.schema.kinds import dates, numerals

_MOSTLY = 0.8
_ASKED = 5
"""Values whose forms are tried as that of all dates: few are odd."""


def almost(cells: Cells) -> str:
    """What most cells of a column are, and which is the first that is not; empty where they are text."""
    if not cells.is_text or not cells.held:
        return ""
    for what, fit in (("numbers", numerals.are_numbers(cells.values)), ("dates", _are_dates(cells.values))):
        count = int(cells.counts[fit].sum())
        if _MOSTLY * cells.held <= count < cells.held:
            odd = np.append(~fit, False)[cells.codes]  # a missing cell is none
            first = odd.argmax() + 1
            return f"{count} of {cells.held} cells are {what}, the first other one stands in row {first}"
    return ""


def _are_dates(texts: np.ndarray) -> np.ndarray:
    """Which texts are dates by the one format that fits most of them (n,), bool."""
    asked = texts[np.linspace(0, len(texts) - 1, _ASKED).astype(int)]
    forms = dict.fromkeys(form for text in asked for form in dates.fitting_formats(np.array([text])))
    fits = [~np.isnat(dates.parse(texts, form)) for form in forms]
    return max(fits, key=np.count_nonzero, default=np.zeros(len(texts), bool))
