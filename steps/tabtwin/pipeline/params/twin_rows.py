"""Define the options for choosing the twin's rows from the pool."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.names import MaybeName
from tabtwin.lib.options import Option, Rows, Takes
from tabtwin.pipeline.params.base import StepParams


class Wanted(StepParams):
    """How many rows the twin has."""

    rows: Annotated[Rows, Option("The twin")] = Field(
        0, description="rows of the twin; 0: as many as the table has, or as were drawn of it"
    )


class Choosing(StepParams):
    """What the tables of the twin's rows should come close to."""

    training_weight: Annotated[float, Option("Advanced", former="fit"), Takes("SHARE")] = Field(
        0,
        ge=0,
        le=1,
        description="weight of the training rows' own tables, from 0 to 1, when rows are selected: closer "
        "where the pool is weak, but it leaks information about training rows",
    )
    rebalance: Annotated[str, Option("The twin", former="share"), Takes("COLUMN=VALUE:SHARE")] = Field(
        "",
        description="other shares of a column's values, such as churn=Yes:0.5; all else stays as the models "
        "have it",
    )


class OfSlice(Choosing):
    """Which slice of the twin is meant."""

    slice: Annotated[MaybeName, Takes("NAME")] = Field(
        "", description="the slice's name, such as 3; empty: the only one"
    )
