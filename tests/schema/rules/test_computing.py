from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tabtwin.schema.rule import Rule, computing_order
from tabtwin.schema.rules.agreement import obstacle
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.computing import computed

TABLE = pd.DataFrame(
    {
        "net": [1.0, 2.5, np.nan, 8.0],
        "tax": [0.5, 0.25, 1.0, np.nan],
        "gross": [9.0, np.nan, 4.0, 8.0],
        "born": pd.to_datetime(["2000-01-31", None, "1999-12-31", "2001-02-03"]),
        "year": [1.0, 2.0, 3.0, 4.0],
    }
)
UNITS = {"gross": 0.01, "year": 1.0}


def formula(text: str, *, loose: bool = False) -> Rule:
    return Rule.model_validate({"kind": "formula", "expression": text, "loose": loose})


def given(text: str) -> np.ndarray:
    return computed(formula(text), {str(name): TABLE[name].to_numpy() for name in TABLE})


def test_a_target_is_computed_and_is_missing_where_a_part_is() -> None:
    np.testing.assert_array_equal(given("gross = net + tax"), [1.5, 2.75, np.nan, np.nan])
    np.testing.assert_array_equal(given("year = year(born)"), [2000, np.nan, 1999, 2001])


def test_formulas_come_after_those_that_they_need() -> None:
    needing, needed = formula("gross = year * 2"), formula("year = net * 4")
    assert computing_order([needing, needed]) == [needed, needing]


def test_rows_that_a_formula_does_not_give_are_found_to_its_targets_rounding() -> None:
    for gross, expected in ((1.504, False), (1.51, True), (np.nan, True)):
        table = TABLE.head(1).assign(gross=gross)
        assert broken(table, (formula("gross = net + tax"),), UNITS).tolist() == [expected]
    assert not broken(
        TABLE.head(1).assign(gross=np.nan), (formula("gross = net + tax", loose=True),), UNITS
    ).any()


@pytest.mark.parametrize(
    ("kept", "rule"),
    [
        ("a = b + c", "a = d * 2"),
        ("a = b + c", "b = a - 1"),
        ("a = b + c", "a = c"),
    ],
)
def test_formulas_that_write_one_column_twice_or_form_a_circle_are_not_kept_together(
    kept: str, rule: str
) -> None:
    assert obstacle(formula(rule), [formula(kept)], {}, {}, frozenset())


def test_a_longer_circle_of_formulas_is_found() -> None:
    kept = [formula("a = b + c"), formula("b = d + 1")]
    assert "circle" in obstacle(formula("d = a * 2"), kept, {}, {}, frozenset())
    assert not obstacle(formula("e = a * 2"), kept, {}, {}, frozenset())


def test_an_ordering_may_end_in_a_computed_column_if_a_number_is_free_to_move() -> None:
    order, kept = Rule(kind="order", columns=("d", "a")), [formula("a = b + c")]
    fixed = [Rule(kind="implies", columns=("town", name), values={"x": "1"}) for name in ("b", "c", "d")]
    assert not obstacle(order, kept, {}, {}, frozenset())
    assert "follows from" in obstacle(order, kept + fixed, {}, {}, frozenset())
    assert not obstacle(order, [*kept, formula("d = a - e")], {}, {}, frozenset())
    assert "follows from" in obstacle(Rule(kind="order", columns=("a", "b")), kept, {}, {}, frozenset())
    assert not obstacle(Rule(kind="order", columns=("b", "c")), kept, {}, {}, frozenset())


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "formula", "expression": "a +"},
        {"kind": "formula", "expression": "a = a + b"},
        {"kind": "formula", "columns": ["a", "b"], "expression": "b + c"},
        {"kind": "formula", "columns": ["a", "b"]},
        {"kind": "order", "columns": ["a", "b"], "expression": "b"},
    ],
)
def test_a_formula_that_does_not_name_its_columns_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(fields)


def test_a_denied_sum_denies_the_formula_whichever_column_is_its_target() -> None:
    denied = Rule(kind="sum", columns=("gross", "net", "tax"))
    assert formula("net = gross - tax").is_like(denied)
    assert not formula("net = gross").is_like(denied)
