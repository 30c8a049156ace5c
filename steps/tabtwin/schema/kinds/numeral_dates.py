"""Recognize dates that are written as whole numbers: 20240131, 202401, 2024031, 20240131101500."""

from __future__ import annotations

import math

import numpy as np

from tabtwin.schema.kinds import date_parsing, numerals
from tabtwin.schema.kinds.cells import Cells, as_text

_FORMS = {
    8: (("%Y%m%d", 365 / 10_000),),
    6: (("%Y%m", 12 / 100),),
    7: (("%Y%j", 365 / 1_000),),
    12: (("%Y%m%d%H%M", 0.0053),),
    14: (("%Y%m%d%H%M%S", 0.0019),),
}
"""By digits: formats, and the share of numbers in the range of some years that are dates."""
_MARKS = ("0", "00000000", "99999999", "99991231", "999999", "999912", "88888888")
_YEARS = np.datetime64("1850-01-01"), np.datetime64("2100-01-01")
_SURE = 1e-12
"""The most that so many dates may be likely by chance."""
_FEWEST = 6
_TWO_YEARS = 2
_WIDE = 0.7
"""The least share of a year's days or months that must lie between the first and the last of any year."""


def find(cells: Cells) -> str:
    """Return the format of a column of dates that are written as numbers; empty if it has other numbers.

    By chance a number of eight digits is a date in one of 27 cases, so that a few distinct ones suffice. They
    must also spread as dates do: over two years or more, and in these over most of the year; numbers that
    count on, such as 202001 to 202012 or 2001001 to 2001300, do not.
    """
    texts = _whole(cells)
    if texts is None:
        return ""
    for form, chance in _FORMS.get(len(texts[0]), ()):
        stamps = date_parsing.parse(texts, form)
        sure = len(texts) * math.log(chance) <= math.log(_SURE)
        if len(texts) >= _FEWEST and sure and not np.isnat(stamps).any() and _spread(stamps):
            return form
    return ""


def marks(cells: Cells) -> tuple[str, ...]:
    """Return the numbers of a column that stand for no date: 0, 99991231."""
    if not len(cells.values) or (not cells.is_text and cells.values.dtype != np.float64):
        return ()
    return tuple(mark for mark in _MARKS if (cells.values == (mark if cells.is_text else float(mark))).any())


def _whole(cells: Cells) -> np.ndarray | None:
    """Return the distinct values as texts if all are whole numbers of one length, which a date may have."""
    values = cells.values
    if len(values) < _FEWEST:
        return None
    if values.dtype == np.float64:
        low, high = float(values.min()), float(values.max())
        if not (low >= 1e5 and high < 1e14) or (values != np.rint(values)).any():
            return None
        return as_text(cells) if len(f"{low:.0f}") == len(f"{high:.0f}") else None
    if not cells.is_text or not _is_whole(values[0]) or not _is_whole(values[-1]):
        return None
    length = len(values[0])
    alike = all(len(text) == length and _is_whole(text) for text in values.tolist())
    return values if alike and numerals.are_numbers(values).all() else None


def _is_whole(text: str) -> bool:
    return len(text) in _FORMS and text.isascii() and text.isdigit()


def _spread(stamps: np.ndarray) -> bool:
    """Return whether dates are of usual years, several of them, and of most of the year."""
    if (stamps < _YEARS[0]).any() or (stamps >= _YEARS[1]).any():
        return False
    years = stamps.astype("datetime64[Y]")
    days = (stamps.astype("datetime64[D]") - years.astype("datetime64[D]")).astype("int64")
    wide = days.max() - days.min() >= _WIDE * 365
    return bool(len(np.unique(years)) >= _TWO_YEARS and wide)
