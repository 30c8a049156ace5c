"""Define the options for which models are trained, and how many."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.options import Option, Takes
from tabtwin.pipeline.params.base import StepParams


class Models(StepParams):
    """Which models are trained, how many of each, for how long and by how many tasks.

    ``ingest`` takes them, since it lists the models; each task of ``train`` gets its own.
    """

    generators: Annotated[str, Option("The models"), Takes("NAME:N,...")] = Field(
        "boost:4",
        description="the models to train and how many of each, such as boost:4; presets: prize "
        "(ctgan:4,tvae:1) and all (boost:4,ctgan:4,tvae:1)",
    )
    epochs: Annotated[int, Option("The models")] = Field(
        300, ge=1, description="training epochs of each ctgan and tvae"
    )
    column_groups: Annotated[int, Option("Advanced", is_shown=False)] = Field(
        1,
        ge=1,
        le=99,
        description="tasks (in a cluster, pods) that share the columns of each boost model; it changes no "
        "byte of the twin",
    )
    row_shards: Annotated[int, Option("Advanced", is_shown=False)] = Field(
        1,
        ge=1,
        le=99,
        description="tasks that share the rows of each column group: each grows the trees of its own ranges "
        "of values; it changes no byte of the twin",
    )
