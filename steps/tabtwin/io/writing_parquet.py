"""Give a twin the source's types in Arrow and Parquet, with what pandas says of them."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import pyarrow as pa

from tabtwin.io.writing import as_text
from tabtwin.schema.arrow_types import arrow_type
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.levels import to_levels
from tabtwin.schema.pandas_types import KEY, metadata
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.spelling import periods


def to_arrow(
    table: pd.DataFrame, schema: Schema, *, texts: Collection[str] = (), rows: int | None = None
) -> pa.Table:
    """Return an exported table in the source's types, with pandas' metadata if the source has them.

    A column becomes text if its type cannot hold the token of value protection.

    Args:
        table: The twin, or a part of it.
        schema: Its schema.
        texts: Columns that become text in any case: of the same twin, another part's did.
        rows: The rows of the whole twin, for the metadata, so that all parts have the same.
    """
    names = [column.name for column in schema.columns]
    arrays = [
        _text(table[column.name], column) if column.name in texts else _arrow(table[column.name], column)
        for column in schema.columns
    ]
    typed = pa.Table.from_arrays(arrays, names=names)
    if schema.frame is None:
        return typed
    kept = {
        column.name: column.pandas
        for column, cells in zip(schema.columns, arrays, strict=True)
        if cells.type == arrow_type(column.dtype)
    }
    return typed.replace_schema_metadata({KEY: metadata(typed, schema.frame, kept, names, rows)})


def _arrow(cells: pd.Series, column: Column) -> pa.Array:
    wanted = arrow_type(column.dtype)
    try:
        if periods.is_period(column.dtype):
            return periods.to_arrow(as_text(cells, column), column.dtype)
        if column.categories and pa.types.is_dictionary(wanted):
            return to_levels(as_text(cells, column), column, wanted)
        return of(column).to_arrow(cells, column, wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError):
        # The source's type may be unable to hold a token, or cells that the user declared to be text.
        return _text(cells, column)


def _text(cells: pd.Series, column: Column) -> pa.Array:
    return pa.array(as_text(cells, column), pa.string())
