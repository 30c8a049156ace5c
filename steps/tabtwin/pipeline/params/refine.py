"""Define the options of ``refine``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.options import Option
from tabtwin.pipeline.params.twin_rows import OfSlice


class Params(OfSlice):
    """How many rows make the twin, and what their tables should come close to."""

    max_swaps: Annotated[int, Option("Advanced", former="swaps")] = Field(
        5,
        ge=0,
        le=1_000,
        description="the most swaps to try for each row of the twin, if there is no balanced block to "
        "start from",
    )
