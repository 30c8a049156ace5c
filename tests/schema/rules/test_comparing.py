"""Comparisons that a user declares: how they are read, held in drawn rows, and refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

import tabtwin
from tabtwin.lib.errors import InputError
from tabtwin.schema.expression import parse_comparison
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tests.schema.rules.test_never import found, kinds_of, mixed


def budgets(rows: int = 600) -> pd.DataFrame:
    """Parts that stay below a limit, in most rows."""
    rng = np.random.default_rng(1)
    rent, food = rng.lognormal(6, 0.4, rows).round(2), rng.lognormal(5, 0.5, rows).round(2)
    return pd.DataFrame(
        {
            "rent": rent,
            "food": np.where(rng.random(rows) < 0.1, np.nan, food),
            "income": (rng.lognormal(7.2, 0.4, rows)).round(2),
            "kind": rng.choice(["a", "b", "c"], rows),
        }
    )


def compared(expression: str, kind: str = "compare") -> Rule:
    return Rule.model_validate({"kind": kind, "expression": expression})


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("a + b <= c", "a + b <= c"),
        ("c>=a+b", "a + b <= c"),
        ("`unit price` * 2 < 10", "`unit price` * 2 < 10"),
        ("18 < age", "18 < age"),
        ("age > 18", "18 < age"),
    ],
)
def test_comparisons_are_read_with_the_smaller_side_first(text: str, spelled: str) -> None:
    assert str(compared(text)) == spelled
    assert str(compared(text, "formula")) == spelled


def test_two_columns_are_an_ordering() -> None:
    assert compared("b >= a") == Rule(kind="order", columns=("a", "b"))


@pytest.mark.parametrize(
    "text", ["a + b", "a <= b <= c", "1 <= 2", "a <= ", "a <= __import__('os')", "a <= (b"]
)
def test_what_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        compared(text)
    with pytest.raises(ValueError, match="expected"):
        parse_comparison(text)


@pytest.mark.parametrize(
    "text", ["rent + food <= income", "2 * rent < income", "rent <= 900", "food + 1 < rent"]
)
def test_rows_drawn_column_by_column_keep_a_comparison(text: str) -> None:
    table, rule = budgets(), compared(text)
    assert 0 < broken(table, (rule,), {}).mean() < 0.5
    schema = found(table, kinds_of(table).model_copy(update={"rules": (rule,)}))
    made = mixed(table, schema)
    assert not broken(made, schema.rules, {}).any()
    assert made["food"].isna().any()


def test_a_comparison_of_dates_counts_in_days() -> None:
    rng = np.random.default_rng(1)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 500), unit="D")
    table = pd.DataFrame({"start": start, "end": start + pd.to_timedelta(rng.integers(0, 40, 500), unit="D")})
    schema = {"rules": [{"kind": "compare", "expression": "end - start <= 30"}]}
    checked = tabtwin.check(table, schema=schema, seed=1)
    assert "end - start <= 30" in checked.rules
    made = tabtwin.fit(table, seed=1, schema=checked.schema_found).sample(500)
    assert ((made["end"] - made["start"]).dt.days <= 30).all()
    assert (made["start"] <= made["end"]).all()


def test_comparisons_that_cannot_be_held_are_refused_in_one_line() -> None:
    table = budgets()
    for text, says in (
        ("income <= rent * 1", "more than half"),
        ("kind <= rent * 1", "other columns than 'kind'"),
    ):
        with pytest.raises(InputError, match=says) as error:
            found(table, kinds_of(table).model_copy(update={"rules": (compared(text),)}))
        assert "\n" not in str(error.value)
    total = table.assign(total=(table["rent"] + table["income"]).round(2))
    rules = (Rule(kind="sum", columns=("total", "rent", "income")), compared("rent * 2 <= income"))
    with pytest.raises(InputError, match="other rules leave none of its columns free"):
        found(total, kinds_of(total).model_copy(update={"rules": rules}))
