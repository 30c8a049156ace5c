"""Decide what generators learn in place of columns that rules compute, and protect it.

A gap has bounds of its own, each shared by k subjects or by no one (:mod:`tabtwin.protection.bounds`), and is
learned with the greatest k of the columns that it lies between.

Ends of dates are always learned as gaps: a stay of an hour is lost among the minutes of years. Other numbers
are where, between the 10th and the 90th hundredth, the gap varies less than half as much as the end does;
where it varies more, the end alone says more, and rows are put in order by swaps
(:mod:`tabtwin.schema.rules.ordering`). What comes after a computed column is a gap in any case: a swap would
change what was computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd

from tabtwin.protection.bounds import find_bounds
from tabtwin.schema.encoding import ColumnCode, Encoding, Gap, Recoding, bounds
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.registry import quantity
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.gaps import grid_of, latest, measured
from tabtwin.schema.schema import Column, Schema, numbers

HALF = 0.5
"""How much less than an end its gap must vary."""
TENTHS = (0.1, 0.9)
ENOUGH = 0.5
"""The least share of rows with an end that also have a start."""
FEW_GAPS = 20
OFTEN = 0.25
"""If so many rows have one of the few commonest gaps, gaps are the same to the minute, as terms are."""
DAY = 1.0
FEWEST = 30
"""How many subjects' rows have a mean, at least: of fewer, it would nearly be their cells."""


def with_recoding(
    encoding: Encoding,
    training: pd.DataFrame,
    protected: pd.DataFrame,
    schema: Schema,
    subjects: np.ndarray,
    protect: int,
) -> Encoding:
    """Return the encoding with what generators learn in place of columns that rules compute.

    Args:
        encoding: The values that may be released.
        training: Canonical rows.
        protected: The same after value protection, canonical.
        schema: Their columns, and the rules that are kept.
        subjects: The subject of each row, integers (rows,).
        protect: k of value protection.
    """
    formulas = tuple(rule for rule in schema.rules if rule.kind == "formula")
    computed = tuple(rule for rule in formulas if not _is_off(rule))
    targets = {rule.columns[0] for rule in formulas}
    orders = [rule for rule in schema.rules if rule.kind == "order"]
    before: dict[str, list[str]] = {}
    for rule in orders:
        before.setdefault(rule.columns[1], []).append(rule.columns[0])
    fixed = {rule.fixed for rule in schema.rules if rule.writes}
    gaps: dict[str, Gap] = {}
    means: dict[str, float] = {}
    earlier: dict[str, list[str]] = {}
    for end in TopologicalSorter(before).static_order():
        direct = before.get(end, [])
        earlier[end] = list(dict.fromkeys([*direct, *(name for at in direct for name in earlier[at])]))
        if not direct or end in targets or end in fixed:
            continue
        is_due = any(name in targets or name in fixed or name in gaps for name in earlier[end])
        found = _gap(end, direct, earlier[end], training, schema, encoding, subjects, protect, is_due=is_due)
        if found is not None:
            gaps[end] = found[0]
            means[found[0].name] = found[1]
    for rule in filter(_is_off, formulas):
        gap, mean = _off(rule, training, schema, encoding, subjects, protect)
        gaps[gap.end], means[gap.name] = gap, mean
    used = {name for gap in gaps.values() for name in (gap.end, *gap.starts)}
    used |= {name for rule in formulas for name in rule.columns}
    used |= {name for rule in schema.rules if rule.kind == "compare" for name in rule.columns}
    for _ in orders:  # what is in order with a number that may be moved is moved as well
        used |= {name for rule in orders if used & set(rule.columns) for name in rule.columns}
    recoding = Recoding(
        gaps=tuple(gaps.values()),
        computed=computed,
        anchor=_means(protected, used - targets - gaps.keys(), schema, encoding, subjects, protect) | means,
    )
    return encoding.model_copy(update={"recoding": recoding})


