"""Sides of orderings that are learned as gaps or shares: all are in order, and each comes back as it was."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.protection.rare_values import (
    decode,
    violations,
)
from tabtwin.schema.encoding import units
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.recoding import recoded_schema
from tests.schema.rules.test_deriving import (
    DAYS,
    MINUTES,
    ROWS,
    column,
    learned,
    same,
    shuffled,
    stamps,
    visits,
)


def test_an_end_is_learned_as_its_gap_and_comes_back_as_it_was() -> None:
    table = visits()
    schema, encoding, encoded = learned(table, column("start", form=MINUTES), column("end", form=MINUTES))
    assert list(encoded) == ["start", "end after start"]
    assert [c.name for c in recoded_schema(schema, encoding).columns] == ["start", "end after start"]
    stays = (table["end"] - table["start"]).dt.total_seconds() / 60
    assert abs(encoded["end after start"].median() - stays.median()) <= 1
    same(table, decode(encoded, schema, encoding), schema, encoding)


@pytest.mark.parametrize("by", [(MINUTES, MINUTES), (DAYS, MINUTES)])
def test_whatever_is_drawn_stays_last_as_long_as_real_ones_and_none_is_negative(by: tuple[str, str]) -> None:
    table = visits(by=by)
    schema, encoding, encoded = learned(table, column("start", form=by[0]), column("end", form=by[1]))
    made = decode(shuffled(encoded), schema, encoding)
    real, ours = ((t["end"] - t["start"]).dt.total_seconds() for t in (table, made))
    assert abs(ours.median() / real.median() - 1) < 0.1
    assert ours.min() >= real.min() > 0
    assert not violations(made, schema, encoding).any()


def test_missing_and_equal_ends_stay_as_they_are() -> None:
    table = visits()
    rng = np.random.default_rng(3)
    table["end"] = table["end"].where(rng.random(ROWS) < 0.5, table["start"]).where(rng.random(ROWS) > 0.3)
    schema, encoding, encoded = learned(
        table, column("start", form=MINUTES), column("end", form=MINUTES, missing=True)
    )
    made = decode(shuffled(encoded), schema, encoding)
    assert made["end"].isna().mean() == table["end"].isna().mean()
    assert abs((made["end"] == made["start"]).mean() - (table["end"] == table["start"]).mean()) < 0.02
    same(table, decode(encoded, schema, encoding), schema, encoding)


def test_an_end_without_a_start_comes_back_as_it_was() -> None:
    table = visits()
    table["start"] = table["start"].where(np.random.default_rng(3).random(ROWS) > 0.2)
    schema, encoding, encoded = learned(
        table, column("start", form=MINUTES, missing=True), column("end", form=MINUTES)
    )
    assert encoding.recoding.gaps
    same(table, decode(encoded, schema, encoding), schema, encoding)
    made = decode(shuffled(encoded), schema, encoding)
    assert not (made["start"] > made["end"]).any()


def test_gaps_of_three_columns_follow_one_another_and_the_first_counts_where_the_second_is_missing() -> None:
    rng = np.random.default_rng(1)
    start = 18_000 + rng.integers(0, 1_000, ROWS).astype(float)
    second = np.where(rng.random(ROWS) < 0.3, np.nan, start + rng.integers(0, 9, ROWS))
    third = np.fmax(start, second) + rng.integers(0, 9, ROWS)
    table = pd.DataFrame(
        {"out": stamps(third, DAYS), "operated": stamps(second, DAYS), "admitted": stamps(start, DAYS)}
    )
    schema, encoding, encoded = learned(
        table,
        column("out", form=DAYS),
        column("operated", form=DAYS, missing=True),
        column("admitted", form=DAYS),
    )
    assert {gap.column: set(gap.origins) for gap in encoding.recoding.gaps} == {
        "operated": {"admitted"},
        "out": {"operated", "admitted"},
    }
    made = decode(shuffled(encoded), schema, encoding)
    for low, high in (("admitted", "operated"), ("operated", "out"), ("admitted", "out")):
        assert not (made[low] > made[high]).any()
    same(table, decode(encoded, schema, encoding), schema, encoding)


def test_a_stamp_and_a_later_day_are_ordered() -> None:
    table = visits(by=(MINUTES, MINUTES))
    table["end"] = (table["start"].dt.ceil("D") + pd.to_timedelta(np.arange(ROWS) % 7, unit="D")).astype(
        "datetime64[us]"
    )
    schema, encoding, encoded = learned(table, column("start", form=MINUTES), column("end", form=DAYS))
    assert encoded["end after start"].max() == 6
    made = decode(shuffled(encoded), schema, encoding)
    assert not (made["start"] > made["end"]).any()
    same(table, decode(encoded, schema, encoding), schema, encoding)


def test_long_gaps_are_days_and_a_time_of_day_unless_they_are_the_same_to_the_minute() -> None:
    rng = np.random.default_rng(1)
    start = 18_000 + rng.integers(0, 1_000 * 1_440, ROWS) / 1_440
    for apart, by_day in (
        (rng.integers(2, 9, ROWS) - start % 1 + rng.integers(540, 1_020, ROWS) / 1_440, True),
        (rng.choice([14.0, 30.0, 60.0], ROWS), False),
    ):
        table = pd.DataFrame({"start": stamps(start, MINUTES), "end": stamps(start + apart, MINUTES)})
        schema, encoding, encoded = learned(table, column("start", form=MINUTES), column("end", form=MINUTES))
        assert [gap.by_day for gap in encoding.recoding.gaps] == [by_day]
        made = decode(shuffled(encoded), schema, encoding)
        assert not (made["start"] > made["end"]).any()
        same(table, decode(encoded, schema, encoding), schema, encoding)
        if by_day:
            assert made["end"].dt.hour.between(9, 16).mean() > 0.98


@pytest.mark.parametrize(("step", "endings", "learned_as"), [(25.0, (), "low"), (1.0, (0.49, 0.99), "high")])
def test_an_end_in_steps_stays_on_them_whichever_side_is_a_gap(
    step: float, endings: tuple[float, ...], learned_as: str
) -> None:
    rng = np.random.default_rng(1)
    low = rng.integers(100, 9_000, ROWS) / 10
    ends = np.array(endings or (0.0,))
    high = np.ceil(low / step) * step + step * rng.integers(0, 5, ROWS) + rng.choice(ends, ROWS)
    table = pd.DataFrame({"low": low, "high": high})
    columns = (
        column("low", "decimal", digits=1),
        column("high", "decimal", digits=2, step=step, endings=endings),
    )
    schema, encoding, encoded = learned(table, *columns)
    assert [gap.column for gap in encoding.recoding.gaps] == [learned_as]
    made = decode(shuffled(encoded), schema, encoding)
    assert (made["low"] <= made["high"]).all()
    on = np.rint(made["high"] % step * 100) / 100
    assert np.isin(np.where(on == step, 0.0, on), ends).all()


def test_numbers_are_gaps_where_these_vary_less_and_are_in_order_anyway() -> None:
    rng = np.random.default_rng(1)
    built = rng.integers(1850, 2000, ROWS).astype(float)
    least = rng.normal(0, 100, ROWS).round(1)
    mean = (least + rng.gamma(2, 5, ROWS)).round(2)
    table = pd.DataFrame(
        {
            "built": built,
            "renovated": built + rng.integers(0, 40, ROWS),
            "min": least,
            "mean": mean,
            "max": (mean + rng.gamma(2, 5, ROWS) + 0.1).round(1),
            "few": rng.integers(0, 200, ROWS).astype(float),
            "many": 0.0,
        }
    )
    table["many"] = table["few"] + rng.integers(0, 300, ROWS)
    schema, encoding, encoded = learned(
        table,
        column("built", "integer"),
        column("renovated", "integer"),
        column("min", "decimal", digits=1),
        column("mean", "decimal", digits=2),
        column("max", "decimal", digits=1),
        column("few", "integer"),
        column("many", "integer"),
    )
    assert {gap.column for gap in encoding.recoding.gaps} == {"renovated", "mean", "max"}
    assert {"few <= many", "min <= mean", "mean <= max"} <= {str(rule) for rule in schema.rules}
    made = decode(shuffled(encoded), schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert not violations(made, schema, encoding).any()


def loans(rows: int = ROWS) -> pd.DataFrame:
    """Amounts in round numbers, and what is left of them."""
    rng = np.random.default_rng(1)
    amount = rng.choice([5_000.0, 10_000.0, 12_000.0, 15_000.0, 20_000.0, 35_000.0], rows)
    paid = np.where(rng.random(rows) < 0.1, 0, amount * rng.beta(1, 9, rows)).round(2)
    return pd.DataFrame({"balance": (amount - paid).round(2), "amount": amount})


def test_a_start_is_learned_as_its_share_of_an_end_that_has_far_fewer_values() -> None:
    table = loans()
    table["balance"] = table["balance"].where(np.random.default_rng(2).random(ROWS) > 0.1)
    columns = column("balance", "decimal", digits=2, missing=True), column("amount", "integer")
    schema, encoding, encoded = learned(table, *columns)
    assert list(encoded) == ["balance of amount", "amount"]
    same(table, decode(encoded, schema, encoding), schema, encoding)
    made = decode(shuffled(encoded), schema, encoding)
    assert not (made["balance"] > made["amount"]).any()
    assert made["amount"].isin(table["amount"].unique()).mean() > 0.95
    assert made["balance"].isna().mean() == table["balance"].isna().mean()
    kept = (made["balance"] == made["amount"]).mean(), (table["balance"] == table["amount"]).mean()
    assert abs(kept[0] - kept[1]) < 0.03


def test_a_start_without_its_end_comes_back_as_it_was() -> None:
    table = loans()
    table["amount"] = table["amount"].where(np.random.default_rng(2).random(ROWS) > 0.2)
    columns = column("balance", "decimal", digits=2), column("amount", "integer", missing=True)
    schema, encoding, encoded = learned(table, *columns)
    assert [gap.is_share for gap in encoding.recoding.gaps] == [True]
    same(table, decode(encoded, schema, encoding), schema, encoding)


def test_several_starts_of_a_round_end_and_what_comes_after_it_stay_in_order() -> None:
    rng = np.random.default_rng(3)
    table = loans()
    table["due"] = (table["amount"] - rng.gamma(2, 90, ROWS)).round(2)
    table["most"] = table["amount"] + rng.integers(1, 900, ROWS)
    kinds = {"amount": "integer", "most": "integer"}
    columns = (column(name, kinds.get(name, "decimal"), digits=2 * (name not in kinds)) for name in table)
    schema, encoding, encoded = learned(table, *columns)
    assert {gap.column for gap in encoding.recoding.gaps} == {"balance", "due", "most"}
    made = decode(shuffled(encoded), schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert not violations(made, schema, encoding).any()


@settings(max_examples=25)
@given(
    step=st.sampled_from([0.01, 0.5, 1.0, 3.0, 100.0]),
    digits=st.integers(0, 3),
    seed=st.integers(0, 99),
)
def test_a_share_of_any_end_on_any_grid_is_none_to_all_of_it(step: float, digits: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    amount = rng.choice(rng.integers(1, 5_000, 9), ROWS) / 10
    share = np.where(rng.random(ROWS) < 0.1, 1, rng.beta(9, 1, ROWS)) * (rng.random(ROWS) > 0.05)
    part = np.floor(amount * share / step) * step
    table = pd.DataFrame({"part": part.round(2), "whole": (np.ceil(amount / step) * step).round(3)})
    columns = column("part", "decimal", digits=2, step=step), column("whole", "decimal", digits=3)
    schema, encoding, encoded = learned(table, *columns)
    made = decode(shuffled(encoded, seed), schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert not violations(made, schema, encoding).any()
    same(table, decode(encoded, schema, encoding), schema, encoding)


@pytest.mark.parametrize("step", [100, 500])
def test_a_start_whose_values_recur_is_learned_itself(step: int) -> None:
    table = loans(1500)
    is_round = np.random.default_rng(4).random(1500) < 0.4
    table["balance"] = table["balance"].where(~is_round, table["balance"] // step * step)
    columns = column("balance", "decimal", digits=2), column("amount", "integer")
    assert not [gap for gap in learned(table, *columns)[1].recoding.gaps if gap.is_share]


@settings(max_examples=25)
@given(
    fees=st.lists(st.integers(1, 6_000), min_size=1, max_size=8, unique=True),
    others=st.floats(0.1, 0.5),
    seed=st.integers(0, 99),
)
def test_ends_that_are_one_of_a_few_numbers_after_their_start_stay_so(
    fees: list[int], others: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    net = rng.lognormal(5, 0.6, ROWS).round(2)
    fee = np.where(rng.random(ROWS) < others, rng.integers(0, 9_999, ROWS), rng.choice([0, *fees], ROWS))
    table = pd.DataFrame({"net": net, "gross": (net + fee / 100).round(2)})
    schema, encoding, encoded = learned(
        table, column("net", "decimal", digits=2), column("gross", "decimal", digits=2)
    )
    assert [gap.column for gap in encoding.recoding.gaps] == ["gross"]
    same(table, decode(encoded, schema, encoding), schema, encoding)
    made = decode(shuffled(encoded, seed), schema, encoding)
    few = [
        (np.isin((frame["gross"] - frame["net"]).round(2), np.array([0, *fees]) / 100)).mean()
        for frame in (made, table)
    ]
    assert abs(few[0] - few[1]) < 0.03
    assert not broken(made, schema.rules, units(schema)).any()


def test_an_end_that_recurs_is_learned_itself_though_some_equal_their_start() -> None:
    rng = np.random.default_rng(5)
    listed = rng.choice(rng.integers(100, 900, 60) + 0.99, 3 * ROWS)
    paid = np.where(rng.random(3 * ROWS) < 0.1, listed, listed * rng.beta(2, 2, 3 * ROWS)).round(2)
    table = pd.DataFrame({"paid": paid, "listed": listed})
    columns = column("paid", "decimal", digits=2), column("listed", "decimal", digits=2)
    assert "listed" not in {gap.column for gap in learned(table, *columns)[1].recoding.gaps}


def test_an_end_that_often_lies_near_its_greatest_number_is_learned_itself() -> None:
    rng = np.random.default_rng(6)
    before = rng.integers(0, 101, 3 * ROWS).astype(float)
    after = np.where(rng.random(3 * ROWS) < 0.1, before, rng.integers(before, 101)).astype(float)
    table = pd.DataFrame({"before": before, "after": after})
    assert not learned(table, column("before", "integer"), column("after", "integer"))[1].recoding.gaps


def test_an_end_that_is_only_near_a_finer_start_is_no_gap_of_none() -> None:
    rng = np.random.default_rng(7)
    start = rng.gamma(2, 300, 3 * ROWS).round(2)
    end = np.where(rng.random(3 * ROWS) < 0.2, np.ceil(start), np.ceil(start + rng.gamma(2, 300, 3 * ROWS)))
    table = pd.DataFrame({"start": start, "end": end})
    assert not learned(table, column("start", "decimal", digits=2), column("end", "integer"))[1].recoding.gaps
