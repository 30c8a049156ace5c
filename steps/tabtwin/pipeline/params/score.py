"""Define the options of ``score``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tabtwin.lib.names import PlainName
from tabtwin.lib.options import Option, Takes
from tabtwin.pipeline.params.base import StepParams


class Params(StepParams):
    """Which model to score, and whether."""

    score: Annotated[Literal["auto", "always"], Option("Advanced")] = Field(
        "auto",
        description="whether SDMetrics scores a sample of each model: auto does where there are several to "
        "weigh",
    )
    model: Annotated[PlainName, Takes("NAME")] = Field(description="the model's name, such as ctgan-1")
