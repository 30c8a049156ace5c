"""Set up the process of a task: where its log goes, what each line names, and the one line that says why."""

from __future__ import annotations

import faulthandler
import os
import sys
import warnings
from pathlib import Path

import structlog

TERMINATION_LOG = Path("/dev/termination-log")
"""Where Kubernetes reads why a container ended."""
PLACE = ("WORKFLOW", "POD", "NODE")
"""Environment variables that say where a step runs in a cluster; they stand in each of its log lines."""


def bind_place() -> None:
    """Have every log line of this process name its workflow, pod and node, where the environment does."""
    place = {name.lower(): os.environ[name] for name in PLACE if os.environ.get(name)}
    structlog.contextvars.bind_contextvars(**place)


def say_why(line: str) -> None:
    """Leave the one line that ``argo get`` shows."""
    if TERMINATION_LOG.exists():
        # Argo hands it on to ``finish``, evaluating what stands in double braces: a column's name might.
        TERMINATION_LOG.write_text(line.replace("{{", "{ {"))


def keep_stdout_for_the_log() -> None:
    """Give the log the real stdout; what libraries print may hold cells, and is not JSON."""
    warnings.simplefilter("ignore")
    faulthandler.enable(os.fdopen(os.dup(2), "w"))
    real = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.stdout = os.fdopen(real, "w", buffering=1)
