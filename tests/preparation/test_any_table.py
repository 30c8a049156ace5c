"""Odd small tables, and odd schemas with them: each is ingested, or refused in one line, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabtwin.io.writing import export_table, to_csv
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import ingest_table
from tabtwin.protection.rare_values import decode, violations
from tabtwin.schema.encoding import units
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.rules.breaking import broken

Draw = Callable[[np.random.Generator, int], Any]
COLUMNS: dict[str, Draw] = {
    "few integers": lambda rng, rows: rng.integers(0, 5, rows),
    "codes": lambda rng, rows: rng.integers(0, 40, rows) // 3 * 7,
    "one value": lambda rng, rows: np.full(rows, "x"),
    "seven cells": lambda rng, rows: np.where(np.arange(rows) < 7, "p", ""),
    "mostly nought": lambda rng, rows: np.where(rng.random(rows) < 0.95, 0, rng.normal(0, 1, rows)),
    "rare yes": lambda rng, rows: np.where(rng.random(rows) < 0.02, "yes", "no"),
    "days": lambda rng, rows: pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 90, rows), "D"),
    "months": lambda rng, rows: [f"2020-{month:02}" for month in rng.integers(1, 13, rows)],
    "letters": lambda rng, rows: rng.choice(list("abcdefghijklmnop"), rows),
    "the token": lambda rng, rows: rng.choice(["(other)", "(other 2)", "z"], rows, p=[0.03, 0.03, 0.94]),
    "great": lambda rng, rows: rng.choice([1e15, -1e15, 1e-300, 0.0], rows),
    "too great": lambda rng, rows: rng.choice([1e300, 1.0], rows),
    "marks": lambda rng, rows: rng.choice(["1.5", "2", "NA", "-", "?"], rows),
    "true": lambda rng, rows: rng.choice(["true", "false", ""], rows),
    "running": lambda rng, rows: np.arange(rows),
}
STATED: dict[str, list[Any]] = {
    "kind": ["integer", "category", "boolean", "datetime", "key", "constant", "empty", "nonsense"],
    "dtype": ["int64", "decimal128(99, 2)", "timestamp[h]", "dictionary:int8", "x"],
    "pattern": ["#", "", "\\", "9A"],
    "format": ["%Y", "%Q", "x"],
    "marks": [["x", "0"], "x", [""]],
    "spelling": [["no", "yes"], ["a"]],
    "digits": [3, -1],
    "token": ["x", "(other)"],
    "protect": [0, 2, 60],
}


def table(rng: np.random.Generator) -> pd.DataFrame:
    """Columns at random; some repeat the one before, or say it more coarsely."""
    rows = int(rng.choice([100, 140, 240]))
    chosen: dict[str, Any] = {}
    for name in rng.permutation(list(COLUMNS))[: rng.integers(1, 6)]:
        chosen[name] = COLUMNS[name](rng, rows)
        if rng.random() < 0.4:
            codes = pd.factorize(pd.Series(chosen[name]).astype(str))[0]
            chosen[f"group of {name}"] = [f"G{code // 3}" for code in codes]
        if rng.random() < 0.2:
            chosen[f"copy of {name}"] = chosen[name]
    return pd.DataFrame(chosen)


def declared(rng: np.random.Generator, names: list[str]) -> dict[str, Any]:
    """A schema file that says odd things of a few columns, and rules between any."""
    columns = []
    for name in names:
        fields = [field for field in STATED if rng.random() < 0.06]
        said = {field: STATED[field][rng.integers(0, len(STATED[field]))] for field in fields}
        columns.append({"name": name} | said)
    rules = []
    for _ in range(rng.integers(0, 3)):
        kind, some = str(rng.choice(["sum", "order", "implies"])), rng.permutation(names).tolist()
        values = {"values": {"G0": "x", "x": None}} if kind == "implies" and rng.random() < 0.5 else {}
        rules.append({"kind": kind, "columns": some[: 3 if kind == "sum" else 2]} | values)
    return {"columns": columns, "rules": rules}


@pytest.mark.parametrize("seed", range(40))
def test_an_odd_table_is_ingested_or_refused_in_one_line(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = table(rng)
    schema = json.dumps(declared(rng, list(given))).encode() if seed % 2 else b""
    try:
        found = ingest_table(given.to_csv(index=False).encode(), "t.csv", schema_file=schema)
    except InputError as error:
        line = str(error)
        assert line
        assert "\n" not in line
        return
    for part in (found.training, found.holdout):
        assert [part[one.name].dtype == object for one in found.schema.learned] == [
            is_label(one) for one in found.schema.learned
        ]
    drawn = {name: cells.to_numpy()[rng.permutation(len(cells))] for name, cells in found.encoded.items()}
    made = decode(pd.DataFrame(drawn), found.schema, found.encoding)
    assert not broken(made, found.schema.rules, units(found.schema)).any()
    assert not violations(made, found.schema, found.encoding).any()
    dressed = export_table(made, found.published, rng)
    assert to_arrow(dressed, found.published).column_names == list(given)
    assert to_csv(dressed, found.published).count(b"\n") > len(made)
