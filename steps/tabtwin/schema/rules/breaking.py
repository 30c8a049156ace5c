"""Find rows of a table that break a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.rule import Rule, Units, by_first
from tabtwin.schema.rules.bands import out_of_bands
from tabtwin.schema.rules.computing import FLOAT_NOISE, differ, exceeds
from tabtwin.schema.rules.enforcing_pairs import breaks_pair
from tabtwin.schema.rules.excluding import crowded, meets
from tabtwin.schema.rules.fixed_cells import are
from tabtwin.schema.rules.number_codes import fixed, unsettled
from tabtwin.schema.rules.places import PlaceGrid

Cells = Mapping[str, np.ndarray]


def broken(table: pd.DataFrame, rules: tuple[Rule, ...], units: Units) -> np.ndarray:
    """Return which rows of a canonical table break a rule, bool (rows,)."""
    found, alike = np.zeros(len(table), bool), by_first(rules)
    for rule in rules:
        cells = {name: table[name].to_numpy() for name in rule.columns}
        if rule.kind == "formula":
            found |= differ(rule, cells, units)
        elif rule.kind == "place":
            found |= _elsewhere(cells, rule, units)
        elif rule.kind == "sum":
            found |= _adds_up_otherwise(cells, rule, units)
        elif rule.kind == "implies":
            for there, fixed in what_is_fixed(cells[rule.columns[0]], rule, alike[rule.columns[0]]):
                there = there & ~are(cells[rule.columns[1]], fixed)
                found |= there & ~own_gaps(cells[rule.columns[1]], rule, fixed)
        else:
            found |= _BREAKS[rule.kind](cells, rule)
    for first, fixing in alike.items():
        if table[first].dtype != object:
            found |= unsettled(table[first].to_numpy(), fixing)
    return found


def _is_out_of_order(cells: Cells, rule: Rule) -> np.ndarray:
    low, high = (cells[name] for name in rule.columns)
    return np.asarray(low > high)


def _adds_up_otherwise(cells: Cells, rule: Rule, units: Units) -> np.ndarray:
    total, *parts = (cells[name] for name in rule.columns)
    summed = np.sum(parts, axis=0)
    slack = units[rule.columns[0]] / 2 + FLOAT_NOISE * np.sum(np.abs(parts), axis=0)
    return np.asarray((np.isnan(summed) != np.isnan(total)) | (np.abs(summed - total) > slack))


_BREAKS: Mapping[str, Callable[[Cells, Rule], np.ndarray]] = {
    "order": _is_out_of_order,
    "compare": lambda cells, rule: exceeds(rule, cells),
    "bands": out_of_bands,
    "pair": breaks_pair,
    "never": meets,
    "exclusive": crowded,
    "one_of": crowded,
}


def _elsewhere(cells: Cells, rule: Rule, units: Units) -> np.ndarray:
    """Return which places are in none of a rule's cells, bool (rows,)."""
    first, then = (cells[name] for name in rule.columns)
    there = ~np.isnan(first) & ~np.isnan(then)
    if not rule.cells:
        return np.zeros(len(first), bool)
    grid = PlaceGrid.of(*(units[name] for name in rule.columns))
    there[there] = ~grid.inside(grid.points(first[there], then[there]), rule.cells)
    return np.asarray(there)


def own_gaps(cells: np.ndarray, rule: Rule, fixed: str | None) -> np.ndarray:
    """Return which cells of a fixed column are missing by themselves, bool (rows,)."""
    if not rule.gaps or fixed is None:
        return np.zeros(len(cells), bool)
    return np.asarray(pd.isna(cells))


def what_is_fixed(
    cells: np.ndarray, rule: Rule, alike: Sequence[Rule]
) -> Iterator[tuple[np.ndarray, str | None]]:
    """Yield which cells fix a value by a rule, bool (rows,), and that value, each value once.

    Args:
        cells: Categories, or numbers that are settled.
        rule: Of kind ``implies``.
        alike: All such rules with the same first column.
    """
    thens = list(dict.fromkeys(rule.values.values()))
    if cells.dtype == object:
        # Values by thousands may fix a few: all cells are compared once, not for each value.
        places = {then: place for place, then in enumerate(thens)}
        numbers, found = pd.factorize(cells)
        of_kind = [places[rule.values[value]] if value in rule.values else -1 for value in found]
        place = np.array([*of_kind, -1])[numbers]
        for number, then in enumerate(thens):
            yield place == number, then
        return
    there, said = fixed(cells, rule, alike)
    for then in thens:
        yield there & (said == then), then
