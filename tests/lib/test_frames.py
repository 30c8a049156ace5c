from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.lib.frames import from_parquet, to_parquet, with_columns

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
