"""Define the options of ``score``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.names import PlainName
from tabtwin.lib.options import Takes
from tabtwin.pipeline.params.base import StepParams


class Params(StepParams):
    """Which model to score."""

    model: Annotated[PlainName, Takes("NAME")] = Field(description="the model's name, such as ctgan-1")
