from __future__ import annotations

import numpy as np
import pandas as pd

import tabtwin


def test_formulas_hold_in_every_row_that_a_fitted_twin_samples() -> None:
    draw = np.random.default_rng(1)
    qty, price = draw.integers(1, 20, 300), draw.lognormal(3, 1, 300).round(2)
    a, b = draw.integers(0, 60, 300), draw.integers(0, 40, 300)
    table = pd.DataFrame({"qty": qty, "price": price, "amount": (qty * price).round(2), "copy": qty})
    made = tabtwin.fit(table.assign(a=a, b=b, c=100 - a - b), seed=1).sample(300)
    assert (made["a"] + made["b"] + made["c"] == 100).all()
    assert (made["copy"] == made["qty"]).all()
    assert ((made["qty"] * made["price"] - made["amount"]).abs() < 0.0051).all()


def stored_in_single(rows: int) -> pd.DataFrame:
    """A price, its logarithm, that of a year ago, and how much it changed, as Stata stores them."""
    rng = np.random.default_rng(6)
    price = rng.lognormal(0, 0.4, rows).round(2).astype("float32")
    level, before = np.log(price), rng.normal(0, 0.6, rows).astype("float32")
    cells = {"price": price, "level": level, "before": before, "change": level - before}
    return pd.DataFrame({name: cells[name].astype("float64") for name in cells})


def test_formulas_of_numbers_in_single_precision_are_found_and_hold() -> None:
    table = stored_in_single(400)
    assert {"level = log(price)", "change = level - before"} <= set(tabtwin.check(table, seed=1).rules)
    twin = tabtwin.fit(table, seed=1).sample(400)
    assert np.allclose(np.log(twin["price"]), twin["level"], atol=1e-6)
    assert np.allclose(twin["level"] - twin["before"], twin["change"], atol=1e-6)


def test_a_sum_of_coarse_numbers_that_is_a_step_off_is_said_to_be_off() -> None:
    rng = np.random.default_rng(7)
    net, tax = rng.lognormal(3, 1, 400).round(2), rng.lognormal(1, 1, 400).round(2)
    total = (net + tax + np.where(rng.random(400) < 0.1, 0.01, 0)).round(2)
    rules = tabtwin.check(pd.DataFrame({"net": net, "tax": tax, "total": total}), seed=1).rules
    assert [rule for rule in rules if " = " in rule] == ["total = net + tax, give or take 0.01"]
