"""Decide whether a formula holds, and would not by chance."""

from __future__ import annotations

import numpy as np

from tabtwin.lib.seeds import generator
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.computing import computed, differ
from tabtwin.schema.rules.fixing import CHANCE, FEWEST
from tabtwin.schema.rules.formulas.quantities import LOOKED_AT, Quantities


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
    return rule.model_copy(update={"loose": bool((given != held).any())})
