"""Read a CSV a block at a time, as columns of text that are not typed yet."""

from __future__ import annotations

import csv

import pyarrow as pa
import pyarrow.csv as pa_csv

from tabtwin.io.csv_errors import ragged, refuse_header_again, refuse_unclosed
from tabtwin.io.delimiter import HEAD, find_delimiter, lines
from tabtwin.io.drawing import Drawing
from tabtwin.io.file_types import refuse_other_delimiter, refuse_too_many
from tabtwin.io.header import Header
from tabtwin.io.headings import check_header, refuse_row
from tabtwin.io.headless import numbered
from tabtwin.io.kept_rows import KeptRows
from tabtwin.io.names import check_names
from tabtwin.io.quoting import find_quoting
from tabtwin.io.text import Text
from tabtwin.lib.errors import InputError
from tabtwin.schema.source import Source

ROW_NAMES = "Unnamed: 0"
"""Pandas' name of a first column without one."""

_BLOCKS = (1 << 20, 64 << 20)
"""The bytes of a block: it must hold the longest record, which is rarely long."""
_STRADDLES = "straddling"
"""What Arrow says of a record that is longer than a block."""


def read_csv(text: Text, filename: str, header: Header, drawing: Drawing) -> Source:
    """Read the rows of a CSV that may be drawn.

    Args:
        text: The file.
        filename: Its name in errors.
        header: Whether its first line holds names.
        drawing: What decides which rows are drawn.

    Raises:
        InputError: if it is ragged, has a quote that is not closed, or its columns do not have different
            names, whether or not such rows are drawn.
    """
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
    kept = KeptRows(names, drawing, filename, headed=headed)
    _read_blocks(text, delimiter, kept)
    cells = kept.finish()
    if headed and header == "auto":
        refuse_header_again(names, cells, filename, kept.header_again)
        refuse_row(names, cells, filename)
    check_names(names, filename)
    head = beginning if headed else delimiter.join(own) + "\n" + beginning
    quoting = find_quoting(head, delimiter, names)._replace(unnamed=headed and names != first)
    columns = dict(zip(names, cells, strict=True))
    return Source(columns, drawing.held_of_file, delimiter, text.encoding, quoting)


def _read_blocks(text: Text, delimiter: str, kept: KeptRows) -> None:
    """Give the rows below the header to ``kept``, block by block."""
    for size in _BLOCKS:
        try:
            _read_in(size, text, delimiter, kept)
            if kept.has_summed_too_much():
                kept.restart()
                _read_in(size, text, delimiter, kept)
            break
        except pa.ArrowInvalid as error:
            if _STRADDLES not in str(error) or size == _BLOCKS[-1]:
                raise ragged(text, delimiter, len(kept.names), kept.filename, headed=kept.headed) from None
            kept.restart()
    refuse_unclosed(text, delimiter, kept.filename)


def _read_in(size: int, text: Text, delimiter: str, kept: KeptRows) -> None:
    names = numbered(len(kept.names))
    convert = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
    )
    # In a table of one column, an empty line is a row whose cell is missing.
    parse = pa_csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=len(names) > 1
    )
    # With threads, Arrow would read dozens of blocks ahead.
    read = pa_csv.ReadOptions(
        block_size=size, use_threads=False, column_names=names, skip_rows_after_names=int(kept.headed)
    )
    for block in pa_csv.open_csv(text.utf8(), read, parse, convert):
        kept.add(block)


def _with_row_names(names: list[str]) -> list[str]:
    """Return the columns' names; the first of several may lack one, as in R's and pandas' row names."""
    if len(names) > 1 and not names[0].strip() and ROW_NAMES not in names:
        return [ROW_NAMES, *names[1:]]
    return names
