"""A twin's cells in the source's Arrow types, as far as these can hold them."""

import pandas as pd

from tabtwin.io.writing_parquet import to_arrow
from tabtwin.schema.schema import Column, Schema


def test_a_token_that_the_type_cannot_hold_makes_the_column_text() -> None:
    column = Column(name="zip", kind="category", dtype="int64")
    twin = pd.DataFrame({"zip": pd.Series(["01234", "(other)", None], dtype=object)})
    typed = to_arrow(twin, Schema(columns=(column,)))
    assert typed["zip"].to_pylist() == ["01234", "(other)", None]
