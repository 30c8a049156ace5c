"""Translate encoded tables for SDV: numbers of unit scale, short labels, no missing cell, name or value.

SDV never sees a column's name or a category's text, so it cannot fail on one, print or store it; and whether
a number is missing becomes a category, which it learns together with the other columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema


@dataclass(frozen=True)
class Number:
    """A numeric column: ``value = center + scale * plain``.

    Attributes:
        label: Name of its plain columns, after ``n`` (the number) and ``m`` (whether it is missing).
        name: The encoded column.
        center: Mean of the cells, NaN if all are missing.
        scale: Standard deviation of the cells; 0 if they are all equal, and no number is learned.
        gaps: Whether some cells are missing and others are not.
    """

    label: str
    name: str
    center: float
    scale: float
    gaps: bool

    def plain(self, table: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return the columns that SDV learns for this one."""
        cells = table[self.name].to_numpy("float64")
        missing = np.isnan(cells)
        columns = {}
        if self.scale > 0:
            columns[f"n{self.label}"] = np.where(missing, 0.0, (cells - self.center) / self.scale)
        if self.gaps:
            columns[f"m{self.label}"] = np.where(missing, "1", "0").astype(object)
        return columns

    def encoded(self, plain: pd.DataFrame) -> np.ndarray:
        """Return the inverse of :meth:`plain`: float64 (rows,)."""
        cells = np.full(len(plain), self.center)
        if self.scale > 0:
            cells += self.scale * plain[f"n{self.label}"].to_numpy("float64")
        if self.gaps:
            cells[(plain[f"m{self.label}"] == "1").to_numpy()] = np.nan
        return cells

    @property
    def width(self) -> int:
        """Return the columns of CTGAN's and TVAE's matrix: one and up to 10 modes for a number, one a
        category.
        """
        return (11 if self.scale > 0 else 0) + (2 if self.gaps else 0)


@dataclass(frozen=True)
class Category:
    """A categorical column: ``value = values[int(plain)]``.

    Attributes:
        label: Name of its plain column, after ``c``.
        name: The encoded column.
        values: What it holds, sorted, with ``None`` last if cells are missing.
    """

    label: str
    name: str
    values: tuple[str | None, ...]

    def plain(self, table: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return the columns that SDV learns for this one: none if there is only one value."""
        if len(self.values) < 2:
            return {}
        code = {value: str(number) for number, value in enumerate(self.values)}
        cells = [code[None if pd.isna(cell) else cell] for cell in table[self.name]]
        return {f"c{self.label}": np.array(cells, dtype=object)}

    def encoded(self, plain: pd.DataFrame) -> np.ndarray:
        """Return the inverse of :meth:`plain`: object (rows,)."""
        values = np.array(self.values, dtype=object)
        if len(self.values) < 2:
            return np.repeat(values, len(plain))
        return values[plain[f"c{self.label}"].astype(int).to_numpy()]

    @property
    def width(self) -> int:
        """Return the columns of CTGAN's and TVAE's matrix."""
        return len(self.values) if len(self.values) > 1 else 0


Coding = tuple[Number | Category, ...]


def fit_coding(table: pd.DataFrame, schema: Schema) -> Coding:
    """Return how each learned column of an encoded table is made plain; empty tables have none."""
    return tuple(
        _category(str(number), table[column.name])
        if is_label(column)
        else _number(str(number), table[column.name])
        for number, column in enumerate(schema.learned)
    )


def to_plain(table: pd.DataFrame, coding: Coding) -> pd.DataFrame:
    """Return what SDV learns from an encoded table; no column at all if nothing varies."""
    columns: dict[str, np.ndarray] = {}
    for column in coding:
        columns |= column.plain(table)
    return pd.DataFrame(columns, index=range(len(table)))


def from_plain(plain: pd.DataFrame, coding: Coding) -> pd.DataFrame:
    """Return the encoded table of a plain one."""
    columns = {column.name: column.encoded(plain) for column in coding}
    return pd.DataFrame(columns, index=range(len(plain)))


def _number(label: str, cells: pd.Series) -> Number:
    there = cells.dropna().to_numpy("float64")
    if len(there) == 0:
        return Number(label, str(cells.name), float("nan"), 0.0, gaps=False)
    low, width = there.min(), there.max() - there.min()
    share = (there - low) / width if width > 0 else np.zeros(len(there))  # squares of numbers may underflow
    return Number(
        label=label,
        name=str(cells.name),
        center=float(low + width * share.mean()),
        scale=float(width * share.std()),
        gaps=len(there) < len(cells),
    )


def _category(label: str, cells: pd.Series) -> Category:
    values: list[str | None] = sorted(cells.dropna().unique())
    if cells.isna().any():
        values.append(None)
    return Category(label, str(cells.name), tuple(values))
