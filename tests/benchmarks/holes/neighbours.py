"""What a reader learns who knows all rows but one: by counts, by the greatest number, by the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import tabtwin
from tabtwin.generators.boost.knobs import Knobs
from tests.benchmarks.holes.replay import Hole, run

ROWS, TRIALS = 800, 20
VALUES = {"a": 2, "b": 5, "c": 20, "d": 60}
"""How many values columns have of which one cell is to be guessed."""
LEFT_OUT = 40
"""Subjects that ``boost`` leaves out of so many; the attacker knows."""
MOST_GAINED = 0.06
"""Share of cells beyond the commonest value's that may be guessed; without blur it is .4 and more."""


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
    yield from _by_counts()
    yield _by_the_greatest()
    yield from _by_the_schema(folder)


def _by_counts() -> Iterator[Hole]:
    """Take each row in turn for the unknown one, and guess the likeliest value by its column's counts."""
    right: dict[str, list[float]] = {name: [] for name in VALUES}
    commonest = dict.fromkeys(VALUES, 0.0)
    for trial in range(TRIALS):
        rows = _labels(trial)
        twin = tabtwin.fit(rows, knobs=Knobs(members=1)).sample(ROWS)
        for name, cells in rows.items():
            counts = cells.value_counts()
            drawn = twin[name].value_counts().reindex(counts.index, fill_value=0)
            right[str(name)].append(_guessed(counts.to_numpy(), drawn.to_numpy()))
            commonest[str(name)] += counts.iloc[0] / ROWS / TRIALS
    for name, shares in right.items():
        share, base = float(np.mean(shares)), commonest[name]
        found = f"{share:.3f} right (the commonest value: {base:.3f})"
        what = f"tabtwin.fit: a row's cell, of {VALUES[name]} values, by counts and all other rows"
        yield Hole("13", what, found, share < base + MOST_GAINED)


def _guessed(counts: np.ndarray, drawn: np.ndarray) -> float:
    """Return the share of rows whose value is the likeliest, given all others and a twin's counts."""
    right = 0
    for value, count in enumerate(counts):
        known = counts - (np.arange(len(counts)) == value)
        blur = 2 * LEFT_OUT * (known / ROWS) * (1 - known / ROWS) + 0.15
        likelihood = (drawn - known) / blur - 0.5 / blur + np.log(np.maximum(known, 0.5))
        right += count * (likelihood.argmax() == value)
    return float(right / counts.sum())


def _labels(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            name: rng.choice([f"{name}{value}" for value in range(many)], ROWS, p=rng.dirichlet([8.0] * many))
            for name, many in VALUES.items()
        }
    )


def _by_the_greatest() -> Hole:
    """Count the bounds that 50 incomes of the unknown richest give, where the next ones are known."""
    rows = table(ROWS, seed=1).sort_values("income", ignore_index=True)
    most = rows["income"].iloc[-1]
    found = set()
    for income in np.linspace(most, 1.1 * most, 50).round(2):
        rows.loc[ROWS - 1, "income"] = income
        found.add(tabtwin.fit(rows[["income"]], seed=1).encoding.columns["income"].high)
    return Hole(
        "13", "tabtwin.fit: 50 incomes of the richest, by the bound", f"{len(found)} bounds", len(found) <= 3
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
