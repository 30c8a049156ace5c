"""Find the formulas of a table, the simplest first, in bounded time.

    linear relations     between all columns of numbers and dates at once, of at most 13 columns; also where
                         numbers that are missing count as 0
    rounded sums         that hold except for the rounding of their parts
    clipped sums         that stop at an end, such as 0
    multiples and lines  between any two, to rounding
    extremes             the greatest or the least of some columns
    parts of dates       of one or two dates
    curves               squares and logarithms of one column
    products             of two columns, of three if there are few, and ratios

Candidates come from a few rows; each is then checked in all rows and for support. Those that go through a
column that was rounded before come after direct ones (:mod:`tabtwin.schema.rules.formulas.directness`). What
is not tried, since a table has too many columns, is said by :func:`not_tried`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tabtwin.schema.expression import parse
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.datetime import Datetime
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.formulas.calendar import FORMS, parts_of_dates
from tabtwin.schema.rules.formulas.clipped_sums import clipped_sums
from tabtwin.schema.rules.formulas.directness import direct_first
from tabtwin.schema.rules.formulas.extremes import extremes
from tabtwin.schema.rules.formulas.features import (
    MOST_DATES,
    MOST_FACTORS,
    curves,
    dates,
    plain_columns,
    products,
)
from tabtwin.schema.rules.formulas.multiples import lines, multiples
from tabtwin.schema.rules.formulas.quantities import FEWEST_ROWS, MOST_COLUMNS, Quantities
from tabtwin.schema.rules.formulas.rounded_sums import rounded_sums
from tabtwin.schema.rules.formulas.sums import coalesced_relations, relations
from tabtwin.schema.rules.formulas.support import supported
from tabtwin.schema.schema import Schema

_FIRST = 1e15
"""Sorts exact linear relations before others between as many columns."""


_USUAL = {"144", "254", "36525", "864"}
"""Digits of numbers that many formulas have: minutes and seconds of a day, an inch, days of a year."""


def formulas(training: pd.DataFrame, schema: Schema, subjects: np.ndarray, protect: int = 5) -> list[Rule]:
    """Return the formulas that hold in all canonical training rows, and would not by chance; the simplest
    first. Not all of them can be kept together.

    Args:
        training: Canonical rows, unprotected.
        schema: Their columns.
        subjects: The subject of each row (rows,).
        protect: k of value protection: so many subjects must show each number of a formula.
    """
    if len(training) < FEWEST_ROWS:
        return []
    table = Quantities.of(training, schema, subjects)
    if len(table.names) < 2:
        return []
    found: list[tuple[float, Rule]] = []
    for rules, tried, ranked in _candidates(table):
        for place, rule in enumerate(rules):
            if any(rule.is_like(other) and rule.columns[0] == other.columns[0] for _, other in found):
                continue
            k = max(schema[name].threshold(protect) for name in rule.columns)
            kept = supported(rule, table, tried, k)
            if kept is not None:
                found.append((place - _FIRST if ranked else -_strength(kept, table), kept))
    lengths: dict[frozenset[str], float] = {}
    for _, rule in found:
        alike = frozenset(rule.columns)
        lengths[alike] = min(_length(rule), lengths.get(alike, np.inf))
    found.sort(
        key=lambda pair: (pair[1].loose, pair[1].within > 0, lengths[frozenset(pair[1].columns)], pair[0])
    )
    return direct_first([rule for _, rule in found], table)


def _length(rule: Rule) -> float:
    """Return how long a formula is: its columns, and the digits of its numbers beyond two."""
    digits = [repr(value).replace(".", "").strip("0") for value in parse(rule.expression).numbers]
    odd = sum(max(0, len(text) - 2) for text in digits if text not in _USUAL)
    return len(rule.columns) + odd + max(0, len(digits) - 1) / 2


def _strength(rule: Rule, table: Quantities) -> float:
    """Return how much a formula says: how many times its target's rounding fits in what the target varies.

    Of ``share = part / whole`` and ``part = share * whole``, the second also holds for other shares.
    """
    at = table.names.index(rule.columns[0])
    return float(np.nanstd(table.values[:, at]) / max(table.halves[at], 1e-9))


def not_tried(schema: Schema) -> str:
    """Return in one line which formulas are not sought, since a table has too many columns; or nothing."""
    kinds = [registry.of(column) for column in schema.learned]
    dated = sum(isinstance(kind, Datetime) for kind in kinds)
    numbers = sum(isinstance(kind, Quantity) for kind in kinds) - dated
    found = []
    if numbers + dated > MOST_COLUMNS:
        found.append(f"any after the first {MOST_COLUMNS} columns of numbers and dates")
    if numbers > MOST_FACTORS:
        found.append(f"products and ratios after the first {MOST_FACTORS} columns of numbers")
    if dated > MOST_DATES:
        found.append(f"parts of dates after the first {MOST_DATES}")
    return f"Formulas that were not sought: {'; '.join(found)}. --schema may declare them." if found else ""


def _candidates(table: Quantities) -> Iterator[tuple[list[Rule], float, bool]]:
    """Yield formulas that may hold, by form, how many there are of it, in powers of ten, and whether they are
    in order.
    """
    width = len(table.names)
    linear = [*coalesced_relations(table), *relations(table)]
    known = {frozenset(rule.columns) for rule in linear}
    linear += rounded_sums(table, known)
    linear += clipped_sums(table, known)
    for count in sorted({len(rule.columns) for rule in linear}):
        yield [rule for rule in linear if len(rule.columns) == count], count * np.log10(3 * width), True
    yield list(multiples(table, plain_columns(table))), 2 * float(np.log10(width)), False
    yield list(lines(table)), 2 * float(np.log10(width)), False
    yield list(parts_of_dates(table)), 2 * float(np.log10(width)) + float(np.log10(FORMS)), False
    yield list(extremes(table)), 3 * float(np.log10(width)), False
    for features in (dates(table), curves(table), *products(table)):
        yield list(multiples(table, features)), float(np.log10(1 + width * len(features))), False
