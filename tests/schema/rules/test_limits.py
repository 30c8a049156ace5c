"""Skip patterns by a limit of a number, such as children without a job."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

import tabtwin
from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import fit_encoding
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.limits import limits
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.states import limit_of, states_of
from tabtwin.schema.schema import Column, Schema
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


def limits_in(rules: Iterable[Rule]) -> set[tuple[str, float]]:
    """The columns and the numbers of all limits."""
    told = {(rule.columns[0], limit_of(state)) for rule in rules for state, _ in rule.pairs}
    return {(name, float(limit)) for name, limit in told if limit is not None}


@pytest.mark.parametrize(("digits", "limit"), [(0, 16), (2, 15.98)])
def test_limits_are_found_and_hold_in_rows_drawn_column_by_column(digits: int, limit: float) -> None:
    table = people(digits=digits)
    schema = found(table)
    assert {EXACTLY, "boss has a certain value always where age is at a limit or above"} <= said(schema)
    assert limits_in(rule for rule in schema.rules if str(rule) == EXACTLY) == {("age", limit)}
    made = mixed(table, schema)
    assert (made["job"].isna() == (made["age"] < limit)).all()
    assert (made["boss"][made["age"] >= 70] == -1).all()


def limits_of(table: pd.DataFrame, columns: tuple[Column, ...], subjects: np.ndarray, k: int) -> list[Rule]:
    schema = Schema(columns=columns)
    encoding = fit_encoding(table, schema, subjects, 1)
    observed = Observed(schema, table, table, encoding, subjects, k)
    return limits(states_of(table, schema, subjects, k, []), observed, [])


def test_a_limit_is_a_number_of_k_subjects_or_of_none() -> None:
    columns = (Column(name="n", kind="decimal", digits=1), Column(name="job", kind="category", missing=True))
    told = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rows, k, unit = int(rng.integers(300, 1_500)), int(rng.integers(2, 12)), rng.choice([0.1, 1, 5])
        table = pd.DataFrame({"n": unit * rng.integers(0, rng.integers(20, 600), rows)}).round(1)
        end = table["n"].quantile(rng.uniform(0.1, 0.9))
        beyond = table["n"] < end if seed % 2 else table["n"] > end
        beyond |= rng.random(rows) < 0.2 * (seed % 3)
        table["job"] = np.where(beyond, None, rng.choice(["cook", "clerk"], rows))
        subjects = np.arange(rows) // rng.integers(1, 3)
        for _, limit in limits_in(limits_of(table, columns, subjects, k)):
            holders = len(np.unique(subjects[np.isclose(table["n"], limit)]))
            assert holders == 0 or holders >= k, seed
            told += 1
    assert told > 30


@pytest.mark.parametrize(("adults", "is_said"), [(4, False), (5, True)])
def test_what_a_few_beyond_a_limit_lack_is_not_said(adults: int, is_said: bool) -> None:
    """Of those whose age is known: others have a job, too."""
    rng = np.random.default_rng(1)
    months = [*rng.integers(0, 600, 3_000), *range(600, 600 + adults), *[np.nan] * 400]
    age = np.array(months, dtype=float)
    job = np.where(age < 600, None, "cook").astype(object)
    table = pd.DataFrame({"age": age, "job": job})
    columns = (Column(name="age", kind="integer", missing=True), Column(name="job", kind="category"))
    assert bool(limits_of(table, columns, np.arange(len(table)), 5)) == is_said


@pytest.mark.parametrize(("unknown", "is_said"), [(-1, False), (999, True)])
def test_a_mark_that_stands_beyond_a_limit_denies_it(unknown: int, is_said: bool) -> None:
    """Who does not say how old they are may have a job."""
    table = people()
    hidden = np.arange(len(table)) % 8 == 0
    table.loc[hidden, "age"] = unknown
    table.loc[hidden, "job"] = np.resize(["cook", "clerk", "none"], hidden.sum())
    rules = limits_of(
        table[["age", "job"]], kinds_of(table[["age", "job"]]).columns, np.arange(len(table)), 5
    )
    assert (EXACTLY in map(str, rules)) == is_said


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
        assert not limits(held, Observed(schema, table, table, encoding, subjects, 5), []), seed


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
    assert EXACTLY in tabtwin.check(table, seed=1).rules
    made = tabtwin.fit(table, seed=1).sample(900)
    assert (made["job"].isna() == (made["age"] < 16)).all()
