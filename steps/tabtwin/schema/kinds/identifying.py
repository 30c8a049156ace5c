"""Distinguish numbers and texts that identify rows from those that describe them."""

from __future__ import annotations

import re

import numpy as np

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.spelling import numerals
from tabtwin.schema.spelling.missing_marks import MARKS

_ID_WORDS = {"id", "ids", "key", "uuid", "guid", "pk", "rowid", "rownames", "rownum", "serial", "no", "nr"}
_ROW_WORDS = {"unnamed", "index", "idx", "row", "rows", "obs", "observation", "line"}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_NAMED = "named like an identifier"
_FEW_KEYS = 50
_DIFFERENT = 0.9
_YEARS = 1500, 2100


def nearly_unique(cells: Cells) -> bool:
    """Return whether nearly every cell that is not missing, but not every one, holds a unique value."""
    held = cells.held
    return held >= _FEW_KEYS and _DIFFERENT * held <= len(cells.values) < held


def is_called_id(name: str) -> bool:
    """Return whether a column's name suggests that it identifies something."""
    words = [word.lower() for word in _WORD.findall(name)]
    return bool(words) and (words[-1] in _ID_WORDS or words[0] in {"id", "uuid"})


def is_called_row(name: str) -> bool:
    """Return whether a column's name says that it numbers rows.

    >>> is_called_row("Unnamed: 0"), is_called_row("row"), is_called_row("rank")
    (True, True, False)
    """
    words = [word.lower() for word in _WORD.findall(name)]
    return bool(words) and words[0] in _ROW_WORDS


def holds_unique(cells: Cells) -> bool:
    """Return whether every cell that is not missing holds a unique value, and some are missing."""
    return cells.has_missing and _FEW_KEYS <= cells.held == len(cells.values)


def integers_of(cells: Cells) -> np.ndarray:
    """Return the distinct numbers of a column of integers (n,), float64, without marks of missing ones."""
    if not cells.is_text:
        return cells.values
    marks = np.isin(cells.values, np.array(MARKS, dtype=object))
    return numerals.parse(cells.values[~marks])


def _are_years(values: np.ndarray) -> bool:
    """Return whether numbers may be years, which say when and thus much else of a row."""
    return bool(_YEARS[0] <= values.min() and values.max() <= _YEARS[1])


def why_key(column: Column, cells: Cells) -> str:
    """Say why integers identify rows; empty if they may as well be measured.

    A column named like an identifier also does if few of its cells repeat or are missing.
    """
    if column.least or not (cells.is_unique or nearly_unique(cells) or holds_unique(cells)):
        return ""
    values = integers_of(cells)
    steps = np.diff(np.sort(values))
    named = is_called_id(column.name) and values.min() >= 0
    if holds_unique(cells):
        return f"integers that differ where they are not missing, {_NAMED}" if named else ""
    if not named and _are_years(values):
        return ""
    if not cells.is_unique:
        return "integers that rarely repeat, named like an identifier" if named else ""
    if len(steps) and (steps == steps[0]).all():
        return "unique integers in even steps"
    return "unique integers, named like an identifier" if named else ""
