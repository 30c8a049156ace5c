"""Read Parquet of any origin as columns of text, numbers or dates, whatever the types on disk.

A column of equal cells is tiny on disk, and may exceed memory once each cell is expanded: texts are read as
their distinct values, and cells that are longer than any table needs are not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

from tabtwin.io.arrow_cells import (
    as_objects,
    by_appearance,
    is_period,
    is_read,
    is_text,
    period_cells,
    typed_cells,
)
from tabtwin.io.drawing import Drawing
from tabtwin.io.drawing_parquet import draw_parquet
from tabtwin.io.file_types import refuse_too_many, twice
from tabtwin.io.headless import numbered
from tabtwin.lib import memory
from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import InputError
from tabtwin.schema.entities import entity_columns
from tabtwin.schema.kinds.cells import Cells, Stored
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.kinds.registry import is_label, of
from tabtwin.schema.pandas_types import read_frame
from tabtwin.schema.source import LONGEST_CELL, Source, is_small, too_long, unreadable

_CELL = 4
"""The fewest bytes that a cell takes once it is read."""

_BUILT = {"DELTA_BYTE_ARRAY"}
"""Encodings that build a cell from the one before: a chunk's size says nothing of its cells' sizes."""
_FEW_ROWS, _MANY_ROWS = 64, 16_384
"""How many rows are read at once, of such encodings and of others."""
MOST_LEVELS = 1_000
"""A categorical type that lists more values is read as text that is stored once a value."""
_LONGEST_ID = 64
"""The longest cell of fixed length, in bytes, that may name a subject."""


def read_parquet(blob: Blob, filename: str, drawing: Drawing, *, unnamed: bool = False) -> Source:
    """Read the rows of a Parquet file that may be drawn; a column that cannot be read has a fault instead of
    values.

    Args:
        blob: The file.
        filename: Its name in errors.
        drawing: What decides which rows are drawn.
        unnamed: Whether its names are a row, so that columns are called by their numbers.

    Raises:
        InputError: if it is damaged, or larger than memory.
    """
    try:
        file = _opened(blob)
        fields = list(file.stored.schema_arrow)
        names = [field.name for field in fields]
        refuse_too_many(names, filename)
        if found := twice(names):
            # Not quoted: they may be a row's cells, which has not been checked yet.
            raise InputError(
                f"{filename}: expected different names, found {found[1]} columns of one name; "
                "rename all but one"
            )
        frame, types = read_frame(file.stored.schema_arrow)
        file, longest = _drawn(file, numbered(len(names)) if unnamed else names, drawing, filename)
        rows = drawing.held_of_file
        columns = {
            field.name: too_long(longest[field.name], rows, str(field.type))
            if field.name in longest
            else _typed(_column(file.stored, file.apart, field), field.name, types.get(field.name, ""))
            for field in fields
        }
    except (pa.ArrowException, OSError):
        raise InputError(f"{filename}: expected Parquet, found a damaged file; write it again") from None
    return Source(columns, rows, frame=frame)


class _Opened(NamedTuple):
    """A Parquet file, opened twice: as it is, and with texts as dictionaries where their sizes are known."""

    stored: pq.ParquetFile
    apart: pq.ParquetFile
    built: bool


def _opened(blob: Blob) -> _Opened:
    """Open a Parquet file; ``built`` is whether it has texts whose sizes are not known."""
    stored = pq.ParquetFile(blob.open())
    texts = [field.name for field in stored.schema_arrow if is_text(field.type)]
    coded = [name for name in texts if not _is_built(_chunks(stored.metadata, name))]
    return _Opened(stored, pq.ParquetFile(blob.open(), read_dictionary=coded), len(coded) < len(texts))


def _drawn(
    file: _Opened, called: Sequence[str], drawing: Drawing, filename: str
) -> tuple[_Opened, Mapping[str, int]]:
    """Return a file of the rows that may be drawn; and the columns that it lacks, since their cells are too
    long, with the length of the longest.
    """
    stored, metadata = file.stored, file.stored.metadata
    rows = metadata.num_rows
    if is_small(rows, len(called)) or drawing.read + rows <= drawing.draw.most:
        memory.check_fits(_size(metadata), filename)
        named = {
            name: stored.read(columns=[field.name], use_pandas_metadata=False).column(0).combine_chunks()
            for name, field in zip(called, stored.schema_arrow, strict=True)
            if name in entity_columns(drawing.draw.entity, called)
        }
        drawing.begin_file()
        drawing.offer(rows, drawing.subjects(named), all_stay=True)
        drawing.end_file(None)
        return file, {}
    texts = [field.name for field in stored.schema_arrow if is_text(field.type)]
    means = {name: int(_mean(_chunks(metadata, name))) for name in texts}
    longest = {name: size for name, size in means.items() if size > 2 * LONGEST_CELL}
    batch = _FEW_ROWS if file.built else _MANY_ROWS
    found = draw_parquet(file.apart, stored.schema_arrow, longest, called, drawing, filename, batch=batch)
    return _opened(found.file), found.longest


def _mean(chunks: Iterable[pq.ColumnChunkMetaData]) -> float:
    """Return the size of a mean cell in bytes, in the chunk where that is greatest."""
    return max((chunk.total_uncompressed_size / max(chunk.num_values, 1) for chunk in chunks), default=0)


def _typed(cells: Cells, name: str, dtype: str) -> Cells:
    """Return a column with pandas' name of its type, and empty texts apart from missing cells."""
    cells = replace(cells, stored=replace(cells.stored, pandas=dtype))
    if not cells.is_text or cells.fault:
        return cells
    return replace(cells, keeps_empty=True) if _keeps_empty(name, cells) else cells.without(())


