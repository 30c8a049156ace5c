"""What a replay needs: commands as a user gives them, how they ended, and a line on each hole."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.watching import tabtwin

CAP_SECONDS = 900.0
OURS = "tabtwin: "
QUICK = ("--generators", "boost:1", "--log", "json")
"""Options by which a run of a small table takes seconds; what is held does not depend on them."""


@dataclass(frozen=True)
class Hole:
    """A hole as it was tried again.

    Attributes:
        section: Where issue 17 lists it.
        tried: What was done.
        found: What came out.
        closed: Whether that is what must come out.
    """

    section: str
    tried: str
    found: str
    closed: bool

    def __str__(self) -> str:
        return f"{self.section:>4}  {'closed' if self.closed else 'OPEN'}  {self.tried}: {self.found}"


Replay = Callable[[Path], Iterator[Hole]]
"""Tries one kind of hole in a folder of its own."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code and the one line that says why."""

    code: int
    line: str

    def __str__(self) -> str:
        return f"exit {self.code}" + (f", {self.line!r}" if self.line else "")


def call(*words: str | Path, environment: Mapping[str, str] | None = None) -> Ended:
    """Run a command of tabtwin's to its end."""
    done = subprocess.run(
        tabtwin(*map(str, words)),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=CAP_SECONDS,
        env={**os.environ, **(environment or {})},
    )
    return Ended(done.returncode, _reason(done.stdout, done.stderr))


def run(table: Path, out: Path, *words: str | Path, environment: Mapping[str, str] | None = None) -> Ended:
    """Make a twin of a small table."""
    return call("run", table, "--out", out, *QUICK, *words, environment=environment)


def _reason(output: str, errors: str) -> str:
    """The reason that the log's last line gives, or else the line on stderr."""
    for line in reversed(output.splitlines()):
        if line.startswith('{"') and (reason := json.loads(line).get("reason")):
            return str(reason)
    ours = [line for line in errors.splitlines() if line.startswith(OURS)]
    return ours[-1].removeprefix(OURS) if ours else ""
