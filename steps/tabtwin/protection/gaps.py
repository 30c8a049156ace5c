"""Decide which side of an ordering generators learn as a gap from the other or its share, and protect it.

A gap has bounds of its own, each shared by k subjects or by no one (:mod:`tabtwin.protection.bounds`), and is
learned with the greatest k of the columns that it lies between.

Ends of dates are always learned as gaps: a stay of an hour is lost among the minutes of years. Other numbers
are where, between the 10th and the 90th hundredth, the gap varies less than half as much as the end does;
where it varies more, the end alone says more, and rows are put in order by swaps
(:mod:`tabtwin.schema.rules.ordering`). What comes after a computed column is a gap in any case: a swap would
change what was computed. So is one that equals its start, or comes after it by one of a few numbers, such as
a fee, in some rows: an end that is learned itself would do so in hardly any.

Where the end has far fewer values than the start, and none is negative, the start is learned as its share of
the end instead: an amount is agreed upon, in round numbers, and a balance is what is left of it, from nothing
to all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd

from tabtwin.protection.bounds import find_bounds
from tabtwin.schema.encoding import ColumnCode, Encoding, Gap, bounds
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.registry import quantity
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.gaps import grid_of, latest, measured
from tabtwin.schema.schema import Column, Schema, numbers

HALF = 0.5
"""How much less than a column its gap must vary, and of how many fewer values a round end is."""
TENTHS = (0.1, 0.9)
ENOUGH = 0.5
"""The least share of rows with an end that also have a start."""
RECURS, HARDLY = 0.003, 0.05
"""In what share of rows a value recurs, and the share of rows that hold such values where hardly any do."""
COMMON = 0.02
"""The share of rows that have one of a few gaps, at least, for each of these."""
RECURRING = 0.001
"""The share of rows that have an end, at least, for it to recur."""
BEYOND = 0.01
"""The largest share of ends that a bound may cut off."""
FEW_GAPS = 20
OFTEN = 0.25
"""If so many rows have one of the few commonest gaps, gaps are the same to the minute, as terms are."""
DAY = 1.0
FEWEST = 30
"""How many subjects' rows have a mean, at least: of fewer, it would nearly be their cells."""


@dataclass(frozen=True)
class Rows:
    """Canonical rows, and what protects them.

    Attributes:
        table: The rows.
        schema: Their columns, and the rules that are kept.
        encoding: The values that may be released.
        subjects: The subject of each row, integers (rows,).
        protect: k of value protection.
    """

    table: pd.DataFrame
    schema: Schema
    encoding: Encoding
    subjects: np.ndarray
    protect: int

    def numbers(self, *names: str) -> dict[str, np.ndarray]:
        """Return the numbers of columns, float64 (rows,) each."""
        return {name: numbers(self.table, self.schema[name]) for name in names}

    def threshold(self, *names: str) -> int:
        """Return how many subjects must share what is learned of columns."""
        return max(self.schema[name].threshold(self.protect) for name in names)

    def grid(self, name: str) -> Grid | None:
        """Return the grid of a column."""
        return grid_of(self.schema[name], self.encoding.columns[name])


def gaps_of_orders(rows: Rows, orders: Sequence[Rule], targets: Set[str]) -> list[tuple[Gap, float]]:
    """Return the gaps to learn in place of sides of orderings, and their means; ``targets`` are computed."""
    before: dict[str, list[str]] = {}
    for rule in orders:
        before.setdefault(rule.columns[1], []).append(rule.columns[0])
    uses = Counter(name for rule in orders for name in rule.columns)
    kept = targets | {rule.fixed for rule in rows.schema.rules if rule.writes}
    found: list[tuple[Gap, float]] = []
    replaced: set[str] = set()
    earlier: dict[str, list[str]] = {}
    for end in TopologicalSorter(before).static_order():
        direct = before.get(end, [])
        earlier[end] = list(dict.fromkeys([*direct, *(name for at in direct for name in earlier[at])]))
        if not direct or end in kept:
            continue
        required = {name for name in earlier[end] if name in kept or name in replaced}
        gaps = [] if required else _gaps_of_starts(rows, [name for name in direct if uses[name] == 1], end)
        if not gaps:
            gap = _gap_of_end(rows, end, direct, earlier[end], is_required=bool(required))
            gaps = [] if gap is None else [gap]
        found += gaps
        replaced |= {gap.column for gap, _ in gaps}
    return found


