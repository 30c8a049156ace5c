"""Make tables keep their rules, whatever a generator drew; after value protection, when rows are decoded.

Totals are computed: if one would exceed its bounds, the part with the most room changes. Values in the wrong
order are swapped. Then fixed values are written, from the columns that fix to those that are fixed, and
states that never occur together are parted. What formulas give is written by
:mod:`tabtwin.schema.rules.deriving`.

Rules without an obstacle (:mod:`tabtwin.schema.rules.agreement`) all hold afterwards, except where several
leave a column no state; and no value is outside its column's bounds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.steps import inner, on_unit, stepped
from tabtwin.schema.rule import Bounds, Rule, Units, by_first, mending_order
from tabtwin.schema.rules.bands import write_bands
from tabtwin.schema.rules.breaking import what_is_fixed
from tabtwin.schema.rules.excluding import keep_apart, leave_one
from tabtwin.schema.rules.fixed_cells import as_cell
from tabtwin.schema.rules.number_codes import settled
from tabtwin.schema.rules.ordering import put_in_order


def hold(table: pd.DataFrame, rules: tuple[Rule, ...], bounds: Bounds, units: Units) -> pd.DataFrame:
    """Return a canonical table in which every rule about its columns holds, except those that compute one.

    Args:
        table: Numbers as float64, dates as datetime64[us], categories as object; within their bounds.
        rules: In any order.
        bounds: The least and the greatest number of each column; for dates, days since 1970.
        units: What the numbers of each column are multiples of.
    """
    cells: dict[str, np.ndarray] = {str(name): table[name].to_numpy(copy=True) for name in table}
    here = tuple(rule for rule in rules if cells.keys() >= set(rule.columns))
    for rule in here:
        if rule.kind == "sum":
            _add_up(cells, rule, bounds, units)
    put_in_order(cells, [rule for rule in here if rule.kind == "order"], bounds, units)
    for first, fixing in by_first(rules).items():
        if cells[first].dtype != object:
            cells[first] = settled(cells[first], fixing)
    for name, writing in mending_order(here):
        for rule in writing:
            if rule.kind == "implies":
                _imply(cells, rule, by_first(rules)[rule.columns[0]])
        if excluding := [rule for rule in writing if rule.kind == "never"]:
            keep_apart(cells, name, excluding)
        for rule in writing:
            if rule.is_group:
                leave_one(cells, name, rule)
    write_bands(cells, [rule for rule in here if rule.kind == "bands"])
    return pd.DataFrame(cells, index=table.index)


def _imply(cells: dict[str, np.ndarray], rule: Rule, alike: list[Rule]) -> None:
    for there, fixed in what_is_fixed(cells[rule.columns[0]], rule, alike):
        then = cells[rule.columns[1]]
        then[there] = as_cell(fixed, then.dtype)


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
