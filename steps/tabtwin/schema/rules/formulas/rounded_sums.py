"""Find sums that hold except for rounding: shares that add up to 99.9, totals of rounded parts.

Where numbers add up before they are rounded, what their sum is off afterwards varies by a twelfth of their
units, squared, and every other sum of them by far more. So the directions in which columns vary least, each
in its own units, are such sums.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.formulas.quantities import FEWEST_ROWS, Quantities
from tabtwin.schema.rules.formulas.sums import MOST_PARTS, solved, sparse

_LEAST = 2.0
"""How much a column must vary, in its units: what varies less may be off as little by chance."""
_ROUNDED = 0.25
"""The most that a sum may vary, squared, in units, if only rounding varies it: three times a twelfth."""
_ALIKE = 0.02
"""How far the weights of a sum may be from 1, -1 or 0."""
_MOST_SUMS = 3
"""Sums are sought where at most so many hold at once."""


def rounded_sums(table: Quantities, known: Collection[frozenset[str]]) -> list[Rule]:
    """Return formulas that may hold except for rounding, each with how far off it may be.

    Args:
        table: The numbers and dates.
        known: The columns of formulas that hold to the rounding of their target alone.
    """
    found: dict[frozenset[str], list[Rule]] = {}
    for group in table.complete():
        there = ~np.isnan(table.values[:, group]).any(axis=1)
        if there.sum() < FEWEST_ROWS:
            continue
        for members, signs, cells in _sums(table, group, there):
            names = [table.names[at] for at in members]
            if frozenset(names) not in known and frozenset(names) not in found:
                halves = dict(zip(names, table.halves[members], strict=True))
                found[frozenset(names)] = [_within(rule, halves) for _, rule in solved(names, signs, cells)]
    return [rule for rules in found.values() for rule in rules]


def _sums(
    table: Quantities, group: list[int], there: np.ndarray
) -> Iterator[tuple[list[int], np.ndarray, np.ndarray]]:
    """Yield the columns of sums that hardly vary, their signs, and their cells in some rows."""
    units = 2 * table.halves[group]
    cells = table.some(there)[:, group]
    varied = ~table.dated[group] & (units > 0)
    varied[varied] = cells[:, varied].std(axis=0) >= _LEAST * units[varied]
    if varied.sum() < 2:
        return
    scaled = cells[:, varied] / units[varied]
    sizes, directions = np.linalg.eigh(np.cov(scaled, rowvar=False))
    basis = directions[:, sizes < _ROUNDED]
    if not 1 <= basis.shape[1] <= _MOST_SUMS:
        return
    places = np.flatnonzero(varied)
    for direction in sparse(basis):
        weights = direction / units[varied]
        weights = weights / np.abs(weights).max()
        signs = np.rint(weights)
        members = np.flatnonzero(signs)
        if 2 <= len(members) <= MOST_PARTS and np.abs(weights - signs).max() <= _ALIKE:
            yield [group[places[at]] for at in members], signs[members], cells[:, places[members]]


def _within(rule: Rule, halves: dict[str, float]) -> Rule:
    """Return a formula with how far off it may be since each of its columns was rounded, in whole units."""
    unit = 2 * halves[rule.columns[0]]
    off = np.floor(sum(halves.values()) / unit + 1e-9) * unit
    return rule.model_copy(update={"within": float(f"{off:.12g}")})
