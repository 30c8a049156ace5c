from __future__ import annotations

import numpy as np
import pandas as pd

import tabtwin
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.computed_ends import said_beyond

ROWS = 400


def grown() -> pd.DataFrame:
    """A level that is a logarithm, and a change that is never greater."""
    rng = np.random.default_rng(4)
    hours = np.where(rng.random(ROWS) < 0.3, 0, rng.lognormal(2, 1.3, ROWS)).round(2)
    level = np.log(hours + 1).round(6)
    return pd.DataFrame(
        {"hours": hours, "level": level, "change": (level - rng.exponential(1.5, ROWS)).round(6)}
    )


def order(low: str, high: str) -> Rule:
    return Rule(kind="order", columns=(low, high))


def formula(text: str) -> Rule:
    return Rule.model_validate({"kind": "formula", "expression": text})


def test_what_a_formula_gives_has_no_ordering_that_holds_as_the_formula_does() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.integers(1, 90, (ROWS, 2)).astype(float), columns=["net", "tax"])
    table = table.assign(total=table["net"] + table["tax"])
    orders = [order("net", "total"), order("tax", "net")]
    assert said_beyond(orders, [formula("total = net + tax")], table) == orders[1:]
    assert said_beyond(orders, [], table) == orders


def test_an_ordering_that_a_formula_does_not_imply_holds_in_a_twin() -> None:
    table = grown()
    assert {"level = log(hours + 1)", "change <= level"} <= set(tabtwin.check(table, seed=1).rules)
    twin = tabtwin.fit(table, seed=1).sample(ROWS)
    assert (twin["change"] <= twin["level"]).all()
    assert twin["change"].std() > 0.5 * table["change"].std()


def test_an_ordering_holds_where_a_formula_has_no_result() -> None:
    rng = np.random.default_rng(2)
    year = rng.integers(1900, 2010, ROWS)
    measured = np.where(year >= 1960, 200 + year / 10 + rng.normal(0, 3, ROWS), np.nan).round(2)
    guessed = np.where(year < 1960, 190 + year / 20 + rng.normal(0, 3, ROWS), np.nan).round(1)
    level = np.where(year < 1960, guessed + rng.exponential(0.7, ROWS).round(2), measured)
    table = pd.DataFrame({"year": year, "measured": measured, "guessed": guessed, "level": level.round(2)})
    twin = tabtwin.fit(table, seed=1).sample(ROWS)
    assert not (twin["guessed"] > twin["level"]).any()
