"""What a user declares is checked, completed from the table, and kept within value protection."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import fit_encoding, violations
from tabtwin.schema.rule import Rule
from tabtwin.schema.schema import Column, Schema
from tests.schema.rules.test_finding import SCHEMA, found, orders
from tests.schema.rules.test_fixing import STOPS, shuffled, stops


def test_a_declared_rule_about_unfit_or_unknown_columns_is_refused() -> None:
    for columns, message in ((("line", "net"), "'line'"), (("ordered", "nothing"), "'nothing'")):
        schema = SCHEMA.model_copy(update={"rules": (Rule(kind="order", columns=columns),)})
        with pytest.raises(InputError, match=message):
            found(orders(), schema)


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (
            (("order", ("low", "high")), ("order", ("high", "low"))),
            "found high <= low, but it forms a circle",
        ),
        ((("order", ("high", "low")),), "are in reverse order"),
        ((("sum", ("low", "high", "other")),), "do not add up"),
        ((("sum", ("high", "low", "other")), ("order", ("high", "low"))), "shares 'high' with high = low"),
    ],
)
def test_declared_numbers_that_cannot_hold_together_are_refused_in_one_line(
    rules: tuple[tuple[str, tuple[str, ...]], ...], why: str
) -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"low": rng.integers(0, 9, 200), "other": rng.integers(5, 9, 200)}).astype(float)
    table["high"] = table["low"] + table["other"] + 20 * (why.startswith(("are in", "do not")))
    columns = tuple(Column(name=name, kind="integer") for name in table)
    declared = tuple(Rule.model_validate({"kind": kind, "columns": names}) for kind, names in rules)
    with pytest.raises(InputError, match="--schema: expected rules that can be kept together") as refused:
        found(table, Schema(columns=columns, rules=declared))
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_declared_rule_without_values_is_about_what_the_table_always_has_together() -> None:
    table = orders()
    declared = (Rule(kind="implies", columns=("line", "addon")),)
    told = found(table, SCHEMA.model_copy(update={"rules": declared}))
    rule = next(rule for rule in told.rules if rule.columns == ("line", "addon"))
    assert rule.declared
    assert rule.values == {"none": "no line"}


def test_of_declared_values_those_that_protection_hides_fix_nothing_and_none_is_fixed() -> None:
    table = orders()
    table.loc[:2, "line"] = "secret line"
    table.loc[3:8, "addon"] = [f"secret addon {number % 2}" for number in range(6)]
    table.loc[9:10, "line"] = "rare line"
    values = {
        "secret line": "yes",
        "dsl": "secret addon 1",
        "fibre": "no such addon",
        "none": "no line",
    }
    declared = (Rule(kind="implies", columns=("line", "addon"), values=values),)
    told = found(table, SCHEMA.model_copy(update={"rules": declared}))
    rule = next(rule for rule in told.rules if rule.columns == ("line", "addon"))
    assert rule.values == {"dsl": "(other)", "none": "no line"}
    made = shuffled(table, told)
    assert not violations(made, told, fit_encoding(table, told, np.arange(len(table)), 5)).any()


def test_a_column_may_be_missing_where_a_declared_rule_says_so() -> None:
    table = orders()
    declared = (Rule(kind="implies", columns=("line", "other"), values={"dsl": None}),)
    told = found(table, SCHEMA.model_copy(update={"rules": declared}))
    assert told["other"].missing
    made = shuffled(table, told)
    assert made["other"].isna().equals(made["line"] == "dsl")


def test_numbers_and_dates_are_in_no_order_and_a_date_fixes_nothing() -> None:
    for rule in (
        Rule(kind="order", columns=("net", "sent")),
        Rule(kind="order", columns=("sent", "net")),
        Rule(kind="implies", columns=("sent", "line")),
    ):
        with pytest.raises(InputError, match="--schema: expected a rule of kind"):
            found(orders(), SCHEMA.model_copy(update={"rules": (rule,)}))


def test_a_declared_value_of_a_number_is_kept_within_what_may_be_released() -> None:
    for text, kept in (("40.0137", True), ("99", False)):
        rule = Rule(kind="implies", columns=("stop", "lat"), values={"Stop 01": text})
        schema = Schema(columns=tuple(STOPS.values()), rules=(rule,))
        (told,) = (rule for rule in found(stops(), schema).rules if rule.declared)
        assert told.values == ({"Stop 01": text} if kept else {})
    rule = Rule(kind="implies", columns=("stop", "lat"), values={"Stop 01": "north"})
    with pytest.raises(InputError, match="'lat'"):
        found(stops(), Schema(columns=tuple(STOPS.values()), rules=(rule,)))
