"""Rules between columns that the output always keeps: sums, orderings, and categories that fix others.

They act when rows are decoded, after value protection, so they hold whatever a generator drew:

    sum       total = part + part + …   the total is computed; where it would lie beyond what protection lets
                                        out, the part with the most room gives way
    order     low <= high               values that are the wrong way round change places
    implies   column = a: then = b      what is fixed is written, ``None`` for a missing cell

A column is determined by one rule only, and never, by whatever way, by itself. Where a cell of a sum or an
ordering is missing it says nothing, but for a sum: without its parts there is no total.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import model_validator

from tabtwin.lib.contract import Frozen

ROUNDING = 1e-6
MICROSECONDS_IN_DAY = 86_400_000_000
Bounds = Mapping[str, tuple[float, float]]


class Rule(Frozen):
    """A rule.

    Attributes:
        kind: Which one.
        columns: The total and its parts; the low and the high one; or the one that fixes, and the fixed.
        values: Of ``implies``: what the second column holds where the first holds the key.
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

    @property
    def determined(self) -> str | None:
        """The column that the rule writes; an ordering may write both."""
        return {"sum": self.columns[0], "implies": self.columns[1], "order": None}[self.kind]

    def is_like(self, other: Rule) -> bool:
        """Whether both say the same of the same columns, whatever the values."""
        return (self.kind, self.columns) == (other.kind, other.columns)

    def __str__(self) -> str:
        first, *rest = self.columns
        if self.kind == "sum":
            return f"{first} = {' + '.join(rest)}"
        if self.kind == "order":
            return f"{first} <= {rest[0]}"
        return f"{first} fixes {rest[0]} in {len(self.values)} of its values"


def hold(
    table: pd.DataFrame, rules: tuple[Rule, ...], bounds: Bounds, units: Mapping[str, float]
) -> pd.DataFrame:
    """A canonical table in which every rule holds.

    Args:
        table: Numbers as float64, dates as datetime64[ns], categories as object.
        rules: In the order in which they are applied within their kind.
        bounds: Between what numbers of a column may lie, of a date its days since 1970.
        units: What numbers of a column are multiples of.
    """
    cells: dict[str, np.ndarray] = {str(name): table[name].to_numpy(copy=True) for name in table}
    for rule in rules:
        if rule.kind == "implies":
            _imply(cells, rule)
    for rule in rules:
        if rule.kind == "sum":
            _add_up(cells, rule, bounds, units)
    orders = [rule for rule in rules if rule.kind == "order"]
    for _ in range(
        2 * len(orders)
    ):  # of a chain of n orderings, n rounds sort any row; bounds may unsort it again
        for rule in orders:
            _swap(cells, rule, bounds, units)
    return pd.DataFrame(cells, index=table.index)


def broken(table: pd.DataFrame, rules: tuple[Rule, ...], units: Mapping[str, float]) -> np.ndarray:
    """Which rows of a canonical table break a rule: bool (rows,)."""
    found = np.zeros(len(table), bool)
    for rule in rules:
        cells = [table[name].to_numpy() for name in rule.columns]
        if rule.kind == "order":
            found |= cells[0] > cells[1]
        elif rule.kind == "sum":
            total = np.sum(cells[1:], axis=0)
            missing = np.isnan(total) != np.isnan(cells[0])
            found |= missing | (np.abs(total - cells[0]) > _slack(total, units[rule.columns[0]]))
        else:
            for value, fixed in rule.values.items():
                there = cells[0] == value
                found |= there & (~pd.isna(cells[1]) if fixed is None else cells[1] != fixed)
    return found


def _imply(cells: dict[str, np.ndarray], rule: Rule) -> None:
    first, then = (cells[name] for name in rule.columns)
    for value, fixed in rule.values.items():
        there = first == value
        if then.dtype == object:
            then[there] = fixed
        else:
            then[there] = np.datetime64("NaT") if then.dtype.kind == "M" else np.nan


def _swap(cells: dict[str, np.ndarray], rule: Rule, bounds: Bounds, units: Mapping[str, float]) -> None:
    """Let values that are the wrong way round change places, each rounded away where units differ.

    Each is then taken back to what its own column lets out: one column's extremes may be the other's secrets,
    as where the other is mostly missing. The two stay in order, since either lay within its bounds before.
    """
    low, high = (cells[name] for name in rule.columns)
    wrong = low > high
    less, more = high[wrong], low[wrong]
    if low.dtype.kind == "f" and units[rule.columns[0]] != units[rule.columns[1]]:
        less = _stepped(less, units[rule.columns[0]], np.floor)
        more = _stepped(more, units[rule.columns[1]], np.ceil)
    low[wrong] = _within(less, bounds.get(rule.columns[0]))
    high[wrong] = _within(more, bounds.get(rule.columns[1]))


def _within(cells: np.ndarray, ends: tuple[float, float] | None) -> np.ndarray:
    """Cells within a column's bounds, where it has any; those of dates are in days since 1970."""
    if ends is None:
        return cells
    if cells.dtype.kind == "M":
        first, last = math.ceil(ends[0] * MICROSECONDS_IN_DAY), math.floor(ends[1] * MICROSECONDS_IN_DAY)
        return np.asarray(np.clip(cells, np.datetime64(first, "us"), np.datetime64(last, "us")))
    return np.asarray(np.clip(cells, *ends))


def _add_up(cells: dict[str, np.ndarray], rule: Rule, bounds: Bounds, units: Mapping[str, float]) -> None:
    total, *parts = rule.columns
    low, high = bounds[total]
    summed = np.sum([cells[part] for part in parts], axis=0)
    over = summed - np.clip(summed, low, high)
    for _ in parts:
        if not np.nansum(np.abs(over)):
            break
        # What each part can give before it leaves its own bounds; the one with most gives.
        room = np.stack(
            [
                np.where(over > 0, cells[part] - bounds[part][0], bounds[part][1] - cells[part])
                for part in parts
            ]
        )
        gives = np.nan_to_num(room, nan=-1.0).argmax(axis=0)
        for number, part in enumerate(parts):
            wanted = np.abs(over)
            if units[part] > 0:  # rounding must not take back what was given
                wanted = np.ceil(wanted / units[part] - ROUNDING) * units[part]
            given = np.where(gives == number, np.sign(over) * np.minimum(wanted, room[number]), 0.0)
            cells[part] = _on_unit(cells[part] - np.nan_to_num(given), units[part])
        summed = np.sum([cells[part] for part in parts], axis=0)
        over = summed - np.clip(summed, low, high)
    cells[total] = np.clip(_on_unit(summed, units[total]), low, high)


def _on_unit(values: np.ndarray, unit: float) -> np.ndarray:
    if unit <= 0:
        return values
    digits = max(0, round(-np.log10(unit)))
    return np.asarray(np.round(values, digits) + 0.0)


def _stepped(values: np.ndarray, unit: float, to: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Values rounded down or up to multiples of a unit; those that are multiples stay."""
    if unit <= 0:
        return values
    away = -ROUNDING if to is np.ceil else ROUNDING
    return _on_unit(to(values / unit + away) * unit, unit)


def _slack(total: np.ndarray, unit: float) -> np.ndarray:
    """How far rounding may take a sum from its total."""
    return np.asarray(unit / 2 + 1e-9 * np.abs(total))
