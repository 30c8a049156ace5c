"""How columns are written, told by training rows, and only as k subjects' cells have it.

A table is read as all of its cells are. But how many decimals it is written with, how fine its dates are and
what its keys look like may follow from one cell, perhaps one that is held out: that one is rounded then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tabtwin.io.cells import Cells, Source, as_text
from tabtwin.io.parquet import LARGEST_INTEGER
from tabtwin.schema.kinds import dates, numerals, patterns
from tabtwin.schema.kinds.grids import rounded
from tabtwin.schema.kinds.key_ranges import apart, longest_number
from tabtwin.schema.schema import NUMERIC, Column, Schema

_UNIVERSAL = ("utf-8", "utf-8-sig")
_SOME = 100
"""Cells that are looked at first, as a multiple of k: k subjects are seldom further to find."""


class Witnesses:
    """Whose cells of one column hold which of its values, in training.

    Attributes:
        cells: The column, in all rows.
        codes: Which value each cell of training holds that is not missing, int32 (cells,).
        subjects: Whose each is, integers (cells,).
        lacking: How many subjects have a cell that is missing.
        held: Which values these are, int64 (n,).
        k: How many subjects vouch for what is told.
    """

    def __init__(self, cells: Cells, training: np.ndarray, subjects: np.ndarray, k: int) -> None:
        codes = cells.codes[training]
        there = codes >= 0
        self.cells, self.k = cells, k
        self.codes, self.subjects = codes[there], subjects[training][there]
        self.lacking = len(np.unique(subjects[training][~there]))
        self.held = np.flatnonzero(np.bincount(self.codes, minlength=len(cells.values)))

    def vouch(self, values: np.ndarray) -> bool:
        """Whether k subjects have a cell with one of some values, bool (values of the column,)."""
        people = self.subjects[values[self.codes]]
        if len(people) < self.k:
            return False
        return any(len(np.unique(some)) >= self.k for some in (people[: _SOME * self.k], people))


def as_vouched(
    schema: Schema,
    source: Source,
    training: np.ndarray,
    subjects: np.ndarray,
    protect: int,
    stated: Mapping[str, Iterable[str]],
    *,
    kinds: bool = True,
) -> Schema:
    """The schema with each column written as k subjects' cells in training are.

    Args:
        schema: As all rows are.
        source: The table.
        training: Which rows are training, bool (rows,).
        subjects: The subject of each row, integers (rows,).
        protect: k, where a column has none of its own.
        stated: What the user says of columns: names of fields, which stay as they are.
        kinds: Whether decimals become integers where fewer than k subjects' cells have any.
    """
    columns = []
    for column in schema.columns:
        cells = source.columns[column.name]
        k = column.threshold(protect)
        told = Witnesses(cells.without(column.marks), training, subjects, k)
        said = stated.get(column.name, ())
        new = {name: value for name, value in _written(column, told).items() if name not in said}
        if column.marks and cells.is_text:
            # Also of those that are stated: a schema may have been kept from another table.
            new |= _marks(column, Witnesses(cells, training, subjects, k))
        if "missing" not in said and column.kind not in ("empty", "constant"):
            new["missing"] = column.missing and told.lacking >= k
        column = column.model_copy(update=new)
        columns.append(_as_whole(column, told.cells) if kinds else column)
    return schema.model_copy(update={"columns": tuple(columns)})


def with_vouched_encoding(
    schema: Schema, source: Source, training: np.ndarray, subjects: np.ndarray, protect: int
) -> Schema:
    """Return the schema with UTF-8 for encoding, unless a name or k subjects' cells need the source's."""
    is_plain = all(column.name.isascii() for column in schema.columns)
    if schema.encoding in _UNIVERSAL or not is_plain:
        return schema
    needed = np.zeros(len(subjects), bool)
    for column in schema.columns:
        cells = source.columns[column.name]
        if cells.is_text:
            needed |= cells.take(np.array([not text.isascii() for text in cells.values], bool), False)
    if len(np.unique(subjects[needed & training])) >= protect:
        return schema
    return schema.model_copy(update={"encoding": "utf-8"})


def as_written(table: pd.DataFrame, before: Schema, after: Schema) -> pd.DataFrame:
    """A canonical table, read by one schema, with its cells rounded to what another one writes."""
    rewritten: dict[str, np.ndarray] = {}
    for old, new in zip(before.columns, after.columns, strict=True):
        if new.kind in NUMERIC and (old.kind, old.digits) != (new.kind, new.digits):
            rewritten[new.name] = rounded(table[new.name].to_numpy("float64"), new)
        elif new.kind == "datetime" and (old.format, old.digits) != (new.format, new.digits):
            rewritten[new.name] = dates.cut(
                table[new.name].to_numpy("datetime64[ns]"), new.format, new.digits
            )
    return table.assign(**rewritten) if rewritten else table


def _marks(column: Column, told: Witnesses) -> dict[str, Any]:
    """Of what means missing, the texts that k subjects' cells hold, or none of the table's."""
    values = told.cells.values
    rare = [mark for mark in column.marks if (values == mark).any() and not told.vouch(values == mark)]
    if not rare:
        return {}
    kept = tuple(mark for mark in column.marks if mark not in rare)
    blank = {} if column.blank not in rare else {"blank": "", "quoted_blank": False}
    return {"marks": kept, **blank}


def _written(column: Column, told: Witnesses) -> dict[str, Any]:
    if column.kind == "key":
        return _of_keys(column, told)
    if column.kind in NUMERIC:
        return _of_texts(column, told) if told.cells.is_text else _of_floats(column, told)
    return _of_dates(column, told) if column.kind == "datetime" else {}


def _as_whole(column: Column, cells: Cells) -> Column:
    """The column as one of integers where it has no decimals."""
    if column.kind != "decimal" or column.digits:
        return column
    if cells.is_text:
        numbers = cells.values[numerals.are_numbers(cells.values)]
        if (np.abs(numerals.parse(numbers)) > LARGEST_INTEGER).any():
            return column
    dtype = column.dtype if cells.dtype or column.least else "int64"
    return column.model_copy(update={"kind": "integer", "dtype": dtype})


def _of_texts(column: Column, told: Witnesses) -> dict[str, Any]:
    """The decimals of numbers that are texts; as they are written, so zeros count."""
    texts = told.cells.values
    numbers = numerals.are_numbers(texts)
    least, most = (np.full(len(texts), fill) for fill in (numerals.ALL_DIGITS, 0))
    least[numbers], most[numbers] = numerals.decimals_each(texts[numbers])
    fewest, finest = numerals.as_told(_fewest(least, told), _most(most, told))
    values = np.zeros(len(texts))
    values[numbers] = numerals.parse(texts[numbers])
    # Whole numbers may be written with a point, and have no decimals for that.
    needed = finest if column.digits and told.vouch(values != np.rint(values)) else 0
    return {"digits": min(needed, column.digits), "least": max(min(fewest, finest), column.least)}


def _most(decimals: np.ndarray, told: Witnesses) -> int:
    """The most decimals that k subjects' cells have at least."""
    ways = np.unique(decimals[told.held])[::-1]
    return next((int(way) for way in ways if told.vouch(decimals >= way)), 0)


