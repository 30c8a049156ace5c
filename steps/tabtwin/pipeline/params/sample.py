"""Define the options of ``sample``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.names import PlainName
from tabtwin.lib.options import Takes
from tabtwin.pipeline.params.base import StepParams


class Params(StepParams):
    """Which rows of which model."""

    shard: Annotated[PlainName, Takes("NAME")] = Field(description="the shard's name, such as ctgan-1-0")
    model: Annotated[PlainName, Takes("NAME")] = Field(description="the model's name, such as ctgan-1")
    first: int = Field(ge=0, description="number of the first row, from 0")
    count: int = Field(ge=1, description="how many rows")
    reserve: bool = Field(
        False, description="whether they are a block of their own, to replace rows that screening drops"
    )
