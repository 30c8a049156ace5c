"""Write tables as Parquet between steps, the same bytes for the same rows, and change their columns."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def to_parquet(table: pd.DataFrame) -> bytes:
    """Return a table as compressed Parquet, without pandas' metadata (names of versions, index types)."""
    return arrow_to_parquet(pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None))


def arrow_to_parquet(table: pa.Table) -> bytes:
    """Return a table of Arrow as compressed Parquet, with the metadata that it has."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", row_group_size=1 << 17)
    return buffer.getvalue()


def from_parquet(data: bytes) -> pd.DataFrame:
    """Return the table without an index; text columns come back as ``object`` with ``None`` if a cell is
    missing.
    """
    table: pd.DataFrame = pq.read_table(io.BytesIO(data)).to_pandas(ignore_metadata=True)
    return table


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return a table of Arrow in pandas' types, without an index."""
    found: pd.DataFrame = table.to_pandas()
    return found.reset_index() if any(name is not None for name in found.index.names) else found


def with_columns(table: pd.DataFrame, cells: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table with other cells in some columns, whatever their names: ``assign`` takes no ``self``."""
    changed = table.copy(deep=False)
    for name, values in cells.items():
        changed[name] = values
    return changed
