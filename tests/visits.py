"""A made-up table of visits to a hospital, of which docs/tables.md declares what cannot be guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd

ROWS = 400


def visits() -> pd.DataFrame:
    """Return visits: one of a rare ward, cells that mean missing, and some that end before they begin."""
    rng = np.random.default_rng(3)
    zips, day, stay = rng.integers(0, 12, ROWS), rng.integers(0, 700, ROWS), rng.integers(0, 15, ROWS)
    lab = np.round(rng.normal(14, 2, ROWS), 1).astype(str).astype(object)
    lab[:30:2], lab[1:30:2] = "n/d", "refused"
    stay[40:70] = -3
    ward = rng.choice(["surgery", "medicine", "eyes"], ROWS).astype(object)
    ward[0] = "burns"
    drugs, care = np.round(rng.gamma(2, 40, ROWS), 2), np.round(rng.gamma(3, 90, ROWS), 2)
    return pd.DataFrame(
        {
            "visit": [f"V-{number:05d}" for number in rng.permutation(90_000)[:ROWS]],
            "ward": ward,
            "zip": 10_115 + zips * 7,
            "district": [f"D{number // 3}" for number in zips],
            "born": _dates("1940-01-01", rng.integers(0, 24_000, ROWS), "%d/%m/%Y"),
            "sex": rng.choice(["f", "m"], ROWS),
            "lab": lab,
            "admitted": _dates("2023-01-01", day, "%Y-%m-%d"),
            "discharged": _dates("2023-01-01", day + stay, "%Y-%m-%d"),
            "drugs": drugs,
            "care": care,
            "total": np.round(drugs + care, 2),
        }
    )


def _dates(first: str, days: np.ndarray, form: str) -> pd.Index:
    return (pd.Timestamp(first) + pd.to_timedelta(days, unit="D")).strftime(form)
