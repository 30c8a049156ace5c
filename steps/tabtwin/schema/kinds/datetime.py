"""Describe columns of dates and times in one format."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.lib.errors import InputError
from tabtwin.schema.column import Column
from tabtwin.schema.kinds import date_marks, date_storage, numeral_dates, offsets, respelling
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.date_likeness import is_likely
from tabtwin.schema.kinds.grids import DAY, Grid
from tabtwin.schema.kinds.kind import check_fit
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.respelling import Respelled
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import date_formats, date_parsing
from tabtwin.schema.spelling.date_precision import (
    cut,
    nanoseconds,
    period,
    second_digits,
    second_digits_each,
    step_of,
)  # fmt: skip
from tabtwin.schema.spelling.date_shapes import is_yearless

_MICROS = DAY // 1000
"""Microseconds in a day."""
_SECONDS = 86_400
_HOURS = 24
_MICRO_DIGITS = 6
_OFFSET = re.compile(r"%[zVq]|[+-](?!00:00)[0-9]{1,2}:?(?:[0-9]{2})?(?:\]| ?[\[(].*)?$")
_FINER = r"[.,][0-9]{6}[0-9]*[1-9]"
"""Digits of a second below microseconds, not all zeros."""
_MOST_WHOLE = 0.1
"""The share of cells that may have no parts of a second where others have: programs leave out zeros."""
_ASKED = 5
"""How many values are tried for the format of all dates: few values are odd."""


class Datetime(Quantity):
    """Dates, as numbers days since 1970; canonical tables have datetime64[us]."""

    name = "datetime"
    fields = frozenset(
        {"digits", "format", "months", "every", "offsets", "offset_shares", "zone", "mark_shares"}
    )
    plural = "dates"
    scale = "date"
    is_calendar = True
    slack = 2e-11  # days: float64 barely resolves microseconds, and not quite after 2149
    keeps_few_apart = False
    keeps_marks = True
    missing = np.datetime64("NaT", "us")
    unread = "not_a_date"
    otherwise = "date_format"

    def guess_first(self, name: str, cells: Cells, protect: int) -> Column | None:
        """Describe dates written as whole numbers, or dates among marks that stand for something else."""
        return numeral_dates.describe(name, cells) or date_marks.apart(self.guess, name, cells, protect)

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe dates that all parse by one format."""
        if cells.values.dtype.kind == "M":
            return self._stored(name, cells) if self.suits_type(cells.dtype) else None
        forms = date_formats.fitting_formats(cells.values) if cells.is_text else []
        forms = [form for form in forms if self.suits(form) and self._is_likely(cells, form)]
        if not forms:
            return None
        form = forms[0] if len(forms) == 1 else date_formats.likeliest(cells.values, cells.counts, forms)
        others = f"; {len(forms) - 1} more would" if len(forms) > 1 else ""
        months = date_formats.months_in(cells.values, form)
        return Column(
            name=name,
            kind=self.name,
            dtype=cells.dtype or self.default_type(form),
            format=date_formats.as_padded(cells.values, form, months=months),
            months=months,
            digits=second_digits(cells.values, form),
            missing=cells.has_missing,
            why=f"every cell parses by one format{others}",
        )

    def guess_marked(self, name: str, cells: Cells, *, alone: bool) -> Column | None:
        """Describe the dates between marks."""
        return self.guess(name, cells)

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe dates; without a format if no usual one fits, since the user may declare it."""
        found = self.guess_first(name, cells, 1) or self.guess(name, cells)
        return found or Column(name=name, kind=self.name, dtype=cells.dtype or "timestamp[us]")

    def suits(self, form: str) -> bool:
        """Return whether a format is of this kind: dates have a day, a month or a year."""
        return not date_formats.is_time(form)

    def suits_type(self, dtype: str) -> bool:
        """Return whether stored dates of a type are of this kind."""
        return not dtype.startswith("time32") and not dtype.startswith("time64")

    def default_type(self, form: str) -> str:
        """Return the type of dates that are text, by their format."""
        return "string" if _OFFSET.search(form) or is_yearless(form) else "timestamp[us]"

    def check(self, column: Column) -> None:
        """Refuse dates whose format is neither declared nor found."""
        if not column.format:
            raise InputError(
                f"column {column.name!r}: expected dates in a usual format, found others; declare "
                "its format in --schema"
            )
        if len(column.months) not in (0, 12, 19):
            raise InputError(
                f"--schema: column {column.name!r}: expected the names of 12 months (and of 7 days of "
                f"the week after them), found {len(column.months)}; correct them"
            )

    def read(self, cells: Cells, column: Column) -> np.ndarray:
        """Return each row's date, datetime64[us] (rows,)."""
        if cells.values.dtype.kind == "M":
            stamps, blank = cells.values.astype("datetime64[us]"), np.zeros(len(cells.values), bool)
        else:
            texts = as_text(cells)
            stamps = date_formats.parse(texts, column.format, column.months)
            blank = date_marks.are_blank(texts)
        check_fit(~np.isnat(stamps) | blank, cells, column)
        return cells.take(np.asarray(stamps), self.missing)

    def fitting(self, texts: np.ndarray) -> np.ndarray:
        """Return which texts are dates by the one format that fits most of them, bool (n,)."""
        _, fits = self.mostly(texts)
        return fits

    def mostly(self, texts: np.ndarray) -> tuple[str, np.ndarray]:
        """Return the format that fits most texts, and which it fits, bool (n,)."""
        asked = texts[np.linspace(0, len(texts) - 1, _ASKED).astype(int)] if len(texts) else texts
        forms = dict.fromkeys(
            form
            for text in asked
            for form in date_formats.fitting_formats(np.array([text], dtype=object))
            if self.suits(form)
        )
        fits = [(form, ~np.isnat(date_formats.parse(texts, form))) for form in forms]
        return max(fits, key=lambda pair: np.count_nonzero(pair[1]), default=("", np.zeros(len(texts), bool)))

    def respelled(self, cells: Cells, column: Column, known: pd.Series) -> Respelled:
        """Read another tool's dates; in another format if there is no doubt which day is meant."""
        return respelling.stamps(cells, column)

    def numbers(self, cells: pd.Series) -> np.ndarray:
        """Return dates as days since 1970, float64 (rows,)."""
        stamps = cells.to_numpy("datetime64[us]")
        return np.where(np.isnat(stamps), np.nan, _days(stamps))

    def unit(self, column: Column) -> float:
        """Return the part of a day that the column resolves; 0 for months, and for fractions of a second."""
        if period(column.format) or (column.every < 1 and "%f" in column.format):
            return 0.0
        return max(nanoseconds(column.format, 0) / 1e9, column.every) / _SECONDS

    def grid(self, column: Column, largest: float) -> Grid | None:
        """Return the dates that the column resolves, also months and years."""
        coarse = period(column.format)
        if coarse:
            return Grid(1.0, unit=coarse)
        step = max(nanoseconds(column.format, column.digits), round(column.every * 1e9))
        return Grid(DAY / step, step)

    def on_grid(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return the nearest days (n,) that the column can write."""
        return _days(_stamps(values, column))

    def canonical(self, values: np.ndarray, column: Column, ends: tuple[float, float]) -> np.ndarray:
        """Return days as dates that the column can write."""
        return _stamps(values, column)

    def has_days(self, column: Column) -> bool:
        """Return whether the format has days."""
        return self.unit(column) <= 1 and not period(column.format) and self.suits(column.format)

    def told_apart(self, column: Column) -> int | None:
        """Return the steps per day within which guesses count as equal: days for dates, hours for times."""
        return _HOURS if date_formats.is_time(column.format) else 1

    def spell(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return dates as text, by the column's format; an offset's place as ``%z``."""
        return date_formats.spell(
            values, column.format, column.digits, column.months, every_micro=column.every > 0
        )

    def texts(self, cells: pd.Series, column: Column) -> pd.Series:
        """Return dates as they are written, with their offsets and marks."""
        found = super().texts(cells, column)
        if column.offsets and "%z" in column.format:
            stamps = cells.to_numpy("datetime64[us]")
            found = pd.Series(offsets.written(found.to_numpy(object), stamps, column), index=cells.index)
        return date_marks.put(found, column)

    def form(self, column: Column) -> str:
        """Return the format."""
        return column.format

    def label(self, value: float, column: Column) -> str:
        """Return the day, or the time if the format has no day."""
        if date_formats.is_time(column.format):
            return str(np.datetime64(round(value * _SECONDS), "s")).partition("T")[2]
        return str(np.datetime64(round(value), "D"))

    def to_arrow(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return dates as Arrow stores them in the source's type; as numbers, if they are written so."""
        if pa.types.is_integer(wanted) or pa.types.is_floating(wanted):
            via = pa.float64() if "." in column.format else pa.int64()
            return pa.array(self.texts(cells, column), pa.string()).cast(via).cast(wanted)
        return super().to_arrow(cells, column, wanted)

    def stored(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return dates as timestamps, in UTC if the source's have a zone."""
        stamps = date_marks.put_stamps(cells.to_numpy("datetime64[us]"), column)
        found = pa.array(stamps, from_pandas=True)
        return pc.assume_timezone(found, "UTC") if pa.types.is_timestamp(wanted) and wanted.tz else found

    def vouched(self, column: Column, witnesses: Witnesses) -> Column:
        """Return the column with dates as fine as k subjects' are, and with zeros where theirs have them."""
        cells = witnesses.cells
        if cells.values.dtype.kind == "M":
            return _with_step(date_storage.coarsest(column, witnesses), cells.values, witnesses)
        values = as_text(cells)
        padded = date_formats.padded(column.format)
        digits = witnesses.most(second_digits_each(values)) if "%f" in padded else 0
        form = column.format
        if not date_parsing.width_without_zeros(form):
            form = date_formats.as_padded(
                values, padded, lambda texts: not witnesses.vouch(texts), column.months
            )
        new = column.model_copy(update={"format": form, "digits": digits or column.digits})
        if "%z" in form:
            new = new.model_copy(update=offsets.learn(new, witnesses))
        new = _with_step(new, date_formats.parse(values, column.format, column.months), witnesses)
        finer = np.array([re.search(_FINER, text) is not None for text in values.tolist()], bool)
        is_whole = new.digits > _MICRO_DIGITS and not new.every and not witnesses.vouch(finer)
        return new.model_copy(update={"every": 1e-6}) if is_whole else new

    def rewritten(self, cells: pd.Series, old: Column, new: Column) -> np.ndarray | None:
        """Return dates with the new column's precision."""
        if (old.format, old.digits, old.every) == (new.format, new.digits, new.every):
            return None
        return cut(cells.to_numpy("datetime64[us]"), new.format, new.digits, new.every)

    def _is_likely(self, cells: Cells, form: str) -> bool:
        texts = cells.values
        if "%f" in form and cells.counts[second_digits_each(texts) == 0].sum() > _MOST_WHOLE * cells.held:
            return False
        return is_likely(date_formats.parse(texts, form, date_formats.months_in(texts, form)), form)

    def _stored(self, name: str, cells: Cells) -> Column:
        return date_storage.described(name, self.name, cells)


def _days(stamps: np.ndarray) -> np.ndarray:
    """Return dates as days since 1970 (n,), by nanoseconds as grids do: equal dates are equal numbers."""
    return np.asarray(stamps.astype("int64") * 1000.0 / DAY)


def _stamps(days: np.ndarray, column: Column) -> np.ndarray:
    """Return dates (n,) datetime64[us] from days since 1970, which are exact to a microsecond at best."""
    missing = np.isnan(days)
    found = np.rint(np.where(missing, 0.0, days) * _MICROS).astype("int64").astype("datetime64[us]")
    found[missing] = np.datetime64("NaT")
    return cut(found, column.format, column.digits, column.every)


def _with_step(column: Column, stamps: np.ndarray, witnesses: Witnesses) -> Column:
    """Return the column with the step that all times have, except those of fewer than k subjects."""
    some = witnesses.held[~np.isnat(stamps[witnesses.held])]

    def few(odd: np.ndarray) -> bool:
        values = np.zeros(len(stamps), bool)
        values[some[odd]] = True
        return not witnesses.vouch(values)

    return column.model_copy(update={"every": step_of(stamps[some], column.format, column.digits, few)})


DATETIME = Datetime()
