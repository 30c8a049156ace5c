"""Section 2: exact cells of single people at the ends of numbers and dates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.holes.replay import Hole, run

ROWS, FEW = 2_000, 5
MOST = 2
"""How often a value that one person holds may stand in a twin of as many rows by chance."""


def pay() -> pd.DataFrame:
    """Numbers and dates of which nearly every cell is one person's."""
    rng = np.random.default_rng(3)
    born = pd.Timestamp("1930-01-01") + pd.to_timedelta(rng.normal(15_000, 5_000, ROWS).round(), unit="D")
    seen = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10**8, ROWS), unit="s")
    salary = rng.lognormal(10.5, 0.5, ROWS).round(2)
    return pd.DataFrame(
        {
            "salary": salary,
            "score": rng.normal(0, 1, ROWS).round(6),
            "balance": -rng.lognormal(8, 1, ROWS).round(2),
            "points": rng.integers(10_000, 9_000_000, ROWS),
            "born": born.strftime("%Y-%m-%d"),
            "seen": seen.strftime("%Y-%m-%d %H:%M:%S"),
            "rich": np.where(salary > np.median(salary), "yes", "no"),
        }
    )


def replay(folder: Path) -> Iterator[Hole]:
    """A twin of a table whose extremes are single people's."""
    table = pay()
    file, out = folder / "pay.csv", folder / "out"
    table.to_csv(file, index=False)
    ended = run(file, out, "--target", "rich")
    if ended.code:
        yield Hole("2", "run: a table of single people's numbers and dates", str(ended), closed=False)
        return
    twin = pd.read_csv(out / "release" / "synthetic.csv")
    for name in table.columns.drop("rich"):
        held = table[name].value_counts()
        made = twin[name].value_counts()
        few = made[made.index.isin(held[held < FEW].index)]
        worst = int(few.max()) if len(few) else 0
        ends = int(twin[name].isin(np.sort(table[name])[[*range(FEW), *range(-FEW, 0)]]).sum())
        yield Hole(
            "2",
            f"{name}: the extremes of 2 x {FEW} people, and any value of fewer than {FEW}, in the twin",
            f"the extremes stand in {ends} rows, the commonest such value in {worst}",
            worst <= MOST or held.size < ROWS / 2,
        )
