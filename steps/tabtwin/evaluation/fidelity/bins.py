"""Fit the bins on which accuracy is measured: those of mostlyai-qa 1.10, on real rows.

A number gets 10 bins between equally spaced order statistics (each value its own if there are 10 or fewer),
and so does a date; a category has its 10 commonest values of 5 rows or more and one bin for the rest; missing
cells always have their own bin. Two things
differ: texts that hardly repeat stay categories (there, one random token of each is used), and ties among
equally common categories go by their name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.registry import is_label, quantity
from tabtwin.schema.schema import Column, Schema, numbers

BINS = 10
MIN_ROWS = 5
MAX_COLUMNS = 300
MAX_STATISTICS = 1000
MAX_DIGITS = 20
MISSING, OTHER = "(n/a)", "(other)"


@dataclass(frozen=True)
class ColumnBins:
    """The bins of one column; code 0 is missing.

    Attributes:
        column: The column.
        edges: float64 (bins − 1,): where one bin of numbers ends and the next begins, the next's first value.
        values: Categories with a bin of their own; the last bin holds all others.
    """

    column: Column
    edges: np.ndarray
    values: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return the number of codes."""
        return 2 + len(self.values if is_label(self.column) else self.edges)

    def codes(self, table: pd.DataFrame) -> np.ndarray:
        """Return the bin of each row: int16 (rows,)."""
        if is_label(self.column):
            texts = table[self.column.name]
            lookup = {value: code for code, value in enumerate(self.values, start=1)}
            known = texts.map(lookup).to_numpy("float64")
            filled = np.where(np.isnan(known), self.size - 1, known)
            return np.where(texts.isna(), 0, filled).astype(np.int16)
        cells = numbers(table, self.column)
        found = np.searchsorted(self.edges, cells, side="right") + 1
        return np.where(np.isnan(cells), 0, found).astype(np.int16)


@dataclass(frozen=True)
class Bins:
    """The bins of every column that is compared: the first 300 learned ones by name."""

    columns: tuple[ColumnBins, ...]

    @property
    def names(self) -> list[str]:
        """Return the columns, in the order of the codes."""
        return [bins.column.name for bins in self.columns]

    @property
    def sizes(self) -> np.ndarray:
        """Return how many codes each column has: int64 (columns,)."""
        return np.array([bins.size for bins in self.columns], dtype=np.int64)

    def codes(self, table: pd.DataFrame) -> np.ndarray:
        """Return the bin of each cell of a canonical table: int16 (columns, rows)."""
        return np.stack([bins.codes(table) for bins in self.columns])


def fit_bins(references: Sequence[pd.DataFrame], schema: Schema) -> Bins:
    """Fit bins on canonical tables, taken together."""
    columns = sorted(schema.learned, key=lambda column: column.name)[:MAX_COLUMNS]
    return Bins(tuple(_fit(references, column) for column in columns))


def _fit(references: Sequence[pd.DataFrame], column: Column) -> ColumnBins:
    if is_label(column):
        cells = pd.concat([table[column.name] for table in references])
        return ColumnBins(column, np.empty(0), _common(cells))
    values = np.concatenate([numbers(table, column) for table in references])
    values = np.sort(values[~np.isnan(values)])
    breaks = _number_breaks(values) if quantity(column).keeps_few_apart else _date_breaks(values)
    return ColumnBins(column, breaks[1:-1], ())


def _common(cells: pd.Series) -> tuple[str, ...]:
    """Return the categories with their own bin; missing takes one of the ten places, like any other value."""
    counts = cells.fillna(MISSING).value_counts()
    ranked = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))[:BINS]
    common = {str(value) for value, count in ranked if count >= MIN_ROWS}
    return tuple(sorted(common - {MISSING, OTHER}))


def _number_breaks(values: np.ndarray) -> np.ndarray:
    distinct = np.unique(values)
    if len(distinct) > BINS:
        return _floored(_search(values))
    return _floored(np.append(distinct, distinct[-1] + 1)) if len(distinct) else distinct


def _date_breaks(values: np.ndarray) -> np.ndarray:
    return _search(values) if len(values) else values


def _search(values: np.ndarray) -> np.ndarray:
    """Return the fewest equally spaced order statistics of sorted ``values`` that bound ``BINS`` distinct
    bins.
    """
    breaks = values[:0]
    for count in range(BINS, max(BINS + 1, min(MAX_STATISTICS, len(values) + 1))):
        breaks = np.unique(values[np.linspace(0, len(values) - 1, count).astype(int)])
        if len(breaks) > BINS:
            break
    return breaks


def _floored(breaks: np.ndarray) -> np.ndarray:
    """Return all breaks except the last, cut to the fewest decimals that keep them distinct."""
    for digits in range(MAX_DIGITS):
        cut = np.floor(breaks * 10.0**digits) / 10.0**digits
        if len(np.unique(cut)) == len(breaks):
            return np.append(cut[:-1], breaks[-1])
    return breaks
