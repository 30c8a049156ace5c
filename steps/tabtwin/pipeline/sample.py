"""Sample: one shard of the raw pool, drawn from one model.

    model, schema, encoding -> pool

A model is an endless table for each seed, so the shards of a model add up to the same rows, however they are
cut. The reserve is drawn together instead, since a part of a block is not balanced. Decoding applies value
protection to every row.
"""

from __future__ import annotations

import numpy as np

from tabtwin.lib.seeds import derive
from tabtwin.pipeline.params.sample import Params
from tabtwin.pipeline.pool import BLOCK, MEMBER, RESERVE
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.pipeline.stored_models import model_refs, read_model
from tabtwin.protection.rare_values import decode
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run


def reads(params: Params, run: Run) -> list[Ref]:
    """Return the model, and how its rows are decoded."""
    return [
        *model_refs(run, params.model),
        Ref(step="ingest", file="schema.json"),
        Ref(step="ingest", file="encoding.json"),
    ]


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Draw the rows, decode them, and record where they come from."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    encoding = Encoding.model_validate_json(inputs.read("ingest", "encoding.json"))
    model, _ = read_model(inputs)

    seed = derive(params.run_seed, "sample", params.model)
    if params.reserve:
        rows = model.sample_block(params.count, derive(seed, "reserve", params.first))
        blocks = np.full(params.count, RESERVE)
    else:
        rows = model.sample(params.first, params.count, seed)
        blocks = (params.first + np.arange(params.count)) // model.block
    pool = decode(rows, schema, encoding)
    pool[MEMBER] = params.model
    pool[BLOCK] = blocks.astype("int32")
    outputs.table("pool.parquet", pool)
    return {"rows": len(pool)}


STEP = Step(
    name="sample",
    params=Params,
    reads=reads,
    run=run,
    covers=("generators", "protection", "schema"),
    libraries=("joblib", "numba", "numpy", "pandas", "pyarrow", "sdv", "torch"),
)
