"""Hold a column as it was read: its distinct values, and which of them each row holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from tabtwin.schema.spelling import date_formats, numerals
from tabtwin.schema.spelling.number_style import PLAIN, Style, plain


@dataclass(frozen=True)
class Stored:
    """What a source says of a column's type besides Arrow's name of it.

    Attributes:
        pandas: Pandas' name of the type; empty if the source is not pandas'.
        levels: The texts that a categorical type lists, in its order, whether or not a cell holds them.
        ordered: Whether their order means something.
    """

    pandas: str = ""
    levels: tuple[str, ...] = ()
    ordered: bool = False


NO_TYPE = Stored()


@dataclass(frozen=True)
class Cells:
    """One column of a source.

    Attributes:
        values: Distinct values in order of appearance (n,): object ``str``, float64 or datetime64[us].
        codes: The value of each row (rows,), int32; -1 where the cell is missing.
        dtype: The source's type as Arrow spells it; empty if the source has none (CSV).
        style: How the source writes these numbers; ``values`` have them plainly.
        raw: The column as the source has it, if its numbers are not written plainly.
        why: A clause on how that was found.
        fault: What the column holds, if it cannot be read; all of its cells are missing then.
        behind: If it cannot be read, texts that are equal in rows with equal cells: rows are counted by them,
            but they are never learned or shown.
        stored: What else the source says of their type.
        keeps_empty: Whether the empty text is a value of its own, since the source tells it from a missing
            cell.
    """

    values: np.ndarray
    codes: np.ndarray
    dtype: str = ""
    fault: str = ""
    behind: Cells | None = None
    stored: Stored = NO_TYPE
    keeps_empty: bool = False
    style: Style = PLAIN
    raw: Cells | None = None
    why: str = ""

    @property
    def is_text(self) -> bool:
        """Return whether the values are text."""
        return self.values.dtype == object

    @cached_property
    def views(self) -> dict[str, Any]:
        """Return what was made of these cells under a column's name, which would be made again and again."""
        return {}

    @cached_property
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
        gone = [*marks] if self.keeps_empty else [*marks, ""]
        texts = self.values if self.is_text else as_marked(self)
        kept = ~np.isin(texts, np.array(gone, dtype=object))
        if kept.all():
            return self
        positions = np.where(kept, np.cumsum(kept) - 1, -1).astype("int32")
        codes = np.append(positions, np.int32(-1))[self.codes]
        return replace(
            self,
            values=self.values[kept],
            codes=codes.astype("int32"),
            raw=self.raw and self.raw.without(marks),
        )

    @property
    def comma(self) -> bool:
        """Return whether the source writes these numbers with a decimal comma."""
        return self.style.comma

    def plainly(self, style: Style, why: str = "") -> Cells:
        """Return the column with those texts as plain numbers that are numbers in a style."""
        bare = self.raw or self
        if not bare.is_text or style == PLAIN:
            return bare
        if self.style == style:
            return self
        texts, _ = plain(bare.values, style)
        places, values = pd.factorize(texts)
        codes = np.append(places, -1)[bare.codes].astype("int32")
        read = np.asarray(values, dtype=object)
        return replace(bare, values=read, codes=codes, style=style, raw=bare, why=why)


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
