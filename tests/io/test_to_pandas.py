"""Pandas gets back the types and names that it gave, from a file, from a run and from a model."""

from __future__ import annotations

import datetime
import decimal
import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.to_pandas import given_types
from tabtwin.io.writing import export_table, to_csv
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.frames import arrow_to_parquet, to_pandas
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.protection.rare_values import decode

ROWS = 240
Maker = Callable[[np.random.Generator], object]


def whole(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 9, ROWS)


def stamps(rng: np.random.Generator, zone: str | None = None) -> pd.Series:
    return pd.Series(pd.date_range("2020-01-01", periods=40, freq="h", tz=zone)[rng.integers(0, 40, ROWS)])


def words(rng: np.random.Generator, *some: object) -> list[object]:
    return [some[place] for place in rng.integers(0, len(some), ROWS)]


PLAIN = (
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
)  # fmt: skip
NULLABLE = (
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
    "int16[pyarrow]", "double[pyarrow]",
)  # fmt: skip
MAKERS: dict[str, Maker] = {
    **{name: (lambda rng, name=name: whole(rng).astype(name)) for name in PLAIN},
    **{name: (lambda rng, name=name: pd.array(whole(rng), dtype=name)) for name in NULLABLE},
    "boolean": lambda rng: pd.array(rng.random(ROWS) < 0.5, dtype="boolean"),
    "bool": lambda rng: rng.random(ROWS) < 0.5,
    "string": lambda rng: pd.array(words(rng, "a", "b", ""), dtype="string"),
    "string[pyarrow]": lambda rng: pd.array(words(rng, "a", "b"), dtype="string[pyarrow]"),
    "object": lambda rng: words(rng, "a", "", None),
    "dates": lambda rng: [datetime.date(2020, 1, 1 + day) for day in whole(rng).tolist()],
    "decimals": lambda rng: [decimal.Decimal(number) / 4 for number in whole(rng).tolist()],
    "stamps": stamps,
    "zoned": lambda rng: stamps(rng, "Europe/Berlin"),
    "seconds": lambda rng: stamps(rng).astype("datetime64[s]"),
    "arrow": lambda rng: stamps(rng).astype("timestamp[us][pyarrow]"),
    "months": lambda rng: pd.period_range("2020-01", periods=9, freq="M")[whole(rng)],
    "quarters": lambda rng: pd.period_range("2020Q1", periods=9, freq="Q")[whole(rng)],
    "weeks": lambda rng: pd.period_range("2020-01-01", periods=9, freq="W-WED")[whole(rng)],
    "ordered": lambda rng: pd.Categorical(words(rng, "low", "high"), ["low", "mid", "high"], ordered=True),
    "unordered": lambda rng: pd.Categorical(words(rng, "b", "a")),
    "numbers": lambda rng: pd.Categorical(words(rng, 4, 6), [8, 6, 4], ordered=True),
    "truths": lambda rng: pd.Categorical(words(rng, True, False)),
    "cut": lambda rng: pd.cut(whole(rng), [-1, 2, 5, 9]),
    "sparse": lambda rng: pd.arrays.SparseArray(whole(rng)),
    "nothing": lambda rng: [None] * ROWS,
    "blank": lambda rng: [""] * ROWS,
}
CAN_MISS = {
    *NULLABLE, "boolean", "string", "string[pyarrow]", "object", "dates", "decimals", "stamps", "zoned",
    "seconds", "arrow", "months", "quarters", "ordered", "numbers", "cut", "float32",
}  # fmt: skip


