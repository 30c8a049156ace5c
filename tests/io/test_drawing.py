"""Rows of a large table are drawn in one pass: the same ones whatever file holds them."""

from __future__ import annotations

import gzip
import io
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabtwin.io import reading_csv, reading_parquet
from tabtwin.io.concat import read_files
from tabtwin.io.drawing import Draw, Drawing
from tabtwin.lib.errors import InputError
from tabtwin.schema import source as sources
from tabtwin.schema.kinds.cells import as_text
from tabtwin.schema.source import Source

ROWS = 300
RNG = np.random.default_rng(4)
TABLE = pd.DataFrame(
    {
        "row": np.arange(ROWS),
        "who": RNG.integers(100, 160, ROWS),
        "price": np.round(RNG.normal(0, 90, ROWS), 2),
        "plan": RNG.choice(["gold", "silver, or so", "é"], ROWS),
    }
)


@pytest.fixture(autouse=True)
def every_table_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "SMALL", 0)


def csv(table: pd.DataFrame = TABLE) -> bytes:
    return table.to_csv(index=False).encode()


def parquet(table: pd.DataFrame = TABLE, **how: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, **how)
    return buffer.getvalue()


def read(data: bytes | list[bytes], draw: Draw | None = None) -> Source:
    parts = data if isinstance(data, list) else [data]
    return read_files([(part, f"{at}.csv") for at, part in enumerate(parts)], "auto", draw)


def rows(source: Source) -> list[tuple[str, ...]]:
    texts = [cells.take(as_text(cells), None).tolist() for cells in source.columns.values()]
    return list(zip(*texts, strict=True))


def chosen(source: Source) -> list[int]:
    return [int(row[0]) for row in rows(source)]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    most=st.integers(30, ROWS + 5),
    key=st.integers(0, 2**128 - 1),
    entity=st.sampled_from(["", "who", "who,plan"]),
    block=st.integers(120, 4_000),
    batch=st.integers(1, 400),
    cuts=st.lists(st.integers(0, ROWS), max_size=3),
)
def test_the_same_rows_are_drawn_from_any_files_in_blocks_of_any_size(
    monkeypatch: pytest.MonkeyPatch, most: int, key: int, entity: str, block: int, batch: int, cuts: list[int]
) -> None:
    monkeypatch.setattr(reading_csv, "_BLOCKS", (block, 1 << 20))
    monkeypatch.setattr(reading_parquet, "_MANY_ROWS", batch)
    draw = Draw(most, key, entity)
    ends = [0, *sorted(cuts), ROWS]
    parts = [TABLE[low:high] for low, high in pairwise(ends) if low < high]
    first = read(csv(), draw)
    assert 0 < first.rows <= most
    assert first.whole is not None
    for data in (gzip.compress(csv()), parquet(), parquet(row_group_size=70), list(map(csv, parts))):
        other = read(data, draw)
        assert chosen(other) == chosen(first)
        assert other.whole == first.whole
    drawn = TABLE.iloc[chosen(first)]
    assert chosen(first) == sorted(chosen(first))
    assert rows(first) == rows(read(csv(drawn)))
    if entity:
        names = entity.split(",")
        whole = TABLE.merge(drawn[names].drop_duplicates())
        assert len(whole) == len(drawn)
    else:
        assert first.rows == min(most, ROWS)


def test_each_row_is_drawn_as_often_as_another() -> None:
    counts = np.zeros(ROWS)
    for key in range(400):
        drawing = Drawing(Draw(60, key << 64 | key * 977))
        drawing.offer(ROWS, None, all_stay=True)
        drawing.end_file(None)
        counts += drawing.chosen()
    assert counts.sum() == 400 * 60
    assert abs(counts.std() - np.sqrt(400 * 0.2 * 0.8)) < 2


def test_a_row_that_is_said_twice_may_be_drawn_once() -> None:
    same = pd.DataFrame({"a": ["x"] * 200, "b": ["y"] * 200})
    assert read(csv(same), Draw(50, 3)).rows == 50


def test_nothing_else_is_drawn_with_another_key() -> None:
    assert chosen(read(csv(), Draw(60, 1))) != chosen(read(csv(), Draw(60, 1 << 64)))
    assert chosen(read(csv(), Draw(60, 1, "who"))) != chosen(read(csv(), Draw(60, 2, "who")))


def test_a_subject_of_more_rows_than_wanted_is_refused_with_what_to_do() -> None:
    same = TABLE.assign(who=1)
    with pytest.raises(InputError, match=r"--entity: expected subjects of at most 50 rows each, found one"):
        read(csv(same), Draw(50, 1, "who"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1,2,3\n", "expected 4 cells in line 302, as in the header, found 3"),
        ("row,who,price,plan\n", "found them again in row 301; leave it out"),
        ('1,2,"3,4\n', "found a quote in or before line 302 that is not closed"),
        ("1,2,3,\udce4\n", "expected UTF-8, found other bytes in line 302"),
        ("1,2,3,\0\n", "found a zero byte in line 302"),
    ],
)
def test_what_is_wrong_with_a_row_that_is_not_drawn_stops_the_run(line: str, said: str) -> None:
    data = csv() + line.encode("utf-8", "surrogateescape")
    with pytest.raises(InputError, match=said):
        read(data, Draw(1, 1))


