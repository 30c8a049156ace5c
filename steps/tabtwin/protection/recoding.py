"""Decide what generators learn in place of columns that rules compute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from tabtwin.protection.gaps import FEWEST, Rows, gap_of_formula, gaps_of_orders
from tabtwin.schema.encoding import Encoding, Recoding
from tabtwin.schema.kinds.registry import quantity
from tabtwin.schema.rule import Rule
from tabtwin.schema.schema import Schema


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
    rows = Rows(training, schema, encoding, subjects, protect)
    formulas = tuple(rule for rule in schema.rules if rule.kind == "formula")
    targets = {rule.columns[0] for rule in formulas}
    orders = [rule for rule in schema.rules if rule.sorts]
    found = [
        *gaps_of_orders(rows, orders, targets),
        *(gap_of_formula(rule, rows) for rule in formulas if _is_off(rule)),
    ]
    gaps = {gap.column: gap for gap, _ in found}
    used = {name for gap in gaps.values() for name in (gap.column, *gap.origins)}
    used |= {name for rule in formulas for name in rule.columns}
    used |= {name for rule in schema.rules if rule.kind == "compare" for name in rule.columns}
    for _ in orders:  # what is in order with a number that may be moved is moved as well
        used |= {name for rule in orders if used & set(rule.columns) for name in rule.columns}
    means = _means(replace(rows, table=protected), used - targets - gaps.keys())
    recoding = Recoding(
        gaps=tuple(gaps.values()),
        computed=tuple(rule for rule in formulas if not _is_off(rule)),
        anchor=means | {gap.name: mean for gap, mean in found},
    )
    return encoding.model_copy(update={"recoding": recoding})


def _is_off(rule: Rule) -> bool:
    """Return whether how far off a formula's target is, is learned: unless missing cells are its own."""
    return rule.within > 0 and not rule.loose


def _means(rows: Rows, names: set[str]) -> dict[str, float]:
    """Return the mean of each number after protection, as it is written: of rows that have all of them, if
    enough subjects have such rows.
    """
    columns = [column for column in rows.schema.learned if column.name in names]
    cells = rows.numbers(*(column.name for column in columns))
    whole = np.ones(len(rows.table), bool)
    for held in cells.values():
        whole &= ~np.isnan(held)
    k = max((column.threshold(rows.protect) for column in columns), default=rows.protect)
    is_enough = len(np.unique(rows.subjects[whole])) >= max(k, FEWEST)
    some = whole if is_enough else np.ones(len(rows.table), bool)
    found = {}
    for column in columns:
        mean = quantity(column).on_grid(np.array([np.nanmean(cells[column.name][some])]), column)
        code = rows.encoding.columns[column.name]
        found[column.name] = float(np.clip(mean, code.low, code.high)[0])
    return found
