"""The values of a categorical type, as far as protection lets them out."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.writing import export_table
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.preparation.check import check_table
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.preparation.profile import Asked, open_table
from tabtwin.protection.rare_values import decode
from tabtwin.schema.levels import FEW_UNUSED


def table(levels: list[str], cells: list[str], ordered: bool = True) -> pd.DataFrame:
    chosen = pd.Categorical(cells, levels, ordered=ordered)
    rng = np.random.default_rng(2)
    return pd.DataFrame({"step": chosen, "amount": rng.normal(size=len(cells)).round(2)})


def cells(rows: int = 300, rare: int = 0) -> list[str]:
    return [*np.random.default_rng(1).choice(["low", "high"], rows - rare).tolist(), *["odd"] * rare]


def twin_type(found: Ingested) -> pd.CategoricalDtype:
    made = export_table(
        decode(found.encoded, found.schema, found.encoding), found.schema, np.random.default_rng(1)
    )
    dtype = to_arrow(made, found.published).to_pandas()["step"].dtype
    assert isinstance(dtype, pd.CategoricalDtype)
    return dtype


def test_order_and_unused_values_are_kept() -> None:
    given = table(["low", "mid", "high"], cells())
    found = ingest_table(from_pandas(given), "t.parquet")
    assert twin_type(found) == given["step"].dtype
    assert found.schema["step"].why == "ordered categories by the source's type"


def test_a_value_of_few_is_neither_in_the_type_nor_in_the_schema() -> None:
    given = table(["low", "odd", "mid", "high"], cells(rare=2))
    data = from_pandas(given)
    found = ingest_table(data, "t.parquet")
    assert "odd" not in twin_type(found).categories
    checked = check_table(open_table(data, "t.parquet", b"", Asked()), "t.parquet")
    assert "odd" not in found.published.model_dump_json() + checked.model_dump_json()


def test_a_value_that_only_a_holdout_has_is_not_kept() -> None:
    given = table(["low", "odd", "high"], cells())
    unseen = table(["low", "odd", "high"], cells(200, rare=1))
    found = ingest_table(from_pandas(given), "t.parquet", holdout=from_pandas(unseen))
    assert list(twin_type(found).categories) == ["low", "high"]


def test_many_unused_values_may_be_those_of_a_larger_table_and_are_not_kept() -> None:
    many = [f"v{number}" for number in range(FEW_UNUSED + 1)]
    found = ingest_table(from_pandas(table(["low", *many, "high"], cells())), "t.parquet")
    assert list(twin_type(found).categories) == ["low", "high"]


def test_a_token_of_rare_values_comes_last() -> None:
    given = table(["odd", "low", "high"], cells(rare=4))
    given.loc[:3, "step"] = "odd"
    found = ingest_table(from_pandas(given), "t.parquet", min_subjects=20)
    found_token = found.schema["step"].token
    categories = list(twin_type(found).categories)
    assert categories in (["low", "high"], ["low", "high", found_token])


def test_a_few_numbers_of_a_categorical_type_are_categories_and_many_texts_are_what_they_look_like() -> None:
    few = table(["3", "2", "1"], np.random.default_rng(3).choice(["1", "2"], 300).tolist())
    assert ingest_table(from_pandas(few), "t.parquet").schema["step"].kind == "category"
    dates = pd.date_range("2020-01-01", periods=200).strftime("%Y-%m-%d").tolist()
    many = table(sorted(dates), np.random.default_rng(3).choice(dates, 300).tolist(), ordered=False)
    assert ingest_table(from_pandas(many), "t.parquet").schema["step"].kind == "datetime"


def test_categories_of_several_files_are_those_of_all() -> None:
    first = from_pandas(table(["low", "mid", "high"], cells()))
    second = from_pandas(table(["low", "high", "top"], [*cells(), *["top"] * 40]))
    found = ingest_table(first, "a.parquet", more=[(second, "b.parquet")])
    assert list(twin_type(found).categories) == ["low", "mid", "high", "top"]


def test_a_declared_order_is_kept() -> None:
    buffer = io.BytesIO()
    table(["low", "high"], cells(), ordered=False).to_parquet(buffer)
    said = b'{"columns": [{"name": "step", "categories": ["high", "never", "low"], "ordered": true}]}'
    dtype = twin_type(ingest_table(buffer.getvalue(), "t.parquet", schema_file=said))
    assert (list(dtype.categories), dtype.ordered) == (["high", "never", "low"], True)


@pytest.mark.parametrize("ordered", [True, False])
def test_arrows_own_dictionaries_keep_their_order(ordered: bool) -> None:
    given = pa.DictionaryArray.from_arrays(
        np.random.default_rng(1).integers(0, 2, 300).astype("int32"),
        ["low", "high", "never"],
        ordered=ordered,
    )
    buffer = io.BytesIO()
    pq.write_table(pa.table({"step": given, "n": list(range(100)) * 3}), buffer)
    dtype = twin_type(ingest_table(buffer.getvalue(), "t.parquet"))
    assert (list(dtype.categories), dtype.ordered) == (["low", "high", "never"], ordered)
