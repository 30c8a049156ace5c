"""Read tables without names: columns are numbered, and the texts in place of names are a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tabtwin.io.headings import is_over_others, once, pandas_numbers
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.source import Source
from tabtwin.schema.spelling import date_formats, numerals
from tabtwin.schema.spelling.missing_marks import MARKS

_UNNAMED = "Unnamed: "
"""The beginning of pandas' name of a column if the first line has no cell."""


def numbered(width: int) -> list[str]:
    """Return names for so many columns.

    >>> numbered(2)
    ['column_1', 'column_2']
    """
    return [f"column_{number}" for number in range(1, width + 1)]


def refuse_no_row(columns: Sequence[Cells], filename: str) -> None:
    """Refuse a first row of words above numbers or dates, which is a header although it is declared a row.

    Raises:
        InputError: with the number of such columns.
    """
    odd = sum(_begins_otherwise(cells) for cells in columns)
    if odd:
        raise InputError(
            f"{filename}: --no-header: expected a row in line 1, found words over numbers or dates in {odd} "
            f"of {len(columns)} columns; leave --no-header out, or correct that line"
        )


def _begins_otherwise(cells: Cells) -> bool:
    if not cells.is_text or len(cells.values) < 2 or not len(cells.codes) or cells.codes[0] < 0:
        return False
    first = str(cells.values[cells.codes[0]])
    if (cells.codes == cells.codes[0]).sum() > 1:
        return False
    rest = replace(cells, values=cells.values[1:], codes=cells.codes[1:] - 1)
    return is_over_others(first, rest)


def with_row(source: Source, filename: str) -> Source:
    """Return a table with its names as its first row, for files without names that were read as if they had
    some.

    Names that programs make up (0, 1, 2, ...) are not cells.

    Raises:
        InputError: if a name cannot be a cell of its column.
    """
    names, columns = list(source.columns), list(source.columns.values())
    own = numbered(len(names))
    if names in (own, pandas_numbers(len(names))):
        return replace(source, columns=dict(zip(own, columns, strict=True)))
    rows = [_below(once(name, names), cells) for name, cells in zip(names, columns, strict=True)]
    odd = sum(cells is None for cells in rows)
    if odd:
        raise InputError(
            f"{filename}: --no-header: expected names that are a row's cells, found {odd} of {len(rows)} "
            "that are not; leave --no-header out, or read the table again without a header"
        )
    found = {name: cells for name, cells in zip(own, rows, strict=True) if cells is not None}
    return replace(source, columns=found, rows=source.rows + 1)


def _below(name: str, cells: Cells) -> Cells | None:
    """Return a column below one more cell; ``None`` if that is of another kind."""
    value: object = name
    if name.startswith(_UNNAMED) or name in ("", *MARKS):
        return replace(cells, codes=np.concatenate([np.array([-1], "int32"), cells.codes]))
    if not cells.is_text:
        text = np.array([name], dtype=object)
        if cells.values.dtype.kind == "M":
            forms = date_formats.fitting_formats(text)
            if not forms:
                return None
            value = date_formats.parse(text, forms[0])[0]
        elif numerals.are_numbers(text).all():
            value = numerals.parse(text)[0]
        else:
            return None
    (places,) = np.nonzero(cells.values == value)
    if len(places):
        code, values = int(places[0]), cells.values
    else:
        code = len(cells.values)
        values = np.append(cells.values, np.array([value], dtype=cells.values.dtype))
    return replace(cells, values=values, codes=np.concatenate([np.array([code], "int32"), cells.codes]))
