"""Cells in processes of their own, so that time and memory are their own, kept under ``bench/cache``.

A worker is ``python -m tests.benchmarks.runner TABLE PEER EPOCHS SEED JUDGE...``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tabtwin.runner.fork_server import die_with_parent
from tests.benchmarks.cells import MADE, Cell, finish, is_finished, stop
from tests.benchmarks.judges import JUDGES, Judge

POLL_SECONDS = 0.2
INTERRUPTED = 130


@dataclass(frozen=True)
class Worker:
    """A process that makes one cell, on cores of its own."""

    cell: Cell
    cores: frozenset[int]
    process: subprocess.Popen[bytes]
    started: float

    def is_late(self, cap: float) -> bool:
        """Whether it still makes its twin after so many seconds (0: as long as it takes)."""
        return 0 < cap < time.monotonic() - self.started and self.cell.read(MADE) is None

    def kill(self) -> None:
        """End it and what it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def run_all(
    cells: Sequence[Cell],
    judges: Sequence[Judge],
    states: dict[Cell, str],
    *,
    jobs: int,
    show: Callable[[Cell], str],
    cap: float = 0.0,
) -> bool:
    """Finish cells, as many at a time as asked for, each on its share of the cores; false if interrupted.

    Args:
        cells: What to finish.
        judges: Who judges them.
        states: Why a cell has no figures yet; kept up to date.
        jobs: Cells at a time.
        show: What to print when a cell is done.
        cap: Seconds after which a cell that is still being made is given up; 0 for none.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    jobs = max(1, min(jobs, len(cores)))
    free = [frozenset(cores[slot::jobs]) for slot in range(jobs)]
    running: list[Worker] = []
    waiting = [cell for cell in cells if not is_finished(cell, judges, cap)]
    done, total = 0, len(waiting)
    try:
        while waiting or running:
            while waiting and free:
                running.append(_start(waiting.pop(0), judges, free.pop()))
            time.sleep(POLL_SECONDS)
            for worker in [worker for worker in running if worker.is_late(cap)]:
                worker.kill()
                stop(worker.cell, cap)
            for worker in [worker for worker in running if worker.process.poll() is not None]:
                running.remove(worker)
                free.append(worker.cores)
                done += 1
                states[worker.cell] = _state(worker, judges)
                say(f"{show(worker.cell)}\n\n{done} of {total} cells done\n")
    except KeyboardInterrupt:
        say("interrupted; the same command continues from here")
        return False
    finally:
        for worker in running:
            worker.kill()
    return True


def say(text: str) -> None:
    """Print, at once."""
    print(text, flush=True)  # noqa: T201 - what the command is for


def _state(worker: Worker, judges: Sequence[Judge]) -> str:
    """Why a cell that was worked on has no figures, if so."""
    if worker.process.returncode == -signal.SIGKILL and worker.cell.read(MADE) is None:
        return f"stopped after {time.monotonic() - worker.started:,.0f} s"
    if worker.process.returncode:
        return f"failed, see {worker.cell.work / 'log.txt'}"
    return "" if is_finished(worker.cell, judges) else "tabtwin's code changed meanwhile; run again"


def _start(cell: Cell, judges: Sequence[Judge], cores: frozenset[int]) -> Worker:
    def enter() -> None:
        die_with_parent()
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, cores)

    cell.work.mkdir(parents=True, exist_ok=True)
    with (cell.work / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            _words(cell, judges),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us, who end it
            preexec_fn=enter,
        )
    return Worker(cell, cores, process, time.monotonic())


def _words(cell: Cell, judges: Sequence[Judge]) -> list[str]:
    """The command of a worker."""
    about = [cell.table, cell.peer, str(cell.epochs), str(cell.seed)]
    return [sys.executable, "-m", "tests.benchmarks.runner", *about, *(judge.name for judge in judges)]


if __name__ == "__main__":
    table, peer, epochs, seed, *names = sys.argv[1:]
    finish(Cell(table, peer, int(epochs), int(seed)), [JUDGES[name] for name in names])
