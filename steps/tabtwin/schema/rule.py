"""Define rules between columns that the output always keeps: sums, orderings, and categories that fix others.

    sum       total = part + part + …
    order     low <= high
    implies   where a column of categories or codes holds a, another holds b, or a missing cell

A sum or an ordering with a missing cell holds, but a total without its parts is missing. Rules are kept by
:mod:`tabtwin.schema.rules.holding`; :mod:`tabtwin.schema.rules.agreement` decides which can be kept together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Literal

from pydantic import model_validator

from tabtwin.store.artifacts import Frozen

Bounds = Mapping[str, tuple[float, float]]
Units = Mapping[str, float]


class Rule(Frozen):
    """A rule.

    Attributes:
        kind: Its kind.
        columns: The total and its parts; the low and the high column; or the one that fixes, and the fixed.
        values: For ``implies``: what the second column holds if the first holds the key; a declared rule
            without any is about values that always occur together in the table.
        declared: Whether the user declared it, rather than it was found.
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
        """Return whether both are the same statement about the same columns, whatever the values."""
        return (self.kind, self.columns) == (other.kind, other.columns)

    def __str__(self) -> str:
        first, *rest = self.columns
        if self.kind == "sum":
            return f"{first} = {' + '.join(rest)}"
        if self.kind == "order":
            return f"{first} <= {rest[0]}"
        return f"{first} fixes {rest[0]}"

    def without_values(self) -> Rule:
        """Return the rule without what the columns hold."""
        return self.model_copy(update={"values": {}})


def by_first(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Return rules of kind ``implies`` by the column that fixes."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.kind == "implies":
            found.setdefault(rule.columns[0], []).append(rule)
    return found


def fixing_order(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules of kind ``implies`` so that each comes after those that write what it reads.

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
