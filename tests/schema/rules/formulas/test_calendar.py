"""Dates and times of day that are a part of another date, and numbers that are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import tabtwin

ROWS = 800
STAMPS = pd.Series(
    pd.Timestamp("2021-03-01") + pd.to_timedelta(np.random.default_rng(1).integers(0, 9e7, ROWS), unit="s")
)
PARTS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "part = date(stamp) - day(stamp) + 1": lambda of: of.dt.strftime("%Y-%m"),
    "part = date(stamp) - weekday(stamp) + 1": lambda of: of.dt.to_period("W").dt.start_time.dt.strftime(
        "%Y-%m-%d"
    ),
    "part = time(stamp)": lambda of: of.dt.strftime("%H:%M:%S"),
    "part = quarter(stamp)": lambda of: of.dt.quarter,
    "part = week(stamp)": lambda of: of.dt.isocalendar().week.astype(int),
    "part = yearday(stamp)": lambda of: of.dt.dayofyear,
    "part = minute(stamp)": lambda of: of.dt.minute,
    "part = second(stamp)": lambda of: of.dt.second,
    "part = floor((yearday(stamp) + 6) / 7)": lambda of: (of.dt.dayofyear - 1) // 7 + 1,
}


@pytest.mark.parametrize("rule", PARTS)
def test_a_part_of_a_stamp_is_found_and_every_row_of_a_twin_has_its_own(rule: str) -> None:
    table = pd.DataFrame({"stamp": STAMPS, "part": PARTS[rule](STAMPS).to_numpy()})
    assert rule in tabtwin.check(table, seed=1).rules
    made = tabtwin.fit(table, seed=1).sample(300, seed=2)
    own = PARTS[rule](pd.to_datetime(made["stamp"]))
    assert made["part"].astype(str).tolist() == own.astype(str).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_independent_dates_are_no_parts_of_one_another(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "stamp": STAMPS,
            "month": rng.permutation(STAMPS.dt.strftime("%Y-%m")),
            "time": rng.permutation(STAMPS.dt.strftime("%H:%M:%S")),
            "week": rng.permutation(STAMPS.dt.isocalendar().week.astype(int)),
        }
    )
    assert tabtwin.check(table, seed=1).rules == ()
