"""Compute what is not learned when rows are decoded: ends from their gaps, and the results of formulas.

Each column is computed once, after those that it depends on. A result that its column's bounds do not allow
is not cut off, which would break a formula, or make many gaps shorter: the numbers of the row that the rules
are about are moved toward the means of their columns, in one proportion and no further than needed, and what
formulas give is computed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd

from tabtwin.schema.encoding import Encoding, Gap, bounds
from tabtwin.schema.expression import parse
from tabtwin.schema.kinds.registry import is_quantity, quantity
from tabtwin.schema.rule import Rule, by_first
from tabtwin.schema.rules.bands import written_first
from tabtwin.schema.rules.breaking import what_is_fixed
from tabtwin.schema.rules.computing import exceeds
from tabtwin.schema.rules.gaps import grid_of, measured, put_back
from tabtwin.schema.schema import Column, Schema, numbers

Numbers = dict[str, np.ndarray]
HALVINGS = 12
"""How often the way to the means is halved: no row is moved more than 1/4096 of it too far."""


def derive(table: pd.DataFrame, drawn: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return a canonical table with all columns that are computed.

    Args:
        table: The other columns, canonical, within bounds; the rules among them hold.
        drawn: The same rows as generators draw them, with the gaps.
        schema: The columns and rules.
        encoding: How the table is recoded.
    """
    work = Derivation(schema, encoding)
    values = {
        column.name: numbers(table, column)
        for column in schema.learned
        if is_quantity(column) and column.name in table
    }
    before = {name: values[name].copy() for name in work.movable if name in values}
    work.compute(values, work.absent(table), drawn)
    wrong = np.flatnonzero(~work.holds(values))
    if len(wrong):
        mended = work.moved({name: found[wrong] for name, found in values.items()})
        for name, found in mended.items():
            values[name][wrong] = found
    cells = {str(name): table[name].to_numpy() for name in table}
    for name in work.sequence:
        cells[name] = work.canonical(values[name], name)
    for name, old in before.items():
        changed = (values[name] != old) & ~np.isnan(old)
        if changed.any():
            cells[name] = cells[name].copy()
            cells[name][changed] = work.canonical(values[name][changed], name)
    return pd.DataFrame({column.name: cells[column.name] for column in schema.learned}, index=table.index)


