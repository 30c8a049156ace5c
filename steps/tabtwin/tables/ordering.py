"""Orderings between columns of numbers or of dates: rows put in order, and whether bounds leave room for it.

Values that are the wrong way round change places, which keeps both. One column's extremes may be the other's
secrets, as where the other is mostly missing, so each is then taken back to what its own column lets out; in
chains that may unsort a row again. Such rows are raised from the low end, each value no further than what
stands above it can follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np

from tabtwin.tables.rules import Bounds, Rule, Units
from tabtwin.tables.steps import on_unit, stepped

MICROSECONDS_IN_DAY = 86_400_000_000


@dataclass(frozen=True)
class Axis:
    """Between what numbers of a column lie, and what they are multiples of; dates are in microseconds."""

    low: float = -math.inf
    high: float = math.inf
    unit: float = 0.0


def axis_of(name: str, bounds: Bounds, units: Units, *, dated: bool) -> Axis:
    """A column's axis."""
    low, high = bounds.get(name, (-math.inf, math.inf))
    unit = units.get(name, 0.0)
    if not dated:
        return Axis(low, high, unit)
    ends = (math.ceil, low), (math.floor, high)
    low, high = (to(end * MICROSECONDS_IN_DAY) if math.isfinite(end) else end for to, end in ends)
    return Axis(low, high, unit * MICROSECONDS_IN_DAY)


def put_in_order(cells: dict[str, np.ndarray], rules: Sequence[Rule], bounds: Bounds, units: Units) -> None:
    """Write cells, by column, so that no ordering is broken."""
    names = list(dict.fromkeys(name for rule in rules for name in rule.columns))
    axes = {name: axis_of(name, bounds, units, dated=cells[name].dtype.kind == "M") for name in names}
    values = {name: _as_numbers(cells[name]) for name in names}
    before = {name: found.copy() for name, found in values.items()}
    for _ in range(2 * len(rules)):  # of a chain of n orderings, n rounds sort any row
        for rule in rules:
            _swap(values, axes, *rule.columns)
    unsorted = np.any([values[low] > values[high] for low, high in _pairs(rules)], axis=0) if rules else False
    if np.any(unsorted):
        raised = {name: found[unsorted] for name, found in values.items()}
        _raise(raised, axes, rules)
        for name in names:
            values[name][unsorted] = raised[name]
    for name in names:
        changed = values[name] != before[name]
        changed &= ~np.isnan(before[name])
        cells[name][changed] = _as_cells(values[name][changed], cells[name].dtype)


def has_room(rules: Sequence[Rule], axes: Mapping[str, Axis]) -> bool:
    """Whether any row within its columns' bounds can be put in order; the orderings form no circle."""
    before = _neighbours(rules, 1)
    least: dict[str, float] = {}
    most: dict[str, float] = {}
    names = list(TopologicalSorter(before).static_order())
    for name in names:
        reached = max((least[low] for low in before[name]), default=-math.inf)
        least[name] = _beyond(reached, axes[name].low, axes[name].unit, np.ceil, max)
    after = _neighbours(rules, 0)
    for name in reversed(names):
        reached = min((most[high] for high in after[name]), default=math.inf)
        most[name] = _beyond(reached, axes[name].high, axes[name].unit, np.floor, min)
    return all(least[name] <= most[name] for name in names)


def _beyond(
    reached: float,
    end: float,
    unit: float,
    to: Callable[[np.ndarray], np.ndarray],
    furthest: Callable[[float, float], float],
) -> float:
    """A column's own end, or what its neighbours reach where that is further, on its unit."""
    if furthest(reached, end) == end or not math.isfinite(reached):
        return end
    return furthest(float(_stepped(np.array([reached]), unit, to)[0]), end)


def _raise(values: dict[str, np.ndarray], axes: Mapping[str, Axis], rules: Sequence[Rule]) -> None:
    """Raise each value to those below it, as far as those above it can follow."""
    before, after = _neighbours(rules, 1), _neighbours(rules, 0)
    names = list(TopologicalSorter(before).static_order())
    most: dict[str, np.ndarray] = {}
    for name in reversed(names):
        axis, own = axes[name], values[name]
        most[name] = np.full(len(own), axis.high)
        for high in after[name]:
            follows = most[high] < most[name]
            most[name] = np.where(follows, _stepped(most[high], axis.unit, np.floor), most[name])
        most[name][np.isnan(own)] = math.inf  # a missing cell holds nobody back
    for name in names:
        axis, own = axes[name], values[name]
        for low in before[name]:
            wrong = values[low] > own
            own = np.where(wrong, _stepped(values[low], axis.unit, np.ceil), own)
        values[name] = np.where(np.isnan(own), own, np.minimum(own, most[name]))


def _swap(values: dict[str, np.ndarray], axes: Mapping[str, Axis], low: str, high: str) -> None:
    """Let values that are the wrong way round change places, each rounded away where units differ, and
    taken back to its column's bounds.
    """
    wrong = values[low] > values[high]
    less, more = values[high][wrong], values[low][wrong]
    if axes[low].unit != axes[high].unit:
        less = _stepped(less, axes[low].unit, np.floor)
        more = _stepped(more, axes[high].unit, np.ceil)
    values[low][wrong] = np.clip(less, axes[low].low, axes[low].high)
    values[high][wrong] = np.clip(more, axes[high].low, axes[high].high)


def _stepped(values: np.ndarray, unit: float, to: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Values rounded down or up to multiples of a unit, and never a hair to the other side."""
    found = stepped(values, unit, to)
    if unit <= 0:
        return found
    short = found < values if to is np.ceil else found > values
    return np.where(short, on_unit(found + (unit if to is np.ceil else -unit), unit), found)


def _neighbours(rules: Sequence[Rule], side: int) -> dict[str, list[str]]:
    """By the column on one side of orderings (0: low, 1: high), those on the other."""
    found: dict[str, list[str]] = {name: [] for rule in rules for name in rule.columns}
    for rule in rules:
        found[rule.columns[side]].append(rule.columns[1 - side])
    return found


def _pairs(rules: Sequence[Rule]) -> list[tuple[str, str]]:
    return [(rule.columns[0], rule.columns[1]) for rule in rules]


def _as_numbers(cells: np.ndarray) -> np.ndarray:
    """Numbers as they are, dates as microseconds; NaN where missing."""
    if cells.dtype.kind != "M":
        return cells.astype("float64")
    micros = cells.astype("datetime64[us]").astype("int64").astype("float64")
    return np.where(np.isnat(cells), np.nan, micros)


def _as_cells(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return (
        np.rint(values).astype("int64").astype("datetime64[us]").astype(dtype)
        if dtype.kind == "M"
        else values
    )
