"""Run a workflow here as Argo would: the same states, tries and fan-outs, with processes for pods.

One job on one machine: no queueing and no cluster features.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tabtwin.lib.errors import InputError
from tabtwin.local.events import Watcher
from tabtwin.local.expressions import State, holds, needed, substitute
from tabtwin.local.workflow import Container, Dag, Task, Workflow

FINAL_CODES = frozenset({2, 3, 4})
"""Exit codes after which trying again cannot help, as the retry expression says."""

Runner = Callable[[Sequence[str], Callable[[Mapping[str, Any]], None]], Awaitable[tuple[int, str]]]
"""Runs a command: (words, said) to (exit code, reason)."""


@dataclass(frozen=True)
class Node:
    """How a task, a fan-out or a whole DAG ended.

    Attributes:
        name: The task.
        state: As Argo calls it.
        code: The exit code, 0 where it succeeded or never ran.
        reason: The one line that its last try gave.
        tries: How often its container was started.
        outputs: Its output parameters.
        children: The nodes of its fan-out or DAG.
    """

    name: str
    state: State
    code: int = 0
    reason: str = ""
    tries: int = 0
    outputs: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()

    def leaves(self) -> list[Node]:
        """All nodes under this one that ran a container, or would have."""
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self]


class Engine:
    """Runs one workflow.

    Args:
        workflow: What to run.
        parameters: Its parameters' values.
        name: What ``{{workflow.name}}`` is.
        runner: Runs a container's command.
        watcher: Told what happens.
        slots: How many containers run at once.
    """

    def __init__(
        self,
        workflow: Workflow,
        parameters: Mapping[str, str],
        name: str,
        runner: Runner,
        watcher: Watcher,
        slots: int,
    ) -> None:
        self.workflow = workflow
        self.runner = runner
        self.watcher = watcher
        self.slots = asyncio.Semaphore(slots)
        self.scope = {"workflow.name": name} | _parameters(workflow, parameters)

    async def run(self) -> Node:
        """Run the workflow to its end."""
        try:
            entry = self.workflow.entrypoint
            return await self._template(entry, entry, {}, planned=False)
        except BaseExceptionGroup as group:
            raise _first(group) from None

    async def _template(self, name: str, label: str, arguments: Mapping[str, str], *, planned: bool) -> Node:
        template = self.workflow.templates[name]
        missing = [given for given in template.inputs if given not in arguments]
        if missing:
            raise InputError(f"template {name}: expected the inputs {', '.join(missing)}")
        scope = self.scope | {f"inputs.parameters.{key}": value for key, value in arguments.items()}
        if isinstance(template, Dag):
            return await self._dag(template, label, scope, planned=planned)
        return await self._container(template, scope)

    async def _dag(self, dag: Dag, label: str, scope: Mapping[str, str], *, planned: bool) -> Node:
        running: dict[str, asyncio.Task[Node]] = {}

        async def run(task: Task) -> Node:
            names = needed(task.depends)
            before = {name: await _known(running, name) for name in names}
            if names and not holds(task.depends, {name: node.state for name, node in before.items()}):
                return Node(task.name, "Omitted")
            return await self._task(task, scope, before, planned=planned)

        async with asyncio.TaskGroup() as group:
            for task in dag.tasks:
                running[task.name] = group.create_task(run(task))
        nodes = {name: task.result() for name, task in running.items()}
        return _conclude(dag, label, nodes)

    async def _task(
        self, task: Task, scope: Mapping[str, str], before: Mapping[str, Node], *, planned: bool
    ) -> Node:
        outputs = {
            f"tasks.{node.name}.outputs.parameters.{key}": value
            for node in before.values()
            for key, value in node.outputs.items()
        }
        known = dict(scope) | outputs
        if not task.with_param:
            arguments = {key: substitute(value, known) for key, value in task.arguments.items()}
            self._plan(task.template, 0 if planned else 1)
            return await self._template(task.template, task.name, arguments, planned=True)
        items = _items(task, substitute(task.with_param, known))
        self._plan(task.template, 0 if planned else len(items))
        if not items:
            return Node(task.name, "Skipped")
        each = []
        for item in items:
            inner = known | {f"item.{key}": value for key, value in item.items()}
            each.append({key: substitute(value, inner) for key, value in task.arguments.items()})
        children = await asyncio.gather(
            *(self._template(task.template, task.name, given, planned=True) for given in each)
        )
        return Node(task.name, _group_state(children), children=tuple(children))

    async def _container(self, template: Container, scope: Mapping[str, str]) -> Node:
        """Try a container until it succeeds, may not be tried again, or has been tried often enough."""
        with tempfile.TemporaryDirectory(prefix="tabtwin-") as folder:
            paths = {key: Path(folder, f"{key}.out") for key in template.outputs}
            known = dict(scope) | {f"outputs.parameters.{key}.path": str(path) for key, path in paths.items()}
            words = [*template.command, *(substitute(word, known) for word in template.args)]
            label = "/".join([template.name, *_option(words, "--name")])
            pause, tries = template.retry.pause, 0
            while True:
                tries += 1
                async with self.slots:
                    self.watcher.started(label)
                    code, reason = await self.runner(words, lambda line: self.watcher.said(label, line))
                    final = code == 0 or code in FINAL_CODES or tries > template.retry.limit
                    self.watcher.ended(label, code, reason, final=final)
                if final:
                    break
                await asyncio.sleep(pause)
                pause *= template.retry.factor
            if code != 0:
                return Node(label, "Failed", code, reason, tries)
            return Node(
                label, "Succeeded", 0, "", tries, {key: path.read_text() for key, path in paths.items()}
            )

    def _plan(self, template: str, count: int) -> None:
        """Tell the watcher how many tasks each step under a template is going to have; 0 where it knows."""
        found = self.workflow.templates[template]
        if isinstance(found, Container):
            self.watcher.planned(found.name, count)
        else:
            for task in found.tasks:
                self._plan(task.template, count)


def _first(error: BaseException) -> BaseException:
    """The error behind the groups that nested DAGs wrap it in."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def _known(running: Mapping[str, asyncio.Task[Node]], name: str) -> Node:
    if name not in running:
        raise InputError(f"depends: there is no task {name!r}")
    return await running[name]


