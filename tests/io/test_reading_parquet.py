"""What a Parquet file holds is read within bounds, and a column that cannot be read stops no other."""

from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.reading import read_source
from tabtwin.lib import memory
from tabtwin.lib.errors import InputError
from tabtwin.preparation.check import check_table
from tabtwin.preparation.profile import Asked, Opened, open_table
from tabtwin.schema.source import LONGEST_CELL

ROWS = 1_000
LONG = "x" * 200_000
UNREAD = {
    "a list": pa.array([[1, 2]] * ROWS),
    "a struct": pa.array([{"a": 1}] * ROWS),
    "bytes": pa.array([b"\0"] * ROWS),
    "fixed": pa.array([b"\0\1"] * ROWS, pa.binary(2)),
    "a map": pa.array([[("a", 1)]] * ROWS, pa.map_(pa.string(), pa.int64())),
    "old, dates": pa.array([-(10**12)] * ROWS, pa.timestamp("s")),
    "a long text": pa.array([LONG] * ROWS),
}


def written(columns: dict[str, pa.Array], **how: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, **how)
    return buffer.getvalue()


def sound() -> dict[str, pa.Array]:
    rng = np.random.default_rng(1)
    return {
        "age": pa.array(rng.integers(18, 80, ROWS)),
        "plan": pa.array(rng.choice(["gold", "silver"], ROWS)),
    }


def opened(columns: dict[str, pa.Array], drop: str = "") -> Opened:
    return open_table(written(columns), "t.parquet", b"", Asked(drop=drop))


def test_all_columns_that_cannot_be_read_are_named_at_once_and_the_remedy_works() -> None:
    found = opened(sound() | UNREAD)
    assert set(found.unread) == set(UNREAD)
    assert all(repr(name) in found.refusal for name in UNREAD)
    assert "\n" not in found.refusal
    check = check_table(found, "t.parquet")
    assert check.stops == found.refusal
    assert {one.name for one in check.columns if one.kind == "unread"} == set(UNREAD)
    drop = found.refusal.split("(--drop '")[1].split("')")[0]
    assert opened(sound() | UNREAD, drop).refusal == ""


@pytest.mark.parametrize("name", UNREAD)
def test_a_column_of_any_type_can_be_dropped(name: str) -> None:
    found = opened(sound() | {name: UNREAD[name]}, drop=name)
    assert found.refusal == ""
    assert list(found.source.columns) == ["age", "plan"]


