"""Find rows of a table that break a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.rule import Rule, Units, by_first
from tabtwin.schema.rules.bands import out_of_bands
from tabtwin.schema.rules.computing import FLOAT_NOISE, differ, exceeds
from tabtwin.schema.rules.excluding import crowded, meets
from tabtwin.schema.rules.fixed_cells import are
from tabtwin.schema.rules.number_codes import fixed, unsettled


def broken(table: pd.DataFrame, rules: tuple[Rule, ...], units: Units) -> np.ndarray:
    """Return which rows of a canonical table break a rule, bool (rows,)."""
    found, alike = np.zeros(len(table), bool), by_first(rules)
    for rule in rules:
        cells = [table[name].to_numpy() for name in rule.columns]
        if rule.kind == "order":
            found |= cells[0] > cells[1]
        elif rule.kind == "formula":
            found |= differ(rule, dict(zip(rule.columns, cells, strict=True)), units)
        elif rule.kind == "bands":
            found |= out_of_bands(dict(zip(rule.columns, cells, strict=True)), rule)
        elif rule.kind == "compare":
            found |= exceeds(rule, dict(zip(rule.columns, cells, strict=True)))
        elif rule.kind == "sum":
            total = np.sum(cells[1:], axis=0)
            missing = np.isnan(total) != np.isnan(cells[0])
            slack = units[rule.columns[0]] / 2 + FLOAT_NOISE * np.sum(np.abs(cells[1:]), axis=0)
            found |= missing | (np.abs(total - cells[0]) > slack)
        elif rule.kind == "never":
            found |= meets({name: table[name].to_numpy() for name in rule.columns}, rule)
        elif rule.is_group:
            found |= crowded({name: table[name].to_numpy() for name in rule.columns}, rule)
        else:
            for there, fixed in what_is_fixed(cells[0], rule, alike[rule.columns[0]]):
                found |= there & ~are(cells[1], fixed)
    for first, fixing in alike.items():
        if table[first].dtype != object:
            found |= unsettled(table[first].to_numpy(), fixing)
    return found


def what_is_fixed(
    cells: np.ndarray, rule: Rule, alike: Sequence[Rule]
) -> Iterator[tuple[np.ndarray, str | None]]:
    """Yield which cells fix a value by a rule, bool (rows,), and that value.

    Args:
        cells: Categories, or numbers that are settled.
        rule: Of kind ``implies``.
        alike: All such rules with the same first column.
    """
    if cells.dtype == object:
        for value, then in rule.values.items():
            yield cells == value, then
        return
    there, said = fixed(cells, rule, alike)
    for then in dict.fromkeys(rule.values.values()):
        yield there & (said == then), then
