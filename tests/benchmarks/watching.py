"""A command in a process of its own: how it ended, what it said, and what it and its children took."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tabtwin.runner.fork_server import die_with_parent

POLL_SECONDS = 0.1
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
    """

    code: int
    output: str
    errors: str
    seconds: float
    megabytes: float


def tabtwin(*words: str) -> list[str]:
    """A command of tabtwin's, as it is called."""
    return [sys.executable, "-m", "tabtwin", *words]


def watch(
    words: Sequence[str], folder: Path, cap: float, environment: Mapping[str, str] | None = None
) -> Watched:
    """Run a command to its end, or until so many seconds have passed.

    Args:
        words: The command.
        folder: Where its output stands.
        cap: Seconds.
        environment: Variables that it is given beside this process's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    output, errors = folder / "stdout.txt", folder / "stderr.txt"
    started, peak = time.monotonic(), 0.0
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
            peak = max(peak, megabytes(process.pid))
            if time.monotonic() - started > cap:
                process.kill()  # its children end with it
            time.sleep(POLL_SECONDS)
    seconds = time.monotonic() - started
    return Watched(process.returncode, _text(output), _text(errors), seconds, peak)


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
