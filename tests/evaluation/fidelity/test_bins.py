"""Bins hold what mostlyai-qa's hold, and a place for everything."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.evaluation.fidelity.bins import fit_bins
from tabtwin.schema.schema import Column, Schema


def codes(cells: list[object], kind: str, reference: list[object] | None = None) -> list[int]:
    """The bins of one column's cells, fitted on ``reference`` or on themselves."""
    dtype = {"category": object, "datetime": "datetime64[ns]"}.get(kind, "float64")
    schema = Schema.model_validate({"columns": [{"name": "c", "kind": kind}]})
    tables = [pd.DataFrame({"c": pd.Series(part, dtype=dtype)}) for part in (reference or cells, cells)]
    return [int(code) for code in fit_bins([tables[0]], schema).codes(tables[1])[0]]


def test_a_continuous_number_is_cut_into_tenths() -> None:
    counts = np.bincount(codes(list(np.random.default_rng(1).normal(size=1_000)), "decimal"))
    assert counts[0] == 0
    assert len(counts) == 11
    assert counts[1:].min() > 70


def test_ten_values_or_fewer_keep_a_bin_each() -> None:
    assert codes([3, 1, 2, 2, 9], "integer") == [3, 1, 2, 2, 4]


def test_what_lies_beyond_the_reference_joins_the_outermost_bins() -> None:
    assert codes([-99, 0, 5, 999], "integer", [0, 5, 9]) == [1, 1, 2, 3]


def test_missing_cells_have_a_bin_of_their_own() -> None:
    assert codes([1.0, np.nan, 2.0], "decimal") == [1, 0, 2]
    assert codes(["a"] * 5 + [None], "category")[-1] == 0
    assert codes([pd.Timestamp("2020-01-01"), pd.NaT], "datetime") == [1, 0]


def test_a_column_without_values_is_all_missing() -> None:
    for kind in ("decimal", "category", "datetime"):
        assert codes([None, None], kind) == [0, 0]


def test_only_the_ten_commonest_categories_of_five_rows_have_a_bin() -> None:
    cells: list[object] = [f"v{i:02}" for i in range(12) for _ in range(20 - i)] + ["rare"] * 4
    found = dict(zip(cells, codes(cells, "category"), strict=True))
    assert found["v10"] == found["v11"] == found["rare"]
    assert len(set(found.values())) == 11


def test_missing_takes_one_of_the_ten_places() -> None:
    cells: list[object] = [f"v{i:02}" for i in range(10) for _ in range(20 - i)] + [None] * 30
    found = dict(zip(cells, codes(cells, "category"), strict=True))
    assert len(set(found.values())) == 11
    assert found["v09"] == max(found.values())


def test_a_spike_does_not_swallow_the_other_bins() -> None:
    rng = np.random.default_rng(1)
    cells = np.where(rng.random(2_000) < 0.8, 0.0, rng.gamma(2.0, 100.0, 2_000))
    assert len(set(codes(list(cells), "decimal"))) >= 10


def test_at_most_three_hundred_columns_are_compared() -> None:
    names = [f"c{i:03}" for i in range(310)]
    schema = Schema(columns=tuple(Column(name=name, kind="integer") for name in names))
    bins = fit_bins([pd.DataFrame(np.zeros((5, 310)), columns=names)], schema)
    assert bins.names == names[:300]


@settings(max_examples=40)
@given(st.lists(st.floats(-1e9, 1e9) | st.just(float("nan")), min_size=1, max_size=60))
def test_bins_follow_the_order_of_numbers(cells: list[object]) -> None:
    found = codes(cells, "decimal")
    ranked = [code for _, code in sorted((c, code) for c, code in zip(cells, found, strict=True) if code)]  # type: ignore[type-var] # cells are floats
    assert ranked == sorted(ranked)
