"""Write tables as Parquet between steps: the same bytes for the same rows."""

from __future__ import annotations

import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def to_parquet(table: pd.DataFrame) -> bytes:
    """Return a table as compressed Parquet, without pandas' metadata (names of versions, index types)."""
    buffer = io.BytesIO()
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, buffer, compression="zstd", row_group_size=1 << 17)
    return buffer.getvalue()


def from_parquet(data: bytes) -> pd.DataFrame:
    """Return the table; text columns come back as ``object`` with ``None`` if a cell is missing."""
    table: pd.DataFrame = pq.read_table(io.BytesIO(data)).to_pandas()
    return table
