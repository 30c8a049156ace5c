"""A table's bytes, CSV or Parquet, as columns: what can be known before any typing."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from tabtwin.lib.errors import InputError
from tabtwin.tables.cells import Cells, Source
from tabtwin.tables.parquet import read_parquet

RESERVED = "tabtwin:"
"""How columns that tabtwin adds begin."""

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_RECORDS = 200
_HEAD = 1 << 20  # signs that hold the header and the first records


def read_source(data: bytes, filename: str) -> Source:
    """A table from the bytes of a CSV file (also gzipped) or a Parquet file, told apart by their first bytes.

    Args:
        data: The file.
        filename: How errors name it.

    Raises:
        InputError: if it is neither, is ragged or not UTF-8, or its columns have no name each of their own.
    """
    if data[:2] == b"\x1f\x8b":
        data = _unzip(data, filename)
    if data[:4] == b"PAR1":
        source = read_parquet(data, filename)
        check_names(list(source.columns), filename)
        return source
    return _read_csv(_decode(data, filename), filename)


def check_names(names: list[str], filename: str) -> None:
    """Refuse columns without a name, with another's name, or with a name that tabtwin uses itself."""
    for position, name in enumerate(names, start=1):
        if not name.strip():
            raise InputError(f"{filename}: column {position} has no name; give every column one in line 1")
        if name.startswith(RESERVED):
            raise InputError(
                f"{filename}: column {name!r} begins with {RESERVED!r}, which is ours; rename it"
            )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{filename}: {names.count(twice)} columns are named {twice!r}; rename all but one")


def _unzip(data: bytes, filename: str) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        raise InputError(
            f"{filename}: expected a gzip file, found a damaged one; compress it again"
        ) from None


def _decode(data: bytes, filename: str) -> str:
    if b"\0" in data[:65536]:
        raise InputError(
            f"{filename}: expected CSV in UTF-8 or Parquet, found another format; export it as one of these"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{filename}: expected UTF-8, found other bytes in line {line}; "
            "save it as UTF-8 (iconv -f latin1 -t utf-8)"
        ) from None


def _read_csv(text: str, filename: str) -> Source:
    delimiter = _sniff(text)
    names = next(csv.reader(io.StringIO(text[:_HEAD]), delimiter=delimiter), [])
    if not names:
        raise InputError(f"{filename}: expected column names in line 1, found an empty line")
    check_names(names, filename)
    convert = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
    )
    parse = pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    # A block must hold the longest record; the default is one MiB.
    read = pa_csv.ReadOptions(block_size=64 << 20, use_threads=False)
    try:
        table = pa_csv.read_csv(io.BytesIO(text.encode()), read, parse, convert)
    except pa.ArrowInvalid:
        raise _ragged(text, delimiter, len(names), filename) from None
    return Source({name: _encoded(table.column(name)) for name in names}, table.num_rows)


def _encoded(column: pa.ChunkedArray) -> Cells:
    found = column.combine_chunks().dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    values = found.dictionary.to_numpy(zero_copy_only=False).astype(object)
    codes = found.indices.to_numpy(zero_copy_only=False).astype("int32")
    return Cells(values, codes).without(())


def _sniff(text: str) -> str:
    """The delimiter by which most of the first records have as many cells as the header, and most of them."""
    head = text[:_HEAD].rpartition("\n")[0] if len(text) > _HEAD else text

    def score(delimiter: str) -> tuple[float, int]:
        try:
            records = list(islice(csv.reader(io.StringIO(head), delimiter=delimiter), _SNIFFED_RECORDS))
        except csv.Error:
            return 0.0, 0
        widths = np.array([len(record) for record in records if record])
        if not len(widths) or widths[0] < 2:
            return 0.0, 0
        return float(np.mean(widths == widths[0])), int(widths[0])

    best = max(_DELIMITERS, key=score)
    return best if score(best)[1] else ","


def _ragged(text: str, delimiter: str, width: int, filename: str) -> InputError:
    """The error for a CSV that does not parse, naming the first line that is to blame."""
    csv.field_size_limit(1 << 30)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            if record and len(record) != width:
                return InputError(
                    f"{filename}: expected {width} cells in line {reader.line_num}, as in the header, "
                    f"found {len(record)}; correct that line (a cell with a delimiter in it needs quotes)"
                )
    except csv.Error:
        pass
    return InputError(
        f"{filename}: expected CSV, found a quote in or before line {reader.line_num} that nothing closes; "
        "correct that line"
    )
