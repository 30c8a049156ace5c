"""Describe columns of durations: 26:03:04, 1 days 02:03:04, PT2H3M, 2h 30m."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from tabtwin.lib.errors import InputError
from tabtwin.schema.column import Column
from tabtwin.schema.kinds import respelling
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.kind import check_fit
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.respelling import Respelled
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import duration_forms
from tabtwin.schema.spelling.date_precision import STEPS

_STORED = "duration["
_MOST_DIGITS = 6
_LARGEST = 2.0**51


class Duration(Quantity):
    """Durations, as numbers seconds."""

    name = "duration"
    fields = frozenset({"format", "digits", "every"})
    plural = "durations"
    scale = "duration"
    missing = np.nan
    unread = "not_a_duration"
    otherwise = "duration_format"

    def guess_first(self, name: str, cells: Cells, protect: int) -> Column | None:
        """Describe stored durations, which are numbers."""
        if not cells.dtype.startswith(_STORED) or not len(cells.values):
            return None
        return Column(
            name=name,
            kind=self.name,
            dtype=cells.dtype,
            format=duration_forms.STORED,
            digits=_digits_of(cells.values),
            missing=cells.has_missing,
            why=f"stored as {cells.dtype}",
        )

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe durations that are all written in one form."""
        form = duration_forms.find(cells.values) if cells.is_text else ""
        if not form:
            return None
        return Column(
            name=name,
            kind=self.name,
            dtype=cells.dtype or "string",
            format=form,
            digits=int(duration_forms.digits_each(cells.values).max()),
            missing=cells.has_missing,
            why="every cell is a duration",
        )

    def guess_marked(self, name: str, cells: Cells, *, alone: bool) -> Column | None:
        """Describe the durations between marks."""
        return self.guess(name, cells)

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe durations; hours, minutes and seconds if they are written in several forms."""
        found = self.guess_first(name, cells, 1) or self.guess(name, cells)
        form = "" if cells.is_text else duration_forms.CLOCK
        return found or Column(name=name, kind=self.name, dtype=cells.dtype or "string", format=form)

    def is_format(self, form: str) -> bool:
        """Return whether durations can be written in a form."""
        return duration_forms.is_form(form)

    def check(self, column: Column) -> None:
        """Refuse durations whose form is neither declared nor found."""
        if not duration_forms.is_form(column.format):
            raise InputError(
                f"column {column.name!r}: expected durations in one form (26:03:04, 1 days 02:03:04, PT2H3M, "
                "2h 30m), found others; write them alike, or declare the form in --schema (%H:%M:%S)"
            )

    def read(self, cells: Cells, column: Column) -> np.ndarray:
        """Return each row's seconds, float64 (rows,)."""
        seconds = duration_forms.parse(cells.values, column.format) if cells.is_text else cells.values
        check_fit(~np.isnan(seconds), cells, column)
        return cells.take(np.asarray(seconds, "float64"), np.nan)

    def fitting(self, texts: np.ndarray) -> np.ndarray:
        """Return which texts are durations, bool (n,)."""
        return np.asarray(~np.isnan(duration_forms.parse(texts, "")))

    def respelled(self, cells: Cells, column: Column, known: pd.Series) -> Respelled:
        """Read another tool's durations; plain numbers are seconds."""
        if not cells.is_text:
            return respelling.numbers(replace(cells, dtype=""), of_truth=False)
        texts = as_text(cells)
        seconds = duration_forms.parse(texts, column.format)
        otherwise = np.isnan(seconds)
        numbers = respelling.numbers(Cells(texts, np.arange(len(texts), dtype="int32")), of_truth=False)
        seconds = np.where(otherwise, numbers.values, seconds)
        return Respelled(seconds, otherwise & ~np.isnan(seconds), otherwise & numbers.unread)

    def unit(self, column: Column) -> float:
        """Return the seconds that durations are multiples of."""
        return column.every or duration_forms.least(column.format, column.digits)

    def grid(self, column: Column, largest: float) -> Grid | None:
        """Return the multiples of the unit."""
        per = 1 / self.unit(column)
        return Grid(per) if largest * per < _LARGEST else None

    def on_grid(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return the nearest seconds (n,) that the column can be written with."""
        unit = self.unit(column)
        found = np.rint(values / unit) * unit if unit >= 1 else np.rint(values * np.rint(1 / unit))
        return np.asarray((found if unit >= 1 else found / np.rint(1 / unit)) + 0.0)

    def canonical(self, values: np.ndarray, column: Column, ends: tuple[float, float]) -> np.ndarray:
        """Return seconds rounded, and clipped again: rounding may exceed a bound."""
        return np.asarray(np.clip(self.on_grid(values, column), *ends))

    def spell(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return durations as text, in the column's form."""
        return duration_forms.spell(values.astype("float64"), column.format, column.digits)

    def form(self, column: Column) -> str:
        """Return the form."""
        return column.format

    def label(self, value: float, column: Column) -> str:
        """Return hours, minutes and seconds."""
        return str(duration_forms.spell(np.array([np.rint(value)]), duration_forms.CLOCK, 0)[0])

    def stored(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return durations in microseconds."""
        seconds = cells.to_numpy("float64")
        missing = np.isnan(seconds)
        micros = np.rint(np.where(missing, 0.0, seconds) * 1e6).astype("int64").astype("timedelta64[us]")
        return pa.array(np.where(missing, np.timedelta64("NaT", "us"), micros), from_pandas=True)

    def vouched(self, column: Column, witnesses: Witnesses) -> Column:
        """Return the column with durations as fine as k subjects' are."""
        values = witnesses.cells.values
        if witnesses.cells.is_text:
            digits = witnesses.most(duration_forms.digits_each(values))
            seconds = np.nan_to_num(duration_forms.parse(values, column.format))
        else:
            digits, seconds = column.digits, values.astype("float64")
            while digits and not witnesses.vouch(np.round(seconds, digits - 1) != seconds):
                digits -= 1
        new = column.model_copy(update={"digits": digits, "every": 0.0})
        return new.model_copy(update={"every": _step(seconds, self.unit(new), witnesses)})

    def rewritten(self, cells: pd.Series, old: Column, new: Column) -> np.ndarray | None:
        """Return seconds rounded to what the new column is written with."""
        if (old.format, old.digits, old.every) == (new.format, new.digits, new.every):
            return None
        return self.on_grid(cells.to_numpy("float64"), new)


def _digits_of(seconds: np.ndarray) -> int:
    return next(
        (digits for digits in range(_MOST_DIGITS) if np.array_equal(np.round(seconds, digits), seconds)),
        _MOST_DIGITS,
    )


def _step(seconds: np.ndarray, unit: float, witnesses: Witnesses) -> float:
    """Return the widest step that all durations have, except those of fewer than k subjects; 0: the unit."""
    for step in STEPS:
        if step <= unit:
            return 0.0
        even = seconds % step == 0
        varied = len(np.unique(seconds[witnesses.held][even[witnesses.held]])) >= witnesses.k
        if varied and not witnesses.vouch(~even):
            return float(step)
    return 0.0


DURATION = Duration()
