"""Define the base of results: frozen models whose dump is a part of ``audit.json`` or ``metrics.json``."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, Field

from tabtwin.evaluation.intervals import ByName

R = TypeVar("R")


LEFT_OUT = "left out"
"""The mark, in a field's JSON schema, of one that is left out if it has no value."""


def optional(description: str, **schema: Any) -> Any:
    """Return a field that is left out if it has no value, with additions to its JSON schema."""
    return Field(
        default=None,
        exclude_if=lambda value: value is None,
        description=description,
        json_schema_extra={LEFT_OUT: True, **schema},
    )


class Result(ByName):
    """A result; its fields appear in JSON in the order of their definition."""

    model_config = ConfigDict(serialize_by_alias=True)


class Samples(Result, Generic[R]):
    """The same figures of the twin and of the raw pool that it was chosen from."""

    twin: R = Field(description="of the twin")
    pool: R = Field(description="of the raw pool; if another tool made the twin, the twin's own")


class Compared(Result):
    """How many rows of each table were compared."""

    twin: int = Field(description="rows of the twin")
    training: int = Field(description="rows of training")
    holdout: int = Field(description="rows of the holdout")
