"""Report what is wrong with a CSV that does not parse, or parses wrongly, without quoting a cell."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from tabtwin.io.delimiter import lines
from tabtwin.io.headings import suspect
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells

_LOOKED_AT = 200
"""Records below the header that determine how many cells a line has."""

_MOSTLY = 0.9
_STRAY = 1_000
"""Bytes per zero byte: if there are fewer, the file is not text at all, but a picture or the like."""


def refuse_zeros(data: bytes, filename: str) -> None:
    """Refuse zero bytes, which text does not have.

    Raises:
        InputError: if there are any: of another format, or from a damaged disk.
    """
    first = data.find(b"\0")
    if first < 0:
        return
    if data.count(b"\0") * _STRAY > len(data):
        raise InputError(
            f"{filename}: expected CSV in UTF-8 or Parquet, found another format; export it as one of these"
        )
    line = data.count(b"\n", 0, first) + 1
    raise InputError(f"{filename}: expected text, found a zero byte in line {line}; export the table again")


def refuse_unclosed(text: str, delimiter: str, filename: str) -> None:
    """Refuse a CSV that ends within quotes, as a truncated one may: its last cell could hold half of the
    rows.

    Raises:
        InputError: if it does.
    """
    if text.count('"') % 2 == 0:
        return
    reader = csv.reader(lines(text), delimiter=delimiter, strict=True)
    usual = csv.field_size_limit(1 << 30)
    try:
        for _ in reader:
            pass
    except csv.Error as error:
        if "end of data" in str(error):  # csv has one class for all errors
            raise _unclosed(reader.line_num, filename) from None
    finally:
        csv.field_size_limit(usual)


def refuse_header_again(names: Sequence[str], columns: Sequence[Cells], filename: str) -> None:
    """Refuse a table with a row that repeats its header, as concatenated files have.

    Names that also occur below on their own are a row's cells, which are refused elsewhere.

    Raises:
        InputError: naming the row.
    """
    again = header_again(names, columns)
    if again is not None and not suspect(names, [_leave_out(cells, again) for cells in columns]):
        row = int(again.argmax()) + 1
        raise InputError(
            f"{filename}: expected column names in line 1 alone, found them again in row {row}; leave it out"
        )


def header_again(names: Sequence[str], columns: Sequence[Cells]) -> np.ndarray | None:
    """Return which rows (rows,) repeat all names; ``None`` if none does, or for a single column."""
    if len(columns) == 1:
        return None
    rows: np.ndarray | None = None
    for name, cells in zip(names, columns, strict=True):
        (places,) = np.nonzero(cells.values == name)
        if not len(places):
            return None
        named = np.isin(cells.codes, places)
        rows = named if rows is None else rows & named
        if not rows.any():
            return None
    return rows


def _leave_out(cells: Cells, rows: np.ndarray) -> Cells:
    """Return a column without some rows, and without values that only those hold."""
    codes = cells.codes[~rows]
    held = np.unique(codes[codes >= 0])
    places = np.full(len(cells.values) + 1, -1, "int32")
    places[held] = np.arange(len(held))
    return replace(cells, values=cells.values[held], codes=places[codes])


def ragged(text: str, delimiter: str, width: int, filename: str, *, headed: bool = True) -> InputError:
    """Return the error for a CSV that does not parse, naming the first wrong line."""
    usual = csv.field_size_limit(1 << 30)
    reader = csv.reader(lines(text), delimiter=delimiter, strict=True)
    try:
        if headed and (below := _usual_width(text, delimiter, width)):
            return InputError(
                f"{filename}: expected as many column names in line 1 as the lines below have cells, found "
                f"{width} and {below}; name each column there, and remove what is above the names"
            )
        for record in reader:
            if record and len(record) != width:
                return InputError(
                    f"{filename}: expected {width} cells in line {reader.line_num}, as in "
                    f"{'the header' if headed else 'line 1'}, found {len(record)}; correct that line (a cell "
                    "with a delimiter in it needs quotes)"
                )
    except csv.Error:
        pass
    finally:
        csv.field_size_limit(usual)
    return _unclosed(reader.line_num, filename)


def _usual_width(text: str, delimiter: str, width: int) -> int:
    """Return how many cells most lines below the header have, if that is not the number of names; otherwise
    0.
    """
    records = islice(csv.reader(lines(text), delimiter=delimiter, strict=True), 1, _LOOKED_AT + 1)
    try:
        widths = np.array([len(record) for record in records if record])
    except csv.Error:
        return 0
    usual = int(np.bincount(widths).argmax()) if len(widths) else width
    return usual if usual != width and np.mean(widths == usual) >= _MOSTLY else 0


def _unclosed(line: int, filename: str) -> InputError:
    return InputError(
        f"{filename}: expected CSV, found a quote in or before line {line} that is not closed; "
        "correct that line"
    )
