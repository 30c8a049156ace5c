"""Compute the columns that formulas give, and find cells that differ from them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tabtwin.schema.expression import Expression, parse, parse_comparison
from tabtwin.schema.rule import Rule, Units

FLOAT_NOISE = 1e-9
"""How far a computed number may differ from its target, as a share of what it is computed from."""

_SINGLE = 2.0**-23
_ROUNDED_TWICE = 0.3
"""How far, in units of its column, a number may be off that was in single precision before it was rounded."""

_FINE = 1e-5
"""The coarsest unit of numbers of which the rounding of what they are computed from shows."""

_DAY = 86_400_000_000
_MOMENT = 1e-10
"""A few microseconds, in days: as finely as float64 resolves dates."""


def as_numbers(cells: np.ndarray) -> np.ndarray:
    """Return canonical numbers or dates as float64 (rows,): days since 1970, NaN where missing."""
    if cells.dtype.kind != "M":
        return cells.astype("float64")
    micros = cells.astype("datetime64[us]").astype("int64").astype("float64")
    return np.where(np.isnat(cells), np.nan, micros / _DAY)


def as_cells(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return numbers as canonical cells of a type."""
    if dtype.kind != "M":
        return values
    missing = np.isnan(values)
    found = (
        np.rint(np.where(missing, 0.0, values) * _DAY).astype("int64").astype("datetime64[us]").astype(dtype)
    )
    return np.where(missing, np.datetime64("NaT"), found).astype(dtype)


def computed(rule: Rule, cells: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return what a formula gives for each row, float64 (rows,), not yet rounded; NaN where it says nothing.

    Args:
        rule: Of kind ``formula``.
        cells: Canonical cells, by column.
    """
    return parse(rule.expression).evaluate({name: as_numbers(cells[name]) for name in rule.columns[1:]})


def with_looseness(rule: Rule, cells: Mapping[str, np.ndarray], subjects: np.ndarray, k: int) -> Rule:
    """Return a formula that is loose if k subjects' rows have a target that is missing by itself, or is not
    where the formula says nothing.

    Args:
        rule: Of kind ``formula``; whether it is loose does not matter.
        cells: Canonical cells, by column.
        subjects: The subject of each row (rows,).
        k: How many subjects must show it; at least one does.
    """
    alone = np.isnan(computed(rule, cells)) != np.isnan(as_numbers(cells[rule.columns[0]]))
    return rule.model_copy(update={"loose": bool(len(np.unique(subjects[alone])) >= max(1, k))})


def exceeds(rule: Rule, cells: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return which rows break a comparison, bool (rows,): none that lacks a side.

    Args:
        rule: Of kind ``compare``.
        cells: Canonical cells, or numbers, by column.
    """
    known = {name: as_numbers(cells[name]) for name in rule.columns}
    low, sign, high = parse_comparison(rule.expression)
    less, more = low.evaluate(known), high.evaluate(known)
    noise = FLOAT_NOISE * _sizes(known) * (1 if sign == "<=" else -1)
    return np.asarray(less > more + noise if sign == "<=" else less >= more + noise)


def _sizes(known: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the sizes of a row's numbers together (rows,), without those that are missing."""
    return np.asarray(sum(np.nan_to_num(np.abs(found)) for found in known.values()))


def single_noise(values: np.ndarray, unit: float) -> np.ndarray:
    """Return how far off numbers (rows,) may be if they were in single precision before they were rounded."""
    most = unit if is_fine(unit) else _ROUNDED_TWICE * unit
    return np.asarray(np.minimum(_SINGLE * np.abs(values), most))


def source_noise(text: Expression, cells: Mapping[str, np.ndarray], units: Units) -> np.ndarray:
    """Return how far off a result (rows,) may be since what it is computed from was rounded.

    Coarse numbers count as they are written, but as far as single precision holds them: of .91, which was
    stored as .91000003, a logarithm of seven decimals is not that of .91.

    Args:
        text: The formula.
        cells: Numbers, by column.
        units: What the numbers of each column are multiples of.
    """
    values = text.evaluate(cells)
    noise = np.zeros(len(values))
    for name in text.columns:
        unit = units.get(name, 0.0)
        off = np.maximum(_SINGLE / 2 * np.abs(cells[name]), unit / 2 if is_fine(unit) else 0.0)
        with np.errstate(all="ignore"):
            moved = np.abs(text.evaluate({**cells, name: cells[name] + off}) - values)
        noise += np.where(np.isfinite(moved), moved, 0.0)
    return noise


def is_fine(unit: float) -> bool:
    """Return whether numbers of a unit show how what they are computed from was rounded."""
    return 0 < unit <= _FINE


def differ(rule: Rule, cells: Mapping[str, np.ndarray], units: Units) -> np.ndarray:
    """Return which rows break a formula, bool (rows,): to the rounding of its target, and what it may be off
    beyond that.
    """
    target, *sources = rule.columns
    values, held, unit = computed(rule, cells), as_numbers(cells[target]), units.get(target, 0.0)
    known = {name: as_numbers(cells[name]) for name in sources}
    if cells[target].dtype.kind == "M":
        noise = np.full(len(held), _MOMENT)
    else:
        noise = FLOAT_NOISE * (np.abs(values) + 1e-300)
        noise += single_noise(held, unit)
        noise += FLOAT_NOISE * _sizes(known)
        if is_fine(unit):
            noise += source_noise(parse(rule.expression), known, units)
    far = np.abs(values - held) > unit / 2 + rule.within + noise
    return np.asarray(far if rule.loose else far | (np.isnan(values) != np.isnan(held)))
