"""Report what is wrong with a CSV that does not parse, or parses wrongly, without quoting a cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from tabtwin.io.headings import suspect
from tabtwin.io.text import Text
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells

if TYPE_CHECKING:
    from _csv import Reader

_LOOKED_AT = 200
"""Records below the header that determine how many cells a line has."""

_MOSTLY = 0.9
_UNENDED = ("end of data", "field limit")
"""Where csv, which has one class for all errors, says that a cell does not end."""
_LONGEST = 16 << 20
"""The longest cell, in characters, that is looked for in a file that may lack a quote: more is surely one
that is not closed.
"""


def refuse_unclosed(text: Text, delimiter: str, filename: str) -> None:
    """Refuse a CSV that ends within quotes, as a truncated one may: its last cell could hold half of the
    rows.

    Raises:
        InputError: if it does.
    """
    if text.quotes % 2 == 0:
        return
    with _records(text, delimiter) as reader:
        try:
            for _ in reader:
                pass
        except csv.Error as error:
            if any(what in str(error) for what in _UNENDED):
                raise _unclosed(reader.line_num, filename) from None


def refuse_header_again(
    names: Sequence[str], columns: Sequence[Cells], filename: str, row: int | None
) -> None:
    """Refuse a table with a row that repeats its header, as concatenated files have.

    Names that also occur below on their own are a row's cells, which are refused elsewhere.

    Args:
        names: The header.
        columns: The cells below it, of the rows that are held.
        filename: The file's name in errors.
        row: The first row that repeats the header, which may not be held; ``None`` if none does.

    Raises:
        InputError: naming the row.
    """
    if row is None:
        return
    again = _header_again(names, columns)
    rest = columns if again is None else [_leave_out(cells, again) for cells in columns]
    if not suspect(names, rest):
        raise InputError(
            f"{filename}: expected column names in line 1 alone, found them again in row {row + 1}; "
            "leave it out"
        )


def _header_again(names: Sequence[str], columns: Sequence[Cells]) -> np.ndarray | None:
    """Return which rows (rows,) repeat all names; ``None`` if none does."""
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


def ragged(text: Text, delimiter: str, width: int, filename: str, *, headed: bool = True) -> InputError:
    """Return the error for a CSV that does not parse, naming the first wrong line."""
    if headed and (below := _usual_width(text, delimiter, width)):
        return InputError(
            f"{filename}: expected as many column names in line 1 as the lines below have cells, found "
            f"{width} and {below}; name each column there, and remove what is above the names"
        )
    with _records(text, delimiter) as reader, suppress(csv.Error):
        for record in reader:
            if record and len(record) != width:
                return InputError(
                    f"{filename}: expected {width} cells in line {reader.line_num}, as in "
                    f"{'the header' if headed else 'line 1'}, found {len(record)}; correct that line (a cell "
                    "with a delimiter in it needs quotes)"
                )
    return _unclosed(reader.line_num, filename)


@contextmanager
def _records(text: Text, delimiter: str) -> Iterator[Reader]:
    """Yield a reader of a CSV's records, which may have long cells."""
    usual = csv.field_size_limit(_LONGEST)
    try:
        with text.lines() as lines:
            yield csv.reader(lines, delimiter=delimiter, strict=True)
    finally:
        csv.field_size_limit(usual)


def _usual_width(text: Text, delimiter: str, width: int) -> int:
    """Return how many cells most lines below the header have, if that is not the number of names; otherwise
    0.
    """
    with _records(text, delimiter) as reader:
        try:
            widths = np.array([len(record) for record in islice(reader, 1, _LOOKED_AT + 1) if record])
        except csv.Error:
            return 0
    usual = int(np.bincount(widths).argmax()) if len(widths) else width
    return usual if usual != width and np.mean(widths == usual) >= _MOSTLY else 0


def _unclosed(line: int, filename: str) -> InputError:
    return InputError(
        f"{filename}: expected CSV, found a quote in or before line {line} that is not closed; "
        "correct that line"
    )
