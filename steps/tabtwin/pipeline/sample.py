"""Sample: one shard of the raw pool, drawn from one model.

    model, schema, encoding -> pool

A model is an endless table for each seed, so the shards of a model add up to the same rows, however they
are cut. Decoding holds every row to value protection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from tabtwin.generators.stored import model_refs, read_model
from tabtwin.lib.names import PlainName
from tabtwin.lib.seeds import derive
from tabtwin.pipeline.pool import BLOCK, MEMBER
from tabtwin.pipeline.step import Inputs, Outputs, Step, StepParams
from tabtwin.protection.values import Encoding, decode
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Ref, Run


class Params(StepParams):
    """Which rows of which model."""

    shard: PlainName = Field(description="the shard's name, such as ctgan-1-0")
    model: PlainName = Field(description="the model's name, such as ctgan-1")
    first: int = Field(ge=0, description="number of the first row, from 0")
    count: int = Field(ge=1, description="how many rows")


def reads(params: Params, run: Run) -> list[Ref]:
    """The model, and how its rows are decoded."""
    return [
        *model_refs(run, params.model),
        Ref(step="ingest", file="schema.json"),
        Ref(step="ingest", file="encoding.json"),
    ]


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Mapping[str, Any]:
    """Draw the rows, decode them, and write down where they come from."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    encoding = Encoding.model_validate_json(inputs.read("ingest", "encoding.json"))
    model, _ = read_model(inputs)

    seed = derive(params.run_seed, "sample", params.model)
    pool = decode(model.sample(params.first, params.count, seed), schema, encoding)
    pool[MEMBER] = params.model
    pool[BLOCK] = ((params.first + np.arange(params.count)) // model.block).astype("int32")
    outputs.table("pool.parquet", pool)
    return {"rows": len(pool)}


STEP = Step(name="sample", params=Params, reads=reads, run=run)