def _gaps_of_starts(rows: Rows, starts: Sequence[str], end: str) -> list[tuple[Gap, float]]:
    """Return the shares to learn in place of starts of an end that is learned itself, and their means."""
    found = [
        _between(rows, f"{start} of {end}", start, [end], is_share=True)
        for start in starts
        if _is_rounder(rows, end, start)
    ]
    close = [gap for gap in found if gap is not None and _is_known(rows, gap) and _is_close(rows, gap)]
    return [_bounded(rows, gap) for gap in close]


def _is_rounder(rows: Rows, end: str, start: str) -> bool:
    """Return whether an end that is a number has far fewer values than its start, as amounts do that are
    agreed upon, and the start is what is left of them: no number is negative, and hardly any start recurs,
    except for none and all.
    """
    if quantity(rows.schema[end]).is_calendar:
        return False
    ends, starts = rows.numbers(end, start).values()
    both = ~np.isnan(ends) & ~np.isnan(starts)
    if (starts < 0).any() or (ends < 0).any():
        return False
    _, counts = np.unique(starts[both & (starts > 0) & (starts < ends)], return_counts=True)
    often = counts[counts >= max(rows.threshold(start), RECURS * both.sum())].sum()
    is_amount = len(np.unique(ends[both])) < HALF * len(np.unique(starts[both]))
    return is_amount and bool(often < HARDLY * both.sum())


def _gap_of_end(
    rows: Rows, end: str, direct: list[str], starts: list[str], *, is_required: bool
) -> tuple[Gap, float] | None:
    """Return the gap to learn in place of an end, and its mean; ``None`` if the end is learned itself, unless
    a gap ``is_required``.
    """
    gap = _between(rows, f"{end} after {' and '.join(direct)}", end, starts, is_share=False)
    if gap is None or not (is_required or _is_better(rows, gap)):
        return None
    column, grid = rows.schema[end], rows.grid(end)
    if _is_by_day(measured(rows.numbers(end, *starts), gap, grid)[_both(rows, gap)], column, grid):
        gap = gap.model_copy(update={"by_day": True})
    return _bounded(rows, gap)


def _is_better(rows: Rows, gap: Gap) -> bool:
    """Return whether an end is learned as a gap: it has most starts, and says more than the end itself."""
    return _is_known(rows, gap) and (_is_close(rows, gap) or (_has_few(rows, gap) and _has_room(rows, gap)))


def _between(rows: Rows, name: str, column: str, origins: Sequence[str], *, is_share: bool) -> Gap | None:
    """Return a gap without bounds of its own; ``None`` where no row has both its sides."""
    gap = Gap(
        name=_free_name(name, rows.schema),
        column=column,
        origins=tuple(origins),
        base=0.0,
        by_day=False,
        protect=rows.threshold(column, *origins),
        code=ColumnCode(low=0.0, high=0.0),
        is_share=is_share,
    )
    if not _both(rows, gap).any():
        return None
    released = bounds(rows.encoding)
    shown = latest([np.clip(cells, *released[name]) for name, cells in rows.numbers(*origins).items()])
    mean = quantity(rows.schema[column]).on_grid(np.array([np.nanmean(shown)]), rows.schema[column])
    return gap.model_copy(update={"base": float(mean[0])})


def _both(rows: Rows, gap: Gap) -> np.ndarray:
    """Return which rows have a column and one of its origins, bool (rows,)."""
    cells, *origins = rows.numbers(gap.column, *gap.origins).values()
    return np.asarray(~np.isnan(cells) & ~np.isnan(latest(origins)))


def _bounded(rows: Rows, gap: Gap) -> tuple[Gap, float]:
    """Return a gap with bounds of its own, and its mean."""
    grid = rows.grid(gap.column)
    found = rows.numbers(gap.column, *gap.origins)
    apart, there = measured(found, gap, grid), ~np.isnan(found[gap.column])
    is_counted = grid is not None and not gap.by_day and not gap.is_share
    steps = Grid(1.0) if is_counted else grid if gap.by_day else None
    low, high = find_bounds(apart[there], rows.subjects[there], gap.protect, steps)
    both = _both(rows, gap)
    is_enough = len(np.unique(rows.subjects[both])) >= max(gap.protect, FEWEST)
    mean = float(np.clip(apart[both if is_enough else there], low, high).mean())
    if is_counted:
        mean = float(np.rint(mean))
    return gap.model_copy(update={"code": ColumnCode(low=low, high=high)}), mean


