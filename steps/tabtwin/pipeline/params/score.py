"""Define the options of ``score``."""

from __future__ import annotations

from pydantic import Field

from tabtwin.lib.names import PlainName
from tabtwin.pipeline.params.base import StepParams


class Params(StepParams):
    """Which model to score."""

    model: PlainName = Field(description="the model's name, such as ctgan-1")
