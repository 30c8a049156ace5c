"""What a broken table is, and the sound one that most are made from."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pandas as pd

ROWS = 240
_SOME = 12


@dataclass(frozen=True)
class Broken:
    """A file that is no sound table.

    Attributes:
        name: What is wrong with it.
        data: What it holds.
        said: What the line says that refuses it; empty where it may as well become a right twin.
        file: What it is called.
    """

    name: str
    data: bytes
    said: str = ""
    file: str = "t.csv"


def sound(**columns: object) -> pd.DataFrame:
    """A sound table with these columns besides, or instead."""
    rng = np.random.default_rng(7)
    since = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 900, ROWS), unit="D")
    table = {
        "age": rng.integers(18, 80, ROWS),
        "income": np.round(rng.lognormal(10, 0.5, ROWS), 2),
        "plan": rng.choice(["gold", "silver", "bronze"], ROWS),
        "since": since.strftime("%Y-%m-%d"),
        "left": np.where(rng.random(ROWS) < 0.3, "yes", "no"),
    }
    return pd.DataFrame(table | columns)


def some(common: object, *others: object) -> np.ndarray:
    """Cells of which most hold the same, and a dozen each of the others."""
    cells = np.full(ROWS, common, dtype=object)
    for at, other in enumerate(others):
        cells[at * _SOME : (at + 1) * _SOME] = other
    return np.random.default_rng(3).permutation(cells)


def csv(table: pd.DataFrame) -> bytes:
    """A table as CSV."""
    return table.to_csv(index=False).encode()


def parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet."""
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()
