"""Read the raw pool: the rows of shards, with the model and the block that each row comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tabtwin.lib.errors import InputError
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.twins import SLICES, Slice, parse_slices, slices_of

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


def pool_refs(run: Run, of: str | None = None) -> list[Ref]:
    """Return the files of the pool: the plan of its slices, and every shard in the plan's order.

    Args:
        run: The run.
        of: The slice that is meant; ``None`` for all.
    """
    shards = [shard for one in slices_of(run) if of in (None, one.name) for shard in one.shards]
    return [SLICES, *(Ref(step="sample", file="pool.parquet", name=shard.name) for shard in shards)]


def planned_slice(inputs: Inputs, name: str) -> Slice:
    """Return the plan of a slice.

    Raises:
        InputError: if there is none of this name.
    """
    slices = parse_slices(inputs.read(SLICES.step, SLICES.file))
    found = next((one for one in slices if one.name == name), None)
    if found is None:
        raise InputError(f"--slice: expected a slice that weigh has planned, found {name!r}; run it again")
    return found


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
