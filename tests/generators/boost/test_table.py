from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from small import small_table
from tabtwin.generators import boost
from tabtwin.lib.errors import InputError
from tabtwin.tables.schema import Column, Schema


def test_three_lines_make_a_twin_with_the_tables_columns_and_kinds() -> None:
    table = small_table()
    model = boost.fit(table, seed=1)
    twin = model.sample(len(table))
    assert twin.shape == table.shape
    assert list(twin) == list(table)
    assert set(twin["region"].unique()) == set(table["region"])
    assert twin["id"].is_unique
    assert twin["since"].min() >= table["since"].min()
    assert twin["income"].isna().any()
    assert set(twin["member"].unique()) == {True, False}


def test_the_same_seed_makes_the_same_twin_and_rows_can_be_asked_for_in_parts() -> None:
    table = small_table().drop(columns="id")
    model = boost.fit(table, seed=1, threads=1)
    whole = model.sample(300)
    pd.testing.assert_frame_equal(boost.fit(table, seed=1, threads=2).sample(300), whole)
    parts = [model.sample(100), model.sample(200, first=100)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    assert not model.sample(300, seed=2).equals(whole)


def test_a_schema_says_what_columns_are() -> None:
    table = pd.DataFrame({"code": np.arange(200) % 4, "n": np.arange(200) % 7})
    schema = Schema(columns=(Column(name="code", kind="category"), Column(name="n", kind="integer")))
    model = boost.fit(table, schema)
    assert model.encoding.columns["code"].categories == ("0", "1", "2", "3")
    assert model.log_likelihood(table).shape == (200, 2)


def test_rare_values_are_protected() -> None:
    table = small_table()
    table.loc[:2, "region"] = "moon"
    table.loc[3, "income"] = 1e9
    twin = boost.fit(table).sample(2_000)
    assert "moon" not in set(twin["region"])
    assert twin["income"].max() < 1e6


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"id": range(100)}),
        pd.DataFrame({"a": ["x"] * 100}),
        pd.DataFrame({"a": list("abcdefghij"), "b": range(0, 20, 2)}),
        pd.DataFrame(index=range(5)),
    ],
)
def test_a_table_of_which_nothing_can_be_learned_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="expected a column to learn"):
        boost.fit(table)


def test_every_town_of_a_twin_lies_in_its_state_and_every_state_in_its_country() -> None:
    rng = np.random.default_rng(1)
    town = rng.integers(0, 24, 400)
    table = pd.DataFrame(
        {
            "country": [f"C{number // 12}" for number in town],
            "state": [f"S{number // 4}" for number in town],
            "town": [f"T{number}" for number in town],
            "code": 1_000 + 7 * town,
        }
    )
    twin = boost.fit(table, seed=1).sample(400)
    for fine, coarse in (("town", "state"), ("state", "country"), ("code", "town")):
        assert set(zip(twin[fine], twin[coarse], strict=True)) <= set(
            zip(table[fine], table[coarse], strict=True)
        )
