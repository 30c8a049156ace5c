"""Define the options for judging the twin."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.options import Option
from tabtwin.pipeline.params.base import StepParams


class Strict(StepParams):
    """Whether a gate that cannot decide refuses."""

    strict: Annotated[bool, Option("Privacy and gates")] = Field(
        False, description="also refuse what the table is too small to show"
    )


class Judging(Strict):
    """What the gates refuse."""

    gates_file: Annotated[str, Option("Privacy and gates", name="gates", is_file=True)] = Field(
        "",
        exclude=True,
        description="your own limits for the gates (TOML; docs/gates.md), a file or s3://BUCKET/KEY",
    )
