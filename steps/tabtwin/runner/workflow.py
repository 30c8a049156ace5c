"""Read ``argo/pipeline.yaml`` as value objects: the subset of Argo Workflows that runs here.

Fields are of three kinds: those that are run (read below), those that only concern a cluster and are
skipped (:data:`PASSED_OVER`), and all others, which are refused by name rather than silently ignored.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml
from pydantic import Field

from tabtwin.lib.errors import InputError
from tabtwin.runner.parameters import Parameter, Yaml, read_parameter, values
from tabtwin.store.artifacts import Frozen

_CLUSTER_ONLY = """
spec: serviceAccountName securityContext podSpecPatch podGC ttlStrategy synchronization executor
spec: artifactRepositoryRef automountServiceAccountToken activeDeadlineSeconds parallelism
spec: volumes onExit workflowMetadata podMetadata
template: volumes podSpecPatch metadata nodeSelector tolerations activeDeadlineSeconds metrics
container: image imagePullPolicy resources securityContext volumeMounts env envFrom
parameter: description
output: globalName
artifact: path archive s3
retryStrategy: retryPolicy
"""
PASSED_OVER = [tuple(line.split(": ")) for line in _CLUSTER_ONLY.split("\n") if line]
"""Places, and the fields skipped there. What ``onExit`` does, the driver does here itself."""
RETRY_EXPRESSION = "asInt(lastRetry.exitCode) not in [2, 3, 4]"
"""The one retry expression that runs here, compared word for word."""


class Retry(Frozen):
    """How often a failed container is tried again, after a pause (seconds) that grows by ``factor``."""

    limit: int = 0
    pause: float = 0
    factor: float = 1


Inputs = dict[str, str | None]
"""A template's inputs and their defaults; ``None`` if there is none."""
Settings = dict[str, str]
"""Inputs of a template that a cluster reads from its ConfigMap, and their keys there."""


class Container(Frozen):
    """A template that runs one command; of its artifacts, only their paths matter here."""

    name: str
    command: tuple[str, ...]
    args: tuple[str, ...] = ()
    inputs: Inputs = Field(default_factory=dict)
    settings: Settings = Field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    retry: Retry = Retry()


class Task(Frozen):
    """A node of a DAG: a template, its dependencies, and its arguments."""

    name: str
    template: str
    depends: str = ""
    arguments: dict[str, str] = Field(default_factory=dict)
    with_param: str = ""


class Dag(Frozen):
    """A template that runs tasks."""

    name: str
    tasks: tuple[Task, ...]
    inputs: Inputs = Field(default_factory=dict)
    settings: Settings = Field(default_factory=dict)


