"""Hold what the ranges of a number fix: a low weight at birth, a letter for points, a code for a size.

The number may be a part of a date: its weekday fixes the weekday's name.

A band is a range of numbers that all have one value of another column. A number between two bands counts as
in the nearer one. The number itself is not changed, so it may be computed, ordered, or fixed in turn; the
other column is written last, and is in no other rule, except that formulas may need it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.expression import parse
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.computing import as_numbers
from tabtwin.schema.rules.fixed_cells import are, as_cell


def in_bands(cells: np.ndarray, values: Mapping[str, str | None]) -> np.ndarray:
    """Return what the nearest band of each number fixes, object (rows,); of no missing one."""
    ends = sorted((float(end), value) for end, value in values.items())
    places = np.array([end for end, _ in ends])
    held = np.array([value for _, value in ends], dtype=object)
    return np.asarray(held[np.searchsorted((places[1:] + places[:-1]) / 2, cells, side="left")])


def with_bands(table: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Return a canonical table with what numbers fix by those rules of bands that are about its columns; a
    missing one fixes nothing.
    """
    if not rules:
        return table
    cells = {str(name): table[name].to_numpy() for name in table}
    for rule in (rule for rule in rules if cells.keys() >= set(rule.columns)):
        there, said = fixed_by_bands(cells, rule)
        then = cells[rule.columns[1]] = cells[rule.columns[1]].copy()
        for value in dict.fromkeys(rule.values.values()):
            then[there & (said == value)] = as_cell(value, then.dtype)
    return pd.DataFrame(cells, index=table.index)


def out_of_bands(cells: Mapping[str, np.ndarray], rule: Rule) -> np.ndarray:
    """Return in which rows of canonical cells another value is than the number fixes, bool (rows,)."""
    there, said = fixed_by_bands(cells, rule)
    wrong = np.zeros(len(there), bool)
    for held in dict.fromkeys(rule.values.values()):
        wrong |= there & (said == held) & ~are(cells[rule.columns[1]], held)
    return wrong


def fixed_by_bands(cells: Mapping[str, np.ndarray], rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows of canonical cells have a number, bool (rows,), and what it fixes, object (rows,)."""
    name = rule.columns[0]
    given = as_numbers(cells[name])
    if rule.expression:
        given = parse(rule.expression).evaluate({name: given})
    there = ~np.isnan(given)
    said = np.full(len(given), None, dtype=object)
    said[there] = in_bands(given[there], rule.values)
    return there, said


def written_first(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules of bands that are held before formulas are: those that a formula needs."""
    needed = {name for rule in rules if rule.kind == "formula" for name in rule.columns[1:]}
    return [rule for rule in rules if rule.kind == "bands" and rule.columns[1] in needed]


def written_last(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules of bands that are held after formulas are: all others."""
    first = written_first(rules)
    return [rule for rule in rules if rule.kind == "bands" and rule not in first]


def band_obstacle(rule: Rule, kept: Sequence[Rule]) -> str:
    """Return why a rule of bands, or another one beside such, cannot be kept; empty if it can."""
    for one, other in ((rule, other) for other in kept):
        for band, beside in ((one, other), (other, one)):
            is_checked = beside.yields and beside.fixed == band.columns[1]
            if band.kind != "bands" or band.columns[1] not in beside.columns or is_checked:
                continue
            if not _needs(beside, band, kept):
                return f"{band.columns[1]!r} is one of {other}"
    derived = _derived((*kept, rule))
    for band in written_first((*kept, rule)):
        if band.columns[0] in derived:
            return f"a formula needs what ranges of {band.columns[0]!r} fix"
    return ""


def _needs(formula: Rule, band: Rule, kept: Sequence[Rule]) -> bool:
    """Return whether a rule is a formula that needs what a band gives, whose number is not computed."""
    number, fixed = band.columns
    return (
        formula.kind == "formula" and fixed != formula.columns[0] and number not in _derived((*kept, formula))
    )


def _derived(rules: Sequence[Rule]) -> set[str]:
    """Return the numbers that follow from others: by formulas, and as ends of orders."""
    found = {rule.columns[0] for rule in rules if rule.kind == "formula"}
    return found | {rule.columns[1] for rule in rules if rule.sorts}
