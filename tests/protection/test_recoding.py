"""Means toward which rows are moved are those of enough subjects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.protection.rare_values import decode
from tabtwin.schema.encoding import bounds, units
from tabtwin.schema.rules.breaking import broken

ROWS = 900


def ingested(table: pd.DataFrame) -> Ingested:
    return ingest_table(table.to_csv(index=False).encode(), "t.csv", target="sex")


def test_a_mean_is_never_the_cells_of_the_one_row_that_has_them_all() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.integers(1, 100_000, (ROWS, 4)).astype(float), columns=list("abcd"))
    table["t"], table["u"] = table["a"] + table["b"], table["c"] + table["d"]
    lacks = rng.random(ROWS) < 0.5
    table.loc[lacks, ["a", "b", "t"]] = np.nan
    table.loc[~lacks, ["c", "d", "u"]] = np.nan
    whole = [12_345, 6_789, 9_876, 54_321, 19_134, 64_197]
    table = pd.concat([table, pd.DataFrame([whole] * 6, columns=list("abcdtu"))], ignore_index=True)
    table["sex"] = rng.choice(["m", "f"], len(table))
    found = ingested(table)
    anchor = found.encoding.recoding.anchor
    assert set(anchor) == set("abcd")
    assert not set(anchor.values()) & set(map(float, whole))
    for name, mean in anchor.items():
        assert abs(mean - table[name].mean()) < table[name].std() / 5


def test_what_stands_for_a_missing_start_does_not_tell_the_outermost_one() -> None:
    rng = np.random.default_rng(2)
    start = rng.integers(1, 1000, ROWS).astype(float)
    start[:3] = 9e11
    table = pd.DataFrame({"start": start, "end": start + rng.integers(0, 60, ROWS)})
    table.loc[rng.random(ROWS) < 0.2, "start"] = np.nan
    table["sex"] = rng.choice(["m", "f"], ROWS)
    found = ingested(table)
    (gap,) = found.encoding.recoding.gaps
    low, high = bounds(found.encoding)["start"]
    assert low <= gap.base <= high < 2000


@pytest.mark.parametrize("first", ["1500-01-01", "1990-01-01", "2500-01-01"])
@pytest.mark.parametrize("columns", [["start", "end"], ["start", "end", "days"], ["start", "again"]])
def test_dates_of_any_century_are_put_back_where_they_were(first: str, columns: list[str]) -> None:
    rng = np.random.default_rng(3)
    start, days = np.datetime64(first) + rng.integers(0, 9000, ROWS), rng.integers(0, 60, ROWS)
    dates = {"start": start, "end": start + days, "again": start}
    table = pd.DataFrame({name: np.datetime_as_string(some) for name, some in dates.items()})
    table = table.assign(days=days)[columns].assign(sex=rng.choice(["m", "f"], ROWS))
    found = ingested(table)
    assert found.schema.rules
    twin = decode(found.encoded, found.schema, found.encoding)
    assert not broken(twin, found.schema.rules, units(found.schema)).any()
    for name in twin.columns.intersection(list(dates)):
        same = twin[name].to_numpy() == found.training[name].to_numpy()
        assert same.mean() > 0.95
