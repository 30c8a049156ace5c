from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from repeated import patients
from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.reading import read_source
from tabtwin.lib.errors import InputError
from tabtwin.preparation.profile import Asked, open_table


def names(table: pd.DataFrame) -> list[str]:
    return list(read_source(from_pandas(table), "t.parquet").columns)


def test_levels_of_an_index_that_have_a_name_are_columns() -> None:
    table = pd.DataFrame({"who": list("aabb"), "visit": [1, 2, 1, 2], "cost": [1.5, 2.5, 3.5, 4.5]})
    assert names(table.set_index("who")) == ["who", "visit", "cost"]
    assert names(table.set_index(["who", "visit"])) == ["who", "visit", "cost"]
    assert names(table.set_index("who", drop=False)) == ["who", "visit", "cost"]


def test_an_index_without_a_name_is_none() -> None:
    table = pd.DataFrame({"cost": [1.5, 2.5]}, index=[7, 7])
    assert names(table) == ["cost"]


def test_a_subject_in_the_index_stops_a_table_as_one_in_a_column_does() -> None:
    table = patients(np.random.default_rng(1)).set_index("who")
    opened = open_table(from_pandas(table), "t.parquet", b"", Asked())
    assert "'who'" in opened.refusal


def test_an_index_that_is_called_as_a_column_is_refused_where_names_would_repeat() -> None:
    table = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    with pytest.raises(InputError, match="found 2 columns of one name"):
        from_pandas(table)


def odd() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "n": np.arange(120) % 7,
            "w": ["a", "b"] * 60,
            "list": [[1, 2]] * 120,
            "dict": [{"a": 1}] * 120,
            "mixed": [1, "a"] * 60,
            "bytes": [b"x"] * 120,
            5: [{1}] * 120,
        }
    )


def test_all_columns_that_cannot_be_read_are_named_at_once_and_can_be_dropped() -> None:
    with pytest.raises(InputError, match="--drop list,dict,mixed,bytes,5"):
        from_pandas(odd())
    dropped = ["list", "dict", "mixed", "bytes", 5]
    opened = open_table(
        from_pandas(odd(), dropped), "t.parquet", b"", Asked(header="yes", drop="list,dict,mixed,bytes,5")
    )
    assert [column.name for column in opened.schema.columns] == ["n", "w"]


def test_infinite_numbers_are_named_with_what_cannot_be_read() -> None:
    table = odd().drop(columns=["mixed", 5]).assign(far=[1.5, np.inf] * 60)
    with pytest.raises(InputError, match="--drop far,list,dict,bytes"):
        open_table(from_pandas(table), "t.parquet", b"", Asked())
    opened = open_table(from_pandas(table), "t.parquet", b"", Asked(drop="far,list,dict,bytes"))
    assert [column.name for column in opened.schema.columns] == ["n", "w"]
