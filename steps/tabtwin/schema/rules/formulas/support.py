"""Decide whether a formula holds, and would not by chance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tabtwin.lib.seeds import generator
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.computing import as_numbers, computed, differ
from tabtwin.schema.rules.fixing import CHANCE, FEWEST
from tabtwin.schema.rules.formulas.quantities import LOOKED_AT, Quantities

_TIE = 1e-6
_FEW_TIES = 0.02
_MOST_TIES = 0.5
"""The share of rows, at most, in which a half is rounded in any way."""


def supported(rule: Rule, table: Quantities, tried: float) -> Rule | None:
    """Return a formula if it holds in all rows and each of its columns matters, more than by chance.

    If a column had nothing to do with the others, the formula would hold in as many rows as when the column's
    cells are shuffled, and in all rows with odds of that share to the power of the subjects.

    Args:
        rule: The formula; whether it is loose does not matter.
        table: The numbers and dates.
        tried: How many formulas of its form there are, in powers of ten.
    """
    cells = {name: table.columns[name] for name in rule.columns}
    given = ~np.isnan(computed(rule, cells))
    held = ~np.isnan(table.values[:, table.names.index(rule.columns[0])])
    there = np.flatnonzero(given & held)
    people = len(np.unique(table.subjects[there]))
    unit_of = {name: 2 * table.halves[table.names.index(name)] for name in rule.columns}
    loose = rule.model_copy(update={"loose": True})
    if people < FEWEST or differ(loose, cells, unit_of).any():
        return None
    some = there[np.linspace(0, len(there) - 1, min(len(there), LOOKED_AT)).astype(int)]
    rng = generator(0, "formulas", *rule.columns)
    for name in rule.columns:
        shuffled = {other: column[some] for other, column in cells.items()}
        shuffled[name] = rng.permutation(shuffled[name])
        share = max(1.0, float((~differ(loose, shuffled, unit_of)).sum())) / len(some)
        if share >= 1 or -people * np.log10(share) <= CHANCE + tried:
            return None
    rule = rule.model_copy(update={"loose": bool((given != held).any())})
    return _with_ties(rule, table, {name: column[there] for name, column in cells.items()})


def _with_ties(rule: Rule, table: Quantities, cells: Mapping[str, np.ndarray]) -> Rule | None:
    """Return a formula that says how halves are rounded, if they all are away from zero; none if most numbers
    are halves that go either way, or if a flag is not what it gives: 0.5 * flag is no more 0 than 1.

    Args:
        rule: A formula that holds to rounding.
        table: The numbers and dates.
        cells: The cells of rows that have all of them.
    """
    at = table.names.index(rule.columns[0])
    half = float(table.halves[at])
    digits = -np.log10(2 * half) if half else np.nan
    if table.dated[at] or not np.isclose(digits, np.rint(digits), atol=1e-9):
        return rule
    values, held = computed(rule, cells), as_numbers(cells[rule.columns[0]])
    if len(np.unique(held)) <= 2 and (np.abs(values - held) > _TIE).any():
        return None  # which side of a threshold a number is on: a range fixes that
    ties = np.abs(np.abs(values - held) - half) <= _TIE * half
    if not ties.any():
        return rule
    away = rule.model_copy(update={"expression": f"round({rule.expression}, {digits:.0f})"})
    if not differ(away, {name: some[ties] for name, some in cells.items()}, {}).any():
        return away if ties.mean() > _FEW_TIES else rule
    return rule if ties.mean() < _MOST_TIES else None