@dataclass(frozen=True)
class Derivation:
    """What is computed in a table, and from what."""

    schema: Schema
    encoding: Encoding

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Return the columns by name."""
        return {column.name: column for column in self.schema.learned}

    @cached_property
    def ends(self) -> Mapping[str, tuple[float, float]]:
        """Return the bounds of each number."""
        return bounds(self.encoding)

    @cached_property
    def formulas(self) -> Mapping[str, Rule]:
        """Return the rules that compute a column, by the column."""
        return {rule.columns[0]: rule for rule in self.encoding.recoding.computed}

    @cached_property
    def offs(self) -> Mapping[str, Gap]:
        """Return the gaps of formulas that hold except for rounding, by their column."""
        return {gap.column: gap for gap in self.encoding.recoding.gaps if gap.expression}

    @cached_property
    def orders(self) -> Sequence[Rule]:
        """Return the orderings that numbers are moved for."""
        return [rule for rule in self.schema.rules if rule.sorts]

    @cached_property
    def comparisons(self) -> Sequence[Rule]:
        """Return the comparisons."""
        return [rule for rule in self.schema.rules if rule.kind == "compare"]

    @cached_property
    def sequence(self) -> Sequence[str]:
        """Return the computed columns, each after those that it is computed from."""
        return derived_order(self.encoding)

    @cached_property
    def movable(self) -> Sequence[str]:
        """Return the numbers that may be moved: those that rules compute with, unless others depend on
        them or decide what they hold.
        """
        recoding = self.encoding.recoding
        tied = {name for rule in self.schema.rules if rule.kind == "sum" for name in rule.columns}
        tied |= {name for rule in written_first(self.schema.rules) for name in rule.columns}
        for rule in self.schema.rules:
            if rule.is_group or rule.kind == "never":
                tied |= set(rule.columns)
            elif rule.fixes:
                tied |= {*rule.fixing, rule.fixed} if rule.writes else {*rule.fixing}
        return [
            name
            for name in self._goal(recoding.anchor)
            if name not in tied and name not in self.formulas and name not in self.offs
        ]

    def absent(self, table: pd.DataFrame) -> Mapping[str, np.ndarray]:
        """Return in which rows other columns make a computed one missing, bool (rows,) by column."""
        alike = by_first(self.schema.rules)
        found: dict[str, np.ndarray] = {}
        for rule in self.schema.rules:
            if rule.kind != "implies" or rule.columns[1] not in self.encoding.recoding.derived:
                continue
            first, then = rule.columns
            for there, fixed in what_is_fixed(table[first].to_numpy(), rule, alike[first]):
                if fixed is None:
                    found[then] = found.get(then, np.zeros(len(table), bool)) | there
        return found

    def compute(self, values: Numbers, absent: Mapping[str, np.ndarray], drawn: pd.DataFrame) -> None:
        """Write the computed columns."""
        gaps = {gap.column: gap for gap in self.encoding.recoding.gaps}
        for name in self.sequence:
            if name in gaps:
                gap, column = gaps[name], self.columns[name]
                assert gap.code.low is not None
                assert gap.code.high is not None
                since = np.clip(drawn[gap.name].to_numpy("float64"), gap.code.low, gap.code.high)
                grid = grid_of(column, self.encoding.columns[name])
                found = put_back(since, values, gap, column, grid)
            else:
                found = self._result(name, values, values.get(name))
            values[name] = np.where(absent[name], np.nan, found) if name in absent else found

    def holds(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return which rows have all results within bounds, and all numbers in order, bool (rows,)."""
        found = np.ones(len(next(iter(values.values()))), bool)
        for name in self.sequence:
            low, high = self.ends[name]
            column, slack = self.columns[name], quantity(self.columns[name]).slack
            cells = values[name]
            found &= ~((cells < low - slack) | (cells > high + slack))
            if name in self.formulas and not column.missing and not self.formulas[name].loose:
                rule = self.formulas[name]
                found &= ~np.isnan(cells) | np.isnan([values[part] for part in rule.columns[1:]]).any(axis=0)
        for rule in self.orders:
            found &= ~(values[rule.columns[0]] > values[rule.columns[1]])
        for rule in self.comparisons:
            found &= ~exceeds(rule, values)
        return found

    def moved(self, values: Numbers) -> Numbers:
        """Return rows that do not hold, moved to where they do; a row that cannot be keeps its bounds."""
        found = {name: cells.copy() for name, cells in values.items()}
        left = np.arange(len(next(iter(values.values()))))
        anchor = self.encoding.recoding.anchor
        lows, highs = (
            {name: ends[at] for name, ends in self.ends.items() if name in anchor} for at in (0, 1)
        )
        for free in (anchor, lows, highs):
            goal = self._goal(free)
            start = {name: values[name][left] for name in values}
            near, far = np.zeros(len(left)), np.ones(len(left))
            reached = self.holds(self._toward(start, goal, far))
            for _ in range(HALVINGS):
                middle = (near + far) / 2
                good = self.holds(self._toward(start, goal, middle))
                near, far = np.where(good, near, middle), np.where(good, middle, far)
            best = self._toward(start, goal, far)
            for name in best:
                found[name][left[reached]] = best[name][reached]
            left = left[~reached]
            if not len(left):
                break
        for name in self.sequence:
            found[name][left] = np.clip(found[name][left], *self.ends[name])
        return found

    def canonical(self, cells: np.ndarray, name: str) -> np.ndarray:
        """Return numbers as canonical cells."""
        column = self.columns[name]
        return quantity(column).canonical(cells, column, self.ends[name])

    def _goal(self, free: Mapping[str, float]) -> Mapping[str, float]:
        """Return numbers to move rows to: given ones, and ends that come after them by the mean gap."""
        found = {name: np.array([value]) for name, value in free.items()}
        gaps = {gap.column: gap for gap in self.encoding.recoding.gaps}
        for name in self.sequence:
            if name in self.formulas:
                found[name] = self._result(name, found, None)
                continue
            gap, column = gaps[name], self.columns[name]
            mean = np.array([self.encoding.recoding.anchor[gap.name]])
            end = put_back(mean, found, gap, column, grid_of(column, self.encoding.columns[name]))
            found[name] = np.clip(end, *self.ends[name])
        return {name: float(cells[0]) for name, cells in found.items() if name in self.ends}

    def _toward(self, values: Numbers, goal: Mapping[str, float], share: np.ndarray) -> Numbers:
        """Return numbers moved by a share of the way, (rows,), to a goal, and what is computed from them."""
        found = dict(values)
        for name in self.movable:
            moved = (1 - share) * values[name] + share * goal[name]
            found[name] = self._on_grid(moved, name)
            if name not in self.sequence:  # bounds may be off the grid
                found[name] = np.clip(found[name], *self.ends[name])
        for name in self.sequence:
            if name in self.formulas:
                # What another column makes missing stays so.
                absent = np.isnan(values[name])
                found[name] = np.where(absent, np.nan, self._result(name, found, values[name]))
            elif name in self.offs:
                gap, column = self.offs[name], self.columns[name]
                grid = grid_of(column, self.encoding.columns[name])
                found[name] = put_back(measured(values, gap, grid), found, gap, column, grid)
        return found

    def _result(self, name: str, values: Mapping[str, np.ndarray], drawn: np.ndarray | None) -> np.ndarray:
        """Return a formula's result as its column is written; NaN where it has none.

        Where the formula is loose, what was drawn stays if it, or the result, is missing.
        """
        rule = self.formulas[name]
        with np.errstate(all="ignore"):
            found = np.asarray(parse(rule.expression).evaluate(values), "float64")
        found = self._nearest(np.where(np.isfinite(found), found, np.nan), name)
        if not rule.loose or drawn is None:
            return found
        return np.where(np.isnan(drawn) | np.isnan(found), drawn, found)

    def _nearest(self, cells: np.ndarray, name: str) -> np.ndarray:
        """Return the nearest numbers that a column can be written with; dates are cut off elsewhere."""
        column = self.columns[name]
        grid = grid_of(column, self.encoding.columns[name]) if quantity(column).is_calendar else None
        if grid is None:
            return self._on_grid(cells, name)
        there, found = ~np.isnan(cells), cells.copy()
        found[there] = grid.values(grid.index(cells[there]))
        return found

    def _on_grid(self, cells: np.ndarray, name: str) -> np.ndarray:
        there = ~np.isnan(cells)
        found = np.full(len(cells), np.nan)
        column = self.columns[name]
        found[there] = quantity(column).on_grid(cells[there], column)
        return found


def derived_order(encoding: Encoding) -> list[str]:
    """Return the computed columns, each after those that it is computed from.

    Raises:
        graphlib.CycleError: if there is no such order.
    """
    recoding = encoding.recoding
    graph: dict[str, Sequence[str]] = {gap.column: gap.origins for gap in recoding.gaps}
    graph |= {rule.columns[0]: rule.columns[1:] for rule in recoding.computed}
    return [name for name in TopologicalSorter(graph).static_order() if name in graph]