def _gap(
    end: str,
    direct: list[str],
    starts: list[str],
    training: pd.DataFrame,
    schema: Schema,
    encoding: Encoding,
    subjects: np.ndarray,
    protect: int,
    *,
    is_due: bool,
) -> tuple[Gap, float] | None:
    """Return the gap to learn in place of an end, and its mean; ``None`` if the end is learned itself."""
    column = schema[end]
    found = {name: numbers(training, schema[name]) for name in (end, *starts)}
    ends = bounds(encoding)
    start = latest([found[name] for name in starts])
    ended = ~np.isnan(found[end])
    both = ended & ~np.isnan(start)
    if not both.any():
        return None
    grid = grid_of(column, encoding.columns[end])
    shown = latest([np.clip(found[name], *ends[name]) for name in starts])
    base = float(quantity(column).on_grid(np.array([shown[~np.isnan(shown)].mean()]), column)[0])
    k = max(schema[name].threshold(protect) for name in (end, *starts))
    gap = Gap(
        name=_name(end, direct, schema),
        end=end,
        starts=tuple(starts),
        base=base,
        by_day=False,
        protect=k,
        code=ColumnCode(low=0.0, high=0.0),
    )
    apart = measured(found, gap, grid)
    if not is_due:
        if both.sum() < ENOUGH * ended.sum():
            return None
        if not quantity(column).is_calendar and not _varies_less(found, end, start, both):
            return None
    if _is_by_day(apart[both], column, grid):
        gap = gap.model_copy(update={"by_day": True})
        apart = measured(found, gap, grid)
    steps = grid if gap.by_day or grid is None else Grid(1.0)
    low, high = find_bounds(apart[ended], subjects[ended], k, steps)
    some = both if len(np.unique(subjects[both])) >= max(k, FEWEST) else ended
    mean = float(np.clip(apart[some], low, high).mean())
    if grid is not None and not gap.by_day:
        mean = float(np.rint(mean))
    return gap.model_copy(update={"code": ColumnCode(low=low, high=high)}), mean


def _is_off(rule: Rule) -> bool:
    """Return whether how far off a formula's target is, is learned: unless missing cells are its own."""
    return rule.within > 0 and not rule.loose


def _off(
    rule: Rule,
    training: pd.DataFrame,
    schema: Schema,
    encoding: Encoding,
    subjects: np.ndarray,
    protect: int,
) -> tuple[Gap, float]:
    """Return the gap to learn in place of what a formula gives except for rounding, and its mean."""
    end, *starts = rule.columns
    k = max(schema[name].threshold(protect) for name in rule.columns)
    gap = Gap(
        name=_name(end, ["rounding"], schema),
        end=end,
        starts=tuple(starts),
        base=0.0,
        by_day=False,
        protect=k,
        code=ColumnCode(low=0.0, high=0.0),
        expression=rule.expression,
    )
    grid = grid_of(schema[end], encoding.columns[end])
    apart = measured({name: numbers(training, schema[name]) for name in rule.columns}, gap, grid)
    there = ~np.isnan(apart)
    low, high = find_bounds(apart[there], subjects[there], k, None if grid is None else Grid(1.0))
    return gap.model_copy(update={"code": ColumnCode(low=low, high=high)}), float(np.clip(0.0, low, high))


def _varies_less(found: Mapping[str, np.ndarray], end: str, start: np.ndarray, both: np.ndarray) -> bool:
    """Return whether a gap varies clearly less than the end itself."""
    ends = found[end][both]
    return bool(np.ptp(np.quantile(ends - start[both], TENTHS)) < HALF * np.ptp(np.quantile(ends, TENTHS)))


def _is_by_day(apart: np.ndarray, column: Column, grid: Grid | None) -> bool:
    """Return whether ends are learned as a day after the start and a time of day, by gaps in grid points."""
    kind = quantity(column)
    if grid is None or not kind.is_calendar or not kind.has_days(column) or kind.unit(column) >= DAY:
        return False
    if np.median(apart) / grid.per < DAY:
        return False
    _, counts = np.unique(apart, return_counts=True)
    return bool(np.sort(counts)[-FEW_GAPS:].sum() < OFTEN * len(apart))


def _name(end: str, direct: list[str], schema: Schema) -> str:
    """Return a name that no column of the table has."""
    name = f"{end} after {' and '.join(direct)}"
    while any(column.name == name for column in schema.columns):
        name += " (gap)"
    return name


def _means(
    protected: pd.DataFrame,
    names: set[str],
    schema: Schema,
    encoding: Encoding,
    subjects: np.ndarray,
    protect: int,
) -> dict[str, float]:
    """Return the mean of each number after protection, as it is written: of rows that have all of them, if
    enough subjects have such rows.
    """
    columns = [column for column in schema.learned if column.name in names]
    cells = {column.name: numbers(protected, column) for column in columns}
    whole = np.ones(len(protected), bool)
    for held in cells.values():
        whole &= ~np.isnan(held)
    k = max((column.threshold(protect) for column in columns), default=protect)
    is_enough = len(np.unique(subjects[whole])) >= max(k, FEWEST)
    some = whole if is_enough else np.ones(len(protected), bool)
    found = {}
    for column in columns:
        mean = quantity(column).on_grid(np.array([np.nanmean(cells[column.name][some])]), column)
        code = encoding.columns[column.name]
        found[column.name] = float(np.clip(mean, code.low, code.high)[0])
    return found
