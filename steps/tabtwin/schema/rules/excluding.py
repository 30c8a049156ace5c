"""Mend and find rows in which states occur together that never do, or too many columns of a group are set.

A state that a row must not have becomes the commonest one that rows with the other column's state have. Of a
group, the first column that is set stays set; if exactly one must be, and none is, the last one is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.fixed_cells import are, as_cell
from tabtwin.schema.rules.states import codes_of

Cells = Mapping[str, np.ndarray]

SET = {"1", "true", "yes", "y", "t", "x", "on", "ja", "oui", "si", "sí", "sim", "da", "tak"}
"""Words that say that something is so, in small letters."""


def meets(cells: Cells, rule: Rule) -> np.ndarray:
    """Return which rows have two states that never occur together, bool (rows,)."""
    first, second = ([pair[side] for pair in rule.pairs] for side in (0, 1))
    found = np.zeros(len(cells[rule.columns[0]]), bool)
    if not rule.pairs:
        return found
    known = [list(dict.fromkeys(states)) for states in (first, second)]
    table = np.zeros((len(known[0]) + 1, len(known[1]) + 1), bool)
    for one, other in rule.pairs:
        table[known[0].index(one), known[1].index(other)] = True
    codes = [codes_of(cells[name], states) for name, states in zip(rule.columns, known, strict=True)]
    return np.asarray(table[codes[0], codes[1]])


def crowded(cells: Cells, rule: Rule) -> np.ndarray:
    """Return which rows have more or fewer columns of a group set than there may be, bool (rows,)."""
    count = np.sum([is_set(cells[name], rule, name) for name in rule.columns], axis=0)
    return np.asarray((count > 1) | ((count < 1) & (rule.kind == "one_of")))


def is_set(cells: np.ndarray, rule: Rule, name: str) -> np.ndarray:
    """Return which cells of a column of a group are set, bool (rows,)."""
    return are(cells, rule.values[name]) if rule.values else ~np.asarray(pd.isna(cells))


def keep_apart(cells: dict[str, np.ndarray], name: str, rules: Sequence[Rule]) -> None:
    """Write a column so that, where it can, it does not have a state that rules of kind ``never`` exclude.

    Args:
        cells: Canonical cells, by column.
        name: The column that is written.
        rules: All rules of that kind that write it.
    """
    wrong = np.logical_or.reduce([meets(cells, rule) for rule in rules])
    if not wrong.any():
        return
    rows = np.flatnonzero(wrong)
    some = {column: cells[column][rows] for rule in rules for column in rule.columns}
    left = np.ones(len(rows), bool)
    for rule in rules:
        states = [state for state, _ in rule.instead]
        codes = codes_of(some[rule.columns[0]], states)
        for place, (_, then) in enumerate(rule.instead):
            there = left & (codes == place)
            tried = some[name].copy()
            tried[there] = as_cell(then, tried.dtype)
            there &= ~np.logical_or.reduce([meets({**some, name: tried}, other) for other in rules])
            some[name][there] = tried[there]
            left &= ~there
    cells[name][rows] = some[name]


def leave_one(cells: dict[str, np.ndarray], name: str, rule: Rule) -> None:
    """Write a column of a group so that it is not set where one before it is, and is if it must be."""
    before = rule.columns[: rule.columns.index(name)]
    taken = np.logical_or.reduce([is_set(cells[other], rule, other) for other in before])
    own = is_set(cells[name], rule, name)
    then, dtype = cells[name], cells[name].dtype
    then[taken & own] = as_cell(rule.unset.get(name), dtype)
    if rule.kind == "one_of" and name == rule.columns[-1]:
        then[~taken & ~own] = as_cell(rule.values[name], dtype)
