"""Define what a user declares about a table: the options that ``run``, ``check`` and ``audit`` share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.io.header import Header
from tabtwin.lib.options import Option, Takes
from tabtwin.store.artifacts import Frozen


class AskedOfColumns(Frozen):
    """What is declared about a table's columns, whatever is done with it."""

    target: Annotated[str, Option("The table", is_shown=False), Takes("COLUMN")] = Field(
        default="",
        description="the column that models predict, or one made by COLUMN >= NUMBER or COLUMN = VALUE",
    )
    entity: Annotated[str, Option("The table"), Takes("COLUMN")] = Field(
        default="",
        description="the column that identifies the subject of a row (a customer, a patient), where several "
        "rows can belong to one subject; or columns that do so together, separated by commas",
    )
    drop: Annotated[str, Option("The table", is_columns=True)] = Field(
        default="",
        description="columns to leave out, separated by commas (double quotes around a name with one)",
    )
    header: Annotated[Header, Option("The table")] = Field(
        default="auto",
        description="whether the first line of a CSV holds column names; auto stops if it looks like data",
    )
    min_subjects: Annotated[int, Option("Privacy and gates", former="protect")] = Field(
        default=5,
        ge=1,
        description="k of value protection: the fewest subjects that must share a value before it may appear "
        "in the twin or the report",
    )


class Asked(AskedOfColumns):
    """What is declared about a table to be learned; it overrides the schema file."""

    keep: Annotated[str, Option("The table", is_columns=True)] = Field(
        default="",
        description="columns that look like personal identifiers but are not: they are learned as they are",
    )
    replace: Annotated[str, Option("The table", is_columns=True)] = Field(
        default="",
        description="columns of names, addresses or numbers of people, to be filled with plausible new ones",
    )
    max_train_rows: Annotated[int, Option("The table")] = Field(
        default=1_000_000,
        ge=0,
        description="the most rows to learn from, drawn by the seed; 0: all that are not held out, if memory "
        "holds them",
    )
