"""Define the options of ``train``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tabtwin.lib.devices import Device
from tabtwin.lib.names import PlainName
from tabtwin.lib.options import Option, Takes
from tabtwin.pipeline.params.base import StepParams


class Params(StepParams):
    """Which model to train, and how long."""

    model: Annotated[PlainName, Takes("NAME")] = Field(description="the model's name, such as ctgan-1")
    generator: Annotated[str, Takes("NAME")] = Field(description="its generator")
    member: int = Field(ge=1, description="its number in the run, from 1; it leaves out fold number mod 5")
    members: int = Field(1, ge=1, le=5, description="members of boost, which are averaged")
    epochs: int = Field(300, ge=1, description="passes over the training rows of ctgan and tvae")
    group: int = Field(1, ge=1, description="which group of columns to fit, for boost")
    groups: int = Field(1, ge=1, description="how many groups of columns there are; the parts are one model")
    shard: int = Field(1, ge=1, description="which shard of the group's rows to fit, for boost")
    shards: int = Field(1, ge=1, description="how many shards each group has")
    device: Annotated[Device, Option("The models")] = Field("auto", description="what torch computes on")
    pool: Annotated[Literal["auto", "gpu", "cpu"], Option("The models", is_clusters=True)] = Field(
        "auto",
        exclude=True,
        description="where models that use torch are trained; gpu means --device cuda unless that says "
        "otherwise, auto means the GPU pool if the cluster has one",
    )
    regularization: Annotated[float, Option("Privacy and gates", former="restraint"), Takes("NATS")] = Field(
        0,
        ge=0,
        le=100,
        description="how much closeness boost gives up to reveal less of its training rows: nats of left-out "
        "likelihood by which each booster stops earlier",
    )
    batch_rows: Annotated[int, Option("Advanced", former="block")] = Field(
        0,
        ge=0,
        description="rows that boost draws together, balanced as a whole; 0: as many as the table has, up to "
        "100000",
    )

    @model_validator(mode="after")
    def _is_one_of_the_parts(self) -> Self:
        """Refuse a group or a shard beyond the last, which would silently fit nothing."""
        if self.group > self.groups:
            raise PydanticCustomError("no_group", "expected --group to be at most --groups")
        if self.shard > self.shards:
            raise PydanticCustomError("no_shard", "expected --shard to be at most --shards")
        return self

    @model_validator(mode="before")
    @classmethod
    def _computes_where_it_was_sent(cls, given: dict[str, object]) -> dict[str, object]:
        """Set the device, so that a model sent to the GPU pool is not silently trained on a CPU."""
        from tabtwin.generators.spec import TORCH  # its package imports pandas, which --help does not need

        asked = (given.get("pool"), given.get("device", "auto"))
        sent = asked == ("gpu", "auto") and given.get("generator") in TORCH
        return {**given, "device": "cuda"} if sent else given
