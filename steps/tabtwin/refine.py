"""Refine: choose the rows that make the twin, and shuffle them.

    weights, screened -> synthetic, refine

A seeded draw by the models' weights. Where one model made every row, its first rows are the twin: a stream
may be balanced from its first row on, which a random draw would lose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from tabtwin.lib.contract import Ref
from tabtwin.lib.errors import RefusedError
from tabtwin.lib.options import FEWEST_ROWS, Rows
from tabtwin.lib.pool import MEMBER
from tabtwin.lib.seeds import generator
from tabtwin.lib.step import Inputs, Outputs, Step, StepParams
from tabtwin.tables.schema import Schema

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="ingest", file="facts.json"),
    Ref(step="weigh", file="weights.json"),
    Ref(step="screen", file="screened.parquet"),
)


class Params(StepParams):
    """How many rows make the twin."""

    rows: Rows = Field(0, description="rows of the twin; 0: as many as the table has")


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Mapping[str, Any]:
    """Draw the twin from the screened pool."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    weights = inputs.json("weigh", "weights.json")["weights"]
    screened = inputs.table("screen", "screened.parquet")
    wanted = params.rows or int(inputs.json("ingest", "facts.json")["rows"])
    if len(screened) < wanted:
        fewer = f", or use --rows {len(screened)}" if len(screened) >= FEWEST_ROWS else ""
        raise RefusedError(
            f"expected {wanted} screened rows, found {len(screened)}; run screen with the same --rows{fewer}"
        )

    members = screened[MEMBER].to_numpy()
    rows = choose(members, weights, wanted, generator(params.seed, "refine"))
    synthetic = screened.iloc[rows][[column.name for column in schema.learned]]
    outputs.table("synthetic.parquet", synthetic)
    report = {"rows": wanted, "screened": len(screened), "models": origins(members, rows, weights)}
    outputs.json("refine.json", report)
    return {"rows": wanted, "models": len(set(members[rows]))}


def choose(
    members: np.ndarray, weights: Mapping[str, float], wanted: int, draw: np.random.Generator
) -> np.ndarray:
    """The rows of the twin, shuffled: int64 (wanted,), none twice.

    Args:
        members: The model that made each row.
        weights: Of each model, not negative; a model without one counts 0.
        wanted: At most as many as there are rows.
        draw: Where chance comes from.
    """
    names = sorted(set(members))
    available = [int((members == name).sum()) for name in names]
    shares = quotas([float(weights.get(name, 0.0)) for name in names], available, wanted)
    chosen = [
        np.flatnonzero(members == name)[:share]
        if share == wanted
        else draw.choice(np.flatnonzero(members == name), share, replace=False)
        for name, share in zip(names, shares, strict=True)
    ]
    return draw.permutation(np.concatenate(chosen))


def quotas(weights: list[float], available: list[int], wanted: int) -> list[int]:
    """How many rows each model gives: by weight, with largest remainders, and never more than it has.

    What a model lacks the others give, by weight; models of weight 0 only once the others are used up.
    """
    assert sum(available) >= wanted, "more rows wanted than there are"
    weight, most = np.array(weights), np.array(available)
    given = np.zeros(len(most), int)
    while (left := wanted - given.sum()) > 0:
        open_weight = np.where(given < most, weight, 0.0)
        if not open_weight.any():
            open_weight = np.where(given < most, most - given, 0).astype(float)
        exact = left * open_weight / open_weight.sum()
        extra = np.floor(exact).astype(int)
        order = np.argsort(extra - exact, kind="stable")
        extra[order[: left - extra.sum()]] += 1
        given = np.minimum(given + extra, most)
    return [int(count) for count in given]


def origins(
    members: np.ndarray, rows: np.ndarray, weights: Mapping[str, float]
) -> dict[str, dict[str, float | int]]:
    """For each model with rows in the screened pool: its weight, those rows, and its rows of the twin."""
    return {
        str(name): {
            "weight": float(weights.get(name, 0.0)),
            "screened": int((members == name).sum()),
            "rows": int((members[rows] == name).sum()),
        }
        for name in sorted(set(members))
    }


STEP = Step(name="refine", params=Params, reads=lambda params, run: READS, run=run)
