"""Tables without names become columns with numbers, and lose no row."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from tabtwin.io.concat import read_files
from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.reading import read_source
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import as_text

TABLE = pd.DataFrame({"a": range(10, 16), "b": list("xyxyxx"), "c": [1.5, None, 2.5, 0.5, 3.5, 4.5]})
NAMES = ["column_1", "column_2", "column_3"]


def cells(source: object) -> list[list[str | None]]:
    columns = source.columns.values()  # type: ignore[attr-defined] # test's own
    return [one.take(as_text(one), None).tolist() for one in columns]


@pytest.mark.parametrize("how", [{}, {"quoting": 1}, {"sep": ";"}])
def test_the_first_line_is_a_row_and_columns_are_numbered(how: dict[str, object]) -> None:
    bare = TABLE.to_csv(index=False, header=False, **how)  # type: ignore[call-overload] # test's own
    found = read_source(bare.encode(), "t.csv", "no")
    whole = read_source(TABLE.to_csv(index=False, **how).encode(), "t.csv")  # type: ignore[call-overload] # test's own
    assert list(found.columns) == NAMES
    assert found.rows == len(TABLE)
    assert cells(found) == cells(whole)
    assert found.quoting.columns == {NAMES[list(TABLE).index(name)] for name in whole.quoting.columns}


def test_a_line_that_does_not_fit_is_counted_from_the_first_row() -> None:
    with pytest.raises(InputError, match="expected 2 cells in line 3, as in line 1, found 3"):
        read_source(b"1,2\n3,4\n5,6,7\n", "t.csv", "no")


def test_a_header_of_these_very_names_is_one() -> None:
    twin = TABLE.set_axis(NAMES, axis=1).to_csv(index=False).encode()
    assert read_source(twin, "t.csv", "no").rows == len(TABLE)


def test_words_over_numbers_are_names_whatever_somebody_says() -> None:
    with pytest.raises(
        InputError, match=r"words over numbers or dates in 2 of 3 columns; leave --no-header out"
    ):
        read_source(TABLE.to_csv(index=False).encode(), "t.csv", "no")


def test_several_files_without_names_are_one_table() -> None:
    parts = [TABLE[:3], TABLE[3:]]
    files = [(part.to_csv(index=False, header=False).encode(), f"{at}") for at, part in enumerate(parts)]
    assert read_files(files, "no").rows == len(TABLE)


def test_names_that_pandas_made_of_a_row_become_that_row_again() -> None:
    bare = TABLE.assign(d=TABLE["a"]).to_csv(index=False, header=False)
    read = pd.read_csv(io.StringIO(bare))  # 10, x, 1.5, 10.1
    found = read_source(from_pandas(read), "t.parquet", "no")
    assert found.rows == len(TABLE)
    assert sorted(cells(found)[0]) == sorted(cells(found)[3]) == [str(number) for number in range(10, 16)]
    assert cells(found)[1][0] == "x"


def test_pandas_own_numbers_for_columns_are_no_row() -> None:
    read = pd.read_csv(io.StringIO(TABLE.to_csv(index=False, header=False)), header=None)
    assert read_source(from_pandas(read), "t.parquet", "no").rows == len(TABLE)
    assert list(read_source(from_pandas(read), "t.parquet").columns) == ["0", "1", "2"]


def test_names_that_are_no_cells_are_refused_as_a_row() -> None:
    with pytest.raises(InputError, match="found 2 of 3 that are not"):
        read_source(from_pandas(TABLE), "t.parquet", "no")
