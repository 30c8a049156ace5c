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
