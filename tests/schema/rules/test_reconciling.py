"""Rules that are kept together: of two columns that fix a third, too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tabtwin
from tabtwin.protection.rare_values import unfinished
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules import reconciling
from tests.schema.rules.test_finding import found
from tests.schema.rules.test_never import kinds_of

ROWS = 1500
LABELS, CODES, PRICES = "labels", "codes", "prices"


def people(zones: str, schools: str) -> pd.DataFrame:
    """School and zone both lie in a state; neither of them in the other."""
    rng = np.random.default_rng(1)
    state = rng.integers(0, 6, ROWS)
    zone, school = state * 9 + rng.integers(0, 9, ROWS), state * 7 + rng.integers(0, 7, ROWS)
    return pd.DataFrame(
        {
            "zone": spelled(zone, zones),
            "school": spelled(school, schools),
            "state": np.array(["AL", "CA", "NY", "OR", "TX", "WA"], dtype=object)[state],
            "income": rng.normal(state, 1).round(2),
        }
    )


def spelled(numbers: np.ndarray, how: str) -> np.ndarray:
    """As names, as codes that lie together by state, or as numbers in disorder."""
    if how == LABELS:
        return np.array([f"no. {number}" for number in numbers], dtype=object)
    return numbers * 37 + 1000 if how == CODES else numbers * 7919 % 997 / 10


def strays(twin: pd.DataFrame, table: pd.DataFrame, name: str) -> int:
    """How many rows have another state than their zone or school lies in."""
    lies_in = twin[name].map(dict(zip(table[name], table["state"], strict=True)))
    return int((lies_in.notna() & (lies_in != twin["state"])).sum())


@pytest.mark.parametrize("zones", [LABELS, CODES, PRICES])
@pytest.mark.parametrize("schools", [LABELS, CODES, PRICES])
def test_two_columns_that_fix_a_third_both_agree_with_it_in_every_row(zones: str, schools: str) -> None:
    table = people(zones, schools)
    made = tabtwin.fit(table, seed=1).sample(ROWS)
    assert [strays(made, table, name) for name in ("zone", "school")] == [0, 0]
    shares = [frame["state"].value_counts(normalize=True) for frame in (made, table)]
    assert (shares[0] - shares[1]).abs().max() < 0.05


def test_several_columns_of_hundreds_of_values_that_fix_a_third_agree_with_it_at_once() -> None:
    rng = np.random.default_rng(5)
    state = rng.integers(0, 40, 2 * ROWS)
    names = {name: spelled(state * 3 + rng.integers(0, 3, 2 * ROWS), LABELS) for name in "abcd"}
    table = pd.DataFrame({**names, "state": np.array([f"S{number}" for number in range(40)], object)[state]})
    model = tabtwin.fit(table, seed=1)
    made = model.sample(2 * ROWS)
    assert [strays(made, table, name) for name in names] == [0] * 4
    assert not unfinished(model._decoded(0, ROWS, 1), model.schema, model.encoding).any()
    shares = [frame["state"].value_counts(normalize=True) for frame in (made, table)]
    assert (shares[0] - shares[1]).abs().sum() / 2 < 0.1


def test_what_only_some_values_fix_is_worth_no_row() -> None:
    table = people(LABELS, LABELS)
    strange = np.isin(table["school"], [f"no. {number}" for number in range(42) if number % 3])
    table.loc[strange, "state"] = np.random.default_rng(2).permutation(table.loc[strange, "state"])
    table["zone"] = table["state"] + table["zone"].str[-1]
    assert not [rule for rule in found(table, kinds_of(table)).rules if rule.yields]


def test_the_ranges_of_a_number_and_its_very_numbers_are_one_rule() -> None:
    rng = np.random.default_rng(3)
    points = rng.integers(0, 100, ROWS).astype(float)
    table = pd.DataFrame({"points": points, "grade": np.digitize(points, [50, 60, 75, 90]).astype(float)})
    checked = tabtwin.check(table, seed=1)
    assert len([*checked.rules, *checked.fixes]) == 1


def test_a_declared_rule_is_kept_beside_another_of_the_same_column() -> None:
    table = people(LABELS, LABELS)
    both = tuple(Rule(kind="implies", columns=(first, "state")) for first in ("zone", "school"))
    rules = found(table, kinds_of(table).model_copy(update={"rules": both})).rules
    assert [rule.yields for rule in rules if rule.declared] == [False, True]


def test_numbers_that_one_number_fixes_are_fixed_and_in_no_order_of_their_own() -> None:
    rng = np.random.default_rng(4)
    place = rng.integers(0, 30, ROWS)
    prices = np.sort(rng.integers(100, 999, (30, 3)) / 100, axis=1)
    table = pd.DataFrame(prices[place], columns=["low", "middle", "high"])
    table.insert(0, "place", place * 7919 % 997 + 0.5)
    rules = found(table, kinds_of(table)).rules
    assert not [rule for rule in rules if rule.kind == "order"]
    made = tabtwin.fit(table, seed=1).sample(ROWS)
    real = set(map(tuple, table.to_numpy()))
    assert np.mean([tuple(row) in real for row in made.to_numpy()]) == 1


def limits(by: str) -> pd.DataFrame:
    """What is used of a limit, which a plan or a code fixes, or by which customers are put in tiers."""
    rng = np.random.default_rng(6)
    plan = rng.integers(0, 6 if by == LABELS else 30, ROWS)
    limit = plan * 7 % 30 * 50 + 100
    used = np.round(limit * rng.beta(2, 2, ROWS), 2)
    if by == "tiers":
        return pd.DataFrame({"used": used, "limit": limit, "tier": np.digitize(limit, [400, 900]) * 1.5})
    return pd.DataFrame({"plan": spelled(plan, by), "used": used, "limit": limit})


def orders_of(table: pd.DataFrame) -> list[Rule]:
    schema = tabtwin.check(table, seed=1).schema_found
    return [rule for rule in schema.rules if rule.kind == "order"]


@pytest.mark.parametrize("by", [LABELS, CODES, PRICES, "tiers"])
def test_an_order_yields_to_what_fixes_one_of_its_numbers_or_is_fixed_by_it(by: str) -> None:
    table = limits(by)
    assert [(str(rule), rule.yields) for rule in orders_of(table)] == [("used <= limit", True)]
    made = tabtwin.fit(table, seed=1).sample(ROWS)
    assert not (made["used"] > made["limit"]).any()
    share = [(frame["used"] / frame["limit"]).mean() for frame in (made, table)]
    assert abs(share[0] - share[1]) < 0.03


def test_an_order_yields_to_a_code_that_some_rows_lack() -> None:
    rng = np.random.default_rng(8)
    code = rng.integers(0, 25, ROWS)
    least = code * 37 % 101 * 3 + 10
    table = pd.DataFrame({"code": spelled(code, LABELS), "least": least, "most": least + code * 53 % 97 + 1})
    table["code"] = table["code"].where(rng.random(ROWS) > 0.07)
    made = tabtwin.fit(table, seed=1).sample(2 * ROWS)
    assert not (made["least"] > made["most"]).any()


def test_an_order_between_what_one_code_fixes_does_not_yield_as_it_follows() -> None:
    table = limits(CODES)
    table["least"] = table["limit"] // 50 * 10
    assert "least <= limit" not in map(str, orders_of(table))


def test_a_declared_order_yields_where_a_sum_computes_its_end() -> None:
    rng = np.random.default_rng(7)
    table = pd.DataFrame(rng.integers(-2, 9, (ROWS, 2)), columns=["low", "other"]).astype(float)
    table["high"] = table["low"] + table["other"].clip(0)
    table["sum"] = table["high"] + table["other"]
    declared = Rule(kind="sum", columns=("sum", "high", "other")), Rule(kind="order", columns=("low", "high"))
    rules = found(table, kinds_of(table).model_copy(update={"rules": declared})).rules
    assert [(rule.kind, rule.yields) for rule in rules if rule.declared] == [("sum", False), ("order", True)]


def test_of_thousands_of_rules_those_of_most_rows_are_kept_and_check_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconciling, "MOST_FIXINGS", 4)
    rng = np.random.default_rng(7)
    letter = rng.integers(0, 5, ROWS)
    table = pd.DataFrame({f"name {at}": spelled(letter * (at + 1), LABELS) for at in range(8)})
    checked = tabtwin.check(table.assign(income=rng.normal(size=ROWS).round(2)))
    kept = [rule for rule in checked.schema_found.rules if rule.kind == "implies"]
    assert len(kept) == 4
    assert any("in 4 ways or more" in line for line in checked.doubts)
    few = tabtwin.check(table[["name 0", "name 1"]].assign(income=rng.normal(size=ROWS).round(2)))
    assert not any("ways or more" in line for line in few.doubts)
