"""The raw pool: what all shards sampled, with the model and the block that each row comes from."""

from __future__ import annotations

import json

import pandas as pd

from tabtwin.lib.contract import Ref, Run
from tabtwin.lib.step import Inputs

MEMBER = "tabtwin:member"
"""Column of the pool: the name of the model that made the row."""
BLOCK = "tabtwin:block"
"""Column of the pool: the block of the model's endless table that the row stands in, from 0."""
SHARDS = Ref(step="weigh", file="shards.json")


def pool_refs(run: Run) -> list[Ref]:
    """The files of the pool: the plan of the shards, and every shard in the plan's order."""
    if run.digest(SHARDS) is None:
        return [SHARDS]
    shards = json.loads(run.read(SHARDS))
    return [SHARDS, *(Ref(step="sample", file="pool.parquet", name=shard["name"]) for shard in shards)]


def read_pool(inputs: Inputs) -> pd.DataFrame:
    """All shards in the plan's order: decoded learned columns (rows, columns), then MEMBER and BLOCK."""
    shards = [inputs.table("sample", "pool.parquet", name) for name in inputs.names("sample")]
    return pd.concat(shards, ignore_index=True)
