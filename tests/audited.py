"""A source of rows that audits are tried on: mixed columns that hang together, and any number of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.schema.schema import Column, Schema

SCHEMA = Schema(
    columns=(
        Column(name="age", kind="integer"),
        Column(name="pay", kind="decimal", digits=2),
        Column(name="debt", kind="decimal", digits=2, missing=True),
        Column(name="since", kind="datetime", format="%Y-%m-%d"),
        Column(name="plan", kind="category", missing=True),
        Column(name="left", kind="boolean"),
    )
)


def source(rows: int, seed: int) -> pd.DataFrame:
    """Fresh rows of the source, canonical."""
    rng = np.random.default_rng(seed)
    age = np.clip(np.round(rng.normal(45, 15, rows)), 18, 90)
    pay = np.round(age * 30 + rng.gamma(2.0, 400.0, rows), 2)
    debt = np.round(rng.exponential(5_000, rows) * (age < 60), 2)
    debt[rng.random(rows) < 0.1] = np.nan
    since = pd.Timestamp("2010-01-01") + pd.to_timedelta(rng.integers(0, 4_000, rows), unit="D")
    since = since.astype("datetime64[us]")
    plan = np.array(["basic", "plus", "gold"], dtype=object)[np.digitize(pay, [1_900, 2_600])]
    plan[rng.random(rows) < 0.05] = None
    left = np.where(rng.random(rows) < 0.1 + 0.3 * (pay < 2_000), "True", "False").astype(object)
    cells = {"age": age, "pay": pay, "debt": debt, "since": since, "plan": plan, "left": left}
    return pd.DataFrame(cells)
