"""The grid that a column's numbers lie on: whole numbers, so many decimals, days, minutes, months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

DAY = 86_400_000_000_000
"""Nanoseconds."""
_HALF = {"M": np.timedelta64(15, "D"), "Y": np.timedelta64(182, "D")}


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
        return index * self.step / float(DAY) if self.step else index / self.per
