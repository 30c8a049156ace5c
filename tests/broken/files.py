"""Files in which there is next to nothing, too much, or another thing than a table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pandas as pd

from .table import ROWS, Broken, csv, sound

_NOTHING = "expected a column to learn, found only keys, constants and empty ones"


def little() -> Iterator[Broken]:
    """Tables of few rows, of one value, and of too many columns."""
    table = sound()
    yield Broken("an empty file", b"", "found an empty file")
    yield Broken("blanks alone", b" \n \n", "found an empty file")
    for rows in (0, 1, 30, 99):
        yield Broken(f"{rows} rows", csv(table[:rows]), f"expected at least 100 rows, found {rows};")
    yield Broken("all rows equal", csv(table.iloc[[0] * ROWS]), _NOTHING)
    yield Broken("all cells missing", b"a,b\n" + b",\n" * ROWS, _NOTHING)
    yield Broken("a key alone", csv(pd.DataFrame({"id": range(ROWS)})), _NOTHING)
    yield Broken("two rows, many times", csv(table.iloc[[0, 1] * (ROWS // 2)]))
    for columns in (1_001, 20_000):
        yield Broken(f"{columns:,} columns", _wide(columns), f"at most 1,000 columns, found {columns:,};")


def others() -> Iterator[Broken]:
    """Files of another kind, by the name of a table."""
    table, book = sound(), io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "content")
    yield Broken("an Excel file", book.getvalue(), "found a spreadsheet")
    yield Broken("JSON", table.to_json(orient="records").encode(), "found JSON")
    yield Broken("HTML", table.to_html().encode(), "found HTML")
    yield Broken("UTF-16", csv(table).decode().encode("utf-16"), "found UTF-16")
    yield Broken("UTF-16 without a mark", csv(table).decode().encode("utf-16-le"), "found another format")
    yield Broken("a picture", b"\x89PNG\r\n\x1a\n" + bytes(200), "found another format")


def _wide(columns: int) -> bytes:
    names = [f"c{at}" for at in range(columns)]
    return "".join(",".join(row) + "\n" for row in [names, *[["0"] * columns] * ROWS]).encode()
