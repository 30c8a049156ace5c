"""Section 7: what schema, metrics and report say too exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.holes.replay import Hole, run

ROWS, RARE = 3_000, 25
DIGITS = 3
"""Decimals of a figure that the report shows at most."""


def clinics() -> pd.DataFrame:
    """A place of few people of whom all have the same diagnosis, and a flag of known count."""
    rng = np.random.default_rng(9)
    clinic = rng.choice(["North", "South", "East", "West"], ROWS).astype(object)
    clinic[:RARE] = "Rare"
    return pd.DataFrame(
        {
            "clinic": clinic,
            "dx": np.where(clinic == "Rare", "HIV", rng.choice(["flu", "asthma", "none", "HIV"], ROWS)),
            "hiv": np.where(rng.random(ROWS) < 0.06, "positive", "negative"),
            "age": rng.integers(18, 90, ROWS),
            "dose": rng.normal(5, 1, ROWS).round(2),
            "person": np.repeat(np.arange(ROWS // 5), 5),
        }
    ).sample(frac=1, random_state=2)


def replay(folder: Path) -> Iterator[Hole]:
    """A rule on five people, figures of 16 digits, decimals of one cell."""
    table = clinics()
    table.loc[table.index[7], "dose"] = 5.123456
    file, out = folder / "clinics.csv", folder / "out"
    table.to_csv(file, index=False)
    ended = run(file, out, "--target", "hiv", "--entity", "person")
    if ended.code:
        yield Hole("7", "run: a clinic of five people", str(ended), closed=False)
        return
    release = out / "release"
    schema = json.loads((release / "schema.json").read_text())
    told = [rule for rule in schema["rules"] if rule["kind"] == "implies" and rule.get("values")]
    yield Hole("7", "schema.json: what a value of one column says of another", f"{len(told)} told", not told)
    figures = list(_numbers(json.loads((release / "metrics.json").read_text())))
    fine = [figure for figure in figures if round(figure, DIGITS) != figure]
    yield Hole(
        "7",
        f"metrics.json: figures of more than {DIGITS} decimals",
        f"{len(fine)} of {len(figures)}",
        not fine,
    )
    twin = pd.read_csv(release / "synthetic.csv", dtype=str)
    decimals = int(twin["dose"].dropna().str.partition(".")[2].str.len().max())
    yield Hole("7", "one cell of six decimals among two", f"the twin has {decimals}", decimals == 2)


def _numbers(found: Any) -> Iterator[float]:
    if isinstance(found, float):
        yield found
    elif isinstance(found, dict | list):
        for part in found.values() if isinstance(found, dict) else found:
            yield from _numbers(part)
