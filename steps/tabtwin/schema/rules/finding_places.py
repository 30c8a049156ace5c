"""Find columns that together name places: called so, in range, and not anywhere between their ends."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.rule import Rule, Units
from tabtwin.schema.rules.place_names import place_names
from tabtwin.schema.rules.places import PlaceGrid
from tabtwin.schema.schema import Schema

_FEWEST = 50
_SHUFFLED = 5
_OUTSIDE = 0.02
"""The least share of places that shuffling must put outside of cells, beyond those that are there anyway."""
_SIGMAS = 3.0
_LATITUDES = (-90.0, 90.0)
_LONGITUDES = (-180.0, 360.0)


def places(
    protected: pd.DataFrame, schema: Schema, units: Units, subjects: np.ndarray, protect: int
) -> list[Rule]:
    """Return a rule for each pair of columns that name places.

    Args:
        protected: Rows after value protection.
        schema: Their columns.
        units: What the numbers of each column are multiples of.
        subjects: The subject of each row, integers (rows,).
        protect: k of value protection.
    """
    numbers = [column.name for column in schema.learned if of(column).is_number]
    found = []
    for first, then, in_degrees in place_names(numbers):
        rule = Rule(kind="place", columns=(first, then))
        cells = np.stack([protected[name].to_numpy("float64") for name in rule.columns], axis=1)
        there = ~np.isnan(cells).any(axis=1)
        if len(np.unique(subjects[there])) < _FEWEST or (in_degrees and not _in_range(cells[there])):
            continue
        grid, k = PlaceGrid.of(units[first], units[then]), _threshold(rule, schema, protect)
        if _depend(grid.points(*cells[there].T), subjects[there], grid, k):
            found.append(with_cells(rule, protected, schema, units, subjects, protect))
    return found


def with_cells(
    rule: Rule,
    protected: pd.DataFrame,
    schema: Schema,
    units: Units,
    subjects: np.ndarray,
    protect: int,
) -> Rule:
    """Return a rule on places with the cells in which k subjects' places lie."""
    first, then = (protected[name].to_numpy("float64") for name in rule.columns)
    there = ~np.isnan(first) & ~np.isnan(then)
    grid = PlaceGrid.of(*(units[name] for name in rule.columns))
    k = _threshold(rule, schema, protect)
    cells = grid.find(grid.points(first[there], then[there]), subjects[there], k) if there.any() else ()
    return rule.model_copy(update={"cells": cells})


def with_fixed_places(rules: tuple[Rule, ...], units: Units) -> tuple[Rule, ...]:
    """Return rules with cells for the places that another column fixes, as a stop does; without places of
    which it fixes a half only.
    """
    found = []
    for rule in rules:
        if rule.kind != "place":
            found.append(rule)
            continue
        fixed = [_fixed(name, rules) for name in rule.columns]
        if fixed[0].keys() != fixed[1].keys():
            if rule.declared:
                raise InputError(
                    f"--schema: expected rules that can be kept together, found {rule}, although another "
                    "column fixes one of them alone; leave it out"
                )
            continue
        points = np.array([[number, fixed[1][value]] for value, number in fixed[0].items()]).reshape(-1, 2)
        grid = PlaceGrid.of(*(units[name] for name in rule.columns))
        found.append(rule.model_copy(update={"cells": grid.extended(rule.cells, grid.points(*points.T))}))
    return tuple(found)


def _fixed(name: str, rules: Iterable[Rule]) -> dict[tuple[str, str], float]:
    """Return the numbers that other columns fix in one, by the column and its value."""
    return {
        (rule.columns[0], value): float(number)
        for rule in rules
        if rule.kind == "implies" and rule.columns[1] == name
        for value, number in rule.values.items()
        if number is not None
    }


def _threshold(rule: Rule, schema: Schema, protect: int) -> int:
    return max(schema[name].threshold(protect) for name in rule.columns)


def _in_range(cells: np.ndarray) -> bool:
    lows, highs = cells.min(axis=0), cells.max(axis=0)
    fits = zip(lows, highs, (_LATITUDES, _LONGITUDES), strict=True)
    return all(least <= low and high <= most for low, high, (least, most) in fits)


def _depend(points: np.ndarray, subjects: np.ndarray, grid: PlaceGrid, k: int) -> bool:
    """Return whether places of half of the subjects lie outside of the other half's cells more often if one
    of the columns is shuffled.
    """
    rng = np.random.default_rng(0)
    people, of_rows = np.unique(subjects, return_inverse=True)
    is_learned = (rng.permutation(len(people)) < len(people) // 2)[of_rows]
    learned, other = np.flatnonzero(is_learned), np.flatnonzero(~is_learned)
    cells = grid.find(points[learned], subjects[learned], k)
    if not cells:
        return False
    shuffled = np.tile(points[other], (_SHUFFLED, 1))
    shuffled[:, 1] = rng.permutation(shuffled[:, 1])
    out, by_chance = (float((~grid.inside(some, cells)).mean()) for some in (points[other], shuffled))
    return bool(by_chance - out >= _OUTSIDE + _SIGMAS * np.sqrt((out + by_chance) / len(other)))
