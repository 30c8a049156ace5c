"""Put rows in order by columns of numbers or dates, and check whether bounds leave room for it.

Values in the wrong order are swapped, which keeps both. One column's extremes may be the other's secrets, for
example if the other is mostly missing, so each is then moved back to its own column's bounds. If there is
room, rounds of this put any row in order: relative to any number, cells are above or below it, those above
move toward the high end by a step per round, and no cell that its bounds keep below is over one that they
keep above.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np

from tabtwin.schema.kinds.steps import on_unit, stepped
from tabtwin.schema.rule import Bounds, Rule, Units

MICROSECONDS_IN_DAY = 86_400_000_000
ROUNDS = 4
"""Rounds per column; rows need fewer to be in order."""


@dataclass(frozen=True)
class Axis:
    """The bounds of a column's numbers, and what they are multiples of; dates are in microseconds."""

    low: float = -math.inf
    high: float = math.inf
    unit: float = 0.0


def axis_of(name: str, bounds: Bounds, units: Units, *, dated: bool) -> Axis:
    """Return a column's axis."""
    low, high = bounds.get(name, (-math.inf, math.inf))
    unit = units.get(name, 0.0)
    if not dated:
        return Axis(low, high, unit)
    ends = (math.ceil, low), (math.floor, high)
    low, high = (to(end * MICROSECONDS_IN_DAY) if math.isfinite(end) else end for to, end in ends)
    return Axis(low, high, unit * MICROSECONDS_IN_DAY)


def put_in_order(cells: dict[str, np.ndarray], rules: Sequence[Rule], bounds: Bounds, units: Units) -> None:
    """Write cells, by column, so that no ordering is broken, nor one that follows from several: the first and
    the last of a chain are in order even where the one between them is missing.
    """
    pairs = _chained(rules)
    names = list(dict.fromkeys(name for rule in rules for name in rule.columns))
    axes = {name: axis_of(name, bounds, units, dated=cells[name].dtype.kind == "M") for name in names}
    values = {name: _as_numbers(cells[name]) for name in names}
    before = {name: found.copy() for name, found in values.items()}
    for _ in range(ROUNDS * len(names)):
        if not sum(_swap(values, axes, low, high) for low, high in pairs):
            break
    for name in names:
        changed = values[name] != before[name]
        changed &= ~np.isnan(before[name])
        cells[name][changed] = _as_cells(values[name][changed], cells[name].dtype)


def has_room(rules: Sequence[Rule], axes: Mapping[str, Axis]) -> bool:
    """Return whether any row within its columns' bounds can be put in order; the orderings form no circle."""
    before = _neighbors(rules, 1)
    least: dict[str, float] = {}
    most: dict[str, float] = {}
    names = list(TopologicalSorter(before).static_order())
    for name in names:
        reached = max((least[low] for low in before[name]), default=-math.inf)
        least[name] = _beyond(reached, axes[name].low, axes[name].unit, np.ceil, max)
    after = _neighbors(rules, 0)
    for name in reversed(names):
        reached = min((most[high] for high in after[name]), default=math.inf)
        most[name] = _beyond(reached, axes[name].high, axes[name].unit, np.floor, min)
    return all(least[name] <= most[name] for name in names)


def reach(start: str, steps: Iterable[tuple[str, ...]]) -> list[str]:
    """Return a column and those that steps lead to from there, at any depth."""
    nexts: dict[str, list[str]] = {}
    for first, then in steps:
        nexts.setdefault(first, []).append(then)
    found = [start]
    for name in found:
        found += [then for then in nexts.get(name, []) if then not in found]
    return found


def _beyond(
    reached: float,
    end: float,
    unit: float,
    to: Callable[[np.ndarray], np.ndarray],
    furthest: Callable[[float, float], float],
) -> float:
    """Return a column's own end, or what its neighbors reach if that is further, in its unit."""
    if furthest(reached, end) == end or not math.isfinite(reached):
        return end
    return furthest(float(_stepped(np.array([reached]), unit, to)[0]), end)


def _chained(rules: Sequence[Rule]) -> list[tuple[str, str]]:
    """Return the columns of each ordering, then those of orderings that follow from several."""
    before, earlier = _neighbors(rules, 1), dict[str, dict[str, None]]()
    for name in TopologicalSorter(before).static_order():
        earlier[name] = dict.fromkeys(low for direct in before[name] for low in (direct, *earlier[direct]))
    pairs = [(rule.columns[0], rule.columns[1]) for rule in rules]
    return list(dict.fromkeys([*pairs, *((low, high) for high, lows in earlier.items() for low in lows)]))


def _swap(values: dict[str, np.ndarray], axes: Mapping[str, Axis], low: str, high: str) -> int:
    """Swap values in the wrong order, rounded outward if units differ, and moved back to their columns'
    bounds; return in how many rows.
    """
    wrong = values[low] > values[high]
    less, more = values[high][wrong], values[low][wrong]
    if axes[low].unit != axes[high].unit:
        less = _stepped(less, axes[low].unit, np.floor)
        more = _stepped(more, axes[high].unit, np.ceil)
    values[low][wrong] = np.clip(less, axes[low].low, axes[low].high)
    values[high][wrong] = np.clip(more, axes[high].low, axes[high].high)
    return int(wrong.sum())


def _stepped(values: np.ndarray, unit: float, to: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Round values down or up to multiples of a unit, never slightly to the other side."""
    found = stepped(values, unit, to)
    if unit <= 0:
        return found
    short = found < values if to is np.ceil else found > values
    return np.where(short, on_unit(found + (unit if to is np.ceil else -unit), unit), found)


def _neighbors(rules: Sequence[Rule], side: int) -> dict[str, list[str]]:
    """Return, by the column on one side of orderings (0: low, 1: high), those on the other."""
    found: dict[str, list[str]] = {name: [] for rule in rules for name in rule.columns}
    for rule in rules:
        found[rule.columns[side]].append(rule.columns[1 - side])
    return found


def _as_numbers(cells: np.ndarray) -> np.ndarray:
    """Return numbers as they are, dates as microseconds; NaN where missing."""
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
