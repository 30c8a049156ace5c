"""A table whose rows are a plan is told from one whose rows are drawn."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from tabtwin.preparation.balanced_designs import designs
from tabtwin.preparation.profile import Asked, open_table
from tabtwin.schema.typed import canonical

RNG = np.random.default_rng(2)


def found(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    opened = open_table(frame.to_csv(index=False).encode(), "t.csv", b"", Asked())
    return designs(canonical(opened.source, opened.schema), opened.schema)


def trial(repeats: int) -> pd.DataFrame:
    cells = [*product("abcde", range(2001, 2008), ["north", "south", "west", "east"])] * repeats
    frame = pd.DataFrame(cells, columns=["variety", "year", "site"])
    return frame.assign(crop=RNG.normal(50, 9, len(frame)).round(1))


@pytest.mark.parametrize("repeats", [1, 2])
def test_each_combination_once_or_twice_is_a_trial_though_some_are_lacking(repeats: int) -> None:
    table = trial(repeats)
    assert found(table) == [("variety", "year", "site")]
    assert found(table.drop(table.index[::20])) == [("variety", "year", "site")]


def test_a_row_for_each_day_is_a_calendar_and_so_are_its_months_and_days() -> None:
    days = pd.date_range("2021-01-01", "2021-12-31")
    frame = pd.DataFrame({"date": days, "month": days.month, "day": days.day})
    assert found(frame.assign(births=RNG.integers(7_000, 12_000, 365))) == [("date",), ("month", "day")]


def test_drawn_rows_are_no_plan_though_as_many_combinations_are_possible() -> None:
    drawn = pd.DataFrame({"a": RNG.integers(0, 20, 400), "b": RNG.choice([*"abcdefghijklmnopqrst"], 400)})
    assert found(drawn.assign(c=RNG.normal(size=400))) == []
    dates = pd.Timestamp("2021-01-01") + pd.to_timedelta(RNG.integers(0, 1_000, 400), unit="D")
    assert found(drawn.assign(since=dates)) == []


def test_months_and_working_days_are_calendars_and_drawn_days_are_none() -> None:
    rows = RNG.normal(size=300).round(4)
    for days in (
        pd.date_range("2000-01-01", periods=300, freq="MS"),
        pd.bdate_range("2020-01-01", periods=300),
    ):
        assert found(pd.DataFrame({"at": days, "x": rows})) == [("at",)]
    for seed in range(20):
        drawn = np.random.default_rng(seed).integers(0, 900, 240)
        days = pd.Timestamp("2015-01-01") + pd.to_timedelta(drawn, unit="D")
        assert found(pd.DataFrame({"at": days, "x": rows[:240]})) == []


def test_many_rows_of_each_combination_say_nothing_of_the_others() -> None:
    assert found(trial(6)) == []
