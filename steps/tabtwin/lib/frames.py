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


def from_parquet(data: bytes, columns: list[str] | None = None) -> pd.DataFrame:
    """Return the table, or some of its columns, without an index; text columns come back as ``object`` with
    ``None`` if a cell is missing.
    """
    read = pq.read_table(io.BytesIO(data)) if columns is None else _some(data, columns)
    table: pd.DataFrame = read.to_pandas(ignore_metadata=True)
    return table


def count_rows(data: bytes) -> int:
    """Return how many rows a Parquet file has."""
    return int(pq.read_metadata(io.BytesIO(data)).num_rows)


def _some(data: bytes, columns: list[str]) -> pa.Table:
    # By pq.read_table, a name with a dot is that of a field within a column.
    return pq.ParquetFile(io.BytesIO(data)).read(columns=columns).select(columns)


class StoredColumns:
    """The columns of a Parquet file, each read when it is asked for."""

    def __init__(self, data: bytes) -> None:
        self._file = pq.ParquetFile(io.BytesIO(data))

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def __getitem__(self, name: str) -> pd.Series:
        """Return a column as :func:`from_parquet` does."""
        cells: pd.Series = self._file.read(columns=[name]).to_pandas(ignore_metadata=True)[name]
        return cells


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