def _parameters(workflow: Workflow, given: Mapping[str, str]) -> dict[str, str]:
    """Every workflow parameter's value, checked against its list of choices."""
    values: dict[str, str] = {}
    for parameter in workflow.parameters:
        value = given.get(parameter.name, parameter.value)
        if value is None:
            raise InputError(f"expected a value for the parameter {parameter.name}, found none")
        if parameter.enum and value not in parameter.enum:
            raise InputError(
                f"--{parameter.name}: expected one of {', '.join(parameter.enum)}, found another value"
            )
        if "{{" in value:
            raise InputError(f"--{parameter.name}: a value may not hold {{{{, which Argo would substitute")
        values[f"workflow.parameters.{parameter.name}"] = value
    return values


def _items(task: Task, text: str) -> list[dict[str, str]]:
    try:
        items = json.loads(text)
    except ValueError:
        items = None
    flat = isinstance(items, list) and all(
        isinstance(item, dict) and all(isinstance(value, str) for value in item.values()) for item in items
    )
    if not flat:
        raise InputError(f"task {task.name}: expected withParam to be a JSON list of flat maps of strings")
    return list(items)


def _option(words: Sequence[str], option: str) -> list[str]:
    return [word.removeprefix(f"{option}=") for word in words if word.startswith(f"{option}=")]


def _group_state(children: Sequence[Node]) -> State:
    """Argo's state of a fan-out: an error counts more than a failure, and either more than success."""
    states = {child.state for child in children}
    if "Errored" in states:
        return "Errored"
    return "Failed" if "Failed" in states else "Succeeded"


def _conclude(dag: Dag, label: str, nodes: Mapping[str, Node]) -> Node:
    """A DAG fails where a task that nothing waits for failed, or could not run since another one failed."""
    waited_for = {name for task in dag.tasks for name in needed(task.depends)}
    last = [nodes[task.name] for task in dag.tasks if task.name not in waited_for]
    lost = [node for node in last if node.state not in {"Succeeded", "Skipped"}]
    state: State = "Failed" if lost else "Succeeded"
    return Node(label, state, children=tuple(nodes.values()))


def ending(node: Node) -> Node | None:
    """The container that ended a failed run: the last to fail, unless one ended with 4 (integrity)."""
    failed = [leaf for leaf in node.leaves() if leaf.state == "Failed"]
    tampered = [leaf for leaf in failed if leaf.code == 4]
    ended = tampered or failed
    return ended[-1] if ended else None
