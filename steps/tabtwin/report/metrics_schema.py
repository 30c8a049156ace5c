"""Write ``metrics.schema.json`` from the models of ``metrics.json``.

python -m tabtwin.report.metrics_schema
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from tabtwin.evaluation.result import LEFT_OUT
from tabtwin.report.metrics_model import Metrics

FILE = "metrics.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> str:
    """Return the JSON schema of ``metrics.json`` as the text of its file."""
    made = _tidied(Metrics.model_json_schema(mode="validation"))
    about = " ".join((inspect.getdoc(Metrics) or "").split())
    whole = {"$schema": DIALECT, "title": "metrics.json", **made, "description": about}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _tidied(node: Any, *, is_named: bool = False) -> Any:
    """Return a schema without the titles and defaults that pydantic adds, and without nulls that are never
    written.

    Args:
        node: A part of the schema.
        is_named: Whether its keys are names of properties, which may also be called ``title``.
    """
    if isinstance(node, list):
        return [_tidied(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    if is_named:
        return {name: _tidied(part) for name, part in node.items()}
    kept = {key: part for key, part in node.items() if key not in ("title", "default", LEFT_OUT)}
    if node.get(LEFT_OUT):
        (only,) = [part for part in kept.pop("anyOf") if part.get("type") != "null"]
        kept = only | kept
    named = node.get("properties", {})
    if named:
        kept["required"] = [name for name, part in named.items() if not part.get(LEFT_OUT)]
    return {key: _tidied(part, is_named=key in ("properties", "$defs")) for key, part in kept.items()}


def main() -> None:
    """Write the file beside this module."""
    Path(str(resources.files("tabtwin.report").joinpath(FILE))).write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
