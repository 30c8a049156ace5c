"""Read a workflow's status as tries of tasks such as ``train/ctgan-1``: their pods, and how they ended."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tabtwin.lib.errors import FINAL_CODES
from tabtwin.pipeline import finish
from tabtwin.pipeline.finish import Ending, FailedNode
from tabtwin.pipeline.registry import STEPS
from tabtwin.store.artifacts import task

ENDED = frozenset({"Succeeded", "Failed", "Error"})
"""Phases that a workflow or a node does not leave."""

_NAME = re.compile(r"--name=\{\{inputs\.parameters\.([\w-]+)\}\}")
_LIST = re.compile(r"\{\{tasks\.([\w-]+)\.outputs\.parameters\.([\w-]+)\}\}")
_INPUT = re.compile(r"\{\{inputs\.parameters\.([\w-]+)\}\}")
_PROGRESS = re.compile(r"(\d+)/(\d+)")
_FIELD = re.compile(r"\{\{item\.([\w-]+)\}\}")

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Branch:
    """A task of the DAG.

    Attributes:
        task: Its name.
        steps: The steps under it, each with the field of an item that it fans out over in turn, or ``""``.
        over: The (task, output) that it fans out over, if any.
    """

    task: str
    steps: Mapping[str, str]
    over: tuple[str, str] | None


@dataclass(frozen=True)
class Layout:
    """The tasks of a WorkflowTemplate: its branches, and the input that names a step's tasks."""

    branches: tuple[Branch, ...]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Try:
    """One pod of a task.

    Attributes:
        key: A key that no other try has, even after ``argo retry``.
        task: Its name in the store and on the terminal.
        pod: The pod's name.
        host: The cluster's node that it runs on, once known.
        phase: Its phase in Argo's words.
        code: The exit code, once ended.
        reason: The line that it left, or why it waits.
        final: Whether no other try follows; ``None`` while that is not known.
        progress: How far it is, as (done, total), as Argo last heard from it.
    """

    key: str
    task: str
    pod: str
    host: str
    phase: str
    code: int
    reason: str
    final: bool | None
    progress: tuple[int, int]

    @property
    def has_ended(self) -> bool:
        """Return whether its pod is done."""
        return self.phase in ENDED


def read_layout(spec: Json) -> Layout:
    """Return the layout of a WorkflowTemplate's spec."""
    templates = {template["name"]: template for template in spec["templates"]}
    names = {
        name: found[1]
        for name, template in templates.items()
        for word in template.get("container", {}).get("args", [])
        if (found := _NAME.fullmatch(word))
    }
    branches = tuple(
        Branch(item["name"], dict(_steps_under(templates, item)), _fans_out_over(item))
        for item in templates[spec["entrypoint"]]["dag"]["tasks"]
    )
    return Layout(branches, names)


def read_nodes(workflow: Json) -> dict[str, Json]:
    """Return the nodes of a workflow's status, by id; those of a big one are compressed."""
    status = workflow.get("status", {})
    if packed := status.get("compressedNodes"):
        found: dict[str, Json] = json.loads(gzip.decompress(base64.b64decode(packed)))
        return found
    return dict(status.get("nodes") or {})


def planned(layout: Layout, workflow: Json) -> dict[str, int]:
    """Return how many tasks each step has, as far as that is known yet."""
    outputs = {
        (node.get("templateName"), parameter["name"]): parameter["value"]
        for node in read_nodes(workflow).values()
        for parameter in node.get("outputs", {}).get("parameters", [])
        if "value" in parameter  # a step that failed wrote none
    }
    templates = {branch.task: next(iter(branch.steps)) for branch in layout.branches}
    counts: dict[str, int] = {}
    for branch in layout.branches:
        items: list[Json] = [{}]
        if branch.over:
            source, parameter = branch.over
            if (templates[source], parameter) not in outputs:
                continue
            items = json.loads(outputs[templates[source], parameter])
        for step, field in branch.steps.items():
            counts[step] = sum(len(item[field]) if field else 1 for item in items)
    return counts


