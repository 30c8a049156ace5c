"""Define the options of ``weigh``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.names import MaybeName
from tabtwin.lib.options import Option
from tabtwin.pipeline.params.choosing import Wanted


class Params(Wanted):
    """How many rows to sample, and how many models must be left."""

    oversample: Annotated[int, Option("The twin")] = Field(
        5, ge=1, le=1_000, description="how many times the rows wanted are sampled, to select from"
    )
    after: Annotated[MaybeName, Option("The twin", is_shown=False)] = Field(
        "",
        description="a released run of the same table, settings and seed to continue: rows that were not "
        "released before, judged together with all that were",
    )
    min_models: Annotated[int, Option("Advanced")] = Field(
        1, ge=1, description="the fewest models that must get rows; with fewer the run ends"
    )
