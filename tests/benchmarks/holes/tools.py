"""Section 10: the audit of another tool's twin, with cells as other tools write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.holes.replay import Hole, call

ROWS = 1_200
ODD: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "decimals in a column of integers": lambda t: t.assign(age=t["age"] + 0.25),
    "a category that training lacks": lambda t: t.assign(plan=["bronze+", *t["plan"][1:]]),
    "a number out of range": lambda t: t.assign(age=[999, *t["age"][1:]]),
    "dates in another format": lambda t: t.assign(since=pd.to_datetime(t["since"]).dt.strftime("%d.%m.%Y")),
    "booleans in other words": lambda t: t.assign(left=t["left"].map({"yes": "True", "no": "False"})),
    "text in a column of numbers": lambda t: t.assign(age=["n/a?", *t["age"][1:]]),
}


def people(rows: int, seed: int) -> pd.DataFrame:
    """Rows of one source."""
    rng = np.random.default_rng(seed)
    since = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D")
    return pd.DataFrame(
        {
            "age": rng.integers(18, 80, rows),
            "income": rng.lognormal(10, 0.5, rows).round(2),
            "plan": rng.choice(["gold", "silver", "bronze"], rows),
            "since": since.strftime("%Y-%m-%d"),
            "left": np.where(rng.random(rows) < 0.3, "yes", "no"),
        }
    )


def replay(folder: Path) -> Iterator[Hole]:
    """Twins that differ in how their cells are written."""
    files = {name: folder / f"{name}.csv" for name in ("training", "holdout")}
    people(ROWS, 1).to_csv(files["training"], index=False)
    people(ROWS // 3, 2).to_csv(files["holdout"], index=False)
    for number, (what, change) in enumerate(ODD.items()):
        twin, out = folder / f"twin-{number}.csv", folder / f"out-{number}"
        change(people(ROWS, 3)).to_csv(twin, index=False)
        named = [word for name, file in files.items() for word in (f"--{name}", file)]
        ended = call("audit", "--synthetic", twin, *named, "--out", out, "--target", "left")
        figures = out / "metrics.json"
        counted = figures.exists() and bool(json.loads(figures.read_text())["carried"]["defects"])
        yield Hole(
            "10", f"audit: {what}", f"{ended}; defects counted: {counted}", ended.code in {0, 3} and counted
        )
