"""The grid that a column's numbers lie on: whole numbers, so many decimals, days, minutes, months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tabtwin.schema.kinds import dates
from tabtwin.schema.schema import Column

_DAY = 86_400_000_000_000  # nanoseconds
_FINEST = 9  # decimals: finer ones are as good as none
_MOST_PLACES = 15
_LARGEST = 2.0**51  # float64 tells halves apart up to twice as many
_HALF = {"M": np.timedelta64(15, "D"), "Y": np.timedelta64(182, "D")}
_UNITS = (("%f", 0.0), ("%S", 1 / 86_400), ("%M", 1 / 1_440), ("%H", 1 / 24), ("%I", 1 / 24), ("%d", 1.0))


def unit_of(column: Column) -> float:
    """What a column's numbers are multiples of; 0 where that is not known or too fine to matter."""
    if column.kind == "integer":
        return 1.0
    if column.kind == "decimal":
        return 10.0**-column.digits if column.digits <= _FINEST else 0.0
    return next((unit for sign, unit in _UNITS if sign in column.format.replace("%-", "%")), 0.0)


def on_grid(values: np.ndarray, column: Column) -> np.ndarray:
    """The nearest numbers (n,) that the column can be written with; of dates, days since 1970."""
    if column.kind == "datetime":
        return np.asarray(stamps(values, column).astype("int64") / _DAY)
    return rounded(values, column)


def rounded(values: np.ndarray, column: Column) -> np.ndarray:
    """Numbers (n,) with the decimals that the column has."""
    if column.kind == "integer":
        return np.asarray(np.rint(values) + 0.0)
    return np.asarray(values if column.digits > _MOST_PLACES else np.round(values, column.digits) + 0.0)


def stamps(days: np.ndarray, column: Column) -> np.ndarray:
    """Dates (n,) datetime64[ns] from days since 1970; float64 days are exact to a microsecond at best."""
    missing = np.isnan(days)
    micros = np.rint(np.where(missing, 0.0, days) * (_DAY / 1000)).astype("int64")
    found = (micros * 1000).astype("datetime64[ns]")
    found[missing] = np.datetime64("NaT")
    return dates.cut(found, column.format, column.digits)


@dataclass(frozen=True)
class Grid:
    """Numbered points: ``per`` of them to 1, or to a day; or the first days of months or years.

    Attributes:
        per: How many.
        step: Nanoseconds from one to the next, of dates; 0 of numbers.
        unit: Of dates: days and what is finer, months, or years.
    """

    per: float
    step: int = 0
    unit: Literal["D", "M", "Y"] = "D"

    def index(self, values: np.ndarray) -> np.ndarray:
        """The number of the point nearest to each value, int64 (n,)."""
        if self.unit != "D":
            days = np.rint(values).astype("int64").astype("datetime64[D]")
            return np.asarray((days + _HALF[self.unit]).astype(f"datetime64[{self.unit}]").astype("int64"))
        return np.asarray(np.floor(np.asarray(values) * self.per + 0.5).astype("int64"))

    def is_finer_than(self, step: float) -> bool:
        """Whether numbers, or days, that are ``step`` apart have points between them."""
        per_day = {"D": self.per, "M": 1 / 30, "Y": 1 / 365}[self.unit]
        return step * per_day > 1

    def value(self, index: int) -> float:
        """The number, or the days since 1970, at a point."""
        if self.unit != "D":
            return float(np.datetime64(int(index), self.unit).astype("datetime64[D]").astype("int64"))
        # By nanoseconds, as dates are read, so that equal dates are equal numbers.
        return index * self.step / float(_DAY) if self.step else index / self.per


def grid_of(column: Column, largest: float) -> Grid | None:
    """The grid of a column whose numbers are no larger than ``largest``; ``None`` where it is too fine."""
    if column.kind == "datetime":
        return _of_dates(column)
    digits = 0 if column.kind == "integer" else column.digits
    per = 10.0**digits
    return Grid(per) if digits <= _MOST_PLACES and largest * per < _LARGEST else None


def _of_dates(column: Column) -> Grid:
    form = column.format.replace("%-", "%")
    if not re.search("%[dHI]", form):
        return Grid(1.0, unit="M" if re.search("%[mbB]", form) else "Y")
    step = dates.nanoseconds(form, column.digits)
    return Grid(_DAY / step, step)
