"""Define rules between columns that the output always keeps: sums, orderings, categories that fix others, and
what never occurs together.

    sum       total = part + part + …
    formula   target = expression, to the target's rounding (:mod:`tabtwin.schema.expression`)
    order     low <= high
    place     two columns lie in cells where k subjects' do (:mod:`tabtwin.schema.rules.places`)
    compare   expression <= expression, or <
    implies   where a column of categories or codes holds a, another holds b, or a missing cell
    bands     where a number is in a range, another column holds b (:mod:`tabtwin.schema.rules.bands`)
    pair      where two columns hold a and b, a third holds c, or a missing cell
    never     some states of a column never occur with some of another (:mod:`tabtwin.schema.rules.states`)
    exclusive at most one of some columns is set
    one_of    exactly one is

A sum or an ordering with a missing cell holds, but a total without its parts is missing. So is the target of
a formula, unless its missing cells are its own: then the formula says nothing where a cell is missing.

Rules are kept by :mod:`tabtwin.schema.rules.enforcing`; :mod:`tabtwin.schema.rules.agreement` decides which
can be kept together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Literal

from pydantic import model_validator

from tabtwin.schema.expression import column, is_comparison, parse, parse_comparison, parse_equation
from tabtwin.store.artifacts import Frozen

Bounds = Mapping[str, tuple[float, float]]
Units = Mapping[str, float]
Cell = tuple[int, int, int]
"""A cell of places: its level, and how many such cells it is from 0 on both axes."""
Pairs = tuple[tuple[str | None, str | None], ...]


_EXACT = {"order", "place", "implies", "pair", "bands", "never"}


class Rule(Frozen):
    """A rule.

    Attributes:
        kind: Its kind.
        columns: The total and its parts; the target and the columns that it follows from; the low and the
            high column; the one or two that fix, and the fixed; the two that never occur together, of which
            the second is written; or those of which one is set.
        values: For ``implies``: what the second column holds if the first holds the key; a declared rule
            without any is about values that always occur together in the table. For ``pair``, a key is both
            values as a JSON array. For ``bands``: the same, for the least and the greatest number of each
            range. For ``exclusive`` and ``one_of``: what each column holds if it is set; without any, it is
            set if it is not missing.
        pairs: For ``never``: states of the first column, and of the second, that never occur together; a
            declared rule without any is about those of the table.
        instead: For ``never``: what the second column holds instead, by the first's state. For ``exclusive``
            and ``one_of``: what each column holds if it is not set.
        says: For ``never``: the rule in words, without values.
        declared: Whether the user declared it, rather than it was found.
        expression: For ``formula``: what the target equals. A user may write ``target = expression`` instead
            of naming the columns. For ``compare``: both sides, the smaller first. For ``bands``: the part of
            a date, such as ``weekday(seen)``, whose ranges fix the other; without it, the number itself.
        loose: For ``formula``: whether missing cells of the target are its own. Otherwise it is missing where
            one of the others is, and nowhere else. For ``implies`` of numbers: whether those between two of
            them fix nothing. For ``pair``: whether other combinations may occur than those with a value.
            Otherwise, rows of others are moved to one of them.
        within: For ``formula``: how much farther than its own rounding the target may be from what it equals,
            since that was computed before rounding. What it is off is learned.
        gaps: For ``implies``: whether missing cells of the fixed column are its own, so that they stay.
        yields: Whether others write its columns, so that rows are drawn again that break it, unless a number
            or category can be changed that they do not write: for ``implies``, the column that fixes; for
            ``order``, one that is in no other rule (:mod:`tabtwin.schema.rules.mirroring`).
        cells: For ``place``: where places lie.
    """

    kind: Literal[
        "sum",
        "formula",
        "order",
        "place",
        "implies",
        "pair",
        "bands",
        "never",
        "exclusive",
        "one_of",
        "compare",
    ]
    columns: tuple[str, ...]
    values: dict[str, str | None] = {}  # noqa: RUF012 - pydantic copies defaults
    pairs: Pairs = ()
    instead: Pairs = ()
    says: str = ""
    declared: bool = False
    expression: str = ""
    loose: bool = False
    within: float = 0.0
    gaps: bool = False
    yields: bool = False
    cells: tuple[Cell, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _with_columns(cls, fields: object) -> object:
        """Add the columns of an equation or a comparison; one of two columns is an ordering."""
        if (
            isinstance(fields, dict)
            and fields.get("kind") in {"formula", "compare"}
            and ("columns" not in fields or fields["kind"] == "compare")
            and (fields["kind"] == "compare" or is_comparison(str(fields.get("expression", ""))))
        ):
            low, sign, high = parse_comparison(str(fields.get("expression", "")))
            columns = tuple(dict.fromkeys((*low.columns, *high.columns)))
            if sign == "<=" and low.what == high.what == "column" and len(columns) > 1:
                rest = {name: value for name, value in fields.items() if name != "expression"}
                return rest | {"kind": "order", "columns": columns}
            return fields | {"kind": "compare", "columns": columns, "expression": f"{low} {sign} {high}"}
        if isinstance(fields, dict) and fields.get("kind") == "formula" and "columns" not in fields:
            target, expression = parse_equation(str(fields.get("expression", "")))
            return fields | {"columns": (target, *expression.columns), "expression": str(expression)}
        return fields

    @model_validator(mode="after")
    def _has_its_columns(self) -> Rule:
        wanted = {"sum": 3, "pair": 3, "compare": 1}.get(self.kind, 2)
        if len(self.columns) < wanted or (self.kind in _EXACT and len(self.columns) > wanted):
            raise ValueError(f"a rule of kind {self.kind} has {wanted} columns")
        if self.kind != "bands" and (self.kind in {"formula", "compare"}) != bool(self.expression):
            raise ValueError("a rule of kind formula or compare has an expression, and other kinds have none")
        if self.kind == "bands" and self.expression and parse(self.expression).columns != self.columns[:1]:
            raise ValueError("the expression of a rule of kind bands is about its first column")
        if self.kind == "formula" and set(self.columns[1:]) != set(parse(self.expression).columns):
            raise ValueError("a rule of kind formula names its target, then the columns of its expression")
        if self.within and (self.kind != "formula" or not 0 < self.within < float("inf")):
            raise ValueError("a rule of kind formula, and no other, has a number above 0 as within")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("a rule names a column twice")
        if self.kind not in {"implies", "order"} and self.yields:
            raise ValueError("a rule of kind implies or order, and no other, yields")
        if self.kind != "never" and self.pairs:
            raise ValueError("a rule of kind never, and no other, has pairs")
        if self.is_group and not self.values.keys() <= set(self.columns):
            raise ValueError(f"the values of a rule of kind {self.kind} are by column")
        return self

    def is_like(self, other: Rule) -> bool:
        """Return whether both are the same statement about the same columns, whatever the values.

        A sum is a formula, and two formulas about the same columns are the same, whichever is the target. So
        are exactly one and at most one.
        """
        alike = (self.computes, self.is_group, self.kind == "never")
        if any(alike) and alike == (other.computes, other.is_group, other.kind == "never"):
            return set(self.columns) == set(other.columns)
        if self.kind == other.kind == "pair":
            return (set(self.fixing), self.fixed) == (set(other.fixing), other.fixed)
        own, others = (rule.expression if rule.kind == "compare" else "" for rule in (self, other))
        return (self.kind, self.columns, own) == (other.kind, other.columns, others)

    @property
    def computes(self) -> bool:
        """Return whether its first column follows from the others."""
        return self.kind in {"sum", "formula"}

    @property
    def fixes(self) -> bool:
        """Return whether it says what one or two columns fix in its last."""
        return self.kind in {"implies", "pair"}

    @property
    def fixing(self) -> tuple[str, ...]:
        """Return the columns that fix its last."""
        return self.columns[:-1]

    @property
    def fixed(self) -> str:
        """Return the column that others fix."""
        return self.columns[-1]

    @property
    def writes(self) -> bool:
        """Return whether it fixes values, and not only missing cells."""
        return self.fixes and not self.yields and any(held is not None for held in self.values.values())

    @property
    def sorts(self) -> bool:
        """Return whether numbers are put in order to keep it."""
        return self.kind == "order" and not self.yields

    @property
    def unset(self) -> Mapping[str, str | None]:
        """Return what each column of a group holds if it is not set."""
        return {str(name): text for name, text in self.instead}

    @property
    def is_group(self) -> bool:
        """Return whether it says how many of its columns are set."""
        return self.kind in {"exclusive", "one_of"}

    @property
    def may_drop(self) -> bool:
        """Return whether rows may be dropped that no change within bounds lets keep it, with all others."""
        return self.is_group or self.yields or self.kind in {"never", "compare"}

    def __str__(self) -> str:
        first, *rest = self.columns
        if self.kind == "sum":
            return f"{first} = {' + '.join(rest)}"
        if self.kind == "formula":
            off = f", give or take {self.within:g}" if self.within else ""
            return f"{column(first)} = {self.expression}{off}"
        if self.kind == "compare":
            return self.expression
        if self.kind == "order":
            return f"{first} <= {rest[0]}"
        if self.kind == "place":
            return f"{first} and {rest[0]} lie where other rows do"
        if self.kind == "bands":
            said = f"{self.expression} fixes" if self.expression else f"ranges of {first} fix"
            return f"{said} {rest[0]}"
        if self.kind == "pair":
            return f"{first} and {rest[0]} together fix {rest[1]}"
        if self.kind == "never":
            return self.says or f"some values of {first} and {rest[0]} never occur together"
        if self.is_group:
            share = "exactly" if self.kind == "one_of" else "at most"
            return f"{share} one of {', '.join(self.columns)} is {'set' if self.values else 'not missing'}"
        return f"{first} fixes {rest[0]}"

    def without_values(self) -> Rule:
        """Return the rule without what the columns hold."""
        return self.model_copy(update={"values": {}, "pairs": (), "instead": (), "cells": ()})


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
    """Return rules of what fixes what, so that each comes after those that write what it reads.

    Raises:
        graphlib.CycleError: if there is none.
    """
    return [rule for _, writing in mending_order(rules) for rule in writing if rule.fixes]


def mending_order(rules: Iterable[Rule]) -> list[tuple[str, list[Rule]]]:
    """Return columns that rules write, and these rules, so that each comes after those that it follows from.

    A rule of a group writes each of its columns but the first after those before it.

    Raises:
        graphlib.CycleError: if there is none.
    """
    graph: dict[str, list[str]] = {}
    writing: dict[str, list[Rule]] = {}
    for rule in rules:
        for read, written in edges(rule):
            graph.setdefault(written, []).append(read)
            rules_of = writing.setdefault(written, [])
            # A rule's edges follow one another: the last one tells, without comparing all that rules hold.
            if not rules_of or rules_of[-1] is not rule:
                rules_of.append(rule)
    return [(name, writing[name]) for name in TopologicalSorter(graph).static_order() if name in writing]


def edges(rule: Rule) -> list[tuple[str, str]]:
    """Return which column is written after which, by rules about states: what they read, and what they
    write.
    """
    if rule.yields:
        return []
    if rule.fixes or rule.kind == "never":
        return [(name, rule.columns[-1]) for name in rule.columns[:-1]]
    return list(pairwise(rule.columns)) if rule.is_group else []
