"""A workflow's status, as Argo 3.7 writes it, read as tries of tasks."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
import yaml

from tabtwin.cluster.workflow_status import ended_by, planned, read_layout, read_tries
from tabtwin.generators.spec import PlannedModel, parse_spec, plan_models
from tabtwin.runner.parameters import pipeline_file

LAYOUT = read_layout(yaml.safe_load(pipeline_file().read_text())["spec"])


def node(number: int, kind: str, template: str, phase: str, **more: Any) -> dict[str, Any]:
    """A node of a status; ``given`` are its inputs and ``emits`` its outputs."""
    lists = {
        field: {"parameters": [{"name": name, "value": value} for name, value in more.pop(key, {}).items()]}
        for key, field in (("given", "inputs"), ("emits", "outputs"))
    }
    named = {"id": f"w-{number}", "type": kind, "templateName": template, "phase": phase}
    times = {"startedAt": f"2026-01-01T00:00:{number:02}Z", "finishedAt": f"2026-01-01T00:01:{number:02}Z"}
    return named | {"displayName": template} | times | lists | more


def workflow(*nodes: dict[str, Any], phase: str = "Running", **status: Any) -> dict[str, Any]:
    by_id = {found["id"]: found for found in nodes}
    return {"metadata": {"name": "w"}, "status": {"phase": phase, "nodes": by_id, **status}}


def train(number: int, model: str, phase: str, message: str = "", **more: Any) -> dict[str, Any]:
    given = {"part": model, "model": model, "generator": "tvae", "nodes": "cpu"}
    return node(number, "Pod", "train", phase, given=given, message=message, **more)


def test_a_task_is_called_as_in_the_store_and_its_pod_as_argo_calls_it() -> None:
    (found,) = read_tries(LAYOUT, workflow(train(7, "tvae-1", "Running", hostNodeName="gpu")))

    assert (found.task, found.pod, found.host) == ("train/tvae-1", "w-train-7", "gpu")
    assert not found.has_ended


def test_a_shard_is_called_by_its_own_name_and_not_its_models() -> None:
    given = {"shard": "tvae-1-0", "model": "tvae-1", "first": "0", "count": "9"}
    (found,) = read_tries(LAYOUT, workflow(node(1, "Pod", "sample", "Pending", given=given)))

    assert found.task == "sample/tvae-1-0"


@pytest.mark.parametrize(("told", "read"), [("37/100", (37, 100)), ("", (0, 1)), ("soon", (0, 1))])
def test_a_task_is_as_far_as_its_node_says(told: str, read: tuple[int, int]) -> None:
    (found,) = read_tries(LAYOUT, workflow(train(7, "tvae-1", "Running", progress=told)))

    assert found.progress == read


def test_the_exit_handler_is_no_task() -> None:
    assert read_tries(LAYOUT, workflow(node(1, "Pod", "finish", "Succeeded"))) == []


def test_a_failed_try_is_final_once_that_is_known() -> None:
    failed = [train(number, "tvae-1", "Failed", "main: Error (exit code 1): why") for number in (1, 2)]
    retry = node(9, "Retry", "train", "Running", children=["w-1", "w-2"])
    while_open = read_tries(LAYOUT, workflow(*failed, retry))
    closed = read_tries(LAYOUT, workflow(*failed, retry | {"phase": "Failed"}))

    assert [found.final for found in while_open] == [False, None]
    assert [found.final for found in closed] == [False, True]
    assert {(found.code, found.reason) for found in closed} == {(1, "why")}


def test_no_other_try_follows_bad_input() -> None:
    refused = node(1, "Pod", "ingest", "Failed", message="main: Error (exit code 2): no column")
    retry = node(9, "Retry", "ingest", "Running", children=["w-1"])
    (found,) = read_tries(LAYOUT, workflow(refused, retry))

    assert (found.final, found.code, found.reason) == (True, 2, "no column")


def test_a_lost_pod_has_no_exit_code_and_is_no_success() -> None:
    (found,) = read_tries(LAYOUT, workflow(train(1, "tvae-1", "Error", "pod deleted")))

    assert (found.code, found.reason) == (1, "pod deleted")


def test_another_round_of_the_same_pod_is_another_try() -> None:
    first, again = train(1, "a", "Failed"), train(1, "a", "Running", startedAt="2026-01-01T01:00:00Z")

    keys = {read_tries(LAYOUT, workflow(found))[0].key for found in (first, again)}
    assert len(keys) == 2


def listed(models: list[PlannedModel]) -> str:
    """The list of models that ingest hands to Argo."""
    return json.dumps([model.model_dump() for model in models])


def test_fan_outs_are_counted_once_their_lists_are_there() -> None:
    models = listed(plan_models(parse_spec("ctgan:3"), epochs=1, groups=1))
    slices = json.dumps([{"name": name, "rows": "9", "shards": [{}] * 3} for name in ("1", "2")])
    ingest = node(1, "Pod", "ingest", "Succeeded", emits={"models": models})
    weigh = node(2, "Pod", "weigh", "Succeeded", emits={"slices": slices})

    assert "train" not in planned(LAYOUT, workflow())
    assert planned(LAYOUT, workflow())["release"] == 1
    counts = planned(LAYOUT, workflow(ingest, weigh))
    assert (counts["train"], counts["score"], counts["sample"], counts["screen"]) == (3, 3, 6, 2)


def test_the_parts_of_all_models_are_counted_and_each_model_once() -> None:
    models = listed(plan_models(parse_spec("boost,tvae"), epochs=1, groups=3))
    counts = planned(LAYOUT, workflow(node(1, "Pod", "ingest", "Succeeded", emits={"models": models})))

    assert (counts["train"], counts["score"]) == (4, 2)


def test_a_part_of_a_model_is_called_by_its_own_name() -> None:
    given = {"part": "boost-1-2of3", "group": "2", "groups": "3", "model": "boost-1", "generator": "boost"}
    (found,) = read_tries(LAYOUT, workflow(node(1, "Pod", "train", "Running", given=given)))

    assert found.task == "train/boost-1-2of3"


def test_an_output_that_was_never_written_is_not_counted() -> None:
    weigh = node(2, "Pod", "weigh", "Failed") | {
        "outputs": {"parameters": [{"name": "slices", "valueFrom": {"path": "/tmp/slices.json"}}]}
    }

    assert "sample" not in planned(LAYOUT, workflow(weigh))


def test_the_nodes_of_a_big_workflow_are_unpacked() -> None:
    nodes = workflow(train(1, "tvae-1", "Running"))["status"]["nodes"]
    packed = base64.b64encode(gzip.compress(json.dumps(nodes).encode())).decode()
    (found,) = read_tries(
        LAYOUT, {"metadata": {"name": "w"}, "status": {"phase": "Running", "compressedNodes": packed}}
    )

    assert found.task == "train/tvae-1"


def failed_train(code: int, reason: str) -> list[dict[str, Any]]:
    message = f"main: Error (exit code {code}): {reason}"
    pods = [train(n, f"tvae-{n}", "Failed", message, displayName="train(0)") for n in (1, 2)]
    return [*pods, node(9, "Retry", "train", "Failed", children=["w-1", "w-2"])]


def test_a_run_is_ended_by_the_last_step_to_fail_and_called_in_full() -> None:
    ended = ended_by(LAYOUT, workflow(*failed_train(4, "not signed"), phase="Failed"))

    assert ended is not None
    assert (ended.task, ended.code, ended.reason) == ("train/tvae-2", 4, "not signed")


def test_a_run_that_went_well_was_ended_by_nothing() -> None:
    assert ended_by(LAYOUT, workflow(*failed_train(1, "lost"), phase="Succeeded")) is None


def test_a_workflow_that_was_stopped_says_so() -> None:
    ended = ended_by(LAYOUT, workflow(phase="Failed", message="Stopped with strategy 'Stop'"))

    assert ended is not None
    assert (ended.task, ended.code, ended.reason) == ("the workflow", 1, "Stopped with strategy 'Stop'")


def test_where_the_nodes_are_elsewhere_the_exit_handlers_summary_counts() -> None:
    line = json.dumps({"run": "r", "code": 3, "task": "release", "reason": "gate x refused"})
    outputs = {"parameters": [{"name": "summary", "value": line}]}

    ended = ended_by(LAYOUT, workflow(phase="Failed", outputs=outputs))
    assert ended is not None
    assert (ended.task, ended.code, ended.reason) == ("release", 3, "gate x refused")
