"""Find lattices: quantities whose values all are some first one and multiples of a step."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tabtwin.evaluation.validity.coded import Coded, Known
from tabtwin.evaluation.validity.rule import CHANCE, FEWEST, Rule
from tabtwin.schema.kinds.registry import quantity

_GREATEST = 2.0**53
_OFF = 1e-3
"""How far from the lattice, in its finest unit, a value counts as off it."""


def lattices(known: Known, columns: list[int]) -> Iterator[Rule]:
    """Yield quantities on a lattice that is coarser than how they are written."""
    for number in columns:
        rule = _lattice(known, number)
        if rule is not None:
            yield rule


def _lattice(known: Known, number: int) -> Rule | None:
    column, cells = known.columns[number], known.cells.numbers[:, number]
    unit, held = quantity(column).unit(column), ~np.isnan(cells)
    values = np.unique(cells[held])
    if not unit or len(values) < 3 or np.abs(values).max() / unit >= _GREATEST:
        return None
    steps = np.rint(values / unit)
    if np.abs(steps - values / unit).max() > 0.01:
        return None
    whole = np.unique(steps.astype("int64"))
    step = int(np.gcd.reduce(whole - whole[0]))
    # A number with fewer decimals than others is no evidence of steps of the finest ones.
    telling = whole[whole % 10 != 0] if unit < 1 else whole
    # Each further value would be on the lattice by chance in one of ``step`` cases.
    if step < 2 or -(len(telling) - 1) * math.log(step) > CHANCE:
        return None
    if known.count(held & np.isin(np.rint(cells / unit), telling)) < FEWEST:
        return None
    first = int(whole[0]) % step

    def broken(other: Coded) -> np.ndarray:
        places = other.numbers[:, number] / unit - first
        return np.asarray(np.abs(places - step * np.rint(places / step)) > max(_OFF, 1e-9 * step))

    return Rule("lattice", (column.name,), f"{column.name} goes in steps", known.count(held), broken)
