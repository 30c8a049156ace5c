"""Summarize a fit, by column and in total.

If own rows cost much less than left-out ones, the model has memorized them: an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from tabtwin.generators.boost.coding import Coding
from tabtwin.generators.boost.forest import Forest
from tabtwin.generators.boost.share import Piece
from tabtwin.generators.protocol import Training


class ColumnCost(TypedDict):
    """What a column costs, or one of its parts.

    Attributes:
        left_out: Nats of a left-out row.
        own: Nats of a row that members were fitted to.
        trees: Trees of all of its boosters.
    """

    left_out: float
    own: float
    trees: int


Columns = dict[str, ColumnCost]


class BoostTraining(Training):
    """How a fit of boost went: the same in all, and by column."""

    rows: int
    trees: int
    left_out: float
    own: float
    overfit: float
    columns: Columns


def cost(piece: Piece, forest: Forest) -> ColumnCost:
    """Return the cost of a part by what a share has of it: ``forest`` are its boosters."""
    left_out, own = (piece.rest + piece.losses.sum(axis=0)) / piece.rows
    return {"left_out": float(left_out), "own": float(own), "trees": len(forest.tree) - 1}


def by_column(coding: Coding, costs: Mapping[int, ColumnCost]) -> Columns:
    """Return the costs of each column: ``costs`` are by part, and a constant part costs nothing."""
    columns: Columns = {}
    number = 0
    for column in coding:
        of = [costs[at] for at in range(number, number + len(column.parts)) if at in costs]
        number += len(column.parts)
        columns[column.name] = {
            "left_out": round(sum(found["left_out"] for found in of), 4),
            "own": round(sum(found["own"] for found in of), 4),
            "trees": sum(found["trees"] for found in of),
        }
    return columns


def in_all(columns: Columns, rows: int) -> BoostTraining:
    """Return the summary of a model of these columns, fitted to ``rows`` rows."""
    left_out = sum(cost["left_out"] for cost in columns.values())
    own = sum(cost["own"] for cost in columns.values())
    return {
        "device": "cpu",
        "rows": rows,
        "trees": sum(cost["trees"] for cost in columns.values()),
        "left_out": round(left_out, 4),
        "own": round(own, 4),
        "overfit": round(left_out - own, 4),
        "columns": columns,
    }