def gap_of_formula(rule: Rule, rows: Rows) -> tuple[Gap, float]:
    """Return the gap to learn in place of what a formula gives except for rounding, and its mean."""
    target, *parts = rule.columns
    gap = Gap(
        name=_free_name(f"{target} after rounding", rows.schema),
        column=target,
        origins=tuple(parts),
        base=0.0,
        by_day=False,
        protect=rows.threshold(*rule.columns),
        code=ColumnCode(low=0.0, high=0.0),
        expression=rule.expression,
    )
    grid = rows.grid(target)
    apart = measured(rows.numbers(*rule.columns), gap, grid)
    there = ~np.isnan(apart)
    low, high = find_bounds(
        apart[there], rows.subjects[there], gap.protect, None if grid is None else Grid(1.0)
    )
    return gap.model_copy(update={"code": ColumnCode(low=low, high=high)}), float(np.clip(0.0, low, high))


def _is_known(rows: Rows, gap: Gap) -> bool:
    """Return whether most rows that have a column have an origin."""
    cells = rows.numbers(gap.column)[gap.column]
    return bool(_both(rows, gap).sum() >= ENOUGH * (~np.isnan(cells)).sum())


def _is_close(rows: Rows, gap: Gap) -> bool:
    """Return whether a column varies clearly less from its origins than by itself; dates do by what they
    are.
    """
    cells, *origins = rows.numbers(gap.column, *gap.origins).values()
    both = _both(rows, gap)
    if quantity(rows.schema[gap.column]).is_calendar:
        return True
    apart = cells[both] - latest(origins)[both]
    return bool(np.ptp(np.quantile(apart, TENTHS)) < HALF * np.ptp(np.quantile(cells[both], TENTHS)))


def _has_few(rows: Rows, gap: Gap) -> bool:
    """Return whether more rows have one of a few gaps, not only by chance, than have an end that recurs."""
    numbers, both, grid = rows.numbers(gap.column, *gap.origins), _both(rows, gap), rows.grid(gap.column)
    cells, start = numbers[gap.column][both], latest([numbers[name] for name in gap.origins])[both]
    if grid is not None and (grid.values(grid.index_from(start)) != start).mean() > HARDLY:
        return False  # a gap of no points says that both are near, and not that they are equal
    of_gaps = _commonest(measured(numbers, gap, grid)[both], max(gap.protect, COMMON * len(cells)))
    _, counts = np.unique(cells, return_counts=True)
    of_ends = counts[counts >= max(gap.protect, RECURRING * len(cells))].sum() / len(cells)
    return of_gaps >= HARDLY and bool(of_ends < HALF * of_gaps)


def _has_room(rows: Rows, gap: Gap) -> bool:
    """Return whether hardly any end would be beyond its bounds if gaps did not depend on the start."""
    cells, *origins = rows.numbers(gap.column, *gap.origins).values()
    both, high = _both(rows, gap), rows.encoding.columns[gap.column].high
    assert high is not None
    start = latest(origins)[both]
    apart = np.sort(cells[both] - start)
    beyond = 1 - np.searchsorted(apart, high - start, side="right") / len(apart)
    return bool(beyond.mean() <= BEYOND)


def _commonest(numbers: np.ndarray, least: float) -> float:
    """Return the share of numbers that are one of the few commonest, each of ``least`` rows or more."""
    _, counts = np.unique(numbers, return_counts=True)
    few = np.sort(counts)[-FEW_GAPS:]
    return float(few[few >= least].sum() / max(len(numbers), 1))


def _is_by_day(apart: np.ndarray, column: Column, grid: Grid | None) -> bool:
    """Return whether ends are learned as a day after the start and a time of day, by gaps in grid points."""
    kind = quantity(column)
    if grid is None or not kind.is_calendar or not kind.has_days(column) or kind.unit(column) >= DAY:
        return False
    if np.median(apart) / grid.per < DAY:
        return False
    return _commonest(apart, 1) < OFTEN


def _free_name(name: str, schema: Schema) -> str:
    """Return a name that no column of the table has."""
    while any(column.name == name for column in schema.columns):
        name += " (gap)"
    return name
