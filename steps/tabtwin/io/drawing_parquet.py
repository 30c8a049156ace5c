"""Draw rows of a Parquet file while all of them are counted, batch by batch."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

from tabtwin.io.arrow_cells import is_period, is_read, is_text, period_cells, typed_cells
from tabtwin.io.drawing import Drawing
from tabtwin.io.row_sums import RowSums
from tabtwin.lib import memory
from tabtwin.lib.blob import Blob, Held
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.source import LONGEST_CELL


@dataclass(frozen=True)
class Drawn:
    """The rows of a Parquet file that may be drawn.

    Attributes:
        file: A Parquet file of them, without the columns below.
        longest: The columns whose cells are too long to be read, with the length of the longest in bytes.
    """

    file: Blob
    longest: Mapping[str, int]


def draw_parquet(
    stored: pq.ParquetFile,
    schema: pa.Schema,
    longest: Mapping[str, int],
    called: Sequence[str],
    drawing: Drawing,
    filename: str,
    *,
    batch: int,
) -> Drawn:
    """Draw rows of a Parquet file, and end it for ``drawing``.

    Args:
        stored: The file, which reads texts as dictionaries where it can.
        schema: Its columns, of their own types.
        longest: The columns that are too long to be read, as far as the file's metadata tell.
        called: What its columns are called in the table.
        drawing: What decides which rows are drawn.
        filename: The file's name in errors.
        batch: How many rows to read at once.

    Raises:
        InputError: if the rows do not fit into memory.
    """
    names = dict(zip(schema.names, called, strict=True))
    gone, sums = dict(longest), RowSums()
    parts: list[pa.RecordBatch] = []
    held = 0
    drawing.begin_file()
    wanted = [name for name in names if name not in gone]
    for block in stored.iter_batches(batch, columns=wanted, use_threads=False):
        sizes = {name: max(_longest(block[name]), gone.get(name, 0)) for name in wanted}
        gone |= {name: size for name, size in sizes.items() if size > LONGEST_CELL}
        read = {name: block[name] for name in wanted if name not in gone}
        sums.add({names[name]: _cells(column) for name, column in read.items()}, block.num_rows)
        subjects = drawing.subjects({names[name]: column for name, column in read.items()})
        parts.append(_some(read, drawing.offer(block.num_rows, subjects), schema))
        stay = drawing.thin()
        if stay is not None:
            parts = _thinned(parts, stay, schema)
            held = sum(part.nbytes for part in parts[:-1])
        held += parts[-1].nbytes
        memory.check_fits(held, filename)
    if gone.keys() != longest.keys():
        # What cannot be read counts as missing, and was summed up to its first cell that is too long.
        return draw_parquet(stored, schema, gone, called, drawing, filename, batch=batch)
    drawing.end_file(sums)
    return Drawn(_written(schema, parts, gone), gone)


def _thinned(parts: Sequence[pa.RecordBatch], stay: np.ndarray, schema: pa.Schema) -> list[pa.RecordBatch]:
    """Return the rows of some parts that stay, bool (rows of all,)."""
    ends = np.cumsum([part.num_rows for part in parts])[:-1]
    return [
        _some({name: part[name] for name in part.schema.names}, some, schema)
        for part, some in zip(parts, np.split(stay, ends), strict=True)
    ]


def _some(columns: Mapping[str, pa.Array], stay: np.ndarray, schema: pa.Schema) -> pa.RecordBatch:
    """Return some rows; of texts, only the values that they hold, but of categories all levels."""
    found = {name: column.filter(pa.array(stay)) for name, column in columns.items()}
    for name, cells in found.items():
        if is_text(schema.field(name).type):
            texts = cells.dictionary_decode() if kinds.is_dictionary(cells.type) else cells
            found[name] = texts.dictionary_encode()
    return pa.RecordBatch.from_pydict(found)


def _longest(column: pa.Array) -> int:
    """Return the length of a column's longest text in bytes; 0 for other types."""
    texts = column.dictionary if kinds.is_dictionary(column.type) else column
    return int(pc.max(pc.binary_length(texts)).as_py() or 0) if is_text(texts.type) else 0


def _cells(column: pa.Array) -> pa.Array | Cells:
    """Return a column for sums: texts as they are, other types as cells; what is not read is missing."""
    dtype = column.type.value_type if kinds.is_dictionary(column.type) else column.type
    if is_text(dtype):
        return column
    whole = pa.chunked_array([column])
    if is_period(dtype):
        return period_cells(whole, column.type)
    if is_read(dtype):
        return typed_cells(whole, dtype, "")
    return pa.nulls(len(column), pa.string())


def _written(schema: pa.Schema, parts: Sequence[pa.RecordBatch], gone: Mapping[str, int]) -> Blob:
    """Return rows as a Parquet file of the source's types and metadata."""
    fields = [field for field in schema if field.name not in gone]
    columns = [
        pa.chunked_array([part[field.name].cast(field.type) for part in parts], field.type)
        for field in fields
    ]
    buffer = io.BytesIO()
    whole = pa.schema(fields, schema.metadata)
    pq.write_table(pa.Table.from_arrays(columns, schema=whole).unify_dictionaries(), buffer)
    return Held(buffer.getvalue())
