"""Draw a picture of each column: shares of real and synthetic rows by bin or category.

    training, synthetic, schema, encoding -> pictures

Pictures show only aggregates. Value protection is applied to both tables first, bins depend only on the
twin's values, and a bar of fewer than five rows (in training: subjects) is withheld. Shares are of the rows
shown and rounded, so that no withheld bar follows from the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.protection.rare_values import protect_cells
from tabtwin.report import svg
from tabtwin.report.formats import percent
from tabtwin.schema.encoding import ColumnCode, Encoding
from tabtwin.schema.kinds.registry import is_label, of, quantity
from tabtwin.schema.schema import Column, Schema

ENOUGH = 5
BINS = 24
SHOWN = 10
TAIL = 0.01


@dataclass(frozen=True)
class Picture:
    """Shares of rows by bar, of real (training) and synthetic rows; ``None`` is withheld.

    Attributes:
        column: The column.
        labels: The bars' names; for numbers, only the first and the last are shown.
        real: Shares of real rows by bar.
        synthetic: Shares of synthetic rows by bar.
        missing: The shares of real and of synthetic rows with a missing cell; ``None`` if none is missing.
    """

    column: Column
    labels: tuple[str, ...]
    real: tuple[float | None, ...]
    synthetic: tuple[float | None, ...]
    missing: tuple[float | None, float | None] | None

    @property
    def apart(self) -> float:
        """Return the share of rows that would have to move to another bar: total variation of the bars
        shown.
        """
        pairs = [(ours or 0.0, theirs or 0.0) for ours, theirs in zip(self.real, self.synthetic, strict=True)]
        return sum(abs(ours - theirs) for ours, theirs in pairs) / 2

    def title(self) -> str:
        """Return the picture's text for a screen reader."""
        if is_label(self.column):
            bars = (
                f"{label}: real {percent(ours)}, synthetic {percent(theirs)}"
                for label, ours, theirs in zip(self.labels, self.real, self.synthetic, strict=True)
            )
            return f"{self.column.name}: " + "; ".join(bars)
        return (
            f"{self.column.name}: histogram of real and synthetic rows from {self.labels[0]} to "
            f"{self.labels[-1]}; {percent(self.apart)} of the rows are in another bar"
        )

    def svg(self) -> str:
        """Return the picture itself."""
        if is_label(self.column):
            return svg.category_bars(self.labels, self.real, self.synthetic, self.title())
        ends = (self.labels[0], self.labels[-1])
        return svg.histogram(self.real, self.synthetic, *ends, self.title())

    def caption(self) -> str:
        """Return one line: how many rows are in another bar, and how many cells are missing."""
        line = f"{self.column.kind}; {percent(self.apart)} in another bar"
        if self.missing is None:
            return line
        ours, theirs = (percent(share) if share is not None else "withheld" for share in self.missing)
        return f"{line}; missing {ours} | {theirs}"


def pictures(
    training: pd.DataFrame,
    synthetic: pd.DataFrame,
    subjects: np.ndarray,
    schema: Schema,
    encoding: Encoding,
    enough: int = ENOUGH,
) -> list[Picture]:
    """Return a picture of every learned column, in the table's order.

    Args:
        training: The rows that the generator saw.
        synthetic: The twin.
        subjects: The subject of each training row, int (rows,).
        schema: Their schema.
        encoding: The values of each column that may be released.
        enough: How many must be in a bar for it to be shown; at least ``ENOUGH``.
    """
    tables = (protect_cells(training, schema, encoding), protect_cells(synthetic, schema, encoding))
    owners = (subjects, np.arange(len(synthetic)))
    return [
        _picture(column, encoding.columns[column.name], tables, owners, max(ENOUGH, enough))
        for column in schema.learned
    ]


def _picture(
    column: Column,
    code: ColumnCode,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    owners: tuple[np.ndarray, np.ndarray],
    enough: int,
) -> Picture:
    cells = tuple(table[column.name] for table in tables)
    if is_label(column):
        labels, places = _categories(cells, code)
    else:
        labels, places = _bins([part.to_numpy("float64") for part in cells], column, code)
    # One bar more than labels, for missing cells, so that they are also withheld if few.
    shares = [
        _shares(part, owner, len(labels) + 1, enough) for part, owner in zip(places, owners, strict=True)
    ]
    missing = (shares[0][-1], shares[1][-1])
    held = any(bool((part == len(labels)).any()) for part in places)
    return Picture(column, labels, shares[0][:-1], shares[1][:-1], missing if held else None)


def _categories(cells: Sequence[pd.Series], code: ColumnCode) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """Return bars of the commonest categories and one of all others, and the bar of each row."""
    shown = code.categories[:SHOWN] if len(code.categories) > SHOWN + 1 else code.categories
    others = len(code.categories) - len(shown)
    labels = (*shown, f"({others} others)") if others else shown
    lookup = {name: min(place, len(labels) - 1) for place, name in enumerate(code.categories)}
    return labels, [part.map(lookup).fillna(len(labels)).to_numpy(int) for part in cells]


def _bins(
    values: Sequence[np.ndarray], column: Column, code: ColumnCode
) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """Return equal bins between the twin's first and last hundredth; the end bins hold everything beyond."""
    assert code.low is not None
    assert code.high is not None
    twin = values[1][~np.isnan(values[1])]
    low, high = np.quantile(twin, [TAIL, 1 - TAIL]) if len(twin) else (code.low, code.high)
    if low == high:
        low, high = code.low, code.high
    whole = of(column).is_whole
    if whole and high - low < BINS:
        edges = np.arange(np.floor(low), np.ceil(high) + 2) - 0.5
    else:
        edges = np.linspace(low, high, BINS + 1)
    inner = edges[1:-1]
    ends = (low, high)
    first, last = (quantity(column).label(value, column) for value in ends)
    labels = (f"≤ {first}", *("" for _ in inner[1:]), f"{last} ≤") if len(inner) else (first,)
    places = [
        np.where(np.isnan(part), len(labels), np.searchsorted(inner, part, side="right")) for part in values
    ]
    return labels, places


def _shares(places: np.ndarray, owners: np.ndarray, bars: int, enough: int) -> tuple[float | None, ...]:
    """Return the share of rows in each bar, of the rows in bars that are shown."""
    rows = np.bincount(places, minlength=bars)
    pairs = np.unique(np.stack([places, owners]), axis=1)[0]
    shown = np.bincount(pairs, minlength=bars) >= enough
    total = max(1, int(rows[shown].sum()))
    return tuple(
        round(int(count) / total, 3) if seen else None for count, seen in zip(rows, shown, strict=True)
    )
