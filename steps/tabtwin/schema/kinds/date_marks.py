"""Set apart what stands for something else among dates: 0000-00-00, 9999-12-31, "never".

Such cells count as missing, and a twin has each mark as often among them as the table does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells, as_marked
from tabtwin.schema.kinds.drawing import drawn, rounded
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import date_formats, numerals
from tabtwin.schema.spelling.missing_marks import MARKS

_SENTINELS = np.array(
    [
        "0001-01-01", "1753-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01",
        "1970-01-01", "2079-06-06", "2099-12-31", "2199-12-31", "2222-02-22", "2299-12-31", "2500-01-01",
        "2900-12-31", "2999-12-31", "2999-01-01", "3000-01-01", "3000-12-31", "3999-12-31", "4712-12-31",
        "8888-12-31", "9000-12-31", "9998-12-31", "9999-01-01", "9999-12-30", "9999-12-31",
    ],
    dtype="datetime64[D]",
)  # fmt: skip
"""Dates that programs write for none, before all, or forever."""
_NONE = re.compile(r"(?:0+[-/. :TZ]*)+|(?:9+[-/. :TZ]*)+")
_SHORTEST = 6
_MOST_MARKS = 5
_MOSTLY = 0.5
_OTHERS = 0.8
_LEAST = 3
"""How many cells must hold a word for it to be a mark."""
_APART = 0.25
"""How far from the other dates a date must be to be a mark, as a share of their range."""
_TWO_YEARS = np.timedelta64(730, "D")


def are_blank(texts: np.ndarray) -> np.ndarray:
    """Return which texts are no date, but usual in place of one, bool (n,)."""
    marks = frozenset(MARKS)
    return np.fromiter((text in marks or _is_none(str(text)) for text in texts), bool, len(texts))


def apart(
    guess: Callable[[str, Cells], Column | None], name: str, cells: Cells, protect: int
) -> Column | None:
    """Describe dates among marks; ``None`` if there are no marks, or the rest are no dates.

    Args:
        guess: How to describe dates.
        name: The column's name.
        cells: Its cells.
        protect: k of value protection: so many cells must hold a word for it to be a mark.
    """
    marks = _odd(cells, protect) if cells.is_text else ()
    rest = cells.without(marks)
    found = guess(name, rest) if marks or cells.values.dtype.kind == "M" else None
    if cells.is_text and not marks:
        found = guess(name, cells)
    if found is None:
        return None
    far = _far(rest, found)
    if far:
        marks = (*marks, *far)
        found = guess(name, cells.without(marks)) or found
    if not marks:
        return None
    texts = as_marked(cells)
    counts = {mark: int(cells.counts[texts == mark].sum()) for mark in marks}
    held = sum(counts.values())
    blank = max(marks, key=counts.__getitem__) if held > len(cells.codes) - cells.held else ""
    several = "marks, which count" if len(marks) > 1 else "mark, which counts"
    why = f"{found.why}, but {held} of {cells.held} cells hold {len(marks)} {several} as missing"
    return found.model_copy(update={"marks": marks, "missing": True, "why": why, "blank": blank})


def with_shares(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with how often each mark occurs among missing cells, in training.

    Only marks that k subjects hold are left in it. A single mark of a CSV needs no share.

    Args:
        column: The column.
        witnesses: Who holds which cells, marks among them.
    """
    cells = witnesses.cells
    texts = as_marked(cells)
    held = np.bincount(witnesses.codes, minlength=len(texts))
    counts = [int(held[texts == mark].sum()) for mark in column.marks]
    empty = witnesses.lacking
    if len([count for count in counts if count]) + (empty > 0) < 2 and not cells.dtype:
        return column
    shares = rounded(np.array([*counts, empty]), witnesses.k)
    pairs = tuple((mark, share) for mark, share in zip(column.marks, shares, strict=False) if share)
    return column.model_copy(update={"mark_shares": pairs, "blank": "", "quoted_blank": False})


def put(texts: pd.Series, column: Column) -> pd.Series:
    """Return written cells with marks in place of missing ones, each as often as it occurs."""
    if not column.mark_shares:
        return texts
    found = texts.to_numpy(object).copy()
    rows = np.flatnonzero(texts.isna().to_numpy())
    found[rows] = np.array([*(mark for mark, _ in column.mark_shares), None], dtype=object)[
        _places(rows, column)
    ]
    return pd.Series(found, index=texts.index, dtype=object)


def put_stamps(stamps: np.ndarray, column: Column) -> np.ndarray:
    """Return dates, datetime64[us] (rows,), with marks that are dates in place of missing ones."""
    if not column.mark_shares:
        return stamps
    found, rows = stamps.copy(), np.flatnonzero(np.isnat(stamps))
    marks = [_stamp(mark) for mark, _ in column.mark_shares]
    found[rows] = np.array([*marks, np.datetime64("NaT")], "datetime64[us]")[_places(rows, column)]
    return found


def _places(rows: np.ndarray, column: Column) -> np.ndarray:
    shares = [share for _, share in column.mark_shares]
    whole = sum(shares) > 1 - 1e-9
    return np.asarray(np.minimum(drawn(shares, rows, f"{column.name} marks"), len(shares) - int(whole)))


def _stamp(mark: str) -> np.datetime64:
    try:
        return np.datetime64(mark, "us")
    except ValueError:
        return np.datetime64("NaT", "us")


def _odd(cells: Cells, protect: int) -> tuple[str, ...]:
    """Return the texts in a column of dates that are not dates, if few and each stands for something."""
    values, counts = cells.values, cells.counts
    if len(values) < _LEAST or numerals.are_numbers(values[:1]).all():
        return ()
    looked = [date_formats.fitting_formats(values[at : at + 1]) for at in range(min(len(values), 4))]
    if not any(looked):
        return ()
    fits = max(
        (~np.isnat(date_formats.parse(values, form, date_formats.months_in(values, form)))
         for form in dict.fromkeys(form for forms in looked for form in forms)),
        key=np.count_nonzero,
    )  # fmt: skip
    odd = np.flatnonzero(~fits)
    if not len(odd) or len(odd) > _MOST_MARKS + len(MARKS):
        return ()
    none = are_blank(values[odd])
    words = odd[~none]
    enough = counts[fits].sum() >= (_OTHERS if len(words) else _MOSTLY) * cells.held
    if not enough or len(words) > _MOST_MARKS or (counts[words] < max(protect, _LEAST)).any():
        return ()
    if not len(words) and not any(_is_none(str(text)) for text in values[odd]):
        return ()  # usual marks alone, which every kind knows
    return tuple(str(text) for text in values[odd])


def _far(cells: Cells, column: Column) -> tuple[str, ...]:
    """Return the texts of dates that programs write for none, if they are far from all others."""
    stamps = (
        date_formats.parse(cells.values, column.format, column.months)
        if cells.is_text
        else cells.values.astype("datetime64[us]")
    )
    days = stamps.astype("datetime64[D]")
    usual = np.isin(days, _SENTINELS)
    others = days[~usual]
    if not usual.any() or len(others) < _LEAST:
        return ()
    least, most = others.min(), others.max()
    far = max(_TWO_YEARS, np.timedelta64(int((most - least).astype("int64") * _APART), "D"))
    found = usual & ((days < least - far) | (days > most + far))
    return tuple(str(text) for text in as_marked(cells)[found])


def _is_none(text: str) -> bool:
    """Return whether a text is a date of zeros or nines alone."""
    return len(text) >= _SHORTEST and _NONE.fullmatch(text) is not None
