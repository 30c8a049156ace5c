"""Define the options of ``ingest``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.options import Option, Takes
from tabtwin.pipeline.params.models import Models
from tabtwin.pipeline.params.twin_rows import Choosing
from tabtwin.preparation.table_options import Asked


class Params(Models, Asked):
    """The settings of ``ingest``. Its output depends on what a table holds, not on where it is."""

    source: Annotated[str, Option("The table", is_shown=False), Takes("URL")] = Field(
        exclude=True,
        description="the table: s3://BUCKET/KEY of a CSV (also .gz) or Parquet file, or of several files, "
        "separated by commas",
    )
    holdout: Annotated[str, Option("The table", is_file=True)] = Field(
        "",
        exclude=True,
        description="your own unseen rows, a file or s3://BUCKET/KEY; empty: a tenth to a quarter of the "
        "table",
    )
    schema_file: Annotated[str, Option("The table", name="schema", is_file=True)] = Field(
        "",
        exclude=True,
        description="your schema (JSON), a file or s3://BUCKET/KEY; it overrides what tabtwin would guess",
    )
    canaries: Annotated[int, Option("Privacy and gates")] = Field(
        0,
        ge=0,
        description="made-up rows to plant in the training data, to measure memorization; 0, or at least 10",
    )
    # An option of refine: a mistake should be found before hours of training.
    rebalance: Annotated[str, Option("The twin", former="share"), Takes("COLUMN=VALUE:SHARE")] = Field(
        "", exclude=True, description=str(Choosing.model_fields["rebalance"].description)
    )
