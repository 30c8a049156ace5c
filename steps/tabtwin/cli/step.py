"""``tabtwin step``: run one task of a run in one process, as in its container."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from tabtwin.pipeline.registry import STEPS
from tabtwin.pipeline.task import run_task


def main(arguments: Sequence[str]) -> int:
    """Run the step that ``arguments`` name; return the exit code."""
    if not arguments or arguments[0] in {"-h", "--help"}:
        print("usage: tabtwin step NAME --store URL --run RUN ...\nsteps:", ", ".join(STEPS))  # noqa: T201
        return 0
    if os.getpid() == 1 and (child := os.fork()):
        return _init(child)
    return run_task(arguments)


def _init(child: int) -> int:
    """Act as process 1 of a container, which signals do not end: pass them on; return the exit code of
    ``child``.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: os.kill(child, number))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code
