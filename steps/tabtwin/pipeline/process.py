"""Set up the process of a task: where its log goes, what each line names, what it used, and the line with the
reason for its end.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import sys
import warnings
from pathlib import Path

TERMINATION_LOG = Path("/dev/termination-log")
"""The file from which Kubernetes reads why a container ended."""
PLACE = ("WORKFLOW", "POD", "NODE")
"""Environment variables with the place of a step in a cluster; each of its log lines has them."""
KIB_IN_MIB = 1024 if sys.platform == "linux" else 1024**2
"""The divisor of the system's figure for a process's peak memory, which is in KiB, on macOS in bytes."""


def bind_place() -> None:
    """Add the workflow, pod and node to every log line of this process, if the environment has them."""
    import structlog  # loaded late: a driver reads the module, and logs nothing

    place = {name.lower(): os.environ[name] for name in PLACE if os.environ.get(name)}
    structlog.contextvars.bind_contextvars(**place)


def say_why(line: str) -> None:
    """Write the one line that ``argo get`` shows."""
    if TERMINATION_LOG.exists():
        TERMINATION_LOG.write_text(for_argo(line))


def for_argo(line: str) -> str:
    """Return a line without double braces: Argo passes it on and evaluates what they hold, such as a
    column's name.
    """
    return line.replace("{{", "{ {")


def used() -> dict[str, float]:
    """Return what this process used so far, for its log: processor time with its children's, and memory."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = sum(usage.ru_utime + usage.ru_stime for usage in (own, children))
    return {"processor_seconds": round(seconds, 3), "peak_mib": own.ru_maxrss // KIB_IN_MIB}


def keep_stdout_for_the_log() -> None:
    """Reserve stdout for the log: what libraries print may hold cells, and is not JSON."""
    warnings.simplefilter("ignore")
    faulthandler.enable(os.fdopen(os.dup(2), "w"))
    real = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.stdout = os.fdopen(real, "w", buffering=1)
