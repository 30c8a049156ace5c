from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.enforcing import enforce

SUM = Rule(kind="sum", columns=("total", "a", "b"))
CHAIN = (Rule(kind="order", columns=("a", "b")), Rule(kind="order", columns=("b", "total")))
FIXES = Rule(kind="implies", columns=("line", "addon"), values={"no": "no line", "old": None})
BOUNDS = {"a": (0.0, 50.0), "b": (-5.0, 60.0), "total": (2.0, 80.0)}
UNITS = {"a": 1.0, "b": 0.01, "total": 0.01}
CELLS = arrays.arrays(
    np.float64, (20, 3), elements=st.one_of(st.integers(-5, 60).map(float), st.just(np.nan))
)


def table(cells: np.ndarray) -> pd.DataFrame:
    """Cells within their bounds."""
    frame = pd.DataFrame(cells, columns=["total", "a", "b"])
    return frame.apply(lambda column: column.clip(*BOUNDS[str(column.name)]))


@given(CELLS)
def test_a_total_is_the_sum_of_its_parts_and_all_stay_within_their_bounds(cells: np.ndarray) -> None:
    held = enforce(table(cells), (SUM,), BOUNDS, UNITS)
    assert not broken(held, (SUM,), UNITS).any()
    for name, (low, high) in BOUNDS.items():
        assert not ((held[name] < low) | (held[name] > high)).any()


@given(CELLS)
def test_a_chain_of_orderings_sorts_rows_and_changes_no_set_of_values(cells: np.ndarray) -> None:
    drawn = pd.DataFrame(cells, columns=["total", "a", "b"])
    held = enforce(drawn, CHAIN, dict.fromkeys(BOUNDS, (-5.0, 60.0)), UNITS)
    assert not broken(held, CHAIN, UNITS).any()
    np.testing.assert_array_equal(np.sort(held.to_numpy(), axis=1), np.sort(drawn.to_numpy(), axis=1))


@given(CELLS)
def test_values_that_change_places_stay_within_the_bounds_of_their_new_column(cells: np.ndarray) -> None:
    held = enforce(table(cells), CHAIN, BOUNDS, UNITS)
    assert not broken(held, CHAIN, UNITS).any()
    for name, (low, high) in BOUNDS.items():
        assert not ((held[name] < low) | (held[name] > high)).any()


def test_a_row_that_keeps_its_rules_is_left_as_it_is() -> None:
    rows = pd.DataFrame({"total": [7.0, 8.25], "a": [3.0, 4.0], "b": [4.0, 4.25]})
    pd.testing.assert_frame_equal(enforce(rows, (SUM,), BOUNDS, UNITS), rows)


def test_a_total_beyond_protection_takes_from_the_part_with_most_room() -> None:
    rows = pd.DataFrame({"total": [0.0], "a": [50.0], "b": [60.0]})
    held = enforce(rows, (SUM,), BOUNDS, UNITS)
    assert held.iloc[0].tolist() == [80.0, 50.0, 30.0]


def test_dates_in_the_wrong_order_change_places_and_missing_ones_stay() -> None:
    rule = Rule(kind="order", columns=("start", "end"))
    days = {"start": ["2020-01-05", "2020-01-01", None], "end": ["2020-01-02", "2020-01-03", "2020-01-01"]}
    rows = pd.DataFrame({name: pd.to_datetime(cells) for name, cells in days.items()})
    held = enforce(rows, (rule,), {}, {})
    assert held["start"].dt.day.tolist()[:2] == [2, 1]
    assert held["end"].dt.day.tolist() == [5, 3, 1]
    assert not broken(held, (rule,), {}).any()


def test_dates_that_change_places_stay_within_the_bounds_of_their_new_column() -> None:
    rule = Rule(kind="order", columns=("start", "end"))
    rows = pd.DataFrame({"start": pd.to_datetime(["2020-03-01"]), "end": pd.to_datetime(["2020-01-01"])})
    held = enforce(rows, (rule,), {"start": (18_270.0, 18_350.0), "end": (18_262.0, 18_300.5)}, {})
    assert held["start"].tolist() == [pd.Timestamp("2020-01-09")]
    assert held["end"].tolist() == [pd.Timestamp("2020-02-08 12:00")]


def test_numbers_that_change_places_are_written_as_their_new_columns_are() -> None:
    rule = Rule(kind="order", columns=("whole", "exact"))
    rows = pd.DataFrame({"whole": [5.0, 2.0], "exact": [3.27, 3.27]})
    held = enforce(rows, (rule,), {}, {"whole": 1.0, "exact": 0.01})
    assert held["whole"].tolist() == [3.0, 2.0]
    assert held["exact"].tolist() == [5.0, 3.27]


def test_what_a_category_fixes_is_written() -> None:
    rows = pd.DataFrame(
        {
            "line": pd.Series(["no", "old", "yes", None], dtype=object),
            "addon": pd.Series(["x", "y", "z", "w"], dtype=object),
        }
    )
    assert broken(rows, (FIXES,), {}).tolist() == [True, True, False, False]
    held = enforce(rows, (FIXES,), {}, {})
    assert held["addon"].tolist() == ["no line", None, "z", "w"]
    assert not broken(held, (FIXES,), {}).any()


def test_a_category_can_fix_that_a_number_is_missing() -> None:
    rule = Rule(kind="implies", columns=("line", "fee"), values={"no": None})
    rows = pd.DataFrame({"line": pd.Series(["no", "yes"], dtype=object), "fee": [1.0, 2.0]})
    held = enforce(rows, (rule,), {}, {})
    np.testing.assert_array_equal(held["fee"], [np.nan, 2.0])


@pytest.mark.parametrize(
    ("kind", "columns"),
    [("sum", ("a", "b")), ("order", ("a",)), ("order", ("a", "a")), ("implies", ("a", "b", "c"))],
)
def test_a_rule_without_its_columns_is_none(kind: str, columns: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="rule"):
        Rule.model_validate({"kind": kind, "columns": columns})


def test_rules_say_what_they_are() -> None:
    assert str(SUM) == "total = a + b"
    assert str(CHAIN[0]) == "a <= b"
    assert str(FIXES) == "line fixes addon"
