"""The states, tries and exit codes of recorded scenarios, on the pipeline's own DAG with a pretend runner."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tabtwin.cli.lines import JsonLines
from tabtwin.generators.spec import parse_spec, part_tasks, plan_models
from tabtwin.lib.errors import InputError
from tabtwin.lib.log_lines import LogLine
from tabtwin.runner.engine import Engine, Node, ending
from tabtwin.runner.parameters import pipeline_file
from tabtwin.runner.workflow import load

PIPELINE = load(pipeline_file().read_text().replace("duration: 5s", "duration: 0s"))
MODELS = [
    {"name": f"m{i}", "generator": "ctgan", "member": str(i), "members": "1", "epochs": "1", "torch": "true"}
    | {"parts": [part.model_dump() for part in part_tasks(f"m{i}")]}
    for i in (1, 2)
]
GROUPED = [model.model_dump() for model in plan_models(parse_spec("boost,ctgan:1"), epochs=1, groups=3)]


def shard_of(name: str) -> dict[str, str]:
    return {"name": name, "model": "m1", "first": "0", "count": "9", "reserve": "false"}


WHOLE = [{"name": "", "rows": "9", "shards": [shard_of("m1-0")]}]
SLICED = [{"name": name, "rows": "9", "shards": [shard_of(f"m1-{name}-0")]} for name in ("1", "2")]
Codes = Mapping[str, Sequence[int]]


def run(
    codes: Codes,
    models: list[dict[str, Any]] | None = None,
    slices: Any = None,
    watcher: JsonLines | None = None,
) -> tuple[Node, list[str]]:
    """Run the pipeline; a task's tries end with its ``codes`` in turn, then 0. Also the tasks started."""
    started: list[str] = []

    async def runner(words: Sequence[str], said: Callable[[LogLine], None]) -> tuple[int, str]:
        await asyncio.sleep(0)
        names = [name for word in words if (name := word.removeprefix("--name=")) not in {word, ""}]
        label = "/".join([words[2], *names])
        turn = started.count(label)
        started.append(label)
        lists = {
            "--models-to=": MODELS if models is None else models,
            "--slices-to=": WHOLE if slices is None else slices,
        }
        for word in words:
            for option, items in lists.items():
                if word.startswith(option):
                    Path(word.removeprefix(option)).write_text(json.dumps(items))
        code = codes[label][turn] if turn < len(codes.get(label, ())) else 0
        return code, "why" if code else ""

    parameters, settings = {"source": "s3://b/t.csv"}, {"store": "s3://b/p"}
    engine = Engine(PIPELINE, parameters, settings, "w", runner, watcher or JsonLines(), slots=2)
    return asyncio.run(engine.run()), started


LOST = {"train/m1": [1, 1, 1]}
NO_DEVICE = {"train/m1": [2], "train/m2": [2], "weigh": [2]}
SCENARIOS: dict[str, tuple[Codes, str, int | None, dict[str, int]]] = {
    "all goes well": ({}, "Succeeded", None, {"train/m1": 1, "release": 1}),
    "a step fails once": ({"screen": [1]}, "Succeeded", None, {"screen": 2, "release": 1}),
    "a step is lost once": ({"train/m1": [-9]}, "Succeeded", None, {"train/m1": 2, "score/m1": 1}),
    "a step fails for good": ({"screen": [1, 1, 1]}, "Failed", 1, {"screen": 3, "refine": 0, "release": 0}),
    "the input is bad": ({"ingest": [2]}, "Failed", 2, {"ingest": 1, "train/m1": 0, "weigh": 0}),
    "one model of many is lost": (LOST, "Succeeded", None, {"score/m1": 0, "score/m2": 1, "release": 1}),
    "all models are lost": (NO_DEVICE, "Failed", 2, {"train/m1": 1, "weigh": 1, "sample/m1-0": 0}),
    "a gate refuses": ({"release": [3]}, "Failed", 3, {"release": 1}),
    "a model is tampered with": ({"score/m1": [4], "weigh": [4]}, "Failed", 4, {"score/m1": 1, "screen": 0}),
    "one branch fails": ({"audit": [1, 1, 1]}, "Failed", 1, {"utility": 1, "report": 0}),
}  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_ends_as_recorded(scenario: str) -> None:
    codes, state, code, tries = SCENARIOS[scenario]

    node, started = run(codes)

    assert node.state == state
    assert (ended.code if (ended := ending(node)) and state == "Failed" else None) == code
    assert {task: started.count(task) for task in tries} == tries


