"""Read a table's bytes, CSV or Parquet, as columns that are not typed yet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from tabtwin.io.csv_errors import ragged, refuse_header_again, refuse_unclosed
from tabtwin.io.delimiter import HEAD, find_delimiter, lines
from tabtwin.io.file_types import refuse_other_delimiter, refuse_others, refuse_too_many, twice
from tabtwin.io.from_pandas import from_pandas as from_pandas
from tabtwin.io.gunzip import unpack
from tabtwin.io.header import Header
from tabtwin.io.headings import check_header, refuse_row
from tabtwin.io.headless import numbered, refuse_no_row, with_row
from tabtwin.io.quoting import find_quoting
from tabtwin.io.reading_parquet import read_parquet
from tabtwin.io.text import Text, read_text
from tabtwin.lib import memory
from tabtwin.lib.blob import Blob, as_blob
from tabtwin.lib.errors import InputError
from tabtwin.lib.listing import spell_columns
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.source import LONGEST_CELL, Source, too_long
from tabtwin.schema.spelling.finding_number_style import Hint, find_style, surely

RESERVED = "tabtwin:"
"""The prefix of columns that tabtwin adds."""

ROW_NAMES = "Unnamed: 0"
"""Pandas' name of a first column without one."""


def read_source(
    data: bytes | Blob, filename: str, header: Header = "auto", without: Iterable[str] = ()
) -> Source:
    """Read a table from a file, without some columns; see :func:`read_file`.

    Raises:
        InputError: as in :func:`read_file`, or if a remaining column cannot be read.
    """
    source = plainly(read_file(data, filename, header)).without(without)
    if found := unread(source):
        raise InputError(f"{filename}: {spell_unread(found)}")
    return source


def plainly(source: Source) -> Source:
    """Return a table with its numbers as plain ones: without affixes and thousands' marks, with points.

    Which mark is a decimal one may follow from the other columns. With commas between cells, a quoted 1,5
    may also be a list.
    """
    texts = {name: cells for name, cells in source.columns.items() if cells.is_text and not cells.fault}
    listed = source.delimiter == ","
    found = {name: find_style(cells.values, cells.counts, "", listed=listed) for name, cells in texts.items()}
    signs: set[Hint] = {surely(cells.values) for name, cells in texts.items() if found[name] is None} | {
        "comma" if style.style.comma or style.style.thousands == "." else "point"
        for style in found.values()
        if style is not None and style.sure and (style.style.comma or style.style.thousands in {".", ","})
    }
    hint: Hint = "" if len(signs - {""}) != 1 else (signs - {""}).pop()
    columns = dict(source.columns)
    for name, cells in texts.items():
        style = found[name]
        if hint and (style is None or not style.sure):
            style = find_style(cells.values, cells.counts, hint, listed=listed)
        if style is not None:
            columns[name] = cells.plainly(style.style, style.why)
    return replace(source, columns=columns)


def read_file(data: bytes | Blob, filename: str, header: Header = "auto") -> Source:
    """Read a table's cells as they are in a CSV (also gzipped) or a Parquet file, recognized by its first
    bytes.

    Args:
        data: The file.
        filename: Its name in errors.
        header: Whether its first line, or Parquet's names, are names; otherwise they are a row.

    Raises:
        InputError: if it is neither, is ragged or not UTF-8, or its columns do not have different names.
    """
    blob = as_blob(data)
    if blob.head(2) == b"\x1f\x8b":
        blob = unpack(blob, filename)
    if blob.head(4) == b"PAR1":
        source = read_parquet(blob, filename)
        if header == "no":
            return with_row(source, filename)
        if header == "auto":
            refuse_row(list(source.columns), list(source.columns.values()), filename, stored=True)
        check_names(list(source.columns), filename)
        return source
    refuse_others(blob, filename)
    memory.check_fits(blob.size, filename)
    return _read_csv(read_text(blob, filename), filename, header)


def unread(source: Source) -> dict[str, str]:
    """Return the columns that cannot be read, and what they hold."""
    return {name: cells.fault for name, cells in source.columns.items() if cells.fault}


