"""What is no table says so in one line, and what to do."""

import gzip
import io
import sqlite3
import zipfile

import numpy as np
import pandas as pd
import pytest

from tabtwin.io.file_types import MOST_COLUMNS
from tabtwin.io.reading import from_pandas, read_source
from tabtwin.lib.errors import InputError

TABLE = pd.DataFrame({"age": [21, 34, 55], "plan": ["a", "b", "a"]})


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return file.getvalue()


def pickled() -> bytes:
    file = io.BytesIO()
    TABLE.to_pickle(file)
    return file.getvalue()


def database() -> bytes:
    with sqlite3.connect(":memory:") as made:
        made.execute("create table t (a)")
        return made.serialize()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            "found a spreadsheet; save the sheet as CSV UTF-8",
        ),
        (zipped("t.csv"), "found a zip archive; unpack it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "found an Excel file; save it as CSV UTF-8"),
        (TABLE.to_csv(index=False).encode("utf-16"), "found UTF-16; save it as UTF-8"),
        (TABLE.to_json(orient="records").encode(), "found JSON; export"),
        (b"<!doctype html><table></table>", "found HTML or XML; export"),
        (pickled(), "found a pickle; write it with to_parquet"),
        (database(), "found a SQLite database; export"),
        (gzip.compress(b"", mtime=0), "found an empty file; export it again"),
    ],
)
def test_a_file_of_another_format_is_called_by_its_name(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_source(data, "t.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("sign", [":", "~", "^"])
def test_a_sign_that_parts_columns_elsewhere_is_named(sign: str) -> None:
    with pytest.raises(InputError, match=rf"t\.csv: .*found one column with '\{sign}' in each line"):
        read_source(TABLE.to_csv(index=False, sep=sign).encode(), "t.csv")


def test_one_column_may_hold_such_signs() -> None:
    assert list(read_source(b"name\nJohn Smith\nA: b\n", "t.csv").columns) == ["name"]
    assert list(read_source(b"full name\nJohn Smith\nJane Doe\n", "t.csv").columns) == ["full name"]


def test_a_table_of_too_many_columns_is_refused_at_once() -> None:
    wide = pd.DataFrame(np.zeros((2, MOST_COLUMNS + 1)), columns=[f"c{at}" for at in range(MOST_COLUMNS + 1)])
    for data in (wide.to_csv(index=False).encode(), from_pandas(wide)):
        with pytest.raises(InputError, match="expected at most 1,000 columns, found 1,001"):
            read_source(data, "t.csv")
