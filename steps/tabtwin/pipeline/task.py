"""Run one task of a run in this process, as its container does it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from tabtwin.lib import command_line, log, options
from tabtwin.lib.errors import InputError, TabtwinError
from tabtwin.lib.names import EXPECTED, is_plain
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.process import bind_place, keep_stdout_for_the_log, say_why
from tabtwin.pipeline.registry import load
from tabtwin.pipeline.step import Step
from tabtwin.store import lease
from tabtwin.store.artifacts import Failure, task
from tabtwin.store.disk_space import spell_full
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.store import Store


def run_task(arguments: Sequence[str]) -> int:
    """Run the step that ``arguments`` name with the options that follow; return the exit code."""
    step = load(arguments[0])
    given = vars(_parser(step).parse_args(arguments[1:]))
    style = given["log"]
    keep_stdout_for_the_log()
    log.configure(style)
    bind_place()
    structlog.contextvars.bind_contextvars(
        step=step.name, **({"name": given["name"]} if given["name"] else {})
    )
    try:
        _run(step, given)
    except TabtwinError as error:
        log.logger().error("step.rejected", code=error.code, reason=str(error))
        say_why(str(error))
        return error.code
    except Exception as error:  # the last resort: an unexpected error's message may hold a cell
        log.logger().error("step.failed", code=1, reason=log.where(error))
        say_why(log.where(error))
        return 1
    return 0


def _parser(step: Step[Any]) -> command_line.Parser:
    parser = command_line.Parser(
        prog=f"tabtwin step {step.name}", description=sys.modules[step.module].__doc__
    )
    parser.add_argument(
        "--store",
        required=True,
        metavar="URL",
        help="where all data are: s3://BUCKET/PREFIX, or a folder as file:///PATH",
    )
    parser.add_argument("--run", default="", help="the run's name (default: the owner's)")
    parser.add_argument(
        "--owner", default="", metavar="NAME", help="what drives the run: the workflow's name"
    )
    parser.add_argument("--name", default="", help="the task's name, if the step fans out")
    parser.add_argument(
        "--log", default="auto", choices=["auto", "json", "text"], help="how to write the log"
    )
    parser.add_argument(
        "--settings", default="", metavar="JSON", help="options in the form of a workflow's parameters"
    )
    for emitted in step.emits:
        parser.add_argument(
            f"--{emitted}-to", default="", metavar="FILE", help=f"a file to write the list of {emitted} to"
        )
    command_line.add_fields(parser, step.params)
    return parser


def _run(step: Step[Any], given: dict[str, str]) -> None:
    run, owner = given["run"] or given["owner"], given["owner"]
    if not run:
        raise InputError("expected a run's name, found none; give --run")
    if not is_plain(run) or (given["name"] and not is_plain(given["name"])):
        raise InputError(f"--run, --name: {EXPECTED}")
    store = open_store(given["store"])
    # Before the lease, so that another owner's run is not held up.
    Run(store, run).own()
    emit = {name: Path(path) for name in step.emits if (path := given[f"{name}_to"])}
    told = options.from_parameters(step.params, given["settings"]) if given["settings"] else {}
    params = options.build(step.params, told | {name: text for name, text in given.items() if text})
    with lease.held(store, run, owner or f"step-{os.getpid()}", lost=_stop):
        try:
            execute(step, params, store, run, given["name"], emit)
        except TabtwinError as error:
            _record(store, run, step, given["name"], error.code, str(error))
            raise
        except OSError as error:
            if full := spell_full(error):
                _record(store, run, step, given["name"], InputError.code, full)
                raise InputError(full) from None
            _record(store, run, step, given["name"], 1, log.where(error))
            raise
        except Exception as error:
            _record(store, run, step, given["name"], 1, log.where(error))
            raise
        finally:
            if not owner:
                lease.release(store, run, f"step-{os.getpid()}")


def _record(store: Store, run: str, step: Step[Any], name: str, code: int, reason: str) -> None:
    """Record the reason for ``weigh`` and the report, if the store still answers."""
    try:
        Run(store, run).fail(Failure(step=step.name, name=name, code=code, reason=reason))
    except TabtwinError as error:
        log.logger().warning("failure.unrecorded", task=task(step.name, name), reason=str(error))


def _stop() -> None:
    """Exit at once: another driver has the run, and would do the same work again."""
    log.logger().error("step.rejected", code=4, reason="another driver took the run over")
    os._exit(4)
