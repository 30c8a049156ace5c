"""Tell formulas that give a column's own cells from those that go through what was rounded before.

Of ``share = part / whole`` and ``pct = 100 * part / whole``, both rounded, ``share = pct / 100`` holds to
rounding, too. But it gives another cell where the percentage was rounded to the middle between two shares:
computed that way, a share would not be the ratio any more. The direct formula implies the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tabtwin.schema.kinds.steps import on_unit
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.computing import computed
from tabtwin.schema.rules.formulas.quantities import Quantities

_FEW = 0.002
"""By which share of rows one formula must give fewer of a column's cells than another to come after it."""


def direct_first(rules: Sequence[Rule], table: Quantities) -> list[Rule]:
    """Return formulas in their order, but those after all others that give fewer of their column's cells
    than another does, which is the first between its own columns.

    Args:
        rules: Formulas that hold to rounding, the best first.
        table: The numbers and dates.
    """
    counts = Counter(rule.columns[0] for rule in rules)
    given = [_given(rule, table) if counts[rule.columns[0]] > 1 else 1.0 for rule in rules]
    seen: set[frozenset[str]] = set()
    most: dict[str, float] = {}
    for rule, share in zip(rules, given, strict=True):
        if frozenset(rule.columns) not in seen:
            seen.add(frozenset(rule.columns))
            most[rule.columns[0]] = max(share, most.get(rule.columns[0], 0.0))
    pairs = list(zip(rules, given, strict=True))
    pairs.sort(
        key=lambda pair: (
            pair[0].loose,
            pair[0].within > 0,
            pair[1] < most.get(pair[0].columns[0], 0.0) - _FEW,
        )
    )
    return [rule for rule, _ in pairs]


def _given(rule: Rule, table: Quantities) -> float:
    """Return in which share of rows a formula gives its column's very cell, once it is rounded."""
    at = table.names.index(rule.columns[0])
    unit, held = 2 * float(table.halves[at]), table.values[:, at]
    if table.dated[at] or unit <= 0:
        return 1.0
    values = on_unit(computed(rule, table.columns), unit)
    there = ~np.isnan(values) & ~np.isnan(held)
    return float((np.abs(values - held)[there] < unit / 2).mean())
