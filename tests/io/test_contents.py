from __future__ import annotations

import io

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from small import small_table
from tabtwin.io.contents import rows_digest
from tabtwin.io.reading import read_source


def digest(data: bytes) -> str:
    return rows_digest(read_source(data, "t.csv"))


def csv(table: pd.DataFrame, **words: object) -> bytes:
    return table.to_csv(index=False, **words).encode()  # type: ignore[call-overload,no-any-return] # words of to_csv


def parquet(table: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()


TABLE = small_table(60)
TABLES_DIGEST = digest(csv(TABLE))


def test_the_same_rows_are_the_same_in_any_file_and_order() -> None:
    table = small_table(60).drop(columns=["since", "member"])
    mine = digest(csv(table))
    assert digest(csv(table, lineterminator="\r\n")) == mine
    assert digest(csv(table, sep=";")) == mine
    assert digest(csv(table.sample(frac=1, random_state=1))) == mine
    assert digest(csv(table[table.columns[::-1]])) == mine
    assert digest(parquet(table)) == mine


@given(row=st.integers(0, 59), column=st.sampled_from(["age", "income", "region", "bought"]))
@settings(max_examples=30)
def test_a_table_of_which_one_cell_differs_is_another(row: int, column: str) -> None:
    changed = TABLE.astype({column: object})
    changed.loc[row, column] = 7.125
    assert digest(csv(changed)) != TABLES_DIGEST


def test_cells_that_change_rows_make_another_table() -> None:
    table = pd.DataFrame({"a": np.arange(20) % 3, "b": np.arange(20) % 4})
    other = table.assign(b=table["b"].to_numpy()[::-1])
    assert digest(csv(other)) != digest(csv(table))