def test_an_empty_fan_out_is_skipped_and_its_dependents_run() -> None:
    node, started = run({}, slices=[WHOLE[0] | {"shards": []}])

    assert node.state == "Succeeded"
    assert "screen" in started


def test_every_task_of_a_fan_out_runs_once() -> None:
    _, started = run({})

    assert sorted(task for task in started if task.startswith(("train", "score"))) == [
        "score/m1", "score/m2", "train/m1", "train/m2",
    ]  # fmt: skip


def test_a_model_is_trained_by_a_task_for_each_of_its_parts_and_scored_once() -> None:
    node, started = run({}, models=GROUPED)

    assert node.state == "Succeeded"
    assert sorted(task for task in started if task.startswith(("train", "score"))) == [
        "score/boost-1", "score/ctgan-1",
        "train/boost-1-1of3", "train/boost-1-2of3", "train/boost-1-3of3", "train/ctgan-1",
    ]  # fmt: skip


def test_a_part_that_is_lost_loses_its_model_alone() -> None:
    node, started = run({"train/boost-1-2of3": [1, 1, 1]}, models=GROUPED)

    assert node.state == "Succeeded"
    assert started.count("train/boost-1-2of3") == 3
    assert {"train/boost-1-1of3", "train/boost-1-3of3", "score/ctgan-1", "weigh"} <= set(started)
    assert "score/boost-1" not in started


def test_each_slice_of_a_twin_is_sampled_screened_and_chosen_by_tasks_of_its_own() -> None:
    node, started = run({}, slices=SLICED)

    assert node.state == "Succeeded"
    assert sorted(task for task in started if task.startswith(("sample", "screen", "refine"))) == [
        "refine/1", "refine/2", "sample/m1-1-0", "sample/m1-2-0", "screen/1", "screen/2",
    ]  # fmt: skip
    assert max(map(started.index, ("refine/1", "refine/2"))) < started.index("audit")


def test_a_slice_that_is_lost_ends_the_run_before_the_audit() -> None:
    node, started = run({"screen/2": [1, 1, 1]}, slices=SLICED)

    assert (node.state, ending(node)) == ("Failed", next(leaf for leaf in node.leaves() if leaf.code))
    assert {"refine/1"} == {task for task in started if task.startswith(("refine", "audit", "balance"))}


@pytest.mark.parametrize("items", ["no list", [1], [{"name": 1}]])
def test_a_fan_out_over_anything_but_maps_of_strings_and_lists_is_refused(items: Any) -> None:
    with pytest.raises(InputError, match="withParam"):
        run({}, models=items)


def test_a_value_that_argo_would_substitute_is_refused() -> None:
    async def nobody(words: Sequence[str], said: Any) -> tuple[int, str]:
        raise AssertionError

    with pytest.raises(InputError, match="target"):
        Engine(PIPELINE, {"source": "t", "target": "{{x}}"}, {"store": "s"}, "w", nobody, JsonLines(), 1)


@pytest.mark.parametrize(("models", "trainings"), [(MODELS, 2), (GROUPED, 4)])
def test_each_task_is_announced_once_before_it_runs(models: list[dict[str, Any]], trainings: int) -> None:
    planned: dict[str, int] = {}

    class Counting(JsonLines):
        def planned(self, step: str, tasks: int) -> None:
            planned[step] = planned.get(step, 0) + tasks

    _, started = run({}, models=models, watcher=Counting())

    assert planned == {step: sum(task.split("/")[0] == step for task in started) for step in planned}
    assert planned["train"] == trainings


def test_only_a_tasks_last_try_is_told_as_final() -> None:
    told: list[tuple[str, int, bool]] = []

    class Listening(JsonLines):
        def ended(self, task: str, code: int, reason: str, *, final: bool) -> None:
            told.append((task, code, final))

    run({"ingest": [1], "screen": [1, 1, 1]}, watcher=Listening())

    assert [(code, final) for task, code, final in told if task == "ingest"] == [(1, False), (0, True)]
    assert [final for task, _, final in told if task == "screen"] == [False, False, True]
