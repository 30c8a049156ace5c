"""Find and keep how fine dates and times are: months, days, quarter hours, parts of a second."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd

COARSE_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
"""ISO formats that are tried first for dates that are stored as such."""

STEPS = (86_400, 43_200, 21_600, 10_800, 7_200, 3_600, 1_800, 900, 600, 300, 120, 60, 30, 20, 15, 10, 5, 2, 1)
"""Seconds that a column's times may be multiples of, the widest first."""

_SURE = 1e-9
"""The most that so many multiples of a step may be likely by chance."""
_MICROS = 1_000_000
_WIDTHS = {"Q": 3, "Y": 12}
"""In months."""


def nanoseconds(form: str, digits: int) -> int:
    """Return the nanoseconds between dates that a format of days or finer can distinguish."""
    if "%f" in form:
        return int(10 ** (9 - min(digits or 6, 6)))
    if re.search("%[-_]?S", form):
        return 10**9
    if re.search("%[-_]?M", form):
        return 60 * 10**9
    return (3_600 if re.search("%[-_]?[HI]", form) else 86_400) * 10**9


def second_digits(texts: np.ndarray, form: str) -> int:
    """Return the most decimals of a second in ``texts``, 0 where the format has none."""
    return int(second_digits_each(texts).max(initial=0)) if "%f" in form else 0


def second_digits_each(texts: np.ndarray) -> np.ndarray:
    """Return the decimals of a second in each text, int64 (n,)."""
    found = pd.Series(texts, dtype=object).str.extract(r"[0-9][.,]([0-9]{1,9})(?![0-9.,])", expand=False)
    return found.str.len().fillna(0).to_numpy("int64")


def period(form: str) -> Literal["", "W", "M", "Q", "Y"]:
    """Return what a format without days tells apart: ``Y``, ``Q``, ``M`` or ``W``; empty if it has days."""
    if re.search("%[-_]?[dHIju]", form):
        return ""
    if re.search("%[-_]?V", form):
        return "W"
    if "%q" in form:
        return "Q"
    return "M" if re.search("%[-_]?[mbB]", form) else "Y"


def cut(stamps: np.ndarray, form: str, digits: int, every: float = 0.0) -> np.ndarray:
    """Return the nearest dates (n,), datetime64[us], that the format can distinguish; NaT stays.

    Args:
        stamps: Dates (n,).
        form: The format.
        digits: The decimals of a second.
        every: The seconds that times are multiples of, if they are; 0 otherwise.
    """
    stamps = stamps.astype("datetime64[us]")
    coarse = period(form)
    missing = np.isnat(stamps)
    if coarse in ("M", "Q", "Y"):
        months = (stamps + np.timedelta64(15, "D")).astype("datetime64[M]")
        if coarse == "M":
            return np.asarray(months.astype("datetime64[us]"))
        width = _WIDTHS[coarse]
        numbers = np.where(missing, 0, months.astype("int64")) // width * width
        found = numbers.astype("datetime64[M]").astype("datetime64[us]")
    elif coarse == "W":
        days = np.where(missing, 0, stamps.astype("datetime64[D]").astype("int64"))
        found = ((days + 6) // 7 * 7 - 3).astype("datetime64[D]").astype("datetime64[us]")
    else:
        unit = max(nanoseconds(form, digits) // 1000, round(every * _MICROS))
        whole = np.where(missing, 0, stamps.astype("int64"))
        found = ((whole + unit // 2) // unit * unit).astype("datetime64[us]")
    found[missing] = np.datetime64("NaT")
    return np.asarray(found)


def step_of(stamps: np.ndarray, form: str, digits: int, few: Callable[[np.ndarray], bool]) -> float:
    """Return the widest step in seconds that times are multiples of; 0 if that is the format's own.

    Args:
        stamps: Distinct dates (n,), none missing.
        form: Their format.
        digits: The decimals of a second.
        few: Returns whether some of them, bool (n,), are few enough not to count.
    """
    if period(form) or not len(stamps):
        return 0.0
    unit = nanoseconds(form, digits) / 1e9
    micros = stamps.astype("datetime64[us]").astype("int64")
    for step in STEPS:
        if step <= unit:
            return 0.0
        odd = micros % (step * _MICROS) != 0
        sure = int((~odd).sum()) * math.log(step / unit) >= -math.log(_SURE)
        if sure and few(odd):
            return float(step)
    return 0.0
