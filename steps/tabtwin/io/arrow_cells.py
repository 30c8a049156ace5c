"""Turn columns of Arrow's types into cells: texts, numbers, dates, times, durations and periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from tabtwin.schema.kinds.cells import Cells, distinct
from tabtwin.schema.source import unreadable
from tabtwin.schema.spelling import periods
from tabtwin.schema.spelling.numerals import LARGEST_INTEGER

_LAST_YEAR = 9999


def is_text(dtype: pa.DataType) -> bool:
    """Return whether cells of a type are text."""
    return bool(kinds.is_string(dtype) or kinds.is_large_string(dtype) or kinds.is_string_view(dtype))


def is_read_as(field: pa.Field) -> bool:
    """Return whether a column of a type is read."""
    dtype = field.type.value_type if kinds.is_dictionary(field.type) else field.type
    return is_period(dtype) or is_read(dtype)


def is_period(dtype: pa.DataType) -> bool:
    """Return whether a type is pandas' of periods."""
    return isinstance(dtype, pa.BaseExtensionType) and dtype.extension_name == periods.EXTENSION


def is_read(dtype: pa.DataType) -> bool:
    """Return whether cells of a type are text, numbers, booleans, dates or times."""
    numbers = kinds.is_integer(dtype) or kinds.is_floating(dtype) or kinds.is_decimal(dtype)
    times = kinds.is_time(dtype) or kinds.is_duration(dtype)
    dates = kinds.is_timestamp(dtype) or kinds.is_date(dtype) or times
    return bool(is_text(dtype) or numbers or dates or kinds.is_boolean(dtype) or kinds.is_null(dtype))


def by_appearance(values: np.ndarray, codes: np.ndarray, spelled: str) -> Cells:
    """Return a column whose values are in order of appearance, without values that no row holds."""
    places, held = pd.factorize(np.where(codes < 0, len(values), codes))
    (gone,) = np.nonzero(held == len(values))
    if len(gone):
        places = np.where(places == gone[0], -1, places - (places > gone[0]))
        held = np.delete(held, gone)
    return Cells(values[held], places.astype("int32"), spelled)


def typed_cells(column: pa.ChunkedArray, dtype: pa.DataType, spelled: str) -> Cells:
    """Return a column of numbers, booleans, dates or times.

    Args:
        column: The column.
        dtype: The type of its values.
        spelled: The type in the source, as a schema names it.
    """
    if kinds.is_dictionary(column.type):
        column = column.cast(dtype)
    if kinds.is_null(dtype):
        return Cells(np.empty(0, object), np.full(len(column), -1, "int32"), spelled)
    if kinds.is_boolean(dtype):
        return _spelled(pc.if_else(column, "True", "False"), spelled)
    if kinds.is_integer(dtype):
        return _integers(column, spelled)
    if kinds.is_decimal(dtype):
        return _spelled(column.cast(pa.string()), spelled)
    if kinds.is_floating(dtype):
        return _floats(column, spelled)
    if kinds.is_time(dtype):
        return _times(column, spelled)
    if kinds.is_duration(dtype):
        return _durations(column, spelled)
    return _stamps(column, spelled)


def _spelled(column: pa.ChunkedArray, spelled: str) -> Cells:
    """Return a column of short texts, each distinct one made an object once."""
    encoded = column.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return by_appearance(as_objects(encoded.dictionary), codes, spelled)


def _integers(column: pa.ChunkedArray, spelled: str) -> Cells:
    ends = pc.min_max(column).as_py()
    widest = max(abs(ends["min"] or 0), abs(ends["max"] or 0))
    if widest > LARGEST_INTEGER:
        return _spelled(column.cast(pa.string()), spelled)
    return distinct(column.cast(pa.float64()).to_numpy(), spelled)


def _floats(column: pa.ChunkedArray, spelled: str) -> Cells:
    values = column.to_numpy()
    if values.dtype == np.float64:
        return distinct(values + 0.0, spelled)
    # By the shortest spelling, so that a float32's 0.1 is .1 and not .10000000149.
    found = distinct(values, spelled)
    return Cells(found.values.astype(str).astype("float64"), found.codes, spelled)


def _stamps(column: pa.ChunkedArray, spelled: str) -> Cells:
    if kinds.is_timestamp(column.type) and column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(pa.timestamp(column.type.unit))
    try:
        # Dates are learned as float64 days, which hold microseconds.
        stamps = column.cast(pa.timestamp("us"), safe=False).to_numpy()
        years = stamps.astype("datetime64[Y]").astype("int64")[~np.isnat(stamps)] + 1970
    except pa.ArrowInvalid:
        years = np.array([0])
    if ((years < 1) | (years > _LAST_YEAR)).any():
        behind = distinct(column.cast(pa.int64()).cast(pa.float64(), safe=False).to_numpy(), "double")
        return unreadable(len(column), spelled, "dates beyond the years 1 to 9999", behind)
    return distinct(stamps, spelled)


def _times(column: pa.ChunkedArray, spelled: str) -> Cells:
    """Return times of day on the first day of 1900."""
    micros = column.cast(pa.time64("us"), safe=False).cast(pa.int64())
    return distinct(
        np.datetime64("1900-01-01", "us") + pc.cast(micros, pa.duration("us")).to_numpy(), spelled
    )


def _durations(column: pa.ChunkedArray, spelled: str) -> Cells:
    """Return durations as seconds, to a microsecond."""
    micros = column.cast(pa.duration("us"), safe=False).to_numpy()
    return distinct(np.where(np.isnat(micros), np.nan, micros.astype("int64") / 1e6), spelled)


def period_cells(column: pa.ChunkedArray, dtype: pa.BaseExtensionType) -> Cells:
    """Read pandas' periods as the dates on which they begin."""
    spelled = str(dtype.to_pandas_dtype())
    storage = pa.chunked_array([part.storage for part in column.chunks], pa.int64())
    codes, ordinals = pd.factorize(storage.to_pandas(integer_object_nulls=True).to_numpy(object))
    behind = Cells(np.array(list(map(str, ordinals)), dtype=object), codes.astype("int32"))
    if not periods.is_period(spelled):
        return unreadable(len(column), spelled, spelled, behind)
    try:
        starts = periods.beginnings(ordinals.astype("int64"), spelled)
    except (ValueError, OverflowError):
        return unreadable(len(column), spelled, "periods beyond 1678 to 2261", behind)
    return Cells(starts, codes.astype("int32"), spelled)


def as_objects(values: pa.Array) -> np.ndarray:
    """Return texts as objects (values,)."""
    return np.asarray(values.to_numpy(zero_copy_only=False).astype(object))
