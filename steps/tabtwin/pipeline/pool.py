"""Read the raw pool: the rows of all shards, with the model and the block that each row comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import ConfigDict, TypeAdapter

from tabtwin.lib.names import PlainName
from tabtwin.store.artifacts import Frozen, Ref, parse
from tabtwin.store.run import Run

if TYPE_CHECKING:
    import pandas as pd

    from tabtwin.pipeline.step import Inputs

MEMBER = "tabtwin:member"
"""Column of the pool: the name of the model that made the row."""
BLOCK = "tabtwin:block"
"""Column of the pool: the block of the model's endless table that holds the row, from 0."""
RESERVE = 2**31 - 1
"""The block of rows that only replace others."""
COPY = "tabtwin:copy"
"""Column of the screened pool: whether the row equals a training row."""
SHARDS = Ref(step="weigh", file="shards.json")


class _Shard(Frozen):
    """A task of ``sample``, without the rows that it draws."""

    model_config = ConfigDict(extra="ignore")

    name: PlainName


_SHARDS = TypeAdapter(tuple[_Shard, ...])


def pool_refs(run: Run) -> list[Ref]:
    """Return the files of the pool: the plan of the shards, and every shard in the plan's order."""
    if run.digest(SHARDS) is None:
        return [SHARDS]
    shards = parse(_SHARDS, run.read(SHARDS), SHARDS.file)
    return [SHARDS, *(Ref(step="sample", file="pool.parquet", name=shard.name) for shard in shards)]


def read_pool(inputs: Inputs) -> pd.DataFrame:
    """Return all shards in the plan's order: decoded learned columns (rows, columns), then MEMBER and
    BLOCK.
    """
    import pandas as pd  # loaded late: a driver only needs the names of the shards

    return pd.concat(read_shards(inputs), ignore_index=True)


def read_shards(inputs: Inputs) -> Iterator[pd.DataFrame]:
    """Return the shards one at a time, in the plan's order."""
    for name in inputs.names("sample"):
        yield inputs.table("sample", "pool.parquet", name)
