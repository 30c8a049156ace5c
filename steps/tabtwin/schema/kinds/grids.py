"""Define the grid of a column's numbers: whole numbers, a number of decimals, days, minutes, months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

DAY = 86_400_000_000_000
"""Nanoseconds."""
_MICRO = 1_000
"""Nanoseconds: what steps of dates are multiples of."""
_NOISE = 1e-6
"""How far below a point, in steps, a number still counts as one."""
_HALF = {"M": np.timedelta64(15, "D"), "Q": np.timedelta64(45, "D"), "Y": np.timedelta64(182, "D")}
_MONTHS = {"M": 1, "Q": 3, "Y": 12}
_WEEK, _THURSDAY = 7, 3
"""Days; 1970 began on a Thursday, and weeks begin on Mondays."""


@dataclass(frozen=True)
class Grid:
    """Numbered points: ``per`` of them per 1, or per day; or the first days of weeks, months, quarters or
    years.

    Attributes:
        per: The points per 1, or per day.
        step: Nanoseconds from one to the next for dates; 0 for numbers.
        unit: For dates: days and finer, weeks, months, quarters, or years.
    """

    per: float
    step: int = 0
    unit: Literal["D", "W", "M", "Q", "Y"] = "D"

    def index(self, values: np.ndarray) -> np.ndarray:
        """Return the number of the point nearest to each value, int64 (n,)."""
        if self.unit != "D":
            days = np.rint(values).astype("int64")
            if self.unit == "W":
                return np.asarray((days + _THURSDAY + _WEEK // 2) // _WEEK)
            months = (days.astype("datetime64[D]") + _HALF[self.unit]).astype("datetime64[M]")
            return np.asarray(months.astype("int64") // _MONTHS[self.unit])
        return np.asarray(np.floor(np.asarray(values) * self.per + 0.5).astype("int64"))

    def is_finer_than(self, step: float) -> bool:
        """Return whether there are points between numbers, or days, that are ``step`` apart."""
        per_day = {"D": self.per, "W": 1 / 7, "M": 1 / 30, "Q": 1 / 91, "Y": 1 / 365}[self.unit]
        return step * per_day > 1

    def value(self, index: int) -> float:
        """Return the number, or the days since 1970, at a point."""
        if self.unit == "W":
            return float(index * _WEEK - _THURSDAY)
        if self.unit != "D":
            month = np.datetime64(int(index) * _MONTHS[self.unit], "M")
            return float(month.astype("datetime64[D]").astype("int64"))
        return float(self.values(np.array([index]))[0]) if self.step else index / self.per

    def values(self, index: np.ndarray) -> np.ndarray:
        """Return the numbers, or the days since 1970, at some points, float64 (n,)."""
        where = index.astype("int64")
        if self.unit == "W":
            return np.asarray((where * _WEEK - _THURSDAY).astype("float64"))
        if self.unit != "D":
            days = (where * _MONTHS[self.unit]).astype("datetime64[M]").astype("datetime64[D]")
            return np.asarray(days.astype("int64").astype("float64"))
        if not self.step:
            return np.asarray(where / self.per)
        # As dates are read, so that equal dates are equal numbers; nanoseconds as whole numbers end in 2262.
        return np.asarray((where * (self.step // _MICRO)) * float(_MICRO) / DAY)

    def index_from(self, values: np.ndarray) -> np.ndarray:
        """Return the number of the first point that is not below each value, int64 (n,)."""
        near = self.index(values)
        return np.asarray(np.where(self.values(near) < values - _NOISE / self.per, near + 1, near))

    def index_to(self, values: np.ndarray) -> np.ndarray:
        """Return the number of the last point that is not above each value, int64 (n,)."""
        near = self.index(values)
        return np.asarray(np.where(self.values(near) > values + _NOISE / self.per, near - 1, near))
