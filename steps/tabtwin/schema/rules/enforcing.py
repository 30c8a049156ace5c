"""Make tables keep their rules, whatever a generator drew; after value protection, when rows are decoded.

Declared totals (rules of kind ``sum``) are computed: if one would exceed its bounds, the part with the most
room changes. Values in the wrong order are swapped. Then fixed values are written, from the columns that fix
to those that are fixed, and states that never occur together are parted. Places outside of cells are moved
into the nearest one. What ranges of numbers fix is written by :mod:`tabtwin.schema.rules.bands`, and what
formulas give, the sums that were found among them, by :mod:`tabtwin.schema.rules.deriving`.

Rules without an obstacle (:mod:`tabtwin.schema.rules.agreement`) all hold afterwards, except where several
leave a column no state; and no value is outside its column's bounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.steps import inner, on_unit, stepped
from tabtwin.schema.rule import Bounds, Rule, Units, by_first, edges, mending_order
from tabtwin.schema.rules.breaking import own_gaps, what_is_fixed
from tabtwin.schema.rules.enforcing_pairs import move_to_known, write_pair
from tabtwin.schema.rules.excluding import keep_apart, leave_one
from tabtwin.schema.rules.fixed_cells import as_cell, texts
from tabtwin.schema.rules.number_codes import agreeing, off_codes, settled
from tabtwin.schema.rules.ordering import put_in_order
from tabtwin.schema.rules.places import PlaceGrid
from tabtwin.schema.rules.yielding import of_the_same

_NONE: Mapping[str, str] = {}
FEW_VALUES = 20
"""Of how many values a column may be for a number to move to where it fixes the one that was drawn."""


def enforce(
    table: pd.DataFrame,
    rules: tuple[Rule, ...],
    bounds: Bounds,
    units: Units,
    hidden: Mapping[str, str] = _NONE,
) -> pd.DataFrame:
    """Return a canonical table in which every rule about its columns holds, but bands and what computes one.

    Args:
        table: Numbers as float64, dates as datetime64[us], categories as object; within their bounds.
        rules: In any order.
        bounds: The least and the greatest number of each column; for dates, days since 1970.
        units: What the numbers of each column are multiples of.
        hidden: What stands for rare values, by column.
    """
    cells: dict[str, np.ndarray] = {str(name): table[name].to_numpy(copy=True) for name in table}
    here = tuple(rule for rule in rules if cells.keys() >= set(rule.columns))
    for rule in here:
        if rule.kind == "sum":
            _add_up(cells, rule, bounds, units)
    put_in_order(cells, [rule for rule in here if rule.sorts], bounds, units)
    pairs = [rule for rule in here if rule.kind == "pair"]
    free = cells.keys() - {then for rule in here for _, then in edges(rule)}
    _fix(cells, here, rules, bounds, units)
    for _ in pairs:  # what one pair changes, another may, too
        moved = [move_to_known(cells, rule, free, hidden) for rule in pairs if not rule.loose]
        if not any(moved):
            break
        _fix(cells, here, rules, bounds, units)
    _put_in_place(cells, here, bounds, units)  # what fixes places writes such as are in cells
    return pd.DataFrame(cells, index=table.index)


def _fix(
    cells: dict[str, np.ndarray], here: Sequence[Rule], rules: Sequence[Rule], bounds: Bounds, units: Units
) -> None:
    """Write what columns fix, alone or in pairs, and part what never occurs together."""
    alike = by_first(rules)
    for first, fixing in alike.items():
        if cells[first].dtype != object:
            cells[first] = settled(cells[first], fixing)
    tied = {name for rule in rules if rule.kind not in {"implies", "formula"} for name in rule.columns}
    tied |= {rule.fixed for rule in rules if rule.writes}
    free = {first: fixing for first, fixing in alike.items() if first not in tied}
    for first, fixing in free.items():
        if cells[first].dtype != object:
            cells[first] = agreeing(cells[first], _few(cells, fixing), fixing)
    _write(cells, here, alike)
    computed_with = {name for rule in rules if rule.kind == "formula" for name in rule.columns}
    yielding = {
        first: ours for first, fixing in free.items() if (ours := [rule for rule in fixing if rule.yields])
    }
    for first, ours in yielding.items():
        held = _texts(cells, ours)
        if cells[first].dtype == object:
            cells[first] = of_the_same(cells[first], held, ours)
            continue
        cells[first] = agreeing(cells[first], held, free[first])
        # A formula, rounded, would give two numbers side by side one result.
        if first not in computed_with:
            ends = bounds.get(first, (-np.inf, np.inf))
            cells[first] = off_codes(cells[first], held, free[first], units.get(first, 0.0), ends)
    if yielding:
        _write(cells, here, alike)


def _write(cells: dict[str, np.ndarray], here: Sequence[Rule], alike: Mapping[str, list[Rule]]) -> None:
    for name, writing in mending_order(here):
        for rule in writing:
            if rule.kind == "implies":
                _imply(cells, rule, alike[rule.columns[0]])
            elif rule.kind == "pair":
                write_pair(cells, rule)
        if excluding := [rule for rule in writing if rule.kind == "never"]:
            keep_apart(cells, name, excluding)
        for rule in writing:
            if rule.is_group:
                leave_one(cells, name, rule)


def _few(cells: Mapping[str, np.ndarray], fixing: Sequence[Rule]) -> dict[str, np.ndarray]:
    """Return what rows hold of columns of few values that a number fixes: text, object (rows,) by column."""
    return _texts(cells, [rule for rule in fixing if len(set(rule.values.values())) <= FEW_VALUES])


def _texts(cells: Mapping[str, np.ndarray], fixing: Sequence[Rule]) -> dict[str, np.ndarray]:
    here = {rule.fixed: cells[rule.fixed] for rule in fixing if rule.fixed in cells}
    return {name: held if held.dtype == object else texts(held) for name, held in here.items()}


def _imply(cells: dict[str, np.ndarray], rule: Rule, alike: list[Rule]) -> None:
    for there, fixed in what_is_fixed(cells[rule.columns[0]], rule, alike):
        then = cells[rule.columns[1]]
        then[there & ~own_gaps(then, rule, fixed)] = as_cell(fixed, then.dtype)


def _put_in_place(
    cells: dict[str, np.ndarray], rules: tuple[Rule, ...], bounds: Bounds, units: Units
) -> None:
    for rule in rules:
        if rule.kind == "place" and rule.cells:
            first, then = rule.columns
            found = PlaceGrid.of(units[first], units[then]).moved((cells[first], cells[then]), rule.cells)
            for name, moved in zip(rule.columns, found, strict=True):
                cells[name] = np.clip(moved, *bounds[name])


def _add_up(cells: dict[str, np.ndarray], rule: Rule, bounds: Bounds, units: Units) -> None:
    total, *parts = rule.columns
    low, high = bounds[total]
    slack = units[total] / 2  # lost when the total is rounded

    def summed() -> np.ndarray:
        return np.asarray(np.sum([cells[part] for part in parts], axis=0))

    def over() -> np.ndarray:
        found = summed()
        return np.asarray(found - np.clip(found, low - slack, high + slack))

    ends = {part: inner(bounds[part], units[part]) for part in parts}
    moved = np.nan_to_num(over()) != 0
    for part in parts:  # whole steps from here on, so that none leaves the bounds
        cells[part][moved] = np.clip(on_unit(cells[part][moved], units[part]), *ends[part])
    for _ in parts:  # each fills the gap, or cannot change further
        gap = over()
        if not np.nansum(np.abs(gap)):
            break
        room = np.stack(
            [np.where(gap > 0, cells[part] - ends[part][0], ends[part][1] - cells[part]) for part in parts]
        )
        gives = np.nan_to_num(room, nan=-1.0).argmax(axis=0)
        for number, part in enumerate(parts):
            wanted = np.minimum(stepped(np.abs(gap), units[part], np.ceil), room[number])
            given = np.nan_to_num(np.where(gives == number, np.sign(gap) * wanted, 0.0))
            there = given != 0
            cells[part][there] = np.clip(on_unit((cells[part] - given)[there], units[part]), *ends[part])
    cells[total] = np.clip(on_unit(summed(), units[total]), low, high)