class Workflow(Frozen):
    """A WorkflowTemplate."""

    name: str
    entrypoint: str
    parameters: tuple[Parameter, ...]
    templates: dict[str, Container | Dag]

    def values(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return every parameter's value; see :func:`tabtwin.runner.parameters.values`."""
        return values(self.parameters, given)


def load(text: str) -> Workflow:
    """Read a WorkflowTemplate.

    Raises:
        InputError: naming the field, where it uses what does not run here.
    """
    document = yaml.safe_load(text)
    if not isinstance(document, dict) or document.get("kind") != "WorkflowTemplate":
        raise InputError("expected one WorkflowTemplate in the pipeline's file")
    _fields("document", document, {"apiVersion", "kind", "metadata", "spec"})
    spec = _fields("spec", document["spec"], {"entrypoint", "arguments", "templates"})
    arguments = _fields("arguments", spec.get("arguments", {}), {"parameters"})
    templates = [_template(item) for item in spec["templates"]]
    workflow = Workflow(
        name=document["metadata"]["name"],
        entrypoint=spec["entrypoint"],
        parameters=tuple(_parameter(item) for item in arguments.get("parameters", [])),
        templates={template.name: template for template in templates},
    )
    _check_references(workflow)
    return workflow


def _template(item: Yaml) -> Container | Dag:
    fields = _fields("template", item, {"name", "inputs", "outputs", "container", "dag", "retryStrategy"})
    given = fields.get("inputs", {}).get("parameters", [])
    inputs = {parameter.name: parameter.value for parameter in map(_input, given)}
    settings = {
        item["name"]: item["valueFrom"]["configMapKeyRef"]["key"] for item in given if "valueFrom" in item
    }
    if "dag" in fields:
        dag = _fields("dag", fields["dag"], {"tasks", "failFast"})
        if dag.get("failFast") is not False:
            raise InputError(f"DAG {fields['name']}: only failFast: false runs here")
        tasks = tuple(_task(task) for task in dag["tasks"])
        return Dag(name=fields["name"], inputs=inputs, settings=settings, tasks=tasks)
    if "container" not in fields:
        raise InputError(f"template {fields['name']}: expected a container or a dag")
    container = _fields("container", fields["container"], {"command", "args"})
    outputs = _fields("outputs", fields.get("outputs", {}), {"parameters", "artifacts"})
    return Container(
        name=fields["name"],
        command=tuple(container["command"]),
        args=tuple(container.get("args", ())),
        inputs=inputs,
        settings=settings,
        outputs=tuple(_output(found) for found in outputs.get("parameters", [])),
        artifacts=tuple(
            _fields("artifact", found, {"name"})["name"] for found in outputs.get("artifacts", [])
        ),
        retry=_retry(fields.get("retryStrategy", {})),
    )


def _task(item: Yaml) -> Task:
    fields = _fields("task", item, {"name", "template", "depends", "arguments", "withParam"})
    given = fields.get("arguments", {}).get("parameters", [])
    return Task(
        name=fields["name"],
        template=fields["template"],
        depends=fields.get("depends", ""),
        arguments={found["name"]: found["value"] for found in given},
        with_param=fields.get("withParam", ""),
    )


def _retry(item: Yaml) -> Retry:
    fields = _fields("retryStrategy", item, {"limit", "backoff", "expression"})
    if not fields:
        return Retry()
    if fields.get("expression") != RETRY_EXPRESSION:
        raise InputError(f"retryStrategy: only the expression {RETRY_EXPRESSION!r} runs here")
    backoff = _fields("backoff", fields.get("backoff", {}), {"duration", "factor"})
    duration = str(backoff.get("duration", "0s"))
    if not duration.endswith("s") or not duration[:-1].isdigit():
        raise InputError(f"backoff: expected a duration in whole seconds such as 5s, found {duration!r}")
    return Retry(
        limit=int(fields["limit"]), pause=float(duration[:-1]), factor=float(backoff.get("factor", 1))
    )


def _parameter(item: Yaml) -> Parameter:
    _fields("parameter", item, {"name", "value", "enum"})
    return read_parameter(item)


def _input(item: Yaml) -> Parameter:
    fields = _fields("input", item, {"name", "value", "valueFrom"})
    if "valueFrom" in fields:
        source = _fields("valueFrom", fields["valueFrom"], {"configMapKeyRef", "default"})
        if "configMapKeyRef" not in source:
            raise InputError(f"input {fields['name']}: expected a key of the ConfigMap, found only a default")
    return read_parameter(item)


def _output(item: Yaml) -> str:
    fields = _fields("output", item, {"name", "valueFrom"})
    _fields("valueFrom", fields["valueFrom"], {"path", "default"})
    return str(fields["name"])


def _fields(where: str, item: Yaml, run: set[str]) -> Yaml:
    """Return the fields that run here; refuse those that are neither run nor skipped."""
    passed_over = {field for place, fields in PASSED_OVER if place == where for field in fields.split()}
    for field in item:
        if field not in run | passed_over:
            raise InputError(
                f"{where} {item.get('name', '')}: expected fields that run on a laptop, found {field!r}; "
                "leave it out"
            )
    return {field: value for field, value in item.items() if field in run}


def _check_references(workflow: Workflow) -> None:
    for template in workflow.templates.values():
        for task in template.tasks if isinstance(template, Dag) else ():
            if task.template not in workflow.templates:
                raise InputError(f"task {task.name}: there is no template {task.template!r}")
    if workflow.entrypoint not in workflow.templates:
        raise InputError(f"there is no template {workflow.entrypoint!r} to enter by")
