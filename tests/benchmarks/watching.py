"""A command in a process of its own: how it ended, what it said, and what it and its children took."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tabtwin.runner.fork_server import die_with_parent

POLL_SECONDS = 0.1
LOOKING = 0.05
"""The most of a core that looking at the memory of processes takes, as a share."""
KEY = "5eed" * 16
"""The signing key of commands whose figures are compared: with another, a small table's twin breaks other
rules.
"""


@dataclass(frozen=True)
class Watched:
    """A command that has ended.

    Attributes:
        code: Its exit code; below 0 the signal that ended it.
        output: What it wrote to stdout.
        errors: And to stderr.
        seconds: Wall time, imports included.
        megabytes: Peak memory, summed over its processes (Linux; elsewhere 0).
        processor: Seconds of processor time, of all its processes that were waited for.
        stopped: Why it was given up; empty if it ended on its own.
    """

    code: int
    output: str
    errors: str
    seconds: float
    megabytes: float
    processor: float = 0.0
    stopped: str = ""


def tabtwin(*words: str) -> list[str]:
    """A command of tabtwin's, as it is called."""
    return [sys.executable, "-m", "tabtwin", *words]


def watch(
    words: Sequence[str],
    folder: Path,
    cap: float,
    environment: Mapping[str, str] | None = None,
    most: float = math.inf,
) -> Watched:
    """Run a command to its end, or until so many seconds have passed or it holds so much memory.

    Args:
        words: The command.
        folder: Where its output stands.
        cap: Seconds.
        environment: Variables that it is given beside this process's.
        most: Megabytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    output, errors = folder / "stdout.txt", folder / "stderr.txt"
    used, started, peak, stopped = _used(), time.monotonic(), 0.0, ""
    with output.open("wb") as said, errors.open("wb") as complained:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            preexec_fn=die_with_parent,
            env={**os.environ, **(environment or {})},
        )
        while process.poll() is None:
            looked = time.monotonic()
            peak = max(peak, megabytes(process.pid))
            if looked - started > cap:
                stopped = f"stopped after {cap:,.0f} s"
            elif peak > most:
                stopped = f"stopped at {most:,.0f} MB"
            if stopped:
                _kill(process.pid)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(POLL_SECONDS, (time.monotonic() - looked) / LOOKING))
    seconds = time.monotonic() - started
    return Watched(process.returncode, _text(output), _text(errors), seconds, peak, _used() - used, stopped)


def _kill(process: int) -> None:
    """End a process and all its descendants."""
    for member in family(process):
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)


def _used() -> float:
    """The processor seconds of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def megabytes(process: int) -> float:
    """The memory of a process and all its descendants: their own, and their part of what is shared."""
    return sum(map(_share, family(process)))


def family(process: int) -> list[int]:
    """A process and all its descendants (Linux; elsewhere none)."""
    children: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            children += map(int, file.read_text().split())
    return [process, *(member for child in children for member in family(child))]


def _share(process: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 2**10
    return 0.0


def _text(file: Path) -> str:
    return file.read_text(errors="replace")