def test_columns_that_hold_what_is_not_learned_are_named_at_once_and_can_be_dropped() -> None:
    odd = pa.array([1.5, float("inf")] * (ROWS // 2))
    with pytest.raises(InputError, match=r"'one'.*'two'.*--drop one,two\)") as refused:
        opened(sound() | {"one": odd, "two": odd})
    assert "\n" not in str(refused.value)
    assert opened(sound() | {"one": odd, "two": odd}, "one,two").refusal == ""


def test_pandas_columns_without_a_type_are_named_at_once_and_can_be_dropped() -> None:
    mixed = [1, "Zyxomarkle"] * 2
    table = pd.DataFrame({"a": [1, 2, 3, 4], "b": mixed, "c": [{}] * 4, "d": [1j] * 4})
    with pytest.raises(InputError, match=r"columns 'b', 'c', 'd'.*--drop b,c,d") as refused:
        from_pandas(table)
    assert "Zyxomarkle" not in str(refused.value)
    read = read_source(from_pandas(table, ["b", "c", "d"]), "t.parquet")
    assert list(read.columns) == ["a", "b", "c", "d"]
    assert read.columns["b"].counts.tolist() == [2, 2], "rows that hold the same are known"


def test_a_name_that_two_columns_have_is_not_quoted_since_it_may_be_a_cell() -> None:
    twice = pa.table([pa.array(["Zyxomarkle", "b"])] * 2, names=["Zyxomarkle", "Zyxomarkle"])
    buffer = io.BytesIO()
    pq.write_table(twice, buffer)
    for read in (
        lambda: read_source(buffer.getvalue(), "t.parquet"),
        lambda: from_pandas(pd.DataFrame([[1, 2]], columns=["Zyxomarkle", "Zyxomarkle"])),
    ):
        with pytest.raises(InputError, match="found 2 columns of one name") as refused:
            read()
        assert "Zyxomarkle" not in str(refused.value)


BOMBS: dict[str, dict[str, object]] = {
    "by a dictionary": {"compression": "zstd"},
    "by compression": {"compression": "zstd", "use_dictionary": False},
    "by differences": {
        "use_dictionary": False,
        "compression": "zstd",
        "column_encoding": {"text": "DELTA_BYTE_ARRAY"},
    },
}


@pytest.mark.parametrize("how", BOMBS)
def test_little_that_holds_much_is_not_written_out(how: str) -> None:
    data = written(sound() | {"text": pa.array([LONG] * ROWS)}, **BOMBS[how])
    assert len(data) < 200_000
    open_table(written(sound()), "t.parquet", b"", Asked())  # what is imported first is no part of a table
    pool, before = pa.default_memory_pool(), pa.default_memory_pool().max_memory()
    tracemalloc.start()
    found = open_table(data, "t.parquet", b"", Asked(drop="text"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.refusal == ""
    assert peak + max(0, pool.max_memory() - before) < 100 * len(LONG)  # all cells would be 1,000 times one
    with pytest.raises(InputError, match=r"cells of up to 200,\d{3} bytes, more than 32,768 in 'text'"):
        read_source(data, "t.parquet")


def test_a_table_is_judged_by_what_its_row_groups_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{at:05d}" * 200 for at in range(ROWS)]
    data = written({"text": pa.array(texts)}, compression="zstd", use_dictionary=False)
    assert len(data) < 50_000
    monkeypatch.setattr(memory, "available", lambda: 2_000_000)
    with pytest.raises(InputError, match="expected a table that can be read in"):
        read_source(data, "t.parquet")


@pytest.mark.parametrize("end", [".csv", ".parquet"])
def test_the_longest_cell_is_read_and_a_longer_one_is_not(end: str) -> None:
    def table(longest: int) -> bytes:
        frame = pd.DataFrame({"a": range(4), "b": ["x", "é" * (longest // 2), "y", "x"]})
        return frame.to_csv(index=False).encode() if end == ".csv" else from_pandas(frame)

    assert len(read_source(table(LONGEST_CELL), f"t{end}").columns["b"].values) == 3
    with pytest.raises(InputError, match=r"cells of up to 32,770 bytes.*'b'.*--drop b"):
        read_source(table(LONGEST_CELL + 2), f"t{end}")


@given(st.text("\0ab", min_size=1, max_size=3), st.booleans())
def test_texts_with_a_zero_byte_are_refused_as_those_of_a_csv_are(text: str, is_category: bool) -> None:
    texts = pd.Series(["x", text, None, "y"], dtype="category" if is_category else object)
    data = from_pandas(pd.DataFrame({"a": range(4), "b": texts}))
    if "\0" not in text:
        assert text in read_source(data, "t.parquet").columns["b"].values
        return
    with pytest.raises(InputError, match=r"cells with a zero byte in 'b'.*--drop b"):
        read_source(data, "t.parquet")


def test_texts_are_read_in_order_of_appearance_whatever_the_row_groups_are() -> None:
    texts = ["b", None, "a", "b", "", "c", None, "a", "d"]
    dictionary = pa.DictionaryArray.from_arrays(
        pa.array([1, None, 0, 1, 3, 2, None, 0, 4]), ["a", "b", "c", "", "d"]
    )
    data = written({"plain": pa.array(texts), "coded": dictionary, "a.b": pa.array(texts)}, row_group_size=2)
    source = read_source(data, "t.parquet")
    for cells in source.columns.values():
        assert cells.values.tolist() == ["b", "a", "", "c", "d"]
        assert cells.codes.tolist() == [0, -1, 1, 0, 2, 3, -1, 1, 4]
    assert source.columns["coded"].dtype == "dictionary:string"
