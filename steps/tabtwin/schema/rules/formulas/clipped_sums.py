"""Find sums that stop at an end: what is left of an income without one's own, but never below 0.

The end is a value that many rows have and none is beyond. In the other rows the sum holds as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from tabtwin.schema.expression import number, operation, parse
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.formulas.quantities import Quantities
from tabtwin.schema.rules.formulas.sums import relations

MOST_COLUMNS = 12
"""Columns that are tried, those with the most rows at an end first."""
_LEAST, _MOST = 0.02, 0.98
"""The least and the most rows at an end, as a share."""
_FEWEST_SUBJECTS = 20
"""An end is shared by so many subjects."""


def clipped_sums(table: Quantities, known: Collection[frozenset[str]]) -> Iterator[Rule]:
    """Yield formulas such as ``max(0, a - b)`` that may hold.

    Args:
        table: The numbers and dates.
        known: Sets of columns between which a sum holds without an end.
    """
    for at, function, end in _ends(table):
        values = table.values.copy()
        values[values[:, at] == end, at] = np.nan
        for rule in relations(replace(table, values=values), about=at):
            if rule.columns[0] == table.names[at] and frozenset(rule.columns) not in known:
                text = operation(function, number(end), parse(rule.expression))
                yield rule.model_copy(update={"expression": str(text)})


def _ends(table: Quantities) -> list[tuple[int, str, float]]:
    """Return the place of each column that is tried, the function that stops at its end, and the end."""
    found: list[tuple[float, tuple[int, str, float]]] = []
    for at in np.flatnonzero(~table.dated).tolist():
        cells = table.values[:, at]
        present = cells[~np.isnan(cells)]
        if len(np.unique(present)) <= 2:
            continue
        for function, end in (("max", float(present.min())), ("min", float(present.max()))):
            there = cells == end
            share = there.sum() / len(present)
            people = len(np.unique(table.subjects[there]))
            if _LEAST <= share <= _MOST and people >= _FEWEST_SUBJECTS:
                found.append((share, (at, function, end)))
    found.sort(key=lambda pair: -pair[0])
    return [column for _, column in found[:MOST_COLUMNS]]
