"""Parquet of any origin as columns: text, numbers or dates, whatever the types on disk."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

from tabtwin.lib import memory
from tabtwin.lib.errors import InputError
from tabtwin.tables.cells import Cells, Source, distinct
from tabtwin.tables.formats import refuse_too_many, twice

LARGEST_INTEGER = 2**53
"""Beyond it float64 cannot tell integers apart, so they are text."""

_CELL = 4
"""Bytes that a cell takes at the least once it is read."""


def read_parquet(data: bytes, filename: str) -> Source:
    """A table from the bytes of a Parquet file.

    Raises:
        InputError: if it is damaged, larger than memory, or a column is nested or binary.
    """
    try:
        stored = pq.ParquetFile(io.BytesIO(data))
        # A column of equal cells takes next to nothing on disk.
        memory.check_fits(stored.metadata.num_rows * stored.metadata.num_columns * _CELL, filename)
        table = stored.read()
    except (pa.ArrowException, OSError):
        raise InputError(f"{filename}: expected Parquet, found a damaged file; write it again") from None
    names = table.column_names
    refuse_too_many(names, filename)
    if found := twice(names):
        raise InputError(f"{filename}: {found[1]} columns are named {found[0]!r}; rename all but one")
    return Source({name: _cells(table.column(name), name) for name in names}, table.num_rows)


def _cells(column: pa.ChunkedArray, name: str) -> Cells:
    dtype = column.type
    spelled = str(dtype.value_type if kinds.is_dictionary(dtype) else dtype)
    if kinds.is_dictionary(dtype):
        column = column.cast(dtype.value_type)
        spelled, dtype = f"dictionary:{spelled}", dtype.value_type
    if kinds.is_null(dtype):
        return Cells(np.empty(0, object), np.full(len(column), -1, "int32"), spelled)
    if kinds.is_boolean(dtype):
        words = pc.if_else(column, "True", "False")
        return distinct(_objects(words), spelled)
    if kinds.is_string(dtype) or kinds.is_large_string(dtype) or kinds.is_string_view(dtype):
        return distinct(_objects(column), spelled).without(())
    if kinds.is_integer(dtype):
        return _integers(column, spelled)
    if kinds.is_decimal(dtype):
        return distinct(_objects(column.cast(pa.string())), spelled)
    if kinds.is_floating(dtype):
        return _floats(column, spelled)
    if kinds.is_timestamp(dtype) or kinds.is_date(dtype):
        return _stamps(column, name, spelled)
    raise InputError(
        f"column {name!r}: expected text, numbers, booleans or dates, found {dtype}; flatten or drop it"
    )


def _integers(column: pa.ChunkedArray, spelled: str) -> Cells:
    ends = pc.min_max(column).as_py()
    widest = max(abs(ends["min"] or 0), abs(ends["max"] or 0))
    if widest > LARGEST_INTEGER:
        return distinct(_objects(column.cast(pa.string())), spelled)
    return distinct(column.cast(pa.float64()).to_numpy(), spelled)


def _floats(column: pa.ChunkedArray, spelled: str) -> Cells:
    values = column.to_numpy()
    if values.dtype == np.float64:
        return distinct(values + 0.0, spelled)
    # Through the shortest spelling, so that a float32's 0.1 is .1 and not .10000000149.
    found = distinct(values, spelled)
    return Cells(found.values.astype(str).astype("float64"), found.codes, spelled)


def _stamps(column: pa.ChunkedArray, name: str, spelled: str) -> Cells:
    if kinds.is_timestamp(column.type) and column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(pa.timestamp(column.type.unit))
    try:
        stamps = column.cast(pa.timestamp("ns")).to_numpy()
    except pa.ArrowInvalid:
        raise InputError(
            f"column {name!r}: expected dates from 1678 to 2261, found others; make those cells missing"
        ) from None
    # Dates are learned as float64 days, which hold microseconds.
    return distinct(stamps.astype("datetime64[us]").astype("datetime64[ns]"), spelled)


def _objects(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.to_numpy().astype(object))
