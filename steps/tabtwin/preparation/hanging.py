"""Find unique integers that rise or fall with another column: a rank, an order number, a time in steps.

A key says nothing about its row. A number in even steps that hangs together with another column is no such
key: it is learned, unless its name says that it numbers rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.identifying import integers_of, is_called_id, is_called_row
from tabtwin.schema.kinds.integer import INTEGER
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.registry import is_quantity, of, quantity
from tabtwin.schema.schema import Column
from tabtwin.schema.typed import read_column

HANGS = 0.5
"""The least rank correlation: five standard errors of independent columns at 100 rows."""
_MOST_ROWS = 20_000


@dataclass(frozen=True)
class Hanging:
    """A column of unique integers that rises or falls with another."""

    name: str
    other: str
    rises: bool

    def __str__(self) -> str:
        return f"{'rise' if self.rises else 'fall'} with {self.other}"


def find_hanging(columns: Sequence[Column], source: Mapping[str, Cells]) -> tuple[Hanging, ...]:
    """Return the keys of integers that hang together with a quantity, each with the one that tells most.

    Args:
        columns: The columns as described.
        source: Their cells.
    """
    keys = [column for column in columns if _is_number_key(column, source[column.name])]
    if not keys:
        return ()
    ranks = {
        column.name: found
        for column in columns
        if is_quantity(column) and (found := _ranks(column, source[column.name])) is not None
    }
    told = (_most_alike(column.name, source[column.name], ranks) for column in keys)
    return tuple(one for one in told if one is not None)


def with_learned(columns: Sequence[Column], source: Mapping[str, Cells]) -> list[Column]:
    """Return the columns with integers that hang together with another as numbers, unless they are called
    after rows.
    """
    found = {one.name: one for one in find_hanging(columns, source)}
    return [
        _learned(column, source[column.name], found[column.name])
        if column.name in found and not (is_called_id(column.name) or is_called_row(column.name))
        else column
        for column in columns
    ]


def _learned(column: Column, cells: Cells, found: Hanging) -> Column:
    number = INTEGER.declare(column.name, cells.without(column.marks), is_vouched=True)
    if number is None or number.kind != INTEGER.name:
        return column
    why = f"unique integers in even steps that {found}: learned, no key"
    same = {"marks": column.marks, "blank": column.blank, "pandas": column.pandas, "quoted": column.quoted}
    return number.model_copy(update={"why": why, **same})


def _is_number_key(column: Column, cells: Cells) -> bool:
    is_guessed = of(column) is KEY and column.why.startswith("unique integers")
    return is_guessed and cells.without(column.marks).is_unique


def _ranks(column: Column, cells: Cells) -> np.ndarray | None:
    try:
        numbers = quantity(column).numbers(pd.Series(read_column(cells, column)))
    except InputError:  # said where the table is read
        return None
    return np.asarray(numbers)


def _most_alike(name: str, cells: Cells, others: Mapping[str, np.ndarray]) -> Hanging | None:
    """Return with which column unique integers hang together most, if with any."""
    mine = np.asarray(integers_of(cells))[cells.codes]
    some = np.linspace(0, len(mine) - 1, min(len(mine), _MOST_ROWS)).astype(int)
    alike = {other: _correlation(mine[some], numbers[some]) for other, numbers in others.items()}
    best = max(alike, key=lambda other: abs(alike[other]), default=None)
    if best is None or abs(alike[best]) < HANGS:
        return None
    return Hanging(name, best, alike[best] > 0)


def _correlation(mine: np.ndarray, numbers: np.ndarray) -> float:
    """Return the rank correlation where both are known; 0 where too few are, or all are equal."""
    known = ~np.isnan(numbers)
    if known.sum() < len(mine) / 2 or known.sum() < 3:
        return 0.0
    first, second = (pd.Series(part[known]).rank().to_numpy() for part in (mine, numbers))
    if not first.std() or not second.std():
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
