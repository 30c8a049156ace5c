"""Read a table that another tool made: columns of types that are not read become text."""

from __future__ import annotations

import io
import math
from collections.abc import Collection

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from tabtwin.io.header import Header
from tabtwin.io.reading import read_source
from tabtwin.lib.blob import Blob, as_blob
from tabtwin.lib.errors import InputError
from tabtwin.lib.frames import with_columns
from tabtwin.schema.source import Source

_READ = (
    kinds.is_null, kinds.is_boolean, kinds.is_string, kinds.is_large_string, kinds.is_string_view,
    kinds.is_integer, kinds.is_floating, kinds.is_decimal, kinds.is_time, kinds.is_duration,
)  # fmt: skip


def of_one_type(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with columns of mixed types, or of types that are not read, as text."""
    odd = [name for name in table.columns if not _is_read(table[name])]
    return with_columns(table, {name: _as_text(table[name]) for name in odd}) if odd else table


def read_foreign(
    data: bytes | Blob, filename: str, header: Header = "auto", without: Collection[str] = ()
) -> Source:
    """Read a twin from a CSV or Parquet file, without some columns.

    Raises:
        InputError: if it is neither, or is damaged.
    """
    try:
        return read_source(data, filename, header, without)
    except InputError:
        table = _odd_table(as_blob(data))
        if table is None:
            raise
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return read_source(buffer.getvalue(), filename, without=without)


def _odd_table(data: Blob) -> pd.DataFrame | None:
    """Return a Parquet file with columns of types that are not read, as text in their place."""
    if data.head(4) != b"PAR1":
        return None
    try:
        if all(any(test(field.type) for test in _READ) for field in pq.read_schema(data.open())):
            return None
        stored = pq.read_table(data.open())
    except (pa.ArrowException, OSError):
        return None
    cells = {
        name: pd.Series(column.to_pylist(), dtype=object)
        if not _fits(column.type, column)
        else column.to_pandas()
        for name, column in zip(stored.column_names, stored.columns, strict=True)
    }
    return of_one_type(pd.DataFrame(cells))


def _is_read(cells: pd.Series) -> bool:
    try:
        found = pa.Array.from_pandas(cells)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return False
    return _fits(found.type, found)


def _fits(dtype: pa.DataType, cells: pa.Array | pa.ChunkedArray) -> bool:
    if kinds.is_dictionary(dtype):
        return any(test(dtype.value_type) for test in _READ)
    if kinds.is_timestamp(dtype) or kinds.is_date(dtype):
        try:
            cells.cast(pa.timestamp("us", getattr(dtype, "tz", None)), safe=False)
        except pa.ArrowInvalid:
            return False
        return True
    return any(test(dtype) for test in _READ)


def _as_text(cells: pd.Series) -> pd.Series:
    return pd.Series([_spelled(cell) for cell in cells], index=cells.index, dtype=object)


def _spelled(cell: object) -> str | None:
    """Return a cell as text that UTF-8 can hold; ``None`` if it is missing."""
    if cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return None
    return str(cell).encode("utf-8", "replace").decode()