def made(names: list[str], seed: int, missing: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({name: pd.Series(MAKERS[name](rng)) for name in names})
    for name in names:
        if name in CAN_MISS and missing:
            table[name] = table[name].mask(rng.random(ROWS) < missing)
    return table.assign(other=rng.choice(["u", "v"], ROWS))


def twin_of(found: Ingested) -> pa.Table:
    cells = decode(found.encoded, found.schema, found.encoding)
    return to_arrow(export_table(cells, found.schema, np.random.default_rng(1)), found.published)


@settings(max_examples=25)
@given(
    names=st.lists(st.sampled_from(sorted(MAKERS)), min_size=1, max_size=6, unique=True),
    seed=st.integers(0, 9),
    missing=st.sampled_from([0.0, 0.2]),
)
def test_the_types_of_a_twin_are_those_of_any_table(names: list[str], seed: int, missing: float) -> None:
    table = made(names, seed, missing)
    found = ingest_table(from_pandas(table), "t.parquet", min_subjects=2)
    twin = given_types(table).restore(to_pandas(twin_of(found)))
    assert twin.dtypes.to_dict() == table.dtypes.to_dict()
    assert {name: str(kind) for name, kind in twin.dtypes.items()} == {
        name: str(kind) for name, kind in table.dtypes.items()
    }


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_pandas_reads_from_the_twins_parquet_what_it_read_from_the_sources(missing: float) -> None:
    table = made([name for name in MAKERS if name not in {"cut", "sparse"}], 3, missing)
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    before = pd.read_parquet(io.BytesIO(buffer.getvalue()))
    found = ingest_table(buffer.getvalue(), "t.parquet", min_subjects=2)
    after = pd.read_parquet(io.BytesIO(arrow_to_parquet(twin_of(found))))
    assert after.dtypes.to_dict() == before.dtypes.to_dict()
    assert list(after.dtypes["ordered"].categories) == ["low", "mid", "high"]


def test_an_empty_text_is_a_value_beside_a_missing_cell() -> None:
    table = made(["string", "object", "blank"], 1, 0.0)
    table["code"] = words(np.random.default_rng(5), "1", "2", "3", "")
    found = ingest_table(from_pandas(table), "t.parquet")
    twin = twin_of(found).to_pandas()
    assert (twin["string"] == "").any()
    assert not twin["string"].isna().any()
    assert (twin["object"] == "").any()
    assert twin["object"].isna().any()
    assert (twin["blank"] == "").all()
    assert found.schema["code"].kind == "integer"  # where the others are numbers, it means missing
    assert b",," in to_csv(
        twin[[column.name for column in found.schema.columns]].astype(object), found.schema
    )


def test_an_index_and_names_that_are_no_text_are_as_they_were() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.integers(0, 50, (ROWS, 3)), columns=[7, 8, 9])
    table["who"] = [f"P{number:05d}" for number in rng.permutation(ROWS) + 300]
    stored = table.rename(columns=str).set_index("who")
    buffer = io.BytesIO()
    stored.to_parquet(buffer)
    found = ingest_table(buffer.getvalue(), "t.parquet", header="yes")
    back = pd.read_parquet(io.BytesIO(arrow_to_parquet(twin_of(found))))
    assert (back.index.name, list(back.columns)) == ("who", ["7", "8", "9"])

    numbered = table[[7, 8, 9]]
    buffer = io.BytesIO()
    numbered.to_parquet(buffer)
    found = ingest_table(buffer.getvalue(), "t.parquet", header="yes")
    back = pd.read_parquet(io.BytesIO(arrow_to_parquet(twin_of(found))))
    assert back.columns.equals(numbered.columns)


@pytest.mark.parametrize(
    "names",
    [
        pd.Index([3, 1, 2]),
        pd.Index([("a", 1), "b", 1.5], tupleize_cols=False),
        pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["upper", "lower"]),
        pd.Index(["a", "b", "c"], name="called"),
        pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01"]),
    ],
)
def test_any_names_come_back(names: pd.Index) -> None:
    table = pd.DataFrame(np.zeros((3, 3), int), columns=names)
    plain = pd.read_parquet(io.BytesIO(from_pandas(table)))
    restored = given_types(table).restore(plain)
    assert restored.columns.equals(table.columns)
    assert restored.columns.names == table.columns.names
    assert restored.dtypes.tolist() == table.dtypes.tolist()


def test_pandas_metadata_keep_nothing_else() -> None:
    table = made(["Int64"], 1, 0.2)
    table.attrs["note"] = "a secret of one row"
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    assert b"secret" in buffer.getvalue()
    found = ingest_table(buffer.getvalue(), "t.parquet")
    data = arrow_to_parquet(twin_of(found))
    assert b"secret" not in data + found.published.model_dump_json().encode()
    assert pd.read_parquet(io.BytesIO(data)).dtypes["Int64"] == "Int64"


def test_a_file_without_pandas_metadata_has_a_twin_without() -> None:
    table = pa.table({"n": pa.array([1, 2, 3, 4] * 60, pa.int16()), "w": pa.array(["a", "b"] * 120)})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    twin = twin_of(ingest_table(buffer.getvalue(), "t.parquet"))
    assert twin.schema.metadata is None
    assert twin.schema.types == table.schema.types


@pytest.mark.parametrize(
    "said", [b"no json", b"[]", b'{"columns": 3}', b'{"columns": [{}], "index_columns": []}']
)
def test_damaged_metadata_are_ignored(said: bytes) -> None:
    table = pa.table({"n": [1, 2, 3, 4] * 60, "w": ["a", "b"] * 120}).replace_schema_metadata(
        {"pandas": said}
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    assert ingest_table(buffer.getvalue(), "t.parquet").schema.frame is None
