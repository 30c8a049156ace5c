"""Tell orderings that end in what a formula gives from those that already hold as the formula does.

``net <= total`` always holds where ``total = net + tax``. But ``change <= level`` says something of its own
where ``level = log(hours + 1)``: rows that break it are moved as if a result were out of bounds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tabtwin.lib.seeds import generator
from tabtwin.schema.rule import Rule, computing_order
from tabtwin.schema.rules.computing import as_numbers, computed
from tabtwin.schema.rules.formulas.quantities import LOOKED_AT
from tabtwin.schema.rules.ordering import put_in_order


def said_beyond(orders: Sequence[Rule], formulas: Sequence[Rule], training: pd.DataFrame) -> list[Rule]:
    """Return orderings without those that end in what a formula gives and hold in unrelated rows, too.

    Args:
        orders: Orderings of canonical columns.
        formulas: What computes columns; rules of other kinds do not matter.
        training: Canonical rows.
    """
    computing = computing_order(formulas)
    ends = {rule.columns[0] for rule in computing}
    if not any(rule.columns[1] in ends for rule in orders):
        return list(orders)
    others = [rule for rule in orders if rule.columns[1] not in ends]
    mixed = _unrelated(training, others, computing)

    def breaks(low: str, high: str) -> bool:
        return bool((mixed[low] > mixed[high]).any())

    return [rule for rule in orders if rule.columns[1] not in ends or breaks(*rule.columns)]


def _unrelated(
    training: pd.DataFrame, orders: Sequence[Rule], computing: Sequence[Rule]
) -> dict[str, np.ndarray]:
    """Return rows, by column, whose cells have nothing to do with one another but orderings and formulas."""
    rng = generator(0, "unrelated")
    names = {name for rule in (*orders, *computing) for name in rule.columns}
    rows = min(len(training), LOOKED_AT)
    cells = {
        str(name): as_numbers(rng.permutation(training[name].to_numpy())[:rows])
        for name in training
        if name in names or training[name].dtype.kind in "fM"
    }
    put_in_order(cells, orders, {}, {})
    for rule in computing:
        found = computed(rule, cells)
        own = cells[rule.columns[0]]
        cells[rule.columns[0]] = np.where(np.isnan(found), own, found) if rule.loose else found
    return cells
