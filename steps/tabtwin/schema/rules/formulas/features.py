"""List what a column may be a multiple of, or may equal: columns, products, ratios, and parts of dates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from tabtwin.schema.expression import Expression, column, number, operation
from tabtwin.schema.rules.formulas.quantities import Quantities

MOST_FACTORS = 40
"""Products and ratios are sought between the first so many columns of numbers."""

MOST_OF_THREE = 14
"""Products of three are sought among at most so many factors."""

MOST_DATES = 20
"""Parts and differences are sought of the first so many columns of dates."""

PARTS = ("year", "month", "weekday", "yearday", "day", "quarter", "week", "hour", "minute", "second")
"""The parts of a date, as functions of expressions; the hour and what is below only of stamps."""


@dataclass(frozen=True)
class Feature:
    """Something computed from columns.

    Attributes:
        expression: How.
        may_scale: Whether a column may be a multiple of it; otherwise it may only differ by a whole number.
    """

    expression: Expression
    may_scale: bool = True


def plain_columns(table: Quantities) -> list[Feature]:
    """Return each column of numbers by itself."""
    return [Feature(column(name)) for name in _numbers(table)]


def dates(table: Quantities) -> list[Feature]:
    """Return parts of dates, and what is between two."""
    names = [name for name, dated in zip(table.names, table.dated, strict=True) if dated][:MOST_DATES]
    found = []
    for name in names:
        day, seven = column(name), number(7)
        of = {part: operation(part, day) for part in PARTS}
        weeks = operation("floor", operation("/", of["weekday"], seven))
        found += [
            Feature(part, may_scale=False)
            for part in (
                *of.values(),
                operation("-", of["weekday"], operation("*", seven, weeks)),  # Sunday is 0
                operation("+", operation("*", number(100), of["year"]), of["month"]),
                # Weeks from January 1, as lubridate counts them.
                operation("floor", operation("/", operation("+", of["yearday"], number(6)), seven)),
            )
        ]
    for first, last in permutations(names, 2):
        ends = column(first), column(last)
        found += [Feature(operation(part, *ends), may_scale=False) for part in ("years", "days")]
        found.append(Feature(operation("-", ends[1], ends[0])))
    return found


def curves(table: Quantities) -> list[Feature]:
    """Return squares and logarithms of each column of numbers."""
    found = []
    for name in _numbers(table):
        one = column(name)
        cells = table.values[:, table.names.index(name)]
        found.append(Feature(operation("*", one, one)))
        if float(np.nanmin(cells)) >= 0:
            found += [
                Feature(operation("log", inside), may_scale=False)
                for inside in (one, operation("+", one, number(1)))
            ]
    return found


def products(table: Quantities) -> list[list[Feature]]:
    """Return products, then ratios, of two columns, one of which may be a rate that is added or taken off;
    and products of three, if there are few columns.
    """
    names = _numbers(table)[:MOST_FACTORS]
    columns, rates = [column(name) for name in names], [one for name in names for one in _rates(table, name)]
    rated = [(one, rate) for one in columns for rate in rates if one.columns != rate.columns]
    ordered = list(permutations(columns, 2))
    factors = [*columns, *rates] if len(columns) + len(rates) <= MOST_OF_THREE else []
    three = [some for some in combinations(factors, 3) if len({part.columns for part in some}) == 3]
    found = (
        [operation("*", *pair) for pair in combinations(columns, 2)],
        [operation("*", *pair) for pair in rated],
        [operation("/", *pair) for pair in ordered],
        [operation("/", *pair) for pair in rated],
        [operation("/", operation("/", one, other), other) for one, other in ordered],
        [operation("*", operation("*", one, other), last) for one, other, last in three],
    )
    return [[Feature(expression) for expression in alike] for alike in found]


def _numbers(table: Quantities) -> list[str]:
    return [name for name, dated in zip(table.names, table.dated, strict=True) if not dated]


def _rates(table: Quantities, name: str) -> list[Expression]:
    """Return 1 + rate and 1 - rate of a column that may be a rate, or percentages."""
    cells = table.values[:, table.names.index(name)]
    low, high = float(np.nanmin(cells)), float(np.nanmax(cells))
    if low < 0 or high > 100:
        return []
    rate = column(name) if high <= 1 else operation("/", column(name), number(100))
    return [operation(sign, number(1), rate) for sign in ("-", "+")]