def _keeps_empty(name: str, cells: Cells) -> bool:
    """Return whether the empty text is one of a column's values, and not a number or date that is missing."""
    if not (cells.values == "").any():
        return False
    rest = cells.without(())
    if not len(rest.values):
        return True
    try:
        found = guess(name, replace(rest, codes=rest.codes[rest.codes >= 0]))
    except InputError:
        return False
    return is_label(found) or of(found).is_carried


def _size(metadata: pq.FileMetaData) -> int:
    """Return the fewest bytes that a table takes: by its row groups, and by its cells."""
    groups = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    return int(max(groups, metadata.num_rows * metadata.num_columns * _CELL))


def _column(stored: pq.ParquetFile, apart: pq.ParquetFile, field: pa.Field) -> Cells:
    """Read a column; text by its distinct values."""
    name, rows = field.name, stored.metadata.num_rows
    dtype = field.type.value_type if kinds.is_dictionary(field.type) else field.type
    spelled = f"dictionary:{dtype}" if kinds.is_dictionary(field.type) else str(dtype)
    if is_period(dtype):
        return period_cells(stored.read(columns=[name], use_pandas_metadata=False).column(name), field.type)
    if not is_read(dtype):
        return unreadable(rows, spelled, str(dtype), _behind(stored, apart, field))
    chunks = _chunks(stored.metadata, name)
    if is_text(dtype):
        ordered = kinds.is_dictionary(field.type) and field.type.ordered
        found = _texts(apart, name, chunks, rows, spelled, ordered=ordered)
        has_zero = any("\0" in text for text in found.values)  # pandas would take what follows for no text
        return unreadable(rows, spelled, "cells with a zero byte") if has_zero else found
    column = stored.read(columns=[name], use_pandas_metadata=False).column(name)
    return typed_cells(column, dtype, spelled)


def _behind(stored: pq.ParquetFile, apart: pq.ParquetFile, field: pa.Field) -> Cells | None:
    """Return as text what rows of an unreadable column of bytes share; otherwise
    ``None``.
    """
    name, dtype, rows = field.name, field.type, stored.metadata.num_rows
    dtype = dtype.storage_type if isinstance(dtype, pa.BaseExtensionType) else dtype
    short = kinds.is_fixed_size_binary(dtype) and dtype.byte_width <= _LONGEST_ID
    if short or kinds.is_binary(dtype) or kinds.is_large_binary(dtype):
        found = _texts(apart, name, _chunks(stored.metadata, name), rows, "")
    else:
        return None
    if found.fault or len(found.values) < 2:
        return None
    return Cells(np.array([bytes(value).hex() for value in found.values], dtype=object), found.codes)


def _chunks(metadata: pq.FileMetaData, name: str) -> list[pq.ColumnChunkMetaData]:
    """Return the metadata of a flat column in each of the row groups."""
    groups = [metadata.row_group(at) for at in range(metadata.num_row_groups)]
    chunks = [group.column(at) for group in groups for at in range(group.num_columns)]
    return [chunk for chunk in chunks if chunk.path_in_schema == name]


def _is_built(chunks: Iterable[pq.ColumnChunkMetaData]) -> bool:
    return any(_BUILT & set(chunk.encodings) for chunk in chunks)


def _texts(
    apart: pq.ParquetFile,
    name: str,
    chunks: Sequence[pq.ColumnChunkMetaData],
    rows: int,
    spelled: str,
    *,
    ordered: bool = False,
) -> Cells:
    """Read a column of text by its distinct values, unless its cells are too long."""
    mean = _mean(chunks)
    if mean > 2 * LONGEST_CELL:
        return too_long(int(mean), rows, spelled)
    parts: list[pa.Array] = []
    at_once = _FEW_ROWS if _is_built(chunks) else max(rows, 1)
    for batch in apart.iter_batches(at_once, columns=[name], use_threads=False):
        part = batch.column(batch.schema.get_field_index(name))
        part = part.storage if isinstance(part, pa.ExtensionArray) else part
        part = part if kinds.is_dictionary(part.type) else part.dictionary_encode()
        longest = pc.max(pc.binary_length(part.dictionary)).as_py() or 0
        if longest > LONGEST_CELL:
            return too_long(longest, rows, spelled)
        parts.append(part)
    if not parts:
        return Cells(np.empty(0, object), np.empty(0, "int32"), spelled)
    whole = pa.chunked_array(parts).unify_dictionaries()
    values = as_objects(whole.chunk(0).dictionary)
    indices = [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in whole.chunks]
    found = by_appearance(values, np.concatenate(indices), spelled)
    is_listed = spelled.startswith("dictionary:") and len(values) <= MOST_LEVELS
    levels = tuple(map(str, values)) if is_listed else ()
    return replace(found, stored=Stored(levels=levels, ordered=ordered))