def _fewest(decimals: np.ndarray, told: Witnesses) -> int:
    """The fewest decimals that k subjects' cells have at most."""
    ways = np.unique(decimals[told.held])
    return next((int(way) for way in ways if told.vouch(decimals <= way)), 0)


def _of_floats(column: Column, told: Witnesses) -> dict[str, Any]:
    """The decimals that numbers need which are stored as such."""
    values, digits = told.cells.values, column.digits
    if values.dtype != np.float64:
        return {}
    while digits and not told.vouch(np.round(values, _coarser(digits)) != values):
        digits = _coarser(digits)
    return {"digits": digits}


def _coarser(digits: int) -> int:
    return min(digits - 1, numerals.MOST_DECIMALS)


def _of_dates(column: Column, told: Witnesses) -> dict[str, Any]:
    """How fine dates are, and whether their days and hours are written with zeros before them."""
    values = told.cells.values
    if not told.cells.is_text:
        return _of_stamps(column, told)
    padded = column.format.replace("%-", "%")
    digits = _most(dates.second_digits_each(values), told) if "%f" in padded else 0
    return {
        "format": dates.as_padded(values, padded, lambda texts: not told.vouch(texts)),
        "digits": digits or column.digits,
    }


def _of_stamps(column: Column, told: Witnesses) -> dict[str, Any]:
    """The coarsest ISO format that holds all dates but those of fewer than k subjects."""
    stamps = told.cells.values.astype("datetime64[ns]")
    for form in dates.COARSE_FORMATS:
        if form == column.format:
            return {}
        if not told.vouch(dates.cut(stamps, form, 0) != stamps):
            return {"format": form, "digits": 0}
    return {}


def _of_keys(column: Column, told: Witnesses) -> dict[str, Any]:
    """The pattern of keys, and a range of it without any of the table's."""
    texts = as_text(told.cells)
    keys, owners = texts[told.codes], told.subjects
    # A pattern spells out what all keys share: of few different ones it would spell them.
    pattern = patterns.infer(keys, owners, told.k) if len(told.held) >= told.k else None
    longest = longest_number(keys, owners, told.k) if pattern is None or _runs(pattern) else None
    pattern = pattern or patterns.RUNNING_NUMBER
    # Keys of a CSV that share no pattern are taken for numbers; those of k subjects may share one after all.
    is_text = not told.cells.dtype and not patterns.spells_numbers(pattern)
    dtype = "string" if is_text else column.dtype
    return {**apart(texts, pattern, dtype, len(keys), longest or 1), "dtype": dtype}


def _runs(pattern: str) -> bool:
    return patterns.RUNNING_NUMBER in patterns.signs(pattern)
