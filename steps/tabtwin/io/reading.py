"""Read a table, CSV or Parquet, as columns that are not typed yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tabtwin.io.drawing import Draw, Drawing
from tabtwin.io.file_types import refuse_others
from tabtwin.io.from_pandas import from_pandas as from_pandas
from tabtwin.io.gunzip import unpack
from tabtwin.io.header import Header
from tabtwin.io.headings import refuse_row
from tabtwin.io.headless import with_row
from tabtwin.io.names import check_names
from tabtwin.io.reading_csv import read_csv
from tabtwin.io.reading_parquet import read_parquet
from tabtwin.io.text import read_text
from tabtwin.lib.blob import Blob, as_blob
from tabtwin.lib.errors import InputError
from tabtwin.lib.listing import spell_columns
from tabtwin.schema.source import Source
from tabtwin.schema.spelling.finding_number_style import Hint, find_style, surely


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


def read_file(
    data: bytes | Blob, filename: str, header: Header = "auto", drawing: Drawing | None = None
) -> Source:
    """Read a table's cells as they are in a CSV (also gzipped) or a Parquet file, recognized by its first
    bytes.

    Args:
        data: The file.
        filename: Its name in errors.
        header: Whether its first line, or Parquet's names, are names; otherwise they are a row.
        drawing: What decides which rows are drawn; all by default.

    Raises:
        InputError: if it is neither, is ragged or not UTF-8, or its columns do not have different names.
    """
    blob = as_blob(data)
    drawing = drawing or Drawing(Draw())
    if blob.head(2) == b"\x1f\x8b":
        blob = unpack(blob, filename)
    if blob.head(4) != b"PAR1":
        refuse_others(blob, filename)
        return read_csv(read_text(blob, filename), filename, header, drawing)
    source = read_parquet(blob, filename, drawing, unnamed=header == "no")
    if header == "no":
        return _below_names(source, filename, drawing)
    if header == "auto":
        refuse_row(list(source.columns), list(source.columns.values()), filename, stored=True)
    check_names(list(source.columns), filename)
    return source


def _below_names(source: Source, filename: str, drawing: Drawing) -> Source:
    """Return a table with its names as its first row."""
    found, sums = with_row(source, filename), drawing.sums[-1]
    if found.rows > source.rows:
        if sums is not None:
            first = {name: replace(cells, codes=cells.codes[:1]) for name, cells in found.columns.items()}
            sums.add(first, 1)
        drawing.add_first()
    return found


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
