"""A CSV is written with the quotes, the marks and the line ends that its source had."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.io.quoting import find_quoting, write_csv
from tabtwin.io.reading import read_source
from tabtwin.io.writing import export_table, to_csv
from tabtwin.preparation.describing import describe
from tabtwin.schema.declared import Declared
from tabtwin.schema.dialect import PLAIN, Quoting
from tabtwin.schema.typed import canonical

ROWS = 120
RNG = np.random.default_rng(3)
TABLE = pd.DataFrame(
    {
        "age": RNG.integers(18, 80, ROWS),
        "name of it": RNG.choice(["a", 'the "b"', "c, d"], ROWS),
        "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 99, ROWS), unit="D"),
        "flag": RNG.choice(["TRUE", "FALSE"], ROWS),
    }
).astype({"day": str})


def again(data: bytes) -> bytes:
    """A CSV, read and written by its schema."""
    source = read_source(data, "t.csv")
    schema = describe(source, Declared(), None, 5)
    return to_csv(export_table(canonical(source, schema), schema, np.random.default_rng(1)), schema)


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_quotes_and_line_ends_come_back(quoting: int, newline: str) -> None:
    data = TABLE.to_csv(index=False, quoting=quoting, lineterminator=newline).encode()
    assert again(data) == data


def test_what_r_writes_comes_back() -> None:
    def cell(value: object) -> str:
        if value is None:
            return "NA"
        return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else str(value)

    table = TABLE.astype(object)
    for name in table:
        table.loc[RNG.random(ROWS) < 0.1, name] = None
    lines = [",".join(f'"{name}"' for name in table), *(",".join(map(cell, row)) for row in table.to_numpy())]
    data = "\n".join([*lines, ""]).encode()
    assert again(data) == data


@pytest.mark.parametrize("mark", ["NA", "NULL", "?", "-"])
def test_marks_between_numbers_dates_and_booleans_are_missing_cells_and_come_back(mark: str) -> None:
    table = TABLE[["age", "day", "flag"]].astype(object)
    for name in table:
        table.loc[RNG.random(ROWS) < 0.1, name] = mark
    data = table.to_csv(index=False).encode()
    source = read_source(data, "t.csv")
    schema = describe(source, Declared(), None, 5)
    assert [column.kind for column in schema.columns] == ["integer", "datetime", "boolean"]
    missing = canonical(source, schema).isna().to_numpy()
    assert (missing == (table == mark).to_numpy()).all()
    assert again(data) == data


@pytest.mark.parametrize("mark", ["", "NA"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
def test_missing_cells_in_quotes_come_back_in_quotes(quoting: int, mark: str) -> None:
    table = TABLE.astype({"age": object})
    table.loc[::9, ["age", "day"]] = None
    data = table.to_csv(index=False, quoting=quoting, na_rep=mark).encode()
    assert again(data) == data


def test_a_mark_beside_a_bare_one_is_missing_as_well() -> None:
    days = [["NA", '"-"', f'"2020-01-{1 + row % 28:02d}"'][row % 3] for row in range(ROWS)]
    data = "\n".join(['v,"d"', *(f"{row},{day}" for row, day in enumerate(days)), ""]).encode()
    source = read_source(data, "t.csv")
    schema = describe(source, Declared(), None, 5)
    assert schema["d"].kind == "datetime"
    assert canonical(source, schema)["d"].isna().sum() == 2 * ROWS // 3


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
def test_row_names_without_a_heading_are_read_and_written(quoting: int) -> None:
    data = TABLE.to_csv(quoting=quoting).encode()
    source = read_source(data, "t.csv")
    assert next(iter(source.columns)) == pd.read_csv(io.BytesIO(data)).columns[0]
    written, before = (text.split(b"\n") for text in (again(data), data))
    assert written[0] == before[0]
    assert [line.partition(b",")[2] for line in written] == [line.partition(b",")[2] for line in before]


def test_of_two_marks_the_more_common_is_written() -> None:
    table = TABLE[["age"]].astype(object)
    table.iloc[:30, 0] = "n/a"
    table.iloc[30:35, 0] = "-"
    lines = again(table.to_csv(index=False).encode()).decode().splitlines()
    assert lines[1:36] == ["n/a"] * 35


def test_a_cell_that_is_missing_in_one_column_is_no_empty_line() -> None:
    assert write_csv({"a": pd.Series(["x", None])}, {"a": ""}, PLAIN, ",") == 'a\nx\n""\n'


@given(
    cells=st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)] * 2),
        min_size=1,
        max_size=20,
    ),
    quoted=st.sets(st.sampled_from("ab")),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_is_written_is_read_back_and_its_quoting_found(
    cells: list[tuple[str, str]], quoted: set[str], delimiter: str
) -> None:
    table = pd.DataFrame(cells, columns=["a", "b"], dtype=object)
    quoting = Quoting(names=True, columns=frozenset(quoted))
    text = write_csv(dict(table.items()), {"a": "", "b": ""}, quoting, delimiter)
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert read == [["a", "b"], *map(list, cells)]
    assert find_quoting(text, delimiter, ["a", "b"]).columns >= quoted
