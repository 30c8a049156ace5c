"""Numbers that go to the other side of one that other rules write."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tabtwin
from tabtwin.protection.rare_values import fit_encoding
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.mirroring import mirror
from tabtwin.schema.schema import Column, Schema

ROWS = 1500
ORDER = Rule(kind="order", columns=("used", "limit"), yields=True)
FIXING = Rule(kind="implies", columns=("limit", "plan"), values={"1000": "a"})
COLUMNS = (
    Column(name="used", kind="integer"),
    Column(name="limit", kind="integer"),
    Column(name="plan", kind="category"),
)


def mirrored(used: list[float], limit: list[float], *rules: Rule, least: float = 0) -> pd.DataFrame:
    """Rows after mirroring; in their table, numbers lie between ``least`` and 2000."""
    schema = Schema(columns=COLUMNS, rules=(ORDER, *rules))
    table = pd.DataFrame({"used": [least, 2000.0] * 20, "limit": [least, 2000.0] * 20, "plan": "a"})
    encoding = fit_encoding(table, schema, np.arange(40), 5)
    rows = pd.DataFrame({"used": used, "limit": limit}).astype("float64")
    return mirror(rows.assign(plan="a"), schema, encoding)


def test_a_number_goes_as_far_below_its_limit_as_it_was_above_in_proportion() -> None:
    made = mirrored([1100, 900, np.nan], [1000, 1000, 1000], FIXING)
    assert made["used"].tolist()[:2] == [909, 900]
    assert np.isnan(made["used"][2])
    assert made["limit"].tolist() == [1000] * 3


def test_negative_numbers_go_by_the_same_difference() -> None:
    assert mirrored([10], [-20], FIXING, least=-100)["used"].tolist() == [-50]


def test_the_limit_moves_where_other_rules_write_the_number_below_it() -> None:
    fixed = Rule(kind="implies", columns=("used", "plan"), values={"1000": "a"})
    made = mirrored([1000], [800], fixed)
    assert made.to_numpy().tolist() == [[1000, 1250, "a"]]


def test_nothing_moves_where_other_rules_write_both() -> None:
    fixed = Rule(kind="implies", columns=("used", "plan"), values={"1000": "a"})
    assert mirrored([1000], [800], FIXING, fixed).to_numpy().tolist() == [[1000, 800, "a"]]


@given(used=st.integers(-200, 2000), limit=st.integers(-200, 2000), least=st.sampled_from([-200, 0, 50]))
def test_whatever_is_drawn_stays_within_bounds_and_is_in_order_where_these_leave_room(
    used: int, limit: int, least: float
) -> None:
    used, limit = max(used, int(least)), max(limit, int(least))
    made = mirrored([used], [limit], FIXING, least=least)
    assert least <= made["used"][0] <= made["limit"][0] == limit


@pytest.mark.parametrize("kind", ["time of day", "date", "stamp"])
def test_dates_and_times_go_to_the_other_side_too(kind: str) -> None:
    rng = np.random.default_rng(2)
    shift = rng.integers(0, 4, ROWS)
    last, first = shift * 240 + 480, (shift * 240 + 480) * rng.beta(4, 1, ROWS)
    seen, ends = (
        pd.Timestamp("2024-01-01") + pd.to_timedelta(at.astype(int), unit="min") for at in (first, last)
    )
    table = pd.DataFrame({"shift": np.array(list("ABCD"), object)[shift], "seen": seen, "ends": ends})
    if kind == "time of day":
        table = table.assign(**{name: table[name].dt.strftime("%H:%M") for name in ("seen", "ends")})
    if kind == "date":
        days = {name: table[name].dt.hour * 60 + table[name].dt.minute for name in ("seen", "ends")}
        table = table.assign(
            **{name: pd.Timestamp("2024-01-01") + pd.to_timedelta(at, unit="D") for name, at in days.items()}
        )
    made = tabtwin.fit(table, seed=1).sample(ROWS)
    assert not (made["seen"] > made["ends"]).any()


def test_a_chain_of_numbers_under_one_limit_stays_in_order_and_shares_stay() -> None:
    rng = np.random.default_rng(3)
    tier = rng.integers(0, 5, ROWS)
    table = pd.DataFrame({"tier": np.array(list("abcde"), object)[tier], "limit": tier * 400.0 + 300})
    above = table["limit"]
    for number in range(5):
        above = table[f"used{number}"] = (above * rng.beta(5, 1, ROWS)).round(1)
    made = tabtwin.fit(table, seed=1).sample(ROWS)
    names = ["limit", *(f"used{number}" for number in range(5))]
    assert not any((made[less] > made[more]).any() for more, less in pairwise(names))
    shares = [frame["tier"].value_counts(normalize=True) for frame in (made, table)]
    assert (shares[0] - shares[1]).abs().max() < 0.02


def test_several_numbers_under_one_limit_are_in_order_and_shares_stay() -> None:
    rng = np.random.default_rng(1)
    plan = rng.choice(["a", "b", "c", "d"], ROWS)
    limit = pd.Series(plan).map({"a": 300.0, "b": 500.0, "c": 900.0, "d": 1500.0}).to_numpy()
    full = rng.random(ROWS) < 0.25
    table = pd.DataFrame({"plan": plan, "limit": limit, "full": np.where(full, "yes", "no")})
    for number in range(4):
        share = np.where(full, rng.beta(60, 1, ROWS), rng.beta(2, 2, ROWS))
        table[f"used{number}"] = (limit * share).round(2)
    made = tabtwin.fit(table, seed=1).sample(ROWS)
    assert not any((made[f"used{number}"] > made["limit"]).any() for number in range(4))
    for name in ("plan", "full"):
        shares = [frame[name].value_counts(normalize=True) for frame in (made, table)]
        assert (shares[0] - shares[1]).abs().max() < 0.02
    assert all(abs(made[name].mean() / table[name].mean() - 1) < 0.05 for name in ("used0", "limit"))


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 99))
def test_what_is_between_may_be_missing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plan = rng.integers(0, 5, ROWS)
    most = plan * 300.0 + 200
    middle = (most * rng.beta(3, 2, ROWS)).round()
    table = pd.DataFrame({"plan": np.array(list("abcde"), object)[plan], "most": most})
    table["least"] = (middle * rng.beta(2, 2, ROWS)).round()
    table["middle"] = np.where(rng.random(ROWS) < 0.3, np.nan, middle)
    made = tabtwin.fit(table, seed=1).sample(ROWS)
    assert not (made["least"] > made["most"]).any()
    assert not (made["middle"] > made["most"]).any()
    assert not (made["least"] > made["middle"]).any()