def read_tries(layout: Layout, workflow: Json) -> list[Try]:
    """Return all tries of a workflow's steps, in the order in which they began."""
    nodes = read_nodes(workflow)
    retries = {
        child: node
        for node in nodes.values()
        if node.get("type") == "Retry"
        for child in node.get("children", [])
    }
    pods = [node for node in nodes.values() if node.get("type") == "Pod" and node["templateName"] in STEPS]
    pods.sort(key=lambda node: (str(node.get("startedAt")), str(node["id"])))
    return [_read_try(layout, workflow, node, retries.get(node["id"])) for node in pods]


def ended_by(layout: Layout, workflow: Json) -> Ending | None:
    """Return the task that ended a workflow, as its exit handler does; ``None`` if it succeeded."""
    status, nodes = workflow["status"], read_nodes(workflow)
    fields = ("displayName", "templateName", "message", "finishedAt")
    failures = [
        {field: node.get(field, "") for field in fields}
        for node in nodes.values()
        if node.get("phase") in {"Failed", "Error"}
    ]
    found = finish.ending(status["phase"], json.dumps(failures))
    if found is None:
        return None
    if not found.task:
        return _summary(status) or found.model_copy(
            update={"task": "the workflow", "reason": status.get("message") or found.reason}
        )
    tries = read_tries(layout, workflow)
    named = [
        item.task
        for item in tries
        if item.has_ended
        and (item.task.partition("/")[0], item.code, item.reason) == (found.task, found.code, found.reason)
    ]
    return found.model_copy(update={"task": named[-1]}) if named else found


def _summary(status: Json) -> Ending | None:
    """Return what the exit handler left, if the status has no nodes: those of a huge workflow are
    elsewhere.
    """
    left = {item["name"]: item.get("value") for item in status.get("outputs", {}).get("parameters", [])}
    try:
        line = json.loads(left.get("summary") or "")
        return Ending(task=line["task"] or "the workflow", code=line["code"], reason=line["reason"])
    except (ValueError, KeyError, TypeError):
        return None


def _read_try(layout: Layout, workflow: Json, node: Json, retry: Json | None) -> Try:
    step, phase = str(node["templateName"]), str(node.get("phase", "Pending"))
    given = {item["name"]: item.get("value", "") for item in node.get("inputs", {}).get("parameters", [])}
    code, reason = 0, str(node.get("message", ""))
    if phase in ENDED - {"Succeeded"}:
        failure = FailedNode.of(node).ending
        code, reason = failure.code or 1, failure.reason
    return Try(
        key=f"{node['id']}@{node.get('startedAt')}",
        task=task(step, str(given.get(layout.names.get(step, ""), ""))),
        # As Argo has named pods since 3.4: workflow, template and the hash in the node's id.
        pod=f"{workflow['metadata']['name']}-{step}-{str(node['id']).rpartition('-')[2]}",
        host=str(node.get("hostNodeName", "")),
        phase=phase,
        code=code,
        reason="" if phase == "Succeeded" else reason,
        final=_is_final(node, phase, code, retry),
        progress=_read_progress(node),
    )


def _read_progress(node: Json) -> tuple[int, int]:
    match = _PROGRESS.fullmatch(str(node.get("progress", "")))
    return (int(match[1]), int(match[2])) if match else (0, 1)


def _is_final(node: Json, phase: str, code: int, retry: Json | None) -> bool | None:
    if phase == "Succeeded" or code in FINAL_CODES or retry is None:
        return True
    if retry.get("children", [node["id"]])[-1] != node["id"]:
        return False
    return True if retry.get("phase") in ENDED else None


def _steps_under(templates: Mapping[str, Json], item: Json) -> Iterator[tuple[str, str]]:
    """Yield the steps of a task, and of the tasks of its DAG, with the field that the latter fan out over."""
    template = templates[item["template"]]
    if "dag" not in template:
        yield item["template"], ""
        return
    given = {found["name"]: found["value"] for found in item.get("arguments", {}).get("parameters", [])}
    for inner in template["dag"]["tasks"]:
        over = _INPUT.fullmatch(inner.get("withParam", ""))
        field = _FIELD.fullmatch(given[over[1]]) if over else None
        yield inner["template"], field[1] if field else ""


def _fans_out_over(item: Json) -> tuple[str, str] | None:
    found = _LIST.fullmatch(item.get("withParam", ""))
    return (found[1], found[2]) if found else None
