"""Read the pipeline's parameters from ``argo/pipeline.yaml``: the options of the commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tabtwin.lib.errors import InputError
from tabtwin.store.artifacts import Frozen


class Parameter(Frozen):
    """A parameter of the workflow, or an input of one of its templates."""

    name: str
    value: str | None = None
    description: str = ""
    enum: tuple[str, ...] = ()


def pipeline_file() -> Path:
    """Return ``argo/pipeline.yaml`` of this installation: of the checkout, or of the wheel."""
    package = Path(__file__).parents[1]
    candidates = (package / "argo" / "pipeline.yaml", package.parents[1] / "argo" / "pipeline.yaml")
    return next(path for path in candidates if path.is_file())


def read_parameters(text: str) -> tuple[Parameter, ...]:
    """Return the parameters of a WorkflowTemplate."""
    return tuple(read_parameter(item) for item in yaml.safe_load(text)["spec"]["arguments"]["parameters"])


def read_parameter(item: Mapping[str, Any]) -> Parameter:
    """Return one parameter of Argo's."""
    return Parameter(
        name=item["name"],
        value=item.get("value", item.get("valueFrom", {}).get("default")),
        description=item.get("description", ""),
        enum=tuple(item.get("enum", ())),
    )


def values(parameters: Iterable[Parameter], given: Mapping[str, str]) -> dict[str, str]:
    """Return every parameter's value, given or default.

    Raises:
        InputError: naming the parameter whose value is missing, not a choice, or has ``{{``.
    """
    found: dict[str, str] = {}
    for parameter in parameters:
        value = given.get(parameter.name, parameter.value)
        if value is None:
            raise InputError(f"--{parameter.name}: expected a value, found none; give one")
        if parameter.enum and value not in parameter.enum:
            raise InputError(
                f"--{parameter.name}: expected one of {', '.join(parameter.enum)}, found another value; "
                "choose one of them"
            )
        if "{{" in value:
            raise InputError(
                f"--{parameter.name}: expected a value without {{{{, which Argo would substitute, found one; "
                "leave it out"
            )
        found[parameter.name] = value
    return found
