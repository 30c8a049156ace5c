"""List the pipeline's parameters: they are made from the steps' options, for ``argo/pipeline.yaml``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tabtwin.lib.errors import InputError
from tabtwin.lib.options import BOOLEAN
from tabtwin.pipeline.registry import options
from tabtwin.store.artifacts import Frozen

COMMANDS_OWN = ("run", "source", "pool")
"""Parameters that the command sets itself, or that only concern a cluster."""
FILES = tuple(one.name for one in options() if one.option.is_file)
"""Options that name a file, which steps read from the store."""
BEGIN = "      # Generated from the steps' Params by `make generated`:"
END = "      # End of what is generated."


class Parameter(Frozen):
    """A parameter of the workflow, or an input of one of its templates."""

    name: str
    value: str | None = None
    description: str = ""
    enum: tuple[str, ...] = ()


def declared() -> tuple[Parameter, ...]:
    """Return the parameters that the steps' options are."""
    return tuple(
        Parameter(name=one.parameter, value=one.default, description=one.text, enum=one.choices)
        for one in options()
    )


def with_declared(text: str) -> str:
    """Return the pipeline's file with its list of parameters made again."""
    before, _, rest = text.partition(f"{BEGIN}\n")
    after = rest.partition(f"{END}\n")[2]
    return "".join([before, BEGIN, "\n", *map(_line, declared()), END, "\n", after])


def _line(parameter: Parameter) -> str:
    fields = [f"name: {parameter.name}"]
    fields += [] if parameter.value is None else [f"value: {_scalar(parameter.value)}"]
    if parameter.enum:
        fields.append(f"enum: [{', '.join(map(_scalar, parameter.enum))}]")
    fields.append(f"description: {json.dumps(parameter.description)}")
    return f"      - {{{', '.join(fields)}}}\n"


def _scalar(text: str) -> str:
    """Return a word as it is, and all that YAML would read as something else in quotes."""
    plain = text.isalpha() and text not in {*BOOLEAN, "yes", "no", "on", "off", "null"}
    return text if plain else json.dumps(text)


def pipeline_file() -> Path:
    """Return ``argo/pipeline.yaml`` of this installation: of the checkout, or of the wheel."""
    package = Path(__file__).parents[1]
    candidates = (package / "argo" / "pipeline.yaml", package.parents[1] / "argo" / "pipeline.yaml")
    return next(path for path in candidates if path.is_file())


Yaml = Mapping[str, Any]
"""A part of a workflow as YAML holds it, until it is read into a type of its own."""


def read_parameters(text: str) -> tuple[Parameter, ...]:
    """Return the parameters of a WorkflowTemplate."""
    return tuple(read_parameter(item) for item in yaml.safe_load(text)["spec"]["arguments"]["parameters"])


def read_parameter(item: Yaml) -> Parameter:
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


def as_json(given: Mapping[str, str]) -> str:
    """Return parameters as Argo's ``{{workflow.parameters.json}}`` lists them."""
    return json.dumps([{"name": name, "value": value} for name, value in given.items()])
