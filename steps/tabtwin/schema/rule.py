"""Define rules between columns that the output always keeps: sums, orderings, and categories that fix others.

    sum       total = part + part + …
    formula   target = expression, to the target's rounding (:mod:`tabtwin.schema.expression`)
    order     low <= high
    place     two columns lie in cells where k subjects' do (:mod:`tabtwin.schema.rules.places`)
    implies   where a column of categories or codes holds a, another holds b, or a missing cell

A sum or an ordering with a missing cell holds, but a total without its parts is missing. So is the target of
a formula, unless its missing cells are its own: then the formula says nothing where a cell is missing.

Rules are kept by :mod:`tabtwin.schema.rules.holding`; :mod:`tabtwin.schema.rules.agreement` decides which can
be kept together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Literal

from pydantic import model_validator

from tabtwin.schema.expression import column, parse, parse_equation
from tabtwin.store.artifacts import Frozen

Bounds = Mapping[str, tuple[float, float]]
Units = Mapping[str, float]
Cell = tuple[int, int, int]
"""A cell of places: its level, and how many such cells it is from 0 on both axes."""


class Rule(Frozen):
    """A rule.

    Attributes:
        kind: Its kind.
        columns: The total and its parts; the target and the columns that it follows from; the low and the
            high column; or the one that fixes, and the fixed.
        values: For ``implies``: what the second column holds if the first holds the key; a declared rule
            without any is about values that always occur together in the table.
        declared: Whether the user declared it, rather than it was found.
        expression: For ``formula``: what the target equals. A user may write ``target = expression`` instead
            of naming the columns.
        loose: For ``formula``: whether missing cells of the target are its own. Otherwise it is missing where
            one of the others is, and nowhere else.
        cells: For ``place``: where places lie.
    """

    kind: Literal["sum", "formula", "order", "place", "implies"]
    columns: tuple[str, ...]
    values: dict[str, str | None] = {}  # noqa: RUF012 - pydantic copies defaults
    declared: bool = False
    expression: str = ""
    loose: bool = False
    cells: tuple[Cell, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _with_columns(cls, fields: object) -> object:
        """Add the columns of an equation."""
        if isinstance(fields, dict) and fields.get("kind") == "formula" and "columns" not in fields:
            target, expression = parse_equation(str(fields.get("expression", "")))
            return fields | {"columns": (target, *expression.columns), "expression": str(expression)}
        return fields

    @model_validator(mode="after")
    def _has_its_columns(self) -> Rule:
        wanted = 3 if self.kind == "sum" else 2
        if len(self.columns) < wanted or (
            self.kind in {"order", "place", "implies"} and len(self.columns) > 2
        ):
            raise ValueError(f"a rule of kind {self.kind} has {wanted} columns")
        if (self.kind == "formula") != bool(self.expression):
            raise ValueError("a rule of kind formula, and no other, has an expression")
        if self.kind == "formula" and set(self.columns[1:]) != set(parse(self.expression).columns):
            raise ValueError("a rule of kind formula names its target, then the columns of its expression")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("a rule names a column twice")
        return self

    def is_like(self, other: Rule) -> bool:
        """Return whether both are the same statement about the same columns, whatever the values.

        A sum is a formula, and two formulas about the same columns are the same, whichever is the target.
        """
        if self.computes and other.computes:
            return set(self.columns) == set(other.columns)
        return (self.kind, self.columns) == (other.kind, other.columns)

    @property
    def computes(self) -> bool:
        """Return whether its first column follows from the others."""
        return self.kind in {"sum", "formula"}

    def __str__(self) -> str:
        first, *rest = self.columns
        if self.kind == "sum":
            return f"{first} = {' + '.join(rest)}"
        if self.kind == "formula":
            return f"{column(first)} = {self.expression}"
        if self.kind == "order":
            return f"{first} <= {rest[0]}"
        if self.kind == "place":
            return f"{first} and {rest[0]} lie where other rows do"
        return f"{first} fixes {rest[0]}"

    def without_values(self) -> Rule:
        """Return the rule without what the columns hold."""
        return self.model_copy(update={"values": {}, "cells": ()})


def computing_order(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules of kind ``formula`` so that each comes after those that compute what it needs.

    Raises:
        graphlib.CycleError: if there is none.
    """
    by_target = {rule.columns[0]: rule for rule in rules if rule.kind == "formula"}
    graph = {
        target: [name for name in rule.columns[1:] if name in by_target] for target, rule in by_target.items()
    }
    return [by_target[name] for name in TopologicalSorter(graph).static_order()]


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
