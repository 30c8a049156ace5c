"""Define the options of ``weigh``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.names import MaybeName
from tabtwin.lib.options import Option, Takes
from tabtwin.pipeline.params.twin_rows import Choosing, Wanted

OVERSAMPLE = 5
"""How many times the rows wanted are sampled by default where no model balances them."""


class Params(Choosing, Wanted):
    """How many rows to sample, and how many models must be left."""

    oversample: Annotated[int, Option("The twin")] = Field(
        0,
        ge=0,
        le=1_000,
        description="how many times the rows wanted are sampled, to select from; 0: where boost alone makes "
        f"them, with its own shares, once and a reserve for rows that are dropped, otherwise {OVERSAMPLE}",
    )
    after: Annotated[MaybeName, Option("The twin", is_shown=False), Takes("RUN")] = Field(
        "",
        description="continue a released run of the same table, settings and seed: rows that were not "
        "released before, judged together with all that were; RUN is its name, run-..., as tabtwin "
        "clean lists it, or the workflow's where argo submit named none",
    )
    slice_rows: Annotated[int, Option("Advanced")] = Field(
        500_000,
        ge=1,
        description="about the most rows of a twin that one task (in a cluster, a pod) screens and chooses; "
        "where boost alone makes them, a larger twin is made, and released, in slices of whole batches",
    )
    min_models: Annotated[int, Option("Advanced")] = Field(
        1, ge=1, description="the fewest models that must get rows; with fewer the run ends"
    )
