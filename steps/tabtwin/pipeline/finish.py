"""Finish: however a run ended, sum it up in one line and give its lease back.

A workflow's exit handler. It is no step, has no output in the store, and always ends well: an exit handler
that fails would fail a good run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tabtwin.lib import log
from tabtwin.lib.command_line import Parser
from tabtwin.lib.errors import InputError, IntegrityError, TabtwinError
from tabtwin.lib.names import EXPECTED, is_plain
from tabtwin.pipeline.process import bind_place, keep_stdout_for_the_log, say_why
from tabtwin.pipeline.registry import STEPS
from tabtwin.store import lease
from tabtwin.store.artifacts import Frozen, Ref
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.store import Store

METRICS = Ref(step="report", file="metrics.json")
_TRY = re.compile(r"(.*)\(\d+\)")
_MESSAGE = re.compile(r"(?:main: )?(?:Error|\w+)? ?\(exit code (\d+)\)(?:: )?(.*)", re.DOTALL)


class Ending(Frozen):
    """The task that ended a run, its exit code and why."""

    task: str
    code: int
    reason: str


def main(arguments: Sequence[str]) -> int:
    """Sum the run up and give it back; always 0."""
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
    """What ended a run that Argo says ended as ``status``; ``None`` where it went well.

    Args:
        status: ``{{workflow.status}}``.
        failures: ``{{workflow.failures}}``, a JSON list of nodes in no order, which Argo quotes once more.

    Returns:
        The last try of a step to fail for good, unless one ended with 4 (integrity).
    """
    if status == "Succeeded":
        return None
    nodes = sorted(_nodes(failures), key=lambda node: str(node.get("finishedAt")))
    lost = {node.get("displayName") for node in nodes}
    tries = [(node, _TRY.fullmatch(str(node.get("displayName")))) for node in nodes]
    # A try counts where its task is among the failures too: others were tried again and went well.
    ends = [read_failure(node) for node, match in tries if match and match[1] in lost and _is_step(node)]
    tampered = [end for end in ends if end.code == IntegrityError.code]
    unknown = Ending(task="", code=1, reason=f"the workflow ended as {status or 'unknown'}; see argo get")
    return [unknown, *ends, *tampered][-1]


def figures(store: Store, run: str) -> dict[str, Any]:
    """The report's first figures, where the run came as far as a report."""
    try:
        found: dict[str, Any] = json.loads(Run(store, run).read(METRICS))["headline"]
    except (InputError, IntegrityError):
        return {}
    return found


def _finish(given: Mapping[str, str]) -> None:
    run = given["run"] or given["owner"]
    if not is_plain(run):
        raise InputError(f"--run: {EXPECTED}")
    ended = ending(given["status"], given["failures"])
    line: dict[str, Any] = {"run": run, "code": ended.code if ended else 0}
    try:
        store = open_store(given["store"])
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
        Path(given["summary_to"]).write_text(text)


def parser() -> Parser:
    """The options of ``tabtwin finish``."""
    options = Parser(prog="tabtwin finish", description=__doc__)
    options.add_argument("--store", required=True, help="s3://BUCKET/PREFIX, where all data stand")
    options.add_argument("--run", default="", help="the run's name (default: the owner's)")
    options.add_argument("--owner", required=True, help="who drove the run: the workflow's name")
    options.add_argument("--to", default="", help="s3://BUCKET/PREFIX published to (default: the store)")
    options.add_argument("--status", default="", help="how the workflow ended")
    options.add_argument("--failures", default="", help="Argo's list of failed nodes")
    options.add_argument("--summary-to", default="", help="a file to write the line to")
    options.add_argument(
        "--log", default="auto", choices=["auto", "json", "text"], help="how to write the log"
    )
    return options


def _nodes(failures: str) -> list[dict[str, Any]]:
    found: Any = failures
    try:
        while isinstance(found, str) and found:
            found = json.loads(found)
    except ValueError:
        return []
    return [node for node in found if isinstance(node, dict)] if isinstance(found, list) else []


def _is_step(node: Mapping[str, Any]) -> bool:
    return node.get("templateName") in STEPS


def read_failure(node: Mapping[str, Any]) -> Ending:
    """A failed try, from the message of its node: ``main: Error (exit code 2): the reason``."""
    message = str(node.get("message", ""))
    match = _MESSAGE.fullmatch(message)
    code, reason = (int(match[1]), match[2]) if match else (1, "")
    return Ending(task=str(node["templateName"]), code=code, reason=reason or message or "it gave no reason")
