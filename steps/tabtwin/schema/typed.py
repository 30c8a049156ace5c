"""A source's columns, read as its schema says: the canonical table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.io.cells import Cells, Source, as_text
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds import dates, numerals
from tabtwin.schema.schema import CATEGORICAL, NUMERIC, Column, Schema


def canonical(source: Source, schema: Schema) -> pd.DataFrame:
    """The learned columns of a source as a canonical table.

    Raises:
        InputError: if cells of a column do not fit its kind.
    """
    read = {column.name: read_column(source.columns[column.name], column) for column in schema.learned}
    return pd.DataFrame(read, index=pd.RangeIndex(source.rows))


def read_column(cells: Cells, column: Column) -> np.ndarray:
    """One column's cells (rows,), as its kind says.

    Raises:
        InputError: naming the column and how many of its cells do not fit.
    """
    cells = cells.without(column.marks)
    if column.kind in NUMERIC:
        return cells.take(_numbers(cells, column), np.nan)
    if column.kind == "datetime":
        return cells.take(_stamps(cells, column), np.datetime64("NaT", "ns"))
    if column.kind in CATEGORICAL:
        return cells.take(_words(cells, column), None)
    return cells.take(as_text(cells), None)


def _numbers(cells: Cells, column: Column) -> np.ndarray:
    if not cells.is_text:
        values = cells.values
        fit = ~numerals.are_too_great(values) if values.dtype == np.float64 else np.zeros(len(values), bool)
    else:
        marked = np.isin(cells.values, np.array(numerals.MARKERS, dtype=object))
        read = numerals.are_numbers(cells.values)
        values = np.full(len(cells.values), np.nan)
        values[read] = numerals.parse(cells.values[read])
        fit = (read & ~numerals.are_too_great(values)) | marked
    if column.kind == "integer":
        fit &= np.isnan(values) | (values == np.rint(values))
    _check(fit, cells, column)
    return np.asarray(values)


def _stamps(cells: Cells, column: Column) -> np.ndarray:
    if cells.is_text:
        stamps = dates.parse(cells.values, column.format)
    else:
        stamps = cells.values if cells.values.dtype.kind == "M" else np.full(len(cells.values), np.nan)
        stamps = stamps.astype("datetime64[ns]")
    _check(~np.isnat(stamps), cells, column)
    return np.asarray(stamps)


def _words(cells: Cells, column: Column) -> np.ndarray:
    texts = as_text(cells)
    if column.kind == "boolean":
        _check(np.isin(texts, np.array(column.spelling, dtype=object)), cells, column)
    return texts


def _check(fit: np.ndarray, cells: Cells, column: Column) -> None:
    if not fit.all():
        count = int(cells.counts[~fit].sum())
        raise InputError(
            f"column {column.name!r}: {count} of {len(cells.codes)} cells do not fit its kind "
            f"({column.kind}); correct them, or the column in --schema"
        )
