"""Count the cells of a column that are not of its kind, or far out of its range."""

from __future__ import annotations

import math

import numpy as np

from tabtwin.evaluation.validity.coded import MISSING, Coded, Known
from tabtwin.evaluation.validity.rule import FEWEST
from tabtwin.schema.kinds.registry import is_quantity, learned

WIDER = 0.5
"""The part of its width by which a range is widened at either end."""
STEPS = 10
"""About how many steps wide a range is; its ends are rounded outwards to a step, so that they are no one's
cells.
"""


def unlike(known: Known, number: int, cells: Coded) -> float:
    """Return the share of a table's cells in a column that are not of the kind of training's."""
    mine, theirs = cells.codes[:, number], known.cells.codes[:, number]
    odd = int((mine == MISSING).sum()) if not (theirs == MISSING).any() else 0
    if is_quantity(known.columns[number]):
        values = cells.numbers[:, number]
        odd += learned(known.columns[number]).too_fine(values[~np.isnan(values)], known.columns[number])
    else:
        words = {MISSING, known.token(number), *np.unique(theirs).tolist()}
        odd += int((~np.isin(mine, list(words))).sum())
    return odd / max(1, len(mine))


def beyond(known: Known, number: int, cells: Coded) -> float:
    """Return the share of a table's cells in a column that are far out of training's range."""
    ends = _range(known.cells.numbers[:, number], known.subjects)
    if ends is None:
        return 0.0
    values = cells.numbers[:, number]
    return float(((values < ends[0]) | (values > ends[1])).mean())


def _range(values: np.ndarray, subjects: np.ndarray) -> tuple[float, float] | None:
    """Return the range of all but the outermost subjects, widened and rounded; None if it has no width, or
    too few subjects have a number.
    """
    held = ~np.isnan(values)
    order = np.argsort(values[held], kind="stable")
    numbers, whose = values[held][order], subjects[held][order]
    if len(np.unique(whose)) < 3 * FEWEST:
        return None
    low, high = _beyond_some(numbers, whose), _beyond_some(numbers[::-1], whose[::-1])
    width = high - low
    if width <= 0:
        return None
    step = 10.0 ** math.floor(math.log10(width * 10 / STEPS))
    return (
        math.floor((low - WIDER * width) / step) * step,
        math.ceil((high + WIDER * width) / step) * step,
    )


def _beyond_some(numbers: np.ndarray, subjects: np.ndarray) -> float:
    """Return the number of the subject that is reached after the outermost ones."""
    first = np.sort(np.unique(subjects, return_index=True)[1])
    return float(numbers[first[FEWEST - 1]])
