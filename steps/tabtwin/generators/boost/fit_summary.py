"""Summarize a fit, by column and in total.

If own rows cost much less than left-out ones, the model has memorized them: an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.generators.boost.coding import Coding
from tabtwin.generators.boost.learning import Fitted

Columns = dict[str, dict[str, Any]]
"""By column: nats a row that ``left_out`` and ``own`` rows cost, and ``trees``."""


def by_column(coding: Coding, fitted: Mapping[int, Fitted]) -> Columns:
    """Return the costs of each column's parts; ``fitted`` is by part, and a constant part costs nothing."""
    columns, number = {}, 0
    for column in coding:
        of = [fitted[at] for at in range(number, number + len(column.parts)) if at in fitted]
        number += len(column.parts)
        columns[column.name] = {
            "left_out": round(sum(found.left_out for found in of), 4),
            "own": round(sum(found.own for found in of), 4),
            "trees": sum(found.trees for found in of),
        }
    return columns


def in_all(columns: Columns, rows: int) -> dict[str, Any]:
    """Return the summary of a model of these columns, fitted to ``rows`` rows."""
    total = {key: sum(entry[key] for entry in columns.values()) for key in ("left_out", "own", "trees")}
    return {
        "device": "cpu",
        "rows": rows,
        "trees": total["trees"],
        "left_out": round(total["left_out"], 4),
        "own": round(total["own"], 4),
        "overfit": round(total["left_out"] - total["own"], 4),
        "columns": columns,
    }
