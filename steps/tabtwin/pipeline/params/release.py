"""Define the options of ``release``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.options import Option, Takes
from tabtwin.pipeline.params.judging import Judging


class Params(Judging):
    """Where to publish, which affects no byte, and the limits for what may be published, as in the report."""

    to: Annotated[str, Takes("URL")] = Field(
        "", exclude=True, description="s3://BUCKET/PREFIX to publish to; empty: the run's store"
    )
    escape_formulas: Annotated[bool, Option("The twin", is_shown=False)] = Field(
        False, description="in the CSV, put an apostrophe before what a spreadsheet would run as a formula"
    )
    release_canaries: Annotated[bool, Option("Privacy and gates", is_shown=False)] = Field(
        False, description="release the twin even though canaries were planted"
    )
    max_releases: Annotated[int, Option("Privacy and gates", is_shown=False)] = Field(
        0,
        ge=0,
        exclude=True,
        description="the most releases of these rows, or under this run's name, replaced ones included; a "
        "further one is refused; 0: no limit",
    )
