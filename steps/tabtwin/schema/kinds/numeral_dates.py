"""Recognize dates and times that are written as whole numbers: 20240131, 31012024, 240131, 1015.

Numbers that lost their leading zeros have a format with ``%-`` first, as ``%-d%m%Y`` for 1022024; those that
pandas wrote beside missing cells end in ``.0``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.spelling import date_parsing

_Formats = Mapping[int, tuple[tuple[str, float], ...]]

_DATES: _Formats = {
    8: (("%Y%m%d", 365 / 10_000), ("%d%m%Y", 365 / 10_000), ("%m%d%Y", 365 / 10_000)),
    6: (
        ("%Y%m", 12 / 100), ("%m%Y", 12 / 100),
        ("%y%m%d", 365 / 10_000), ("%d%m%y", 365 / 10_000), ("%m%d%y", 365 / 10_000),
    ),
    7: (("%Y%j", 365 / 1_000), ("1%y%m%d", 365 / 10_000)),
    12: (("%Y%m%d%H%M", 0.0053),),
    14: (("%Y%m%d%H%M%S", 0.0019),),
}  # fmt: skip
"""By digits: formats, and the share of numbers in the range of some years that are dates."""
_TIMES: _Formats = {4: (("%H%M", 0.6),), 6: (("%H%M%S", 0.36),)}
"""By digits: formats, and the share of numbers of usual hours that are times."""
_MARKS = ("0", "00000000", "99999999", "99991231", "999999", "999912", "88888888")
_MIDNIGHTS = ("2400", "240000")
_POINT = ".0"
_YEARS = np.datetime64("1850-01-01"), np.datetime64("2100-01-01")
_SURE = 1e-12
"""The most that so many dates may be likely by chance."""
_FEWEST = 6
_TWO_YEARS = 2
_WIDE = 0.7
"""The least share of a year's days or months that must lie between the first and the last of any year."""
_HOURS, _LATE = 6, 50
"""How many hours times must be of, and which minute and second they must reach."""


def find(cells: Cells) -> str:
    """Return the format of a column of dates that are written as numbers; empty if it has other numbers.

    By chance a number of eight digits is a date in one of 27 cases, so that a few distinct ones suffice. They
    must also spread as dates do: over two years or more, and in these over most of the year; numbers that
    count on, such as 202001 to 202012 or 2001001 to 2001300, do not. Of several formats, the one of fewest
    years is meant.
    """
    read = {form: stamps for form, stamps in _fitting(cells, _DATES, lost=1).items() if _spread(stamps)}
    return min(read, key=lambda form: len(np.unique(_years(read[form]))), default="")


