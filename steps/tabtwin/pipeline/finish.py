"""Finish: however a run ended, sum it up in one line and release its lease.

This is a workflow's exit handler. It is not a step, has no output in the store, and always succeeds: if it
failed, so would a good run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tabtwin.lib import log
from tabtwin.lib.command_line import Parser
from tabtwin.lib.errors import InputError, IntegrityError, TabtwinError
from tabtwin.lib.names import EXPECTED, is_made, is_plain
from tabtwin.pipeline.process import bind_place, for_argo, keep_stdout_for_the_log, say_why
from tabtwin.pipeline.registry import STEPS
from tabtwin.store import lease
from tabtwin.store.artifacts import Frozen, Ref
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.store import Store

METRICS = Ref(step="report", file="metrics.json")
_TRY = re.compile(r"(.*)\(\d+\)")
_MESSAGE = re.compile(r"(?:main: )?(?:Error|\w+)? ?\(exit code (\d+)\)(?:: )?(.*)", re.DOTALL)


Headline = dict[str, float | str | None]
"""The report's first figures and the verdict, by their names: what metrics.json has under ``headline``."""


class Ending(Frozen):
    """The task that ended a run, its exit code and why."""

    task: str
    code: int
    reason: str


@dataclass(frozen=True)
class FailedNode:
    """A node of a workflow that failed, as Argo lists it.

    Attributes:
        name: As Argo shows it: ``train(0)`` is a try of ``train``.
        template: The template that it ran.
        message: How it failed: ``main: Error (exit code 2): the reason``.
        finished: When, in a spelling that sorts as times do.
    """

    name: str
    template: str
    message: str
    finished: str

    @classmethod
    def of(cls, node: Mapping[str, object]) -> FailedNode:
        """Return what matters here of one of Argo's nodes."""
        name, template, message, finished = (
            str(node.get(field, "")) for field in ("displayName", "templateName", "message", "finishedAt")
        )
        return cls(name, template, message, finished)

    @property
    def ending(self) -> Ending:
        """Return its exit code and its reason, from its message."""
        match = _MESSAGE.fullmatch(self.message)
        code, reason = (int(match[1]), match[2]) if match else (1, "")
        return Ending(task=self.template, code=code, reason=reason or self.message or "it gave no reason")


def main(arguments: Sequence[str]) -> int:
    """Sum the run up and release its lease; always return 0."""
    keep_stdout_for_the_log()
    log.configure("json")
    bind_place()
    try:
        given = vars(parser().parse_args(arguments))
        log.configure(given["log"])
        _finish(given)
    except Exception as error:
        reason = str(error) if isinstance(error, TabtwinError) else log.where(error)
        log.logger().warning("finish.failed", reason=reason)
    return 0


def ending(status: str, failures: str) -> Ending | None:
    """Return what ended a run of the given status; ``None`` if it succeeded.

    Args:
        status: ``{{workflow.status}}``.
        failures: ``{{workflow.failures}}``, a JSON list of nodes in any order, which Argo quotes again.

    Returns:
        The last try of a step to fail for good, unless one ended with 4 (integrity).
    """
    if status == "Succeeded":
        return None
    nodes = sorted(_nodes(failures), key=lambda node: node.finished)
    lost = {node.name for node in nodes}
    tries = [(node, _TRY.fullmatch(node.name)) for node in nodes]
    # A try counts if its task also failed: others were tried again and succeeded.
    ends = [node.ending for node, match in tries if match and match[1] in lost and node.template in STEPS]
    tampered = [end for end in ends if end.code == IntegrityError.code]
    unknown = Ending(task="", code=1, reason=f"the workflow ended as {status or 'unknown'}; see argo get")
    return [unknown, *ends, *tampered][-1]


def figures(store: Store, run: str) -> Headline:
    """Return the report's first figures and the twin's rows, if the run got as far as a report."""
    try:
        metrics = json.loads(Run(store, run).read(METRICS))
    except (InputError, IntegrityError):
        return {}
    found: Headline = metrics["headline"] | {"rows": metrics["releases"][-1]}
    return found


def _finish(given: Mapping[str, str]) -> None:
    run = given["run"] or given["owner"]
    if not is_plain(run):
        raise InputError(f"--run: {EXPECTED}")
    ended = ending(given["status"], given["failures"])
    named = "" if is_made(run) else given["run"]
    line: Headline = {"run": run, "named": named, "code": ended.code if ended else 0}
    try:
        store = open_store(given["store"])
        # A run that ended before its report may have the report of an earlier one of its name.
        if ended is None or ended.task == STEPS[-1]:
            line |= figures(store, run)
        lease.release(store, run, given["owner"])
    except TabtwinError as error:
        log.logger().warning("lease.unreleased", reason=str(error))
    if ended:
        line |= {"task": ended.task, "reason": ended.reason}
    else:
        line |= {"release": f"{(given['to'] or given['store']).rstrip('/')}/release/{run}"}
    log.logger().info("run.done", **line)
    text = json.dumps({"event": "run.done", **line}, ensure_ascii=False)
    say_why(text)
    if given["summary_to"]:
        Path(given["summary_to"]).write_text(for_argo(text))


def parser() -> Parser:
    """Return the options of ``tabtwin finish``."""
    options = Parser(prog="tabtwin finish", description=__doc__)
    options.add_argument("--store", required=True, help="s3://BUCKET/PREFIX, where all data are")
    options.add_argument("--run", default="", help="the run's name (default: the owner's)")
    options.add_argument("--owner", required=True, help="what drove the run: the workflow's name")
    options.add_argument("--to", default="", help="s3://BUCKET/PREFIX published to (default: the store)")
    options.add_argument("--status", default="", help="how the workflow ended")
    options.add_argument("--failures", default="", help="Argo's list of failed nodes")
    options.add_argument("--summary-to", default="", help="a file to write the line to")
    options.add_argument(
        "--log", default="auto", choices=["auto", "json", "text"], help="how to write the log"
    )
    return options


def _nodes(failures: str) -> list[FailedNode]:
    found: object = failures
    try:
        while isinstance(found, str) and found:
            found = json.loads(found)
    except ValueError:
        return []
    listed = found if isinstance(found, list) else []
    return [FailedNode.of(node) for node in listed if isinstance(node, dict)]
