"""Find dates and times of day that are a part of another date: the first of its month, the time of a stamp.

The day of a stamp is sought as an ordering: what a stamp is after its day is learned, and is less than a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from tabtwin.schema.expression import Expression, column, number, operation
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.formulas.features import MOST_DATES
from tabtwin.schema.rules.formulas.quantities import FEWEST_ROWS, Quantities

_FIRSTS = ("weekday", "day", "yearday")
"""Counts from the first day of a week, a month and a year."""
FORMS = 1 + len(_FIRSTS)
"""How many parts are tried of each date."""
_MOMENT = 1e-9
"""A tenth of a millisecond, in days."""


def parts_of_dates(table: Quantities) -> Iterator[Rule]:
    """Yield formulas that may hold of one column of dates or times of day as a part of another."""
    dated = np.flatnonzero(table.dated)[:MOST_DATES].tolist()
    rows = table.some(np.ones(len(table.values), bool))
    for at, by in permutations(dated, 2):
        target, source = rows[:, at], rows[:, by]
        there = ~np.isnan(target) & ~np.isnan(source)
        if there.sum() < FEWEST_ROWS or np.array_equal(target[there], source[there]):
            continue
        name = table.names[by]
        for text in _parts(column(name)):
            if np.abs(text.evaluate({name: source[there]}) - target[there]).max() < _MOMENT:
                yield Rule(kind="formula", columns=(table.names[at], name), expression=str(text))
                break


def _parts(stamp: Expression) -> tuple[Expression, ...]:
    day = operation("date", stamp)
    firsts = [operation("+", operation("-", day, operation(part, stamp)), number(1)) for part in _FIRSTS]
    return operation("time", stamp), *firsts