def spell_unread(found: Mapping[str, str]) -> str:
    """Return one line on columns that cannot be read, and what to do with them."""
    held = ", ".join(f"{fault} in {name!r}" for name, fault in found.items())
    return (
        f"expected text, numbers, booleans or dates in each column, found {held}; "
        f"flatten or drop {'it' if len(found) == 1 else 'them'} (--drop {spell_columns(found)}), or if "
        "one identifies the subjects of rows, make it text, and name it in --entity"
    )


def check_names(names: list[str], filename: str) -> None:
    """Refuse columns without a name, with another's name, or with a name that tabtwin uses itself."""
    for position, name in enumerate(names, start=1):
        if not name.strip():
            raise InputError(
                f"{filename}: expected a name for every column, found none for column {position}; "
                "give it one in line 1"
            )
        if name.startswith(RESERVED):
            raise InputError(
                f"{filename}: expected names that do not begin with {RESERVED!r}, which is reserved, "
                f"found {name!r}; rename it"
            )
    if found := twice(names):
        raise InputError(
            f"{filename}: expected different names, found {found[1]} columns named {found[0]!r}; "
            "rename all but one"
        )


def _read_csv(text: Text, filename: str, header: Header) -> Source:
    delimiter, beginning = find_delimiter(text.head), text.head[:HEAD]
    try:
        first = next(csv.reader(lines(beginning), delimiter=delimiter), [])
    except csv.Error:
        raise InputError(
            f"{filename}: expected column names in line 1, found an endless line; close its quotes"
        ) from None
    if not first:
        raise InputError(f"{filename}: expected column names in line 1, found an empty line; remove it")
    own = numbered(len(first))
    headed = header != "no" or first == own
    names = _with_row_names(first) if headed else own
    refuse_too_many(names, filename)
    if len(names) == 1:
        refuse_other_delimiter(beginning, filename)
    if headed and header == "auto":
        check_header(names, filename)
    cells = _columns(text, delimiter, len(names), filename, headed=headed)
    if not headed:
        refuse_no_row(cells, filename)
    elif header == "auto":
        refuse_header_again(names, cells, filename)
        refuse_row(names, cells, filename)
    check_names(names, filename)
    head = beginning if headed else delimiter.join(own) + "\n" + beginning
    quoting = find_quoting(head, delimiter, names)._replace(unnamed=headed and names != first)
    columns = dict(zip(names, cells, strict=True))
    return Source(columns, len(cells[0].codes), delimiter, text.encoding, quoting)


def _columns(text: Text, delimiter: str, width: int, filename: str, *, headed: bool) -> list[Cells]:
    """Return the cells below the header, by column."""
    names = numbered(width)
    convert = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
    )
    # In a table of one column, an empty line is a row whose cell is missing.
    parse = pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=width > 1)
    # A block must hold the longest record; the default is one MiB.
    read = pa_csv.ReadOptions(
        block_size=64 << 20, use_threads=False, column_names=names, skip_rows_after_names=int(headed)
    )
    try:
        table = pa_csv.read_csv(text.utf8(), read, parse, convert)
    except pa.ArrowInvalid:
        raise ragged(text, delimiter, width, filename, headed=headed) from None
    refuse_unclosed(text, delimiter, filename)
    return [_encoded(cells) for cells in table.columns]


def _with_row_names(names: list[str]) -> list[str]:
    """Return the columns' names; the first of several may lack one, as in R's and pandas' row names."""
    if len(names) > 1 and not names[0].strip() and ROW_NAMES not in names:
        return [ROW_NAMES, *names[1:]]
    return names


def _encoded(column: pa.ChunkedArray) -> Cells:
    longest = pc.max(pc.binary_length(column)).as_py() or 0
    if longest > LONGEST_CELL:
        return too_long(longest, len(column))
    found = column.combine_chunks().dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    values = found.dictionary.to_numpy(zero_copy_only=False).astype(object)
    codes = found.indices.to_numpy(zero_copy_only=False).astype("int32")
    return Cells(values, codes).without(())
