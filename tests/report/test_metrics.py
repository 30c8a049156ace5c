"""metrics.json is what its schema says, and the schema documents all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

import tabtwin
from audited import source
from documented import validator
from tabtwin.evaluation.rounding import Grid
from tabtwin.report.metrics_schema import schema

SCHEMA = json.loads(
    resources.files("tabtwin.report").joinpath("metrics.schema.json").read_text(encoding="utf-8")
)


def errors(found: dict[str, Any]) -> list[str]:
    """Where a metrics.json is not as documented."""
    return ["/".join(map(str, error.absolute_path)) for error in validator(SCHEMA).iter_errors(found)]


def properties(node: object, *, is_named: bool = False) -> Iterator[tuple[str, Any]]:
    """Every property that the schema speaks of; one may be called ``properties``."""
    if isinstance(node, dict):
        yield from () if is_named else node.get("properties", {}).items()
        for name, part in node.items():
            yield from properties(part, is_named=not is_named and name in ("properties", "$defs"))
    elif isinstance(node, list):
        for part in node:
            yield from properties(part)


@pytest.fixture(scope="module")
def audited() -> dict[str, Any]:
    """The metrics of another tool's twin."""
    tables = source(400, 3), source(400, 1), source(200, 2)
    found = tabtwin.audit(*tables, target="left", schema={"quasi_identifiers": ["age", "plan"]})
    return json.loads(json.dumps(found.metrics))


def test_an_audits_metrics_are_as_documented(audited: dict[str, Any]) -> None:
    assert errors(audited) == []
    assert audited["audit"]["combinations"]["columns"] == ["age", "plan"]


def test_an_audits_figures_are_rounded_as_public_ones_are(audited: dict[str, Any]) -> None:
    figures = list(numbers(audited))
    assert len(figures) > 300
    assert [figure for figure in figures if figure != round(figure, 3)] == []
    step = Grid(5).share_step(audited["table"]["training"] + audited["table"]["holdout"])
    assert step == 0.02
    for accuracy in audited["audit"]["accuracy"]["columns"].values():
        assert round(accuracy / step, 6) == round(accuracy / step)


def numbers(node: object) -> Iterator[float]:
    """Every number that is no whole one."""
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from numbers(part)
    if isinstance(node, float):
        yield node


def test_a_figure_that_is_not_documented_or_is_missing_is_told(audited: dict[str, Any]) -> None:
    copies = audited["audit"]["copies"]
    assert errors(audited | {"audit": audited["audit"] | {"copies": copies | {"more": 1}}}) == [
        "audit/copies"
    ]
    assert errors({name: part for name, part in audited.items() if name != "gates"}) == [""]


def test_every_documented_name_says_what_it_is() -> None:
    validator(SCHEMA)
    told = [name for name, part in properties(SCHEMA) if part is not True and "$ref" not in part]
    assert len(told) > 150
    assert [name for name, part in properties(SCHEMA) if part is not True and not _told(part)] == []


def _told(part: dict[str, Any]) -> bool:
    return bool(part.get("description") or SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]["description"])


def test_the_schema_in_the_repository_is_the_one_that_the_models_make() -> None:
    """If not, run ``make generated`` and look at what changed."""
    file = resources.files("tabtwin.report").joinpath("metrics.schema.json")
    assert file.read_text(encoding="utf-8") == schema()