def find_times(cells: Cells) -> str:
    """Return the format of a column of times of day that are written as numbers: 905 or 0905 for five past
    nine; empty if it has other numbers.
    """
    for form, stamps in _fitting(cells, _TIMES, lost=5).items():
        minutes = stamps.astype("datetime64[m]").astype("int64")
        if len(np.unique(minutes // 60)) >= _HOURS:
            seconds = stamps.astype("datetime64[s]").astype("int64")
            late = [(minutes % 60).max(), (seconds % 60).max() if "%S" in form else _LATE]
            if min(late) >= _LATE:
                return form
    return ""


def describe(name: str, cells: Cells) -> Column | None:
    """Describe dates written as whole numbers, and marks among them that stand for no date: 0, 99991231."""
    marks = _held(cells, _MARKS)
    return _described(name, cells, find(cells.without(marks)), marks)


def describe_times(name: str, cells: Cells) -> Column | None:
    """Describe times of day written as whole numbers, and a day's end among them, which is a mark: 2400."""
    marks = _held(cells, _MIDNIGHTS)
    return _described(name, cells, find_times(cells.without(marks)), marks, kind="time")


def _described(
    name: str, cells: Cells, form: str, marks: tuple[str, ...], kind: str = "datetime"
) -> Column | None:
    if not form:
        return None
    keeps_zeros = not form.startswith(("%Y", "%-", "1"))
    number = "double" if form.endswith(_POINT) else "int64"
    what = "time" if kind == "time" else "date"
    return Column(
        name=name,
        kind=kind,
        dtype=cells.dtype or ("string" if keeps_zeros else number),
        format=form,
        missing=cells.has_missing or bool(marks),
        marks=marks,
        why=f"every cell is a {what} written as a number" + (", or a mark for none" if marks else ""),
    )


def _held(cells: Cells, marks: tuple[str, ...]) -> tuple[str, ...]:
    if not len(cells.values) or (not cells.is_text and cells.values.dtype != np.float64):
        return ()
    if not cells.is_text:
        # A number is written without zeros: where few have 0, no 00000000 may say that someone has it.
        plain = [mark for mark in marks if mark == f"{float(mark):.0f}"]
        return tuple(mark for mark in plain if (cells.values == float(mark)).any())
    return tuple(mark for one in marks for mark in (one, f"{one}{_POINT}") if (cells.values == mark).any())


def _fitting(cells: Cells, formats: _Formats, *, lost: int) -> dict[str, np.ndarray]:
    """Return the formats by which all numbers are dates, which by chance they would not be, and those.

    Args:
        cells: The column.
        formats: Formats to try.
        lost: How many leading zeros a number may have lost.
    """
    whole, point = _without_points(cells)
    texts = _whole(whole, max(formats), lost)
    if texts is None:
        return {}
    shortest, width = min(map(len, texts.tolist())), max(map(len, texts.tolist()))
    filled = np.array([text.zfill(width) for text in texts.tolist()], dtype=object)
    zeros = any(text[0] == "0" for text in texts.tolist() if text != "0")
    found = {}
    for form, chance in formats.get(width, ()):
        is_year_first = form.startswith(("%Y", "1"))
        if (zeros or shortest < width) and is_year_first:
            continue
        own = form if zeros or is_year_first else f"%-{form[1:]}"
        stamps = date_parsing.parse(filled, form)
        sure = len(texts) * math.log(chance) <= math.log(_SURE)
        if len(texts) >= _FEWEST and sure and not np.isnat(stamps).any():
            found[f"{own}{point}"] = stamps
    return found


def _without_points(cells: Cells) -> tuple[Cells, str]:
    """Return numbers without the .0 that all have, as pandas writes them beside missing cells, and that."""
    if not cells.is_text or not all(text.endswith(_POINT) for text in cells.values.tolist()):
        return cells, ""
    bare = np.array([text.removesuffix(_POINT) for text in cells.values.tolist()], dtype=object)
    return replace(cells, values=bare), _POINT


def _whole(cells: Cells, longest: int, lost: int) -> np.ndarray | None:
    """Return the distinct values as texts if all are whole numbers of one length, except for lost zeros."""
    values = cells.values
    if len(values) < _FEWEST:
        return None
    if values.dtype == np.float64:
        low, high = float(values.min()), float(values.max())
        if not (low >= 0 and high < 10**longest) or (values != np.rint(values)).any():
            return None
        short = len(f"{high:.0f}") - len(f"{low:.0f}")
        return as_text(cells) if short <= lost else None
    if not cells.is_text or not _is_whole(str(values[0])) or not _is_whole(str(values[-1])):
        return None
    if not all(map(_is_whole, values.tolist())):
        return None
    lengths = {len(text) for text in values.tolist()}
    padded = any(text[0] == "0" and text != "0" for text in values.tolist())
    if max(lengths) > longest or max(lengths) - min(lengths) > (0 if padded else lost):
        return None
    return values


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _years(stamps: np.ndarray) -> np.ndarray:
    return stamps.astype("datetime64[Y]")


def _spread(stamps: np.ndarray) -> bool:
    """Return whether dates are of usual years, several of them, and of most of the year."""
    if (stamps < _YEARS[0]).any() or (stamps >= _YEARS[1]).any():
        return False
    years = _years(stamps)
    days = (stamps.astype("datetime64[D]") - years.astype("datetime64[D]")).astype("int64")
    wide = days.max() - days.min() >= _WIDE * 365
    return bool(len(np.unique(years)) >= _TWO_YEARS and wide)
