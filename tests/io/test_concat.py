"""Several files of one table are read as one."""

from __future__ import annotations

import io
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.io.concat import read_files
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import as_text
from tabtwin.schema.source import Source

TABLE = pd.DataFrame({"a": range(8), "b": list("xyxy") * 2, "c": [None, 1.5] * 4})


def csv(table: pd.DataFrame, **how: str) -> bytes:
    return table.to_csv(index=False, **how).encode()  # type: ignore[call-overload] # test's own


def parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def rows(source: Source) -> dict[str, list[str | None]]:
    read = {name: cells.take(as_text(cells), None) for name, cells in source.columns.items()}
    return {name: cells.tolist() for name, cells in read.items()}


@given(cuts=st.lists(st.integers(0, 8), max_size=4))
@settings(max_examples=30)
def test_a_table_that_is_cut_into_files_is_the_table(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(TABLE)]
    parts = [(csv(TABLE[low:high]), f"{low}.csv") for low, high in pairwise(ends)]
    joined, whole = read_files(parts), read_files([(csv(TABLE), "t.csv")])
    assert rows(joined) == rows(whole)
    assert joined.rows == whole.rows


def test_columns_stand_and_cells_are_written_as_in_the_first_file() -> None:
    files = [(csv(TABLE, sep=";"), "1.csv"), (csv(TABLE[["c", "a", "b"]]), "2.csv")]
    joined = read_files(files)
    assert list(joined.columns) == ["a", "b", "c"]
    assert joined.delimiter == ";"
    assert rows(joined)["b"] == [*TABLE["b"], *TABLE["b"]]


def test_parquet_files_keep_their_types() -> None:
    joined = read_files([(parquet(TABLE), "1.parquet"), (parquet(TABLE[:5]), "2.parquet")])
    assert [cells.dtype for cells in joined.columns.values()] == ["int64", "string", "double"]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (csv(TABLE.drop(columns="b")), "2: expected the columns of 1, found none named 'b'"),
        (csv(TABLE.assign(d=1)), "2: expected the columns of 1, found one more, column 4"),
        (csv(TABLE), "2: expected other rows than in 1, found the same; name each file once"),
        (parquet(TABLE), "2: column 'a': expected text, as in 1, found int64; convert it"),
    ],
)
def test_a_file_of_another_table_is_refused_with_what_differs(other: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_files([(csv(TABLE), "1"), (other, "2")])


def test_decimal_commas_are_told_by_all_files_together() -> None:
    files = [(b"x;g\n0,25;a\n0,5;b\n", "1"), (b"x;g\n1.120;a\n0,125;b\n", "2")]
    joined = read_files(files)
    assert rows(joined)["x"] == ["0.25", "0.5", "1120", "0.125"]
    assert joined.columns["x"].comma


def test_a_mark_without_quotes_is_found_in_any_file() -> None:
    files = [(b'"a","b"\n"x",1\n"y",2\n', "1"), (b'"a","b"\nNA,3\n"z",4\n', "2")]
    assert read_files(files).quoting.bare == {"a": "NA"}
