"""What ranges of numbers fix: found with support, held in every row, and without a number of one subject."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tabtwin.lib.errors import InputError
from tabtwin.protection.banding import find_bands
from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.encoding import Encoding, units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.schema import Column, Schema

ROWS, K = 500, 5


def column(name: str, kind: str = "decimal", **fields: object) -> Column:
    return Column.model_validate({"name": name, "kind": kind, "digits": 2 * (kind == "decimal")} | fields)


def prepared(table: pd.DataFrame, *columns: Column, rules: tuple[Rule, ...] = ()) -> tuple[Schema, Encoding]:
    schema, subjects = Schema(columns=columns, rules=rules), np.arange(len(table))
    encoding = fit_encoding(table, schema, subjects, K)
    shown = as_protected(table, schema, encoding)
    found = find_bands(table, shown, schema, subjects, K)
    schema = with_rules(Observed(schema, table, shown, encoding, subjects, K), found)
    return schema, with_recoding(encoding, table, shown, schema, subjects, K)


def twin(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Rows whose columns have nothing to do with one another, decoded."""
    rng, encoded = np.random.default_rng(2), encode(table, schema, encoding)
    drawn = {name: encoded[name].to_numpy()[rng.permutation(len(encoded))] for name in encoded}
    return decode(pd.DataFrame(drawn), schema, encoding)


def births(rng: np.random.Generator) -> pd.DataFrame:
    weight = np.round(rng.normal(7, 1.5, ROWS).clip(1, 12), 2)
    low = np.where(weight < 5.5, "low", "not low").astype(object)
    points = rng.integers(0, 100, ROWS).astype(float)
    grade = np.array(list("EDCBA"), dtype=object)[np.searchsorted([50, 60, 75, 90], points, side="right")]
    flag = ((weight >= 5.0) & (weight < 9.0)).astype(float)
    return pd.DataFrame({"weight": weight, "low": low, "points": points, "grade": grade, "flag": flag})


def seasons(rng: np.random.Generator) -> pd.DataFrame:
    seen = pd.Series(pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 1_400, ROWS * 2), unit="D"))
    cells = {
        "seen": seen.astype("datetime64[us]"),
        "day": seen.dt.day_name().str[:2],
        "month": seen.dt.month_name(),
        "weekend": np.where(seen.dt.weekday > 4, "yes", "no"),
        "term": np.where(seen.dt.dayofyear.between(60, 200), "summer", "winter"),
        "plan": rng.choice(["basic", "gold"], len(seen)),
    }
    return pd.DataFrame(
        {name: cell if name == "seen" else np.array(cell, object) for name, cell in cells.items()}
    )


def of_seasons(table: pd.DataFrame, *rules: Rule) -> tuple[Schema, Encoding]:
    seen = column("seen", "datetime", format="%Y-%m-%d", digits=0)
    return prepared(table, seen, *(column(name, "category") for name in list(table)[1:]), rules=rules)


