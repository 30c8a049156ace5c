"""Define the options that every step has."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.lib.options import Option
from tabtwin.store.artifacts import Frozen


class StepParams(Frozen):
    """Settings that every step has; all fields except excluded ones determine the output's fingerprint."""

    seed: Annotated[int | None, Option("The twin", is_shown=False)] = Field(
        None,
        ge=0,
        description="the number that all random draws derive from; empty: derived from the signing key and "
        "the table, so that the same owner gets the same bytes and no one else can repeat them",
    )
    threads: Annotated[int, Option("Advanced")] = Field(
        2,
        ge=1,
        le=64,
        description="threads that a step computes with; it affects the bytes, so the default is not the "
        "machine's count",
    )

    @property
    def run_seed(self) -> int:
        """Return the seed from which every draw derives its own.

        :func:`tabtwin.pipeline.step.execute` sets it before a step runs. Without a run, for example if Python
        code calls the functions of a step, it is 1 unless given.
        """
        return 1 if self.seed is None else self.seed
