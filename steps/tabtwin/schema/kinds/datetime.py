"""Describe columns of dates and times in one format."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.lib.errors import InputError
from tabtwin.schema.column import Column
from tabtwin.schema.kinds import date_formats, periods, respelling
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.grids import DAY, Grid
from tabtwin.schema.kinds.kind import check_fit
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.respelling import Respelled
from tabtwin.schema.kinds.witnesses import Witnesses

_UNITS = (("%f", 0.0), ("%S", 1 / 86_400), ("%M", 1 / 1_440), ("%H", 1 / 24), ("%I", 1 / 24), ("%d", 1.0))
_HOURS = 24
_ASKED = 5
"""How many values are tried for the format of all dates: few values are odd."""


class Datetime(Quantity):
    """Dates, as numbers days since 1970; canonical tables have datetime64[ns]."""

    name = "datetime"
    fields = frozenset({"digits", "format"})
    plural = "dates"
    scale = "date"
    is_calendar = True
    slack = 2e-11  # days: float64 barely resolves microseconds, and not quite after 2149
    keeps_few_apart = False
    missing = np.datetime64("NaT", "ns")
    unread = "not_a_date"
    otherwise = "date_format"

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe dates that all parse by one format."""
        if cells.values.dtype.kind == "M":
            form = periods.format_of(cells.dtype) or (
                "%Y-%m-%d" if "date" in cells.dtype else date_formats.finest_format(cells.values)
            )
            return Column(
                name=name,
                kind=self.name,
                dtype=cells.dtype,
                format=form,
                digits=6 if "%f" in form else 0,
                missing=cells.has_missing,
                why=f"stored as {cells.dtype}",
            )
        forms = date_formats.fitting_formats(cells.values) if cells.is_text else []
        if not forms:
            return None
        form = forms[0] if len(forms) == 1 else date_formats.likeliest(cells.values, cells.counts, forms)
        others = f"; {len(forms) - 1} more would" if len(forms) > 1 else ""
        return Column(
            name=name,
            kind=self.name,
            dtype=cells.dtype or ("string" if date_formats.is_time(form) else "timestamp[us]"),
            format=date_formats.as_padded(cells.values, form),
            digits=date_formats.second_digits(cells.values, form),
            missing=cells.has_missing,
            why=f"every cell parses by one format{others}",
        )

    def guess_marked(self, name: str, cells: Cells, *, alone: bool) -> Column | None:
        """Describe the dates between marks."""
        return self.guess(name, cells)

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe dates; without a format if no usual one fits, since the user may declare it."""
        found = self.guess(name, cells)
        return found or Column(name=name, kind=self.name, dtype=cells.dtype or "timestamp[us]")

    def check(self, column: Column) -> None:
        """Refuse dates whose format is neither declared nor found."""
        if not column.format:
            raise InputError(
                f"column {column.name!r}: expected dates in a usual format, found others; declare "
                "its format in --schema"
            )

    def read(self, cells: Cells, column: Column) -> np.ndarray:
        """Return each row's date, datetime64[ns] (rows,)."""
        if cells.is_text:
            stamps = date_formats.parse(cells.values, column.format)
        else:
            stamps = cells.values if cells.values.dtype.kind == "M" else np.full(len(cells.values), np.nan)
            stamps = stamps.astype("datetime64[ns]")
        check_fit(~np.isnat(stamps), cells, column)
        return cells.take(np.asarray(stamps), self.missing)

    def fitting(self, texts: np.ndarray) -> np.ndarray:
        """Return which texts are dates by the one format that fits most of them, bool (n,)."""
        asked = texts[np.linspace(0, len(texts) - 1, _ASKED).astype(int)]
        forms = dict.fromkeys(
            form for text in asked for form in date_formats.fitting_formats(np.array([text]))
        )
        fits = [~np.isnat(date_formats.parse(texts, form)) for form in forms]
        return max(fits, key=np.count_nonzero, default=np.zeros(len(texts), bool))

    def respelled(self, cells: Cells, column: Column, known: pd.Series) -> Respelled:
        """Read another tool's dates; in another format if there is no doubt which day is meant."""
        return respelling.stamps(cells, column.format, column.digits)

    def numbers(self, cells: pd.Series) -> np.ndarray:
        """Return dates as days since 1970, float64 (rows,)."""
        stamps = cells.to_numpy("datetime64[ns]")
        return np.where(np.isnat(stamps), np.nan, stamps.astype("int64") / DAY)

    def unit(self, column: Column) -> float:
        """Return the part of a day that the format resolves; 0 for months, and for fractions of a second."""
        return next((unit for sign, unit in _UNITS if sign in _padded(column)), 0.0)

    def grid(self, column: Column, largest: float) -> Grid | None:
        """Return the dates that the format resolves, also months and years."""
        form = _padded(column)
        if not re.search("%[dHI]", form):
            return Grid(1.0, unit="M" if re.search("%[mbB]", form) else "Y")
        step = date_formats.nanoseconds(form, column.digits)
        return Grid(DAY / step, step)

    def on_grid(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return the nearest days (n,) that the format can write."""
        return np.asarray(_stamps(values, column).astype("int64") / DAY)

    def canonical(self, values: np.ndarray, column: Column, ends: tuple[float, float]) -> np.ndarray:
        """Return days as dates that the format can write."""
        return _stamps(values, column)

    def has_days(self, column: Column) -> bool:
        """Return whether the format has days."""
        return self.unit(column) <= 1 and "%d" in _padded(column)

    def told_apart(self, column: Column) -> int | None:
        """Return the steps per day within which guesses count as equal: days for dates, hours for times."""
        return _HOURS if date_formats.is_time(column.format) else 1

    def spell(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return dates as text, by the column's format."""
        return date_formats.spell(values, column.format, column.digits)

    def form(self, column: Column) -> str:
        """Return the format."""
        return column.format

    def label(self, value: float, column: Column) -> str:
        """Return the day, or the time if the format has no day."""
        if date_formats.is_time(column.format):
            return str(np.datetime64(round(value * 86_400), "s")).partition("T")[2]
        return str(np.datetime64(round(value), "D"))

    def stored(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return dates as timestamps, in UTC if the source's have a zone."""
        stamps = pa.array(cells.to_numpy("datetime64[ns]"), from_pandas=True)
        return pc.assume_timezone(stamps, "UTC") if pa.types.is_timestamp(wanted) and wanted.tz else stamps

    def vouched(self, column: Column, witnesses: Witnesses) -> Column:
        """Return the column with dates as fine as k subjects' are, and with zeros where theirs have them."""
        values = witnesses.cells.values
        if not witnesses.cells.is_text:
            return _format_of_stamps(column, witnesses)
        padded = _padded(column)
        digits = witnesses.most(date_formats.second_digits_each(values)) if "%f" in padded else 0
        form = date_formats.as_padded(values, padded, lambda texts: not witnesses.vouch(texts))
        return column.model_copy(update={"format": form, "digits": digits or column.digits})

    def rewritten(self, cells: pd.Series, old: Column, new: Column) -> np.ndarray | None:
        """Return dates with the new format's precision."""
        if (old.format, old.digits) == (new.format, new.digits):
            return None
        return date_formats.cut(cells.to_numpy("datetime64[ns]"), new.format, new.digits)


def _padded(column: Column) -> str:
    return column.format.replace("%-", "%")


def _stamps(days: np.ndarray, column: Column) -> np.ndarray:
    """Return dates (n,) datetime64[ns] from days since 1970, which are exact to a microsecond at best."""
    missing = np.isnan(days)
    micros = np.rint(np.where(missing, 0.0, days) * (DAY / 1000)).astype("int64")
    found = (micros * 1000).astype("datetime64[ns]")
    found[missing] = np.datetime64("NaT")
    return date_formats.cut(found, column.format, column.digits)


def _format_of_stamps(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with the coarsest ISO format that holds all dates of k subjects or more."""
    if column.format == periods.format_of(column.dtype):
        return column
    stamps = witnesses.cells.values.astype("datetime64[ns]")
    for form in date_formats.COARSE_FORMATS:
        if form == column.format:
            return column
        if not witnesses.vouch(date_formats.cut(stamps, form, 0) != stamps):
            return column.model_copy(update={"format": form, "digits": 0})
    return column


DATETIME = Datetime()
