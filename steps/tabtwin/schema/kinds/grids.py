"""Define the grid of a column's numbers: whole numbers, a number of decimals, days, minutes, months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

DAY = 86_400_000_000_000
"""Nanoseconds."""
_NOISE = 1e-6
"""How far below a point, in steps, a number still counts as one."""
_HALF = {"M": np.timedelta64(15, "D"), "Y": np.timedelta64(182, "D")}


@dataclass(frozen=True)
class Grid:
    """Numbered points: ``per`` of them per 1, or per day; or the first days of months or years.

    Attributes:
        per: The points per 1, or per day.
        step: Nanoseconds from one to the next for dates; 0 for numbers.
        unit: For dates: days and finer, months, or years.
    """

    per: float
    step: int = 0
    unit: Literal["D", "M", "Y"] = "D"

    def index(self, values: np.ndarray) -> np.ndarray:
        """Return the number of the point nearest to each value, int64 (n,)."""
        if self.unit != "D":
            days = np.rint(values).astype("int64").astype("datetime64[D]")
            return np.asarray((days + _HALF[self.unit]).astype(f"datetime64[{self.unit}]").astype("int64"))
        return np.asarray(np.floor(np.asarray(values) * self.per + 0.5).astype("int64"))

    def is_finer_than(self, step: float) -> bool:
        """Return whether there are points between numbers, or days, that are ``step`` apart."""
        per_day = {"D": self.per, "M": 1 / 30, "Y": 1 / 365}[self.unit]
        return step * per_day > 1

    def value(self, index: int) -> float:
        """Return the number, or the days since 1970, at a point."""
        if self.unit != "D":
            return float(np.datetime64(int(index), self.unit).astype("datetime64[D]").astype("int64"))
        # By nanoseconds, as dates are read, so that equal dates are equal numbers.
        return index * self.step / float(DAY) if self.step else index / self.per

    def values(self, index: np.ndarray) -> np.ndarray:
        """Return the numbers, or the days since 1970, at some points, float64 (n,)."""
        if self.unit != "D":
            days = index.astype("int64").astype(f"datetime64[{self.unit}]").astype("datetime64[D]")
            return np.asarray(days.astype("int64").astype("float64"))
        where = index.astype("int64")
        return np.asarray(where * self.step / float(DAY) if self.step else where / self.per)

    def index_from(self, values: np.ndarray) -> np.ndarray:
        """Return the number of the first point that is not below each value, int64 (n,)."""
        near = self.index(values)
        return np.asarray(np.where(self.values(near) < values - _NOISE / self.per, near + 1, near))
