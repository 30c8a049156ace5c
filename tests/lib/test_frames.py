from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.lib.frames import StoredColumns, from_parquet, to_parquet, with_columns

TABLE = pd.DataFrame(
    {
        "number": [1.5, np.nan, 3.0],
        "text": pd.Series(["a", None, "c"], dtype=object),
        "date": pd.to_datetime(["2020-01-01", None, "2021-02-03"]),
    }
)


def test_a_table_comes_back_as_it_was() -> None:
    pd.testing.assert_frame_equal(from_parquet(to_parquet(TABLE)), TABLE, check_dtype=False)


def test_the_same_rows_give_the_same_bytes_whatever_their_index() -> None:
    assert to_parquet(TABLE) == to_parquet(TABLE.set_axis([7, 8, 9]))


def test_columns_of_any_name_are_changed_and_the_table_stays() -> None:
    table = pd.DataFrame({"self": [1, 2], "other": ["a", "b"]})
    assert with_columns(table, {"self": [3, 4]}).to_dict("list") == {"self": [3, 4], "other": ["a", "b"]}
    assert table["self"].tolist() == [1, 2]


@given(st.lists(st.text("ab. []", min_size=1, max_size=4), min_size=1, max_size=5, unique=True), st.data())
def test_a_column_read_alone_is_that_of_the_whole_table_whatever_their_names(
    names: list[str], data: st.DataObject
) -> None:
    cells = st.sampled_from([TABLE[name] for name in TABLE] + [pd.Series([None] * 3, dtype=object)])
    stored = to_parquet(pd.DataFrame({name: data.draw(cells) for name in names}))
    columns, whole = StoredColumns(stored), from_parquet(stored)

    assert len(columns) == len(whole)
    for name in names:
        pd.testing.assert_series_equal(columns[name], whole[name])