def test_a_column_of_which_a_row_that_is_not_drawn_is_too_long_is_not_read() -> None:
    long = TABLE.assign(note=["x" * 40_000, *["y"] * (ROWS - 1)])
    for data in (csv(long), parquet(long), parquet(long, use_dictionary=False)):
        found = read(data, Draw(5, 8))
        assert 0 not in chosen(found.without(["note"]))
        assert "cells of up to 40,000 bytes" in found.columns["note"].fault
        assert len(found.columns["note"].codes) == 5


def test_types_of_parquet_stay() -> None:
    table = pa.table(
        {
            "text": pa.array(["b", "", "c"] * 100),
            "category": pa.array(["b", "a", "c"] * 100).dictionary_encode(),
            "stamp": pa.array(np.arange(300) * 10**15, pa.timestamp("ns")),
            "list": pa.array([[1]] * 300),
            "id": pa.array([bytes([at % 7]) * 4 for at in range(300)], pa.binary(4)),
            "small": pa.array(np.arange(300) % 9, pa.int8()),
            "single": pa.array(np.arange(300) / 7, pa.float32()),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    whole, some = read(buffer.getvalue()), read(buffer.getvalue(), Draw(40, 8))
    assert {name: cells.dtype for name, cells in some.columns.items()} == {
        name: cells.dtype for name, cells in whole.columns.items()
    }
    assert some.columns["category"].stored == whole.columns["category"].stored
    assert some.columns["list"].fault == whole.columns["list"].fault
    assert some.columns["id"].behind is not None
    assert set(as_text(some.columns["single"])) < set(as_text(whole.columns["single"]))
    assert some.whole == whole.whole


def test_without_names_the_first_row_of_parquet_is_one_of_the_table() -> None:
    other = TABLE.rename(columns={"row": "1000", "who": "99", "price": "1.5", "plan": "gold"})
    found = read_files([(parquet(other), "t.parquet")], "no", Draw(40, 8))
    assert rows(found)[0] == ("1000", "99", "1.5", "gold")
    bare = other.to_csv(index=False, header=True).encode()
    assert found.whole == read_files([(bare, "t.csv")], "no", Draw(40, 8)).whole


MOMENTS = {
    "days": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(ROWS) % 90, unit="D"),
    "hours": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(ROWS) % 90, unit="h"),
    "parts of seconds": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(ROWS) % 90 * 250, unit="ms"),
}


@pytest.mark.parametrize("name", MOMENTS)
@pytest.mark.parametrize("most", [ROWS, 40])
def test_dates_count_alike_in_csv_and_parquet(name: str, most: int) -> None:
    table = TABLE.assign(when=MOMENTS[name])
    found = [read(data, Draw(most, 7)).whole for data in (csv(table), parquet(table))]
    assert found[0] == found[1]


@pytest.mark.parametrize("at", [0, ROWS - 1])
@pytest.mark.parametrize("most", [ROWS, 40])
def test_a_column_that_cannot_be_read_counts_as_missing_wherever_its_long_cell_is(at: int, most: int) -> None:
    note = np.full(ROWS, "a", object)
    note[at] = "x" * 40_000
    table = TABLE.assign(note=note)
    files = csv(table), parquet(table), parquet(table, row_group_size=50)
    found = {read(data, Draw(most, 7)).whole for data in files}
    assert found == {read(csv(table.iloc[::-1]), Draw(ROWS)).whole}


@pytest.mark.parametrize("most", [ROWS, 40])
def test_a_table_of_one_column_that_cannot_be_read_keeps_its_rows(most: int) -> None:
    note = np.full(ROWS, "a", object)
    note[20] = "x" * 40_000
    table = pd.DataFrame({"note": note})
    found = [read(data, Draw(most, 7)) for data in (csv(table), parquet(table))]
    assert [source.rows for source in found] == [most, most]
    assert all(source.columns["note"].fault for source in found)


def test_subjects_with_long_numbers_are_drawn_alike_from_csv_and_parquet() -> None:
    table = TABLE.assign(who=np.where(TABLE["who"] % 7 == 0, np.nan, TABLE["who"] * 1e9 + 2e13))
    drawn = [rows(read(data, Draw(60, 5, "who"))) for data in (csv(table), parquet(table))]
    assert [row[0] for row in drawn[0]] == [row[0] for row in drawn[1]]
