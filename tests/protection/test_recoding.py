"""Means toward which rows are moved are those of enough subjects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.schema.encoding import bounds

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
