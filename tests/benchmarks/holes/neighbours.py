"""What a reader learns who knows all rows but one: by counts, by the greatest number, by the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from tabtwin.generators import boost
from tests.benchmarks.holes.replay import Hole, run

ROWS, TRIALS = 800, 30


def table(rows: int, seed: int) -> pd.DataFrame:
    """Rows of people, each alone in its row."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, rows),
            "plan": rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1]),
            "churned": rng.choice(["yes", "no"], rows),
            "diagnosis": rng.choice(["flu", "cold", "cough", "none"], rows),
            "income": rng.lognormal(10, 0.5, rows).round(2),
        }
    )


def replay(folder: Path) -> Iterator[Hole]:
    """Each as who knows the other rows would."""
    yield _by_counts("diagnosis", chance=0.25)
    yield _by_counts("churned", chance=0.5)
    yield _by_the_greatest()
    yield from _by_the_schema(folder)


def _by_counts(column: str, chance: float) -> Hole:
    """Guess a cell of the unknown row: the value that the twin has more often than the other rows."""
    right = 0
    for trial in range(TRIALS):
        rows = table(ROWS, seed=trial)
        twin = boost.fit(rows).sample(ROWS)
        more = twin[column].value_counts().sub(rows[column][:-1].value_counts(), fill_value=0)
        right += more.idxmax() == rows[column].iloc[-1]
    # Three standard errors above chance.
    limit = chance + 3 * np.sqrt(chance * (1 - chance) / TRIALS)
    found = f"right in {right} of {TRIALS} twins (by chance {chance:.2f} of them)"
    return Hole("13", f"boost.fit: {column} of the one unknown row, by counts", found, right / TRIALS < limit)


def _by_the_greatest() -> Hole:
    """Count the bounds that 50 incomes of the unknown richest give, where the next ones are known."""
    rows = table(ROWS, seed=1).sort_values("income", ignore_index=True)
    most = rows["income"].iloc[-1]
    found = set()
    for income in np.linspace(most, 1.1 * most, 50).round(2):
        rows.loc[ROWS - 1, "income"] = income
        found.add(boost.fit(rows[["income"]], seed=1).encoding.columns["income"].high)
    return Hole(
        "13", "boost.fit: 50 incomes of the richest, by the bound", f"{len(found)} bounds", len(found) <= 3
    )


def _by_the_schema(folder: Path) -> Iterator[Hole]:
    """One cell of one person, in two tables that are else the same."""
    plain = table(400, seed=2).astype({"age": float})
    for what, change in {"a missing cell": (7, "age", np.nan), "a letter": (7, "plan", "é")}.items():
        row, column, cell = change
        other = plain.copy()
        other.loc[row, column] = cell
        told = []
        for name, rows in {"plain": plain, "other": other}.items():
            file, out = folder / f"{name} {what}.csv", folder / f"{name} {what}"
            rows.to_csv(file, index=False, encoding="cp1252")
            ended = run(file, out, "--target", "churned", "--seed", "1")
            if ended.code:
                yield Hole("13", f"run: {what} of one person", str(ended), closed=False)
                return
            schema = json.loads((out / "release" / "schema.json").read_text())
            told.append((schema["encoding"], [one["missing"] for one in schema["columns"]]))
        same = told[0] == told[1]
        yield Hole(
            "13", f"run: {what} of one person, by the schema", "the same" if same else "it differs", same
        )