def test_parts_of_a_date_fix_names_of_days_and_months_and_hold_whatever_is_drawn() -> None:
    table = seasons(np.random.default_rng(1))
    schema, encoding = of_seasons(table)
    assert {str(rule) for rule in schema.rules} == {
        "weekday(seen) fixes day",
        "weekday(seen) fixes weekend",
        "month(seen) fixes month",
        "yearday(seen) fixes term",
    }
    made = twin(table, schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert (made["day"] == made["seen"].dt.day_name().str[:2]).all()
    assert (made["month"] == made["seen"].dt.month_name()).all()


@pytest.mark.parametrize("given", [{}, {"values": {"1": "no", "5": "no", "6": "yes", "7": "yes"}}])
def test_a_part_of_a_date_that_is_declared_fixes_what_is_declared_or_what_the_table_has(
    given: dict[str, object],
) -> None:
    table = seasons(np.random.default_rng(1))[["seen", "weekend"]]
    rule = Rule.model_validate(
        {"kind": "bands", "columns": ["seen", "weekend"], "expression": "weekday(seen)"} | given
    )
    schema, _ = of_seasons(table, rule)
    assert schema.rules[0].values == {"1": "no", "5": "no", "6": "yes", "7": "yes"}
    with pytest.raises(ValidationError, match="about its first column"):
        Rule(kind="bands", columns=("seen", "weekend"), expression="weekday(other)")


@pytest.mark.parametrize("seed", range(5))
def test_names_that_have_nothing_to_do_with_a_date_are_fixed_by_no_part_of_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = seasons(rng)
    table = table.assign(**{name: rng.permutation(table[name].to_numpy()) for name in list(table)[1:]})
    schema, _ = of_seasons(table)
    assert schema.rules == ()


COLUMNS = (
    column("weight"),
    column("low", "category"),
    column("points", "integer"),
    column("grade", "category"),
    column("flag", "integer"),
)


def test_ranges_of_numbers_fix_categories_and_flags_and_hold_whatever_is_drawn() -> None:
    table = births(np.random.default_rng(1))
    schema, encoding = prepared(table, *COLUMNS)
    assert {str(rule) for rule in schema.rules if rule.kind == "bands"} == {
        "ranges of weight fix low",
        "ranges of weight fix flag",
    }
    assert "points fixes grade" in {str(rule) for rule in schema.rules}  # few points, each held by many
    made = twin(table, schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert ((made["weight"] < 5.5) == (made["low"] == "low")).mean() > 0.97
    known = table.groupby("weight").agg({"low": "first", "flag": "first", "grade": "size"})
    for name in ("low", "flag"):  # what k subjects share holds exactly
        shared = made["weight"].map(known.loc[known["grade"] >= K, name])
        assert (shared.isna() | (shared == made[name])).all()
    assert np.abs(np.sort(made["weight"]) - np.sort(table["weight"])).mean() < 0.05  # numbers stay


def test_ranges_come_before_what_follows_from_them() -> None:
    rng = np.random.default_rng(5)
    wage = np.round(rng.lognormal(5, 1, ROWS * 2), 2)
    table = pd.DataFrame({"wage": wage, "high": (wage > 140).astype(float)})
    table["top"] = np.where(wage > 500, "yes", "no").astype(object)  # no high wage, no top wage
    schema, encoding = prepared(table, column("wage"), column("high", "integer"), column("top", "boolean"))
    assert {str(rule) for rule in schema.rules} == {"ranges of wage fix high", "ranges of wage fix top"}
    made = twin(table, schema, encoding)
    assert not ((made["high"] == 0) & (made["top"] == "yes")).any()
    assert made.loc[made["top"] == "yes", "wage"].min() > made.loc[made["top"] == "no", "wage"].max()


def test_no_end_of_a_range_is_a_number_of_fewer_than_k_subjects() -> None:
    rng = np.random.default_rng(3)
    number = np.round(rng.normal(0, 100, ROWS), 2)
    table = pd.DataFrame({"n": number, "side": np.where(number < 20, "a", "b").astype(object)})
    schema, _ = prepared(table, column("n"), column("side", "category"))
    (rule,) = schema.rules
    counts = pd.Series(number).value_counts()
    assert all(counts.get(float(end), K) >= K for end in rule.values)


def test_a_number_that_is_computed_still_fixes_and_a_formula_may_need_what_is_fixed() -> None:
    rng = np.random.default_rng(4)
    miles = rng.integers(100, 2_000, ROWS) / 100
    pace = rng.integers(600, 1_200, ROWS) / 100
    table = pd.DataFrame(
        {
            "miles": miles,
            "pace": pace,
            "time": (miles * pace).round(2),
            "long": np.where((miles * pace).round(2) > 90, "long", "short").astype(object),
            "slow": (pace > 9).astype(float),
            "fast": 1 - (pace > 9).astype(float),
        }
    )
    schema, encoding = prepared(
        table,
        *map(column, ("miles", "pace", "time")),
        column("long", "category"),
        column("slow", "integer"),
        column("fast", "integer"),
    )
    said = {str(rule) for rule in schema.rules}
    assert "ranges of time fix long" in said
    assert "time = miles * pace" in said
    made = twin(table, schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert ((made["time"] > 90) == (made["long"] == "long")).mean() > 0.97
    assert (made["slow"] + made["fast"] == 1).all()
    assert ((made["pace"] > 9) == (made["slow"] == 1)).mean() > 0.97


@pytest.mark.parametrize(("most", "gap"), [(50, 30), (500, 60)])
def test_what_a_formula_needs_of_the_ranges_of_an_end_holds_in_every_row(most: int, gap: int) -> None:
    rng = np.random.default_rng(1)
    low, price = rng.integers(0, most, ROWS).astype(float), rng.integers(0, 90, ROWS).astype(float)
    high = low + rng.integers(0, gap, ROWS)
    fee = np.select([high < 0.4 * most, high < 0.9 * most], [10.0, 20.0], 40.0)
    table = pd.DataFrame({"low": low, "high": high, "fee": fee, "price": price, "total": price + 3 * fee})
    columns = [column(name, "integer") for name in table]
    schema, encoding = prepared(table, *columns, rules=(Rule(kind="bands", columns=("high", "fee")),))
    *held, order = schema.rules
    assert [str(rule) for rule in held] == ["ranges of high fix fee", "total = 3 * fee + price"]
    assert not broken(twin(table, schema, encoding), tuple(held), units(schema)).any()
    assert (str(order), order.yields) == ("low <= high", True)


def test_missing_numbers_fix_nothing_and_missing_cells_may_be_fixed() -> None:
    rng = np.random.default_rng(5)
    age = rng.integers(0, 9_000, ROWS) / 100
    school = np.where(age < 6, None, np.where(age < 16, "pupil", "none")).astype(object)
    there = rng.random(ROWS) > 0.1
    table = pd.DataFrame({"age": np.where(there, age, np.nan), "school": school})
    schema, encoding = prepared(
        table, column("age", missing=True), column("school", "category", missing=True)
    )
    made = twin(table, schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert made["school"][made["age"] < 5].isna().all()
    assert made["school"][made["age"].isna()].notna().any()


def test_ranges_are_declared_and_denied() -> None:
    table = births(np.random.default_rng(1))
    values: dict[str, str | None] = {"0": "low", "6": "low", "6.01": "not low", "20": "not low"}
    own = Rule(kind="bands", columns=("weight", "low"), values=values)
    schema, encoding = prepared(table, *COLUMNS, rules=(own,))
    made = twin(table, schema, encoding)
    assert ((made["weight"] <= 6) == (made["low"] == "low")).all()
    schema, _ = prepared(table, *COLUMNS, rules=(own.without_values(),))
    assert schema.rules[0].declared
    assert len(schema.rules[0].values) == 4
    with pytest.raises(InputError, match="found none in ranges of points fix low"):
        prepared(table, *COLUMNS, rules=(Rule(kind="bands", columns=("points", "low")),))


def test_few_subjects_of_several_rows_support_ranges_by_the_rows_in_each() -> None:
    rng = np.random.default_rng(3)
    who, visit = np.repeat(np.arange(26), 9), np.tile(np.arange(9), 26)
    table = pd.DataFrame({"age": (visit / 4 + rng.choice([0, 0.01], 234)).round(2), "visit": visit + 1.0})
    schema = Schema(columns=(column("age"), column("visit", "integer")))
    shown = as_protected(table, schema, fit_encoding(table, schema, who, K))
    found = find_bands(table, shown, schema, who, K)
    assert ("age", "visit") in [rule.columns for rule in found]
    levels = table.assign(age=who / 4, visit=(who >= 13) + 1.0)  # the same in all rows of a subject
    shown = as_protected(levels, schema, fit_encoding(levels, schema, who, K))
    assert find_bands(levels, shown, schema, who, K) == []


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(2, 6), st.integers(40, 400), st.sampled_from([8, 40, 10_000]))
def test_independent_columns_have_no_ranges(seed: int, labels: int, rows: int, different: int) -> None:
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.ones(labels))
    table = pd.DataFrame(
        {
            "n": rng.integers(0, different, rows) / 100,
            "c": rng.choice(np.array([f"v{at}" for at in range(labels)], dtype=object), rows, p=share),
        }
    )
    schema = Schema(columns=(column("n"), column("c", "category")))
    subjects = np.arange(rows)
    shown = as_protected(table, schema, fit_encoding(table, schema, subjects, K))
    assert find_bands(table, shown, schema, subjects, K) == []
