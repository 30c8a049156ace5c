"""Compute with numbers and dates of columns: what the signs and functions of expressions mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np

_ROUNDING = 1e-9
"""How far below a whole number a number still counts as it: what division of days may lose."""
_MOMENT = 1e-10
"""A few microseconds, in days: what float64 may lose of a stamp."""

_DAYS_FROM_1900 = 25_567
"""From the first day of 1900 to that of 1970."""


@dataclass(frozen=True)
class Function:
    """What a sign or a function computes from arrays (rows,), and of how many: missing where one is NaN,
    except for ``coalesce``.
    """

    compute: Callable[..., np.ndarray]
    least: int = 1
    most: int = 1


def _date(days: np.ndarray) -> np.ndarray:
    return np.asarray(np.floor(days + _ROUNDING))


def _years_and_months(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return years, months and days of the month; NaN where missing."""
    missing = ~np.isfinite(days) | (np.abs(days) > 4e6)
    dates = np.floor(np.where(missing, 0.0, days) + _ROUNDING).astype("int64").astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    count = months.astype("int64")
    day = (dates - months).astype("int64") + 1
    year, month = np.floor_divide(count, 12) + 1970, np.mod(count, 12) + 1
    return tuple(np.where(missing, np.nan, part) for part in (year, month, day))  # type: ignore[return-value] # three


def _weekday(days: np.ndarray) -> np.ndarray:
    return np.asarray(np.mod(_date(days) + 3, 7) + 1)


def _time(days: np.ndarray) -> np.ndarray:
    """Return times of day, which tables have on the first day of 1900."""
    return np.asarray(days - _date(days) - _DAYS_FROM_1900)


def _yearday(days: np.ndarray) -> np.ndarray:
    year = _years_and_months(days)[0]
    missing = np.isnan(year)
    first = np.where(missing, 1970, year).astype("int64") - 1970
    starts = first.astype("datetime64[Y]").astype("datetime64[D]").astype("int64")
    return np.where(missing, np.nan, _date(days) - starts + 1)


def _week(days: np.ndarray) -> np.ndarray:
    """Return the week of ISO 8601: a week belongs to the year of its Thursday."""
    return np.floor((_yearday(_date(days) - _weekday(days) + 4) + 6) / 7)


def _clock(per_day: int, most: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function of days that counts the hours, minutes or seconds of the clock, up to ``most``."""

    noise = max(1e-6, per_day * _MOMENT)

    def count(days: np.ndarray) -> np.ndarray:
        return np.asarray(np.mod(np.floor((days - _date(days)) * per_day + noise), most))

    return count


def _years(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    first, last = _years_and_months(start), _years_and_months(end)
    before = (last[1] < first[1]) | ((last[1] == first[1]) & (last[2] < first[2]))
    return np.asarray(last[0] - first[0] - before)


def _rounded(values: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """Return numbers rounded to digits, halves away from zero, as spreadsheets do."""
    power = 10.0 ** np.rint(digits)
    sized = np.abs(values) * power
    return np.asarray(np.sign(values) * np.floor(sized * (1 + 1e-12) + 0.5 + _ROUNDING) / power)


def _reduced(operation: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    return lambda *values: reduce(operation, values)


def _filled(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(np.isnan(values), others, values))


OPERATIONS = {
    "+": Function(np.add, 2, 2),
    "-": Function(np.subtract, 2, 2),
    "*": Function(np.multiply, 2, 2),
    "/": Function(np.divide, 2, 2),
    "negative": Function(np.negative),
}
"""By their sign."""

FUNCTIONS = {
    "date": Function(_date),
    "time": Function(_time),
    "year": Function(lambda days: _years_and_months(days)[0]),
    "month": Function(lambda days: _years_and_months(days)[1]),
    "day": Function(lambda days: _years_and_months(days)[2]),
    "weekday": Function(_weekday),
    "quarter": Function(lambda days: np.floor((_years_and_months(days)[1] + 2) / 3)),
    "week": Function(_week),
    "yearday": Function(_yearday),
    "hour": Function(_clock(24, 24)),
    "minute": Function(_clock(1_440, 60)),
    "second": Function(_clock(86_400, 60)),
    "years": Function(_years, 2, 2),
    "days": Function(lambda start, end: _date(end) - _date(start), 2, 2),
    "round": Function(_rounded, 2, 2),
    "floor": Function(lambda values: np.floor(values + _ROUNDING)),
    "abs": Function(np.abs),
    "log": Function(np.log),
    "min": Function(_reduced(np.minimum), 2, 20),
    "max": Function(_reduced(np.maximum), 2, 20),
    "coalesce": Function(_reduced(_filled), 2, 20),
}
"""By their name."""
