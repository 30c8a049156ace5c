"""Rules are found in a table, or denied, and held in whatever is drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding, violations
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.schema import Column, Schema

COLUMNS = (
    Column(name="net", kind="decimal", digits=2),
    Column(name="tax", kind="decimal", digits=2, missing=True),
    Column(name="gross", kind="decimal", digits=2, missing=True),
    Column(name="ordered", kind="datetime", format="%Y-%m-%d"),
    Column(name="sent", kind="datetime", format="%Y-%m-%d", missing=True),
    Column(name="line", kind="category"),
    Column(name="addon", kind="category"),
    Column(name="speed", kind="integer", missing=True),
    Column(name="other", kind="integer"),
)
SCHEMA = Schema(columns=COLUMNS)
FOUND = ["gross = net + tax", "ordered <= sent", "line fixes addon"]


def orders(rows: int = 1_000, seed: int = 1) -> pd.DataFrame:
    """Orders: what they cost, when they were sent, and add-ons that only some lines have."""
    rng = np.random.default_rng(seed)
    net = np.round(rng.lognormal(3, 1, rows), 2)
    tax = np.where(rng.random(rows) < 0.05, np.nan, np.round(net * rng.choice([0.07, 0.19], rows), 2))
    ordered = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), unit="D")
    line = rng.choice(np.array(["none", "dsl", "fibre"], dtype=object), rows)
    return pd.DataFrame(
        {
            "net": net,
            "tax": tax,
            "gross": np.round(net + tax, 2),
            "ordered": ordered,
            "sent": (ordered + pd.to_timedelta(rng.integers(0, 60, rows), unit="D")).where(
                rng.random(rows) > 0.1
            ),
            "line": line,
            "addon": np.where(line == "none", "no line", rng.choice(["yes", "no"], rows)).astype(object),
            "speed": np.where(line == "none", np.nan, rng.integers(10, 99, rows)),
            "other": rng.integers(0, 400, rows).astype(float),
        }
    )


def found(table: pd.DataFrame, schema: Schema = SCHEMA) -> Schema:
    subjects = np.arange(len(table))
    encoding = fit_encoding(table, schema, subjects, 5)
    return with_rules(Observed(schema, table, as_protected(table, schema, encoding), encoding, subjects, 5))


def said(schema: Schema) -> set[str]:
    return {str(rule) for rule in schema.rules}


def test_sums_orderings_and_implications_are_found() -> None:
    assert {*FOUND, "line fixes speed"} <= said(found(orders()))


def test_what_a_category_fixes_is_listed_by_value() -> None:
    rules = {rule.columns: rule.values for rule in found(orders()).rules if rule.kind == "implies"}
    assert rules["line", "addon"] == {"none": "no line"}
    assert rules["line", "speed"] == {"none": None}


def test_columns_that_have_nothing_to_do_with_one_another_have_no_rule() -> None:
    rng = np.random.default_rng(1)
    for rows in (100, 3_000):
        numbers = {f"n{at}": rng.normal(at / 4, 1, rows) for at in range(6)}
        words = {f"c{at}": rng.choice(np.array(list("abcd"), dtype=object), rows) for at in range(4)}
        columns = (
            *(Column(name=name, kind="decimal", digits=17) for name in numbers),
            *(Column(name=name, kind="category") for name in words),
        )
        assert found(pd.DataFrame(numbers | words), Schema(columns=columns)).rules == ()


def test_one_row_that_breaks_a_rule_denies_it() -> None:
    table = orders()
    table.loc[7, "gross"] += 0.01
    table.loc[8, "sent"] = table.loc[8, "ordered"] - pd.Timedelta(1, unit="D")
    row = table.index[table["line"] == "none"][0]
    table.loc[row, "addon"] = "yes"
    assert not said(found(table)) & set(FOUND)


def test_a_denied_rule_is_not_kept_and_a_declared_one_is_though_rows_break_it() -> None:
    table = orders()
    table.loc[:50, "sent"] = table.loc[:50, "ordered"] - pd.Timedelta(1, unit="D")
    schema = SCHEMA.model_copy(
        update={
            "denied": (Rule(kind="sum", columns=("gross", "net", "tax")),),
            "rules": (Rule(kind="order", columns=("ordered", "sent")),),
        }
    )
    told = found(table, schema)
    assert "gross = net + tax" not in said(told)
    assert "ordered <= sent" in said(told)
    assert next(rule for rule in told.rules if rule.kind == "order").declared


def test_of_orderings_that_follow_from_others_only_the_close_ones_are_kept() -> None:
    rng = np.random.default_rng(1)
    steps = rng.integers(0, 50, (2_000, 3)).cumsum(axis=1).astype(float)
    columns = tuple(Column(name=name, kind="integer") for name in "abc")
    told = found(pd.DataFrame(steps, columns=list("abc")), Schema(columns=columns))
    assert said(told) == {"a <= b", "b <= c"}


def test_whatever_is_drawn_keeps_rules_and_protection_once_decoded() -> None:
    table = orders()
    people = np.arange(len(table))
    encoding = fit_encoding(table, SCHEMA, people, 5)
    shown = as_protected(table, SCHEMA, encoding)
    schema = with_rules(Observed(SCHEMA, table, shown, encoding, people, 5))
    encoding = with_recoding(encoding, table, shown, schema, people, 5)
    encoded = encode(table, schema, encoding)
    rng = np.random.default_rng(2)
    shuffled = pd.DataFrame({name: encoded[name].to_numpy()[rng.permutation(1_000)] for name in encoded})
    made = decode(shuffled, schema, encoding)
    assert broken(table.head(0), schema.rules, units(schema)).shape == (0,)
    assert not broken(made, schema.rules, units(schema)).any()
    assert not violations(made, schema, encoding).any()


def test_what_few_subjects_share_in_many_rows_is_no_rule() -> None:
    rng = np.random.default_rng(1)
    people = np.repeat(np.arange(300), 10)
    clinic = np.where(people < 5, "Rare", np.where(people < 60, "Eye", rng.choice(["x", "y"], 300)[people]))
    ill = np.where(people < 60, "no", rng.choice(["no", "yes"], 300)[people])
    table = pd.DataFrame({"clinic": clinic.astype(object), "ill": ill.astype(object)})
    table.loc[people < 5, "ill"] = "HIV"
    schema = Schema(columns=tuple(Column(name=name, kind="category") for name in table))

    def fixed(subjects: np.ndarray) -> dict[str, str | None]:
        encoding = fit_encoding(table, schema, subjects, 5)
        rules = with_rules(
            Observed(schema, table, as_protected(table, schema, encoding), encoding, subjects, 5)
        ).rules
        return next((rule.values for rule in rules if rule.columns == ("clinic", "ill")), {})

    assert fixed(np.arange(len(table))) == {"Rare": "HIV", "Eye": "no"}
    assert fixed(people) == {"Eye": "no"}


def test_sums_and_orderings_of_few_subjects_are_not_kept() -> None:
    table = orders(2_000)
    few = np.arange(2_000) % 20
    encoding = fit_encoding(table, SCHEMA, few, 5)
    rules = with_rules(Observed(SCHEMA, table, as_protected(table, SCHEMA, encoding), encoding, few, 5))
    assert not said(rules) & set(FOUND)
