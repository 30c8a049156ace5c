"""A column as it was read: its distinct values, and which of them each row holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds import date_formats, numerals


@dataclass(frozen=True)
class Cells:
    """One column of a source.

    Attributes:
        values: Distinct values in order of appearance (n,): object ``str``, float64 or datetime64[ns].
        codes: The value of each row (rows,), int32; -1 where the cell is missing.
        dtype: The source's type as Arrow spells it; empty where the source has none (CSV).
        comma: Whether the source writes these numbers with a decimal comma; ``values`` have a point.
        fault: What its cells are that cannot be read; all of them are missing here.
        behind: Of cells that cannot be read, texts by which rows that hold the same are known; they are
            counted by, and never learned nor shown.
    """

    values: np.ndarray
    codes: np.ndarray
    dtype: str = ""
    comma: bool = False
    fault: str = ""
    behind: Cells | None = None

    @property
    def is_text(self) -> bool:
        """Whether the values are text."""
        return self.values.dtype == object

    @property
    def counts(self) -> np.ndarray:
        """How many rows hold each value (n,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @property
    def has_missing(self) -> bool:
        """Whether any cell is missing."""
        return bool((self.codes < 0).any())

    @property
    def held(self) -> int:
        """How many cells are not missing."""
        return int((self.codes >= 0).sum())

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value, and each its own."""
        return len(self.values) == len(self.codes) and not self.has_missing

    def take(self, values: np.ndarray, missing: object) -> np.ndarray:
        """One value a row (rows,): ``values`` (n,) in place of the distinct values."""
        return np.asarray(np.append(values, np.array([missing], dtype=values.dtype))[self.codes])

    def without(self, marks: tuple[str, ...]) -> Cells:
        """The same column, with the texts ``marks`` and the empty text missing."""
        kept = ~np.isin(self.values, np.array([*marks, ""], dtype=object)) if self.is_text else None
        if kept is None or kept.all():
            return self
        positions = np.where(kept, np.cumsum(kept) - 1, -1).astype("int32")
        codes = np.append(positions, np.int32(-1))[self.codes]
        return Cells(self.values[kept], codes.astype("int32"), self.dtype, self.comma)

    def pointed(self) -> Cells:
        """The same column with points in place of decimal commas, where those are what its texts have."""
        texts = numerals.with_points(self.values) if self.is_text else None
        if texts is None:
            return self
        places, values = pd.factorize(texts)
        codes = np.append(places, -1)[self.codes]
        return Cells(np.asarray(values), codes.astype("int32"), self.dtype, comma=True)


def distinct(values: np.ndarray, dtype: str = "") -> Cells:
    """A column from one value a row (rows,); ``None``, NaN and NaT are missing."""
    codes, found = pd.factorize(values)
    return Cells(np.asarray(found), codes.astype("int32"), dtype)


def as_text(cells: Cells) -> np.ndarray:
    """A column's distinct values as text (n,), object."""
    if cells.is_text:
        return cells.values
    if cells.values.dtype.kind == "M":
        return date_formats.spell(cells.values, date_formats.finest_format(cells.values), 6)
    return numerals.spell(cells.values, 0, numerals.decimals_of(cells.values))
