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
