"""Run a workflow on this machine as Argo would: the same states, tries and fan-outs, processes for pods.

It runs one job on one machine, without queues or other features of a cluster.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tabtwin.lib.errors import FINAL_CODES, InputError
from tabtwin.lib.log_lines import LogLine
from tabtwin.runner.events import Watcher
from tabtwin.runner.expressions import State, holds, needed, pass_on, read_items, substitute
from tabtwin.runner.parameters import as_json
from tabtwin.runner.workflow import Container, Dag, Task, Workflow

Runner = Callable[[Sequence[str], Callable[[LogLine], None]], Awaitable[tuple[int, str]]]
"""Runs a command: (words, log) to (exit code, reason)."""


@dataclass(frozen=True)
class Node:
    """The end of a task, a fan-out or a whole DAG.

    Attributes:
        name: The task.
        state: Its state in Argo's words.
        code: The exit code; 0 if it succeeded or never ran.
        reason: The one line of its last try.
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
        """Return all nodes under this one that ran a container, or would have."""
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self]


class Engine:
    """Runs one workflow.

    Args:
        workflow: What to run.
        parameters: Its parameters' values.
        settings: What a cluster's ConfigMap holds, as far as it concerns a laptop, by key.
        name: The value of ``{{workflow.name}}``.
        runner: Runs a container's command.
        watcher: Notified of what happens.
        slots: The number of containers that run at once.
        scratch: The folder of containers' files while they run, a private report among them; by default the
            system's temporary one.
    """

    def __init__(
        self,
        workflow: Workflow,
        parameters: Mapping[str, str],
        settings: Mapping[str, str],
        name: str,
        runner: Runner,
        watcher: Watcher,
        slots: int,
        scratch: Path | None = None,
    ) -> None:
        self.scratch = scratch
        self.workflow = workflow
        self.settings = settings
        self.runner = runner
        self.watcher = watcher
        self.slots = asyncio.Semaphore(slots)
        given = workflow.values(parameters)
        self.scope = {"workflow.name": name, "workflow.parameters.json": as_json(given)}
        self.scope |= _prefixed("workflow", given)

    async def run(self) -> Node:
        """Run the workflow to its end."""
        try:
            entry = self.workflow.entrypoint
            return await self._template(entry, entry, {}, planned=False)
        except BaseExceptionGroup as group:
            raise _first(group) from None

    async def _template(self, name: str, label: str, arguments: Mapping[str, str], *, planned: bool) -> Node:
        template = self.workflow.templates[name]
        defaults = {
            key: pass_on(text, self.scope) for key, text in template.inputs.items() if text is not None
        }
        held = {key: self.settings[name] for key, name in template.settings.items() if name in self.settings}
        given = defaults | held | dict(arguments)
        # A setting that only a cluster has must not be used by a command that runs here.
        if missing := [key for key in template.inputs if key not in {*given, *template.settings}]:
            raise InputError(
                f"template {name}: expected the inputs {', '.join(missing)}, found none; correct the pipeline"
            )
        scope = self.scope | {f"inputs.parameters.{key}": value for key, value in given.items()}
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
            f"tasks.{name}.outputs.parameters.{key}": value
            for name, node in before.items()
            for key, value in node.outputs.items()
        }
        known = dict(scope) | outputs
        if not task.with_param:
            arguments = {key: pass_on(value, known) for key, value in task.arguments.items()}
            self._plan(task.template, 0 if planned else 1)
            return await self._template(task.template, task.name, arguments, planned=True)
        items = read_items(task.name, substitute(task.with_param, known))
        # A task under a fan-out was announced once for each of its items.
        self._plan(task.template, len(items) - 1 if planned else len(items))
        if not items:
            return Node(task.name, "Skipped")
        each = []
        for item in items:
            inner = known | {f"item.{key}": value for key, value in item.items()}
            each.append({key: pass_on(value, inner) for key, value in task.arguments.items()})
        children = await asyncio.gather(
            *(self._template(task.template, task.name, given, planned=True) for given in each)
        )
        return Node(task.name, _group_state(children), children=tuple(children))

    async def _container(self, template: Container, scope: Mapping[str, str]) -> Node:
        """Try a container until it succeeds, may not be tried again, or was tried often enough."""
        with tempfile.TemporaryDirectory(prefix="tabtwin-", dir=self.scratch) as folder:
            paths = {f"outputs.parameters.{key}.path": Path(folder, key) for key in template.outputs}
            paths |= {
                f"outputs.artifacts.{key}.path": Path(folder, f"{key}.file") for key in template.artifacts
            }
            known = dict(scope) | {variable: str(path) for variable, path in paths.items()}
            pause, tries = template.retry.pause, 0
            while True:
                words = [substitute(word, known | {"retries": str(tries)}) for word in template.args]
                label = "/".join([template.name, *_option(words, "--name")])
                tries += 1
                code, reason, final = await self._try(
                    template, label, words, last=tries > template.retry.limit
                )
                if final:
                    break
                await asyncio.sleep(pause)
                pause *= template.retry.factor
            if code != 0:
                return Node(label, "Failed", code, reason, tries)
            outputs = {key: paths[f"outputs.parameters.{key}.path"].read_text() for key in template.outputs}
            return Node(label, "Succeeded", 0, "", tries, outputs)

    async def _try(
        self, template: Container, label: str, words: Sequence[str], *, last: bool
    ) -> tuple[int, str, bool]:
        """Run a container once; return its exit code, its reason, and whether no other try follows."""
        async with self.slots:
            self.watcher.started(label)
            said = partial(self.watcher.said, label)
            code, reason = await self.runner([*template.command, *words], said)
            final = code == 0 or code in FINAL_CODES or last
            self.watcher.ended(label, code, reason, final=final)
        return code, reason, final

    def _plan(self, template: str, count: int) -> None:
        """Tell the watcher how many more tasks each step under a template will have."""
        found = self.workflow.templates[template]
        if isinstance(found, Container):
            self.watcher.planned(found.name, count)
        else:
            for task in found.tasks:
                self._plan(task.template, count)


