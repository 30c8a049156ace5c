"""The recorded scenarios, run by the local engine with processes for pods."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from tabtwin.cli.lines import JsonLines
from tabtwin.runner.engine import Engine, Node, ending
from tabtwin.runner.workflow import load
from tests.scenarios.table import SCENARIOS, WORKFLOW, Outcome

PIPELINE = load(WORKFLOW.read_text().replace("duration: 1s", "duration: 0s"))


async def start(words: Sequence[str], said: Callable[[Mapping[str, Any]], None]) -> tuple[int, str]:
    """Run a scripted container as a process; its exit code as a pod's, 128 + n where signal n ended it."""
    process = await asyncio.create_subprocess_exec(sys.executable, *words[1:])
    code = await process.wait()
    return (code if code >= 0 else 128 - code), ""


def outcomes(node: Node, name: str = "") -> Iterator[tuple[str, Outcome]]:
    """Every task under ``node``; one that was left out is called after the others of its model."""
    if not node.children:
        task = node.name if "/" in node.name or not name else f"{node.name}/{name}"
        yield task, Outcome(node.state, node.tries, node.code)
    names = {name.partition("-")[0] for leaf in node.leaves() for name in leaf.name.split("/")[1:]}
    model = names.pop() if node.name == "model" and len(names) == 1 else ""
    for child in node.children:
        yield from outcomes(child, model)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_ends_as_recorded(scenario: str) -> None:
    recorded = SCENARIOS[scenario]
    parameters = recorded.parameters | {"image": "none"}

    node = asyncio.run(Engine(PIPELINE, parameters, {}, "w", start, JsonLines(), slots=4).run())

    assert dict(outcomes(node)) == recorded.tasks
    assert node.state == recorded.state
    assert (ended.code if (ended := ending(node)) and node.state == "Failed" else 0) == recorded.code
