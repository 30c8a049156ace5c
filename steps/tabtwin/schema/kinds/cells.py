"""Hold a column as it was read: its distinct values, and which of them each row holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds import date_formats, numerals


@dataclass(frozen=True)
class Cells:
    """One column of a source.

    Attributes:
        values: Distinct values in order of appearance (n,): object ``str``, float64 or datetime64[us].
        codes: The value of each row (rows,), int32; -1 where the cell is missing.
        dtype: The source's type as Arrow spells it; empty if the source has none (CSV).
        comma: Whether the source writes these numbers with a decimal comma; ``values`` have a point.
        fault: What the column holds, if it cannot be read; all of its cells are missing then.
        behind: If it cannot be read, texts that are equal in rows with equal cells: rows are counted by them,
            but they are never learned or shown.
    """

    values: np.ndarray
    codes: np.ndarray
    dtype: str = ""
    comma: bool = False
    fault: str = ""
    behind: Cells | None = None

    @property
    def is_text(self) -> bool:
        """Return whether the values are text."""
        return self.values.dtype == object

    @property
    def counts(self) -> np.ndarray:
        """Return how many rows hold each value (n,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @property
    def has_missing(self) -> bool:
        """Return whether any cell is missing."""
        return bool((self.codes < 0).any())

    @property
    def held(self) -> int:
        """Return how many cells are not missing."""
        return int((self.codes >= 0).sum())

    @property
    def is_unique(self) -> bool:
        """Return whether every row has a value of its own."""
        return len(self.values) == len(self.codes) and not self.has_missing

    def take(self, values: np.ndarray, missing: object) -> np.ndarray:
        """Return one value per row (rows,), with ``values`` (n,) in place of the distinct values."""
        return np.asarray(np.append(values, np.array([missing], dtype=values.dtype))[self.codes])

    def without(self, marks: tuple[str, ...]) -> Cells:
        """Return the column with cells missing that are one of ``marks`` or empty."""
        if not self.is_text and not marks:
            return self
        texts = self.values if self.is_text else as_marked(self)
        kept = ~np.isin(texts, np.array([*marks, ""], dtype=object))
        if kept.all():
            return self
        positions = np.where(kept, np.cumsum(kept) - 1, -1).astype("int32")
        codes = np.append(positions, np.int32(-1))[self.codes]
        return Cells(self.values[kept], codes.astype("int32"), self.dtype, self.comma)

    def pointed(self) -> Cells:
        """Return the column with points in place of decimal commas, if its texts have those."""
        texts = numerals.with_points(self.values) if self.is_text else None
        if texts is None:
            return self
        places, values = pd.factorize(texts)
        codes = np.append(places, -1)[self.codes]
        return Cells(np.asarray(values), codes.astype("int32"), self.dtype, comma=True)


def distinct(values: np.ndarray, dtype: str = "") -> Cells:
    """Return a column from one value per row (rows,); ``None``, NaN and NaT are missing."""
    codes, found = pd.factorize(values)
    return Cells(np.asarray(found), codes.astype("int32"), dtype)


def as_marked(cells: Cells) -> np.ndarray:
    """Return a column's distinct values as texts that marks are compared with (n,), object.

    A date without a time is one, whatever the others have.
    """
    if cells.values.dtype.kind != "M":
        return as_text(cells)
    seconds = cells.values.astype("datetime64[s]")
    exact = seconds == cells.values
    texts = np.datetime_as_string(np.where(exact, seconds, np.datetime64("NaT"))).astype(object)
    return np.array([text.removesuffix("T00:00:00") for text in texts], dtype=object)


def as_text(cells: Cells) -> np.ndarray:
    """Return a column's distinct values as text (n,), object."""
    if cells.is_text:
        return cells.values
    if cells.values.dtype.kind == "M":
        return date_formats.spell(cells.values, date_formats.finest_format(cells.values), 6)
    return numerals.spell(cells.values, 0, numerals.decimals_of(cells.values))
