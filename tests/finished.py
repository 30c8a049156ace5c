"""A whole run that many tests look at: made once, by whichever worker needs it first."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from small import command, run, small_table


@dataclass(frozen=True)
class Finished:
    """A run with a release. Tests that change its folder change a copy.

    Attributes:
        table: The CSV that the run was given.
        out: Its output folder, which holds the store, too.
    """

    table: Path
    out: Path


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return ``folder``, which ``make`` fills unless another process of this session has done so."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "done"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(folder)
            done.touch()
    return folder


def finished_run(shared: Path) -> Finished:
    """Return the run of this session, from a folder that all its workers see.

    Its table and its folder have names that a shell, a URL or a list of options might split.
    """
    folder = shared / "a finished run, #1"
    found = Finished(folder / "customers, 1.csv", folder / "twin")

    def make(_: Path) -> None:
        small_table().to_csv(found.table, index=False)
        code, lines, errors = run(command(found.table, found.out))
        assert code == 0, (lines[-2:], errors)

    once(folder, make)
    return found
