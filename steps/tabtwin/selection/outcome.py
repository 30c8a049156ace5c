"""What choosing changed: accuracy by order before and after, and the columns that stay worst."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabtwin.evaluation.fidelity.accuracy import ORDERS
from tabtwin.evaluation.fidelity.results import Orders
from tabtwin.selection.layout import Layout
from tabtwin.selection.results import ColumnChange

WORST = 5


def by_order(layout: Layout, distances: np.ndarray) -> Orders:
    """1 − the total variation from the target, the mean over the tables of each order."""
    orders = layout.orders
    means = {
        name: 1.0 - float(distances[orders == order].mean()) if (orders == order).any() else None
        for order, name in enumerate(ORDERS, start=1)
    }
    there = [value for value in means.values() if value is not None]
    return Orders.model_validate({"overall": float(np.mean(there)), **means})


def worst_columns(
    layout: Layout, names: Sequence[str], before: np.ndarray, after: np.ndarray
) -> tuple[ColumnChange, ...]:
    """The columns whose one- and two-way tables stay furthest from the target, the worst first.

    Args:
        layout: The tables.
        names: What each code row is called.
        before: Distance of each table of a plain draw: float64 (tables,).
        after: Of the chosen rows.
    """
    narrow = layout.orders <= 2
    own = [narrow & (layout.members == place).any(axis=1) for place in range(len(names))]
    scores = {name: float(after[mask].mean()) for name, mask in zip(names, own, strict=True)}
    return tuple(
        ColumnChange(
            column=names[place],
            before=1.0 - float(before[own[place]].mean()),
            after=1.0 - float(after[own[place]].mean()),
        )
        for place in np.argsort([-scores[name] for name in names], kind="stable")[:WORST]
    )
