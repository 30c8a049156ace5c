"""Rules between columns that the output always keeps: sums, orderings, and categories that fix others.

    sum       total = part + part + …
    order     low <= high
    implies   where a column holds a, another holds b, or a missing cell

Where a cell of a sum or an ordering is missing it says nothing, but for a sum: without its parts there is no
total. How rules are kept stands in :mod:`tabtwin.tables.holding`, which of them can be kept together in
:mod:`tabtwin.tables.agreement`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import model_validator

from tabtwin.lib.contract import Frozen

FLOAT_NOISE = 1e-9
"""Of the parts of a sum, by which it may differ from its total."""

Bounds = Mapping[str, tuple[float, float]]
Units = Mapping[str, float]


class Rule(Frozen):
    """A rule.

    Attributes:
        kind: Which one.
        columns: The total and its parts; the low and the high one; or the one that fixes, and the fixed.
        values: Of ``implies``: what the second column holds where the first holds the key; a declared rule
            without any is about what the table always has together.
        declared: Whether the user said so, and it was not found.
    """

    kind: Literal["sum", "order", "implies"]
    columns: tuple[str, ...]
    values: dict[str, str | None] = {}  # noqa: RUF012 - pydantic copies defaults
    declared: bool = False

    @model_validator(mode="after")
    def _has_its_columns(self) -> Rule:
        wanted = 3 if self.kind == "sum" else 2
        if len(self.columns) < wanted or (self.kind != "sum" and len(self.columns) > 2):
            raise ValueError(f"a rule of kind {self.kind} has {wanted} columns")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("a rule names a column twice")
        return self

    def is_like(self, other: Rule) -> bool:
        """Whether both say the same of the same columns, whatever the values."""
        return (self.kind, self.columns) == (other.kind, other.columns)

    def __str__(self) -> str:
        first, *rest = self.columns
        if self.kind == "sum":
            return f"{first} = {' + '.join(rest)}"
        if self.kind == "order":
            return f"{first} <= {rest[0]}"
        return f"{first} fixes {rest[0]}"

    def without_values(self) -> Rule:
        """The same of the columns, silent about what they hold."""
        return self.model_copy(update={"values": {}})


def broken(table: pd.DataFrame, rules: tuple[Rule, ...], units: Units) -> np.ndarray:
    """Which rows of a canonical table break a rule: bool (rows,)."""
    found = np.zeros(len(table), bool)
    for rule in rules:
        cells = [table[name].to_numpy() for name in rule.columns]
        if rule.kind == "order":
            found |= cells[0] > cells[1]
        elif rule.kind == "sum":
            total = np.sum(cells[1:], axis=0)
            missing = np.isnan(total) != np.isnan(cells[0])
            slack = units[rule.columns[0]] / 2 + FLOAT_NOISE * np.sum(np.abs(cells[1:]), axis=0)
            found |= missing | (np.abs(total - cells[0]) > slack)
        else:
            for value, fixed in rule.values.items():
                there = cells[0] == value
                found |= there & (~pd.isna(cells[1]) if fixed is None else cells[1] != fixed)
    return found


def fixing_order(rules: Iterable[Rule]) -> list[Rule]:
    """Rules of kind ``implies`` in an order in which each comes after those that write what it reads.

    Raises:
        graphlib.CycleError: if there is none.
    """
    fixing = [rule for rule in rules if rule.kind == "implies"]
    graph: dict[str, list[str]] = {}
    for rule in fixing:
        graph.setdefault(rule.columns[1], []).append(rule.columns[0])
    return [
        rule for name in TopologicalSorter(graph).static_order() for rule in fixing if rule.columns[1] == name
    ]