def _first(error: BaseException) -> BaseException:
    """Return the error behind the groups that nested DAGs wrap it in."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def _known(running: Mapping[str, asyncio.Task[Node]], name: str) -> Node:
    if name not in running:
        raise InputError(f"depends: expected a task of the DAG, found {name!r}; correct the pipeline")
    return await running[name]


def _prefixed(where: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return values by the names of their variables."""
    return {f"{where}.parameters.{name}": value for name, value in values.items()}


def _option(words: Sequence[str], option: str) -> list[str]:
    return [value for word in words if (value := word.removeprefix(f"{option}=")) not in {word, ""}]


def _group_state(children: Sequence[Node]) -> State:
    """Return Argo's state of a fan-out: that of the last task that failed, if any did."""
    return _worse(*(child.state for child in children))


def _conclude(dag: Dag, label: str, nodes: Mapping[str, Node]) -> Node:
    """Conclude a DAG: it fails if a task that nothing depends on failed, or was omitted after one
    that did.
    """
    waits = {task.name: needed(task.depends) for task in dag.tasks}
    waited_for = {name for names in waits.values() for name in names}

    def branch(name: str) -> State:
        state = nodes[name].state
        return _worse(*map(branch, waits[name])) if state in {"Omitted", "Skipped"} else state

    state = _worse(*(branch(name) for name in nodes if name not in waited_for))
    return Node(label, state, children=tuple(nodes.values()))


def _worse(*states: State) -> State:
    """Return the last of ``states`` that is a failure, or success if none is."""
    return next((state for state in reversed(states) if state in {"Failed", "Errored"}), "Succeeded")


def ending(node: Node) -> Node | None:
    """Return the container that ended a failed run: the last to fail, unless one ended with 4 (integrity)."""
    failed = [leaf for leaf in node.leaves() if leaf.state == "Failed"]
    tampered = [leaf for leaf in failed if leaf.code == 4]
    ended = tampered or failed
    return ended[-1] if ended else None
