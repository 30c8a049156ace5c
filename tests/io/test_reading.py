"""Bytes of every usual form become the same columns, and what cannot be a table is refused in one line."""

import gzip
import io
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.headings import REMEDY
from tabtwin.io.reading import read_source
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells

TEXT = 'name,amount,note\nann,1.5,"a, b"\nbob,,"two\nlines"\n'


def test_decimal_commas_are_read_where_another_sign_is_between_the_cells() -> None:
    source = read_source(b"a;b;c;d\n1,5;1.234,50;1,234;x\n-0,25;12,00;5,678;y\n;NA;1,000;z\n", "t.csv")
    a, b, c, d = source.columns.values()
    assert source.delimiter == ";"
    assert (a.values.tolist(), a.comma, a.codes.tolist()) == (["1.5", "-0.25"], True, [0, 1, -1])
    assert (b.values.tolist(), b.comma) == (["1234.50", "12.00", "NA"], True)
    assert [part.comma for part in (c, d)] == [True, False]  # as in the other columns


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_usual_encodings_are_told_apart(encoding: str) -> None:
    source = read_source("Größe;Ort\n1;Köln\n2;Züri\n".encode(encoding), "t.csv")
    assert source.encoding == encoding
    assert source.columns["Ort"].values.tolist() == ["Köln", "Züri"]
    assert list(source.columns) == ["Größe", "Ort"]


def test_damaged_utf_8_is_not_read_as_something_else() -> None:
    damaged = "a;b\nKöln;Züri\n".encode() + b"M\xfcnchen;x\n"
    with pytest.raises(InputError, match="found other bytes in line 3"):
        read_source(damaged, "t.csv")


def test_between_commas_a_comma_in_quotes_may_be_a_list_and_stays() -> None:
    source = read_source(b'a,b\n"1,5",x\n"2,25",y\n', "t.csv")
    assert source.columns["a"].values.tolist() == ["1,5", "2,25"]
    assert not source.columns["a"].comma


def cells(column: Cells) -> list[object]:
    return column.take(column.values.astype(object), None).tolist()


def parquet(**columns: pa.Array) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_found(delimiter: str) -> None:
    text = TEXT.replace("a, b", "a b").replace(",", delimiter)
    source = read_source(text.encode(), "t.csv")
    assert list(source.columns) == ["name", "amount", "note"]
    assert cells(source.columns["note"]) == ["a b", "two\nlines"]


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert "name" in read_source(b"\xef\xbb\xbf" + TEXT.encode(), "t.csv").columns


def test_a_gzipped_table_reads_like_the_plain_one() -> None:
    source = read_source(gzip.compress(TEXT.encode()), "t.csv.gz")
    assert cells(source.columns["amount"]) == ["1.5", None]


def test_only_the_empty_cell_is_missing() -> None:
    source = read_source(b'a,b\nNA,1\n,2\n?,3\n"",4\n', "t.csv")
    assert cells(source.columns["a"]) == ["NA", None, "?", None]


def test_an_empty_line_is_a_missing_cell_where_there_is_one_column() -> None:
    for end in ("\n", "\r\n"):
        source = read_source(f"a{end}1{end}{end}2{end}".encode(), "t.csv")
        assert cells(source.columns["a"]) == ["1", None, "2"]
    assert read_source(b"a,b\n1,2\n\n3,4\n", "t.csv").rows == 2


def test_lines_may_end_as_on_an_old_mac() -> None:
    source = read_source(TEXT.replace("\n", "\r").encode(), "t.csv")
    assert cells(source.columns["amount"]) == ["1.5", None]


@pytest.mark.parametrize(
    "line", ["ann,-1.34,M", "ann,2.5,M", "17,3,1", "17,2020-03-01,1", "ann,7,7", "1,,3", "2019"]
)
def test_a_row_in_place_of_a_header_is_refused_without_its_cells(line: str) -> None:
    with pytest.raises(InputError) as error:
        read_source(f"{line}\n{line}\n".encode(), "t.csv")
    assert str(error.value) == f"t.csv: expected column names, but line 1 looks like data; {REMEDY}"


@pytest.mark.parametrize("line", ["country,2019,2020", "a,1,2", "site,2020-01-01,2020-01-02", "pm2.5,v1.0"])
def test_years_numbers_and_dates_may_be_names_beside_others(line: str) -> None:
    row = ",".join("x" for _ in line.split(","))
    assert list(read_source(f"{line}\n{row}\n".encode(), "t.csv").columns) == line.split(",")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a,b\n1,2\n1,2,3\n", "expected 2 cells in line 3, as in the header, found 3"),
        (b'a,b\n"x\ny",2\n1\n', "expected 2 cells in line 4, as in the header, found 1"),
        (b"a,a\n1,2\n", "2 columns named 'a'"),
        (b"a,\n1,2\n", "found none for column 2"),
        (b"a,tabtwin:b\n1,2\n", "do not begin with 'tabtwin:'"),
        (b"a,b\n1,\x81\n", "expected UTF-8, found other bytes in line 2"),
        ("a,b\n1,2\n".encode("utf-16"), "expected CSV in UTF-8 or Parquet"),
        (b"\x1f\x8bnonsense", "damaged"),
        (b"PAR1nonsense", "damaged"),
        (b"", "found an empty file"),
        (b"\n \n", "found an empty file"),
        (b"\na,b\n1,2\n", "expected column names in line 1"),
        (b'"a,b\n' + b"1,2\n" * 40_000, "found an endless line"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as error:
        read_source(data, "t.csv")
    assert "\n" not in str(error.value)


def test_parquet_types_become_text_numbers_and_dates() -> None:
    source = read_source(
        parquet(
            flag=pa.array([True, None, False]),
            count=pa.array([1, None, 3], pa.int32()),
            share=pa.array([0.1, 0.2, None], pa.float32()),
            label=pa.array(["x", "", None]).dictionary_encode(),
            day=pa.array([0, 1, None], pa.date32()),
            big=pa.array([2**60, 1, None], pa.int64()),
            price=pa.array(["1.50", None, "2.25"]).cast(pa.decimal128(10, 2)),
        ),
        "t.parquet",
    )
    read = {name: cells(column) for name, column in source.columns.items()}
    assert read["flag"] == ["True", None, "False"]
    assert read["count"] == [1.0, None, 3.0]
    assert read["share"] == [0.1, 0.2, None]
    assert read["label"] == ["x", "", None]
    assert read["big"] == [str(2**60), "1", None]
    assert read["price"] == ["1.50", None, "2.25"]
    assert source.columns["day"].values.dtype == np.dtype("datetime64[us]")
    assert source.columns["label"].dtype == "dictionary:string"


def test_nested_parquet_columns_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"'tags'.*flatten or drop"):
        read_source(parquet(tags=pa.array([[1], [2]])), "t.parquet")


def test_an_aware_timestamp_is_read_as_utc() -> None:
    stamps = pd.Series(pd.to_datetime(["2020-06-01 12:00"])).dt.tz_localize("Europe/Berlin")
    source = read_source(parquet(at=pa.array(stamps)), "t.parquet")
    assert source.columns["at"].values[0] == np.datetime64("2020-06-01T10:00")


def test_a_pandas_column_of_mixed_types_is_refused_by_name_and_quotes_no_cell() -> None:
    table = pd.DataFrame({"fine": [1, 2], "mixed": [1, "Zyxomarkle"]})
    with pytest.raises(InputError, match="'mixed'") as refused:
        from_pandas(table)
    assert "Zyxomarkle" not in str(refused.value)
    assert refused.value.__suppress_context__
