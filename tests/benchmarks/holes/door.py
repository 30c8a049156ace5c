"""Section 11: what stops people at the door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.holes.replay import Hole, call, run

ROWS = 1_200


def replay(folder: Path) -> Iterator[Hole]:
    """Hierarchies, columns that cannot be read, classes that are hidden, a target of 0 and 1."""
    yield from _chain(folder)
    yield from _unreadable(folder)
    yield from _classes(folder)


def _chain(folder: Path) -> Iterator[Hole]:
    rng = np.random.default_rng(2)
    at = rng.integers(0, 24, ROWS)
    table = pd.DataFrame(
        {
            "country": at // 8,
            "state": at // 4,
            "city": at,
            "zip": at * 3 + rng.integers(0, 3, ROWS),
            "size": rng.normal(50, 9, ROWS).round(1),
        }
    )
    for name in ("country", "state", "city", "zip"):
        table[name] = [f"{name} {number}" for number in table[name]]
    file, out = folder / "places.csv", folder / "places"
    table.to_csv(file, index=False)
    ended = run(file, out)
    wrong = -1
    if ended.code == 0:
        twin = pd.read_csv(out / "release" / "synthetic.csv")
        pairs = (("zip", "city"), ("city", "state"), ("state", "country"))
        known = [set(map(tuple, table[[fine, coarse]].to_numpy())) for fine, coarse in pairs]
        wrong = sum(
            tuple(row) not in seen
            for (fine, coarse), seen in zip(pairs, known, strict=True)
            for row in twin[[fine, coarse]].dropna().to_numpy()
        )
    yield Hole(
        "11", "run: zip, city, state, country; rows in a place that is none", f"{ended}; {wrong}", wrong == 0
    )


def _unreadable(folder: Path) -> Iterator[Hole]:
    rng = np.random.default_rng(6)
    table = pa.table(
        {
            "age": rng.integers(18, 80, 300),
            "tags": pa.array([["a", "b"]] * 300),
            "place": pa.array([{"x": 1, "y": 2}] * 300),
            "left": rng.choice(["yes", "no"], 300),
        }
    )
    file = folder / "nested.parquet"
    pq.write_table(table, file)
    ended = call("check", file)
    both = "tags" in ended.line and "place" in ended.line
    yield Hole("11", "check: a list and a struct", str(ended), ended.code == 2 and both)
    ended = call("check", file, "--drop", "tags,place")
    yield Hole("11", "check --drop tags,place", str(ended), ended.code == 0)


def _classes(folder: Path) -> Iterator[Hole]:
    rng = np.random.default_rng(7)
    table = pd.DataFrame({"amount": rng.lognormal(3, 1, ROWS).round(2), "Class": ["normal"] * ROWS})
    table.loc[:1, "Class"] = "fraud"
    table.loc[2:60, "Class"] = "doubtful"
    file = folder / "classes.csv"
    table.to_csv(file, index=False)
    ended = run(file, folder / "classes", "--target", "Class")
    page = folder / "classes" / "private" / "report.html"
    said = "Class" in ended.line or (page.exists() and "class" in page.read_text())
    yield Hole("11", "run --target Class: a class of two rows", f"{ended}; said: {said}", said)
    table["Class"] = (rng.random(ROWS) < 0.05).astype(int)
    table.to_csv(file, index=False)
    ended = run(file, folder / "binary", "--target", "Class")
    page = folder / "binary" / "private" / "metrics.json"
    classes = page.exists() and json.loads(page.read_text())["utility"]["task"] == "classification"
    yield Hole("11", "run --target Class: 0 and 1", f"{ended}; classes: {classes}", bool(classes))
