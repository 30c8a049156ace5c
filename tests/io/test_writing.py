"""A dressed twin reads back as the source did: the same kinds, formats and values."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tabtwin.io.reading import read_source
from tabtwin.io.writing import export_table, nothing_taken, take, to_csv
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.frames import arrow_to_parquet
from tabtwin.preparation.describing import describe
from tabtwin.schema.declared import Declared
from tabtwin.schema.schema import Schema
from tabtwin.schema.typed import canonical

ROWS = 300


def source() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    days = pd.Timestamp("2019-05-04") + pd.to_timedelta(rng.integers(0, 900, ROWS), unit="D")
    seconds = pd.Timestamp("2019-05-04") + pd.to_timedelta(rng.integers(0, 10**6, ROWS), unit="s")
    table = pd.DataFrame(
        {
            "id": [f"C{number:05d}" for number in rng.permutation(90_000)[:ROWS]],
            "row": np.arange(1, ROWS + 1),
            "age": rng.integers(18, 80, ROWS),
            "visits": rng.integers(0, 9, ROWS).astype(float),
            "price": np.round(rng.lognormal(3, 1, ROWS), 2),
            "full": rng.normal(size=ROWS),
            "zip": rng.choice(["01234", "99999", "00501"], ROWS),
            "quoted": rng.choice(['a, "b"', "c\nd", " e "], ROWS),
            "formula": rng.choice(['=HYPERLINK("http://x.example")', "+1", "@x", "-1+1"], ROWS),
            "flag": rng.choice(["Yes", "No"], ROWS),
            "truth": rng.random(ROWS) < 0.5,
            "day": days.strftime("%d.%m.%Y"),
            "at": seconds.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "us": days.strftime("%-m/%-d/%Y"),
            "time": seconds.strftime("%H:%M:%S"),
            "site": "main",
            "nothing": None,
        }
    )
    for name in ("visits", "price", "flag", "zip", "at"):
        table.loc[rng.random(ROWS) < 0.2, name] = None
    return table


def ingested(data: bytes) -> tuple[pd.DataFrame, Schema]:
    read = read_source(data, "t")
    schema = describe(read, Declared(), None, 5)
    return canonical(read, schema), schema


def dressed(data: bytes) -> tuple[pd.DataFrame, Schema]:
    table, schema = ingested(data)
    return export_table(table, schema, np.random.default_rng(1)), schema


def test_csv_comes_out_as_it_went_in_but_for_the_keys() -> None:
    data = source().to_csv(index=False).encode()
    twin, schema = dressed(data)
    before, after = (pd.read_csv(io.BytesIO(part), dtype=str) for part in (data, to_csv(twin, schema)))
    keys = ["id", "row"]
    pd.testing.assert_frame_equal(after.drop(columns=keys), before.drop(columns=keys))
    assert after["id"].str.fullmatch("C[0-9]{5}").all()
    assert after["row"].str.fullmatch("[0-9]+").all()
    assert all(after[name].is_unique for name in keys)
    assert not any(after[name].isin(before[name]).any() for name in keys)


def test_keys_of_an_earlier_release_are_not_made_again() -> None:
    table, schema = ingested(source().to_csv(index=False).encode())
    first = export_table(table, schema, np.random.default_rng(1))
    taken = nothing_taken(schema)
    take(taken, first, schema)
    second = export_table(table, schema, np.random.default_rng(2), taken)
    take(taken, second, schema)
    third = export_table(table, schema, np.random.default_rng(2), taken)
    for name in ("id", "row"):
        assert pd.concat([first, second, third])[name].is_unique


def test_keys_that_are_stored_as_floats_go_on_too() -> None:
    plain = pd.DataFrame({"id": 100_000.0 + 7 * np.arange(ROWS), "x": np.arange(ROWS) % 7})
    buffer = io.BytesIO()
    plain.to_parquet(buffer)
    table, schema = ingested(buffer.getvalue())
    assert schema["id"].kind == "key"
    first = to_arrow(export_table(table, schema, np.random.default_rng(1)), schema).to_pandas()
    taken = nothing_taken(schema)
    take(taken, first, schema)
    second = to_arrow(export_table(table, schema, np.random.default_rng(2), taken), schema).to_pandas()
    assert not set(first["id"]) & set(second["id"])


def test_reading_the_twin_back_gives_the_same_schema_and_values() -> None:
    table, schema = ingested(source().to_csv(index=False).encode())
    again, found = ingested(to_csv(export_table(table, schema, np.random.default_rng(1)), schema))
    assert [column.kind for column in found.columns] == [column.kind for column in schema.columns]
    assert [column.format for column in found.columns] == [column.format for column in schema.columns]
    pd.testing.assert_frame_equal(again, table)


def test_a_csv_with_decimal_commas_comes_out_with_them_and_its_delimiter() -> None:
    table = source()[["price", "age", "day", "flag"]]
    data = table.to_csv(index=False, sep=";", decimal=",").encode()
    read = read_source(data, "t.csv")
    schema = describe(read, Declared(), None, 5)
    assert schema["price"].kind == "decimal"
    written = to_csv(canonical(read, schema), schema)
    assert written == data
    again = read_source(written, "t.csv")
    assert describe(again, Declared(), None, 5) == schema


def test_a_csv_comes_out_in_its_encoding_or_in_utf_8_where_that_cannot_hold_it() -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        data = "flag\nJä\nNö\n".encode(encoding)
        table, schema = ingested(data)
        assert to_csv(table, schema) == data
    assert to_csv(table.assign(flag=["Ł", "Nö"]), schema).decode("utf-8-sig") == "flag\nŁ\nNö\n"


def test_parquet_keeps_the_sources_types() -> None:
    plain = source()
    plain["day"] = pd.to_datetime(plain["day"], format="%d.%m.%Y").dt.date
    arrow = pa.Table.from_pandas(plain, preserve_index=False)
    rng = np.random.default_rng(2)
    extra = {
        "small": pa.array(rng.integers(0, 5, ROWS), pa.int8()),
        "single": pa.array(np.round(rng.normal(size=ROWS), 2).astype("float32")),
        "money": pa.array([f"{number % 40}.50" for number in range(ROWS)]).cast(pa.decimal128(9, 2)),
        "label": pa.array(rng.choice(["x", "y"], ROWS)).dictionary_encode(),
        "moment": pa.array(rng.integers(10**9, 2 * 10**9, ROWS) * 1000, pa.timestamp("ms", "Europe/Berlin")),
        "huge": pa.array((2**60 + rng.integers(0, 9, ROWS)).tolist(), pa.int64()),
    }
    for name, cells in extra.items():
        arrow = arrow.append_column(name, cells)
    buffer = io.BytesIO()
    pq.write_table(arrow, buffer)
    twin, schema = dressed(buffer.getvalue())
    back = pq.read_table(io.BytesIO(arrow_to_parquet(to_arrow(twin, schema))))
    assert dict(zip(back.column_names, back.schema.types, strict=True)) == dict(
        zip(arrow.column_names, arrow.schema.types, strict=True)
    )
    same = [name for name in arrow.column_names if name not in ("id", "row")]
    assert [name for name in same if back[name].to_pylist() != arrow[name].to_pylist()] == []


def test_a_pool_without_keys_can_be_written_too() -> None:
    table, schema = ingested(source().to_csv(index=False).encode())
    assert to_csv(table, schema).decode().split("\n")[0] == ",".join(column.name for column in schema.learned)
