"""A small table as ingest hands it over, and models of it, each fitted once for all tests."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from counted import facts
from tabtwin.evaluation.canaries.planting import PLANTED
from tabtwin.generators import find
from tabtwin.generators.protocol import Settings
from tabtwin.generators.spec import part_tasks
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.step import Inputs, Outputs, Step, StepParams
from tabtwin.protection.rare_values import decode, encode, fit_encoding
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Column, Schema
from tabtwin.store.store import Store

ROWS = 400
SCHEMA = Schema(
    columns=(
        Column(name="age", kind="integer"),
        Column(name="index", kind="decimal", digits=2, missing=True),
        Column(name="since", kind="datetime", format="%Y-%m-%d"),
        Column(name="a, [odd] name", kind="category", missing=True),
        Column(name="churn", kind="boolean", spelling=("no", "yes")),
    ),
    target="churn",
)


def table(rows: int = ROWS, seed: int = 3) -> pd.DataFrame:
    """A canonical table whose columns hang together."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, rows).astype(float)
    spent = np.round(age * 3 + rng.normal(0, 10, rows), 2)
    region = np.where(age < 30, "north", np.where(age < 60, "south", "west")).astype(object)
    region[rng.random(rows) < 0.1] = None
    return pd.DataFrame(
        {
            "age": age,
            "index": np.where(rng.random(rows) < 0.2, np.nan, spent),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(age.astype(int) * 20, unit="D"),
            "a, [odd] name": region,
            "churn": pd.Series(np.where(age + rng.normal(0, 10, rows) > 50, "yes", "no"), dtype=object),
        }
    )


def encoding() -> Encoding:
    """What protection leaves of :func:`table`."""
    return fit_encoding(table(), SCHEMA, np.arange(ROWS), 5)


def encoded() -> pd.DataFrame:
    """:func:`table` as generators see it."""
    return encode(table(), SCHEMA, encoding())


def folds() -> pd.DataFrame:
    """The fold and the subject of each row of :func:`table`."""
    dealt = pd.DataFrame({"fold": np.arange(ROWS) % 5, "subject": np.arange(ROWS)})
    return dealt.astype({"fold": "int8", "subject": "int32"})


def canaries(planted: int = 0) -> pd.DataFrame:
    """Canaries for :func:`table`: as good as any, though they are fresh rows."""
    fresh = encode(table(2 * planted, seed=9), SCHEMA, encoding())
    return decode(fresh, SCHEMA, encoding()).assign(**{PLANTED: np.arange(2 * planted) % 2 == 0})


@functools.cache
def model_bytes(generator: str) -> bytes:
    """A model of :func:`encoded`, trained briefly."""
    return fit(generator).save()


def fit(generator: str, epochs: int = 2, seed: int = 1, threads: int = 1) -> Any:
    """Train a model of :func:`encoded`."""
    settings = Settings(epochs=epochs, threads=threads)
    return find(generator).fit(encoded(), SCHEMA, settings, seed, lambda *_: None)


class IngestParams(StepParams):
    """Which models to plan."""

    seed: int = 1
    models: str = "tvae-1"
    groups: int = 1
    shards: int = 1


def _ingest(params: IngestParams, inputs: Inputs, outputs: Outputs) -> Mapping[str, Any]:
    outputs.json("schema.json", SCHEMA.model_dump())
    outputs.json("encoding.json", encoding().model_dump())
    outputs.table("encoded.parquet", encoded())
    outputs.table("folds.parquet", folds())
    outputs.table("canaries.parquet", canaries())
    outputs.json("facts.json", facts(ROWS).model_dump())
    outputs.json("seed.json", {"seed": 1, "keyed": True})
    names = params.models.split(",")
    parts = {name: part_tasks(name, params.groups, params.shards) for name in names}
    plan = [{"name": name, "parts": [part.model_dump() for part in parts[name]]} for name in names]
    outputs.json("models.json", plan)
    return {}


def ingest(store: Store, run: str, models: str = "tvae-1", groups: int = 1, shards: int = 1) -> None:
    """Put into the store what ingest would."""
    step = Step(name="ingest", params=IngestParams, reads=lambda params, run: (), run=_ingest)
    execute(step, IngestParams(models=models, groups=groups, shards=shards), store, run, "", {})
