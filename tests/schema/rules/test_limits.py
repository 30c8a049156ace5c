"""Skip patterns by a limit of a number, such as children without a job."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tabtwin
from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import fit_encoding
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.limits import limits
from tabtwin.schema.rules.states import states_of
from tests.schema.rules.test_never import found, kinds_of, mixed, said, unrelated

EXACTLY = "job is missing exactly where age is below a limit"


def people(rows: int = 1_200, *, digits: int = 0) -> pd.DataFrame:
    """People, of whom those under 16 have no job, and those from 67 on no boss."""
    rng = np.random.default_rng(1)
    age = rng.uniform(0, 90, rows).round(digits)
    return pd.DataFrame(
        {
            "age": age,
            "job": np.where(age < 16, None, rng.choice(["cook", "clerk", "none"], rows)),
            "boss": np.where((age >= 67) | (rng.random(rows) < 0.2), -1, rng.lognormal(8, 1, rows).round(2)),
            "size": rng.normal(170, 9, rows).round(1),
        }
    )


def limit_in(rule: Rule) -> set[str | None]:
    return {state for state, _ in rule.pairs}


@pytest.mark.parametrize("digits", [0, 2])
def test_limits_are_found_and_hold_in_rows_drawn_column_by_column(digits: int) -> None:
    table = people(digits=digits)
    schema = found(table)
    assert {EXACTLY, "boss has a certain value always where age is at a limit or above"} <= said(schema)
    exactly = next(rule for rule in schema.rules if str(rule) == EXACTLY)
    assert limit_in(exactly) == {"< 16", ">= 16"}
    made = mixed(table, schema)
    assert (made["job"].isna() == (made["age"] < 16)).all()
    assert (made["boss"][made["age"] >= 70] == -1).all()


def test_a_limit_is_no_number_of_a_few() -> None:
    table = people(digits=4)
    for rule in found(table).rules:
        for state in limit_in(rule):
            if state is not None and state.startswith(("<", ">=")):
                assert (table["age"] == float(state.split()[-1])).sum() == 0


def test_few_beyond_a_limit_may_be_chance() -> None:
    table = people()
    table.loc[(table["age"] < 16) & (np.arange(len(table)) > 120), "job"] = "cook"
    table.loc[table["age"] < 1, "job"] = None
    assert not any(rule.startswith("job is missing") for rule in said(found(table)))


def test_unrelated_columns_have_no_limit() -> None:
    for seed in range(100):
        table, schema = unrelated(seed)
        subjects = np.arange(len(table))
        encoding = fit_encoding(table, schema, subjects, 1)
        held = states_of(table, schema, subjects, 5, [])
        assert not limits(held, table, encoding, subjects, 5, []), seed


def test_a_limit_is_declared() -> None:
    rule = Rule(kind="never", columns=("size", "job"), pairs=(("< 160", "cook"), (">= 180", None)))
    table = people()
    made = mixed(table, found(table, kinds_of(table).model_copy(update={"rules": (rule,)})))
    assert not ((made["size"] < 160) & (made["job"] == "cook")).any()
    wrong = rule.model_copy(update={"pairs": (("< tall", "cook"),)})
    with pytest.raises(InputError, match="expected numbers"):
        found(table, kinds_of(table).model_copy(update={"rules": (wrong,)}))


def test_a_fitted_twin_keeps_a_limit() -> None:
    table = people()
    assert EXACTLY in tabtwin.check(table).rules
    made = tabtwin.fit(table, seed=1).sample(900)
    assert (made["job"].isna() == (made["age"] < 16)).all()
