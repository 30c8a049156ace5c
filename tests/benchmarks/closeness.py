"""``make bench``: the README's figures, for every table and peer: ``python -m tests.benchmarks.closeness``.

Every cell is made in a process of its own, so time and memory are its own, and is kept under ``bench/cache``:
the same command goes on where it was. Ctrl-C loses only what is running.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tabtwin.local.processes import die_with_parent
from tests.benchmarks import rendering
from tests.benchmarks.cells import MADE, Cell, finish, is_finished, rows
from tests.benchmarks.peers import PEERS
from tests.benchmarks.tables import TARGETS, halves

POLL_SECONDS = 0.2
INTERRUPTED = 130


@dataclass(frozen=True)
class Worker:
    """A process that makes one cell, on cores of its own."""

    cell: Cell
    cores: frozenset[int]
    process: subprocess.Popen[bytes]


def main(arguments: Sequence[str] | None = None) -> int:
    """Finish all cells asked for; 0 where every one has its figures."""
    given = _parser().parse_args(arguments)
    if given.only:
        finish(Cell.of(given.tables[0], given.peers[0], given.epochs, given.seed))
        return 0
    cells = [Cell.of(table, peer, given.epochs, given.seed) for table in given.tables for peer in given.peers]
    states = dict.fromkeys(cells, "not run yet")
    try:
        _run_all(cells, given.jobs, states)
    except KeyboardInterrupt:
        _say("interrupted; the same command goes on from here")
        return INTERRUPTED
    _say(_report(cells, states))
    return 0 if all(map(is_finished, cells)) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.closeness", description=__doc__)
    parser.add_argument("--tables", nargs="+", choices=TARGETS, default=list(TARGETS), help="default: all")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), help="default: all")
    parser.add_argument("--epochs", type=int, default=300, help="epochs of every model (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the halves and of every peer (default 1)")
    parser.add_argument(
        "--jobs", type=int, default=1, help="cells at a time, which share the cores (default 1)"
    )
    parser.add_argument("--only", action="store_true", help=argparse.SUPPRESS)  # what a worker is told
    return parser


def _run_all(cells: Sequence[Cell], jobs: int, states: dict[Cell, str]) -> None:
    """Finish cells, as many at a time as asked for, each on its share of the cores."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    jobs = max(1, min(jobs, len(cores)))
    free = [frozenset(cores[slot::jobs]) for slot in range(jobs)]
    running: list[Worker] = []
    waiting = [cell for cell in cells if not is_finished(cell)]
    done, total = 0, len(waiting)
    try:
        while waiting or running:
            while waiting and free:
                running.append(_start(waiting.pop(0), free.pop()))
            time.sleep(POLL_SECONDS)
            for worker in [worker for worker in running if worker.process.poll() is not None]:
                running.remove(worker)
                free.append(worker.cores)
                done += 1
                if worker.process.returncode:
                    states[worker.cell] = f"failed, see {worker.cell.work / 'log.txt'}"
                elif not is_finished(worker.cell):
                    states[worker.cell] = "tabtwin's code changed meanwhile; run again"
                of_table = [cell for cell in cells if cell.table == worker.cell.table]
                _say(f"{_tables(of_table, states)}\n\n{done} of {total} cells done\n")
    finally:
        for worker in running:
            worker.process.kill()
            worker.process.wait()


def _start(cell: Cell, cores: frozenset[int]) -> Worker:
    def enter() -> None:
        die_with_parent()
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, cores)

    words = [sys.executable, "-m", "tests.benchmarks.closeness", "--only", "--tables", cell.table]
    words += ["--peers", cell.peer, "--epochs", str(cell.epochs), "--seed", str(cell.seed)]
    cell.work.mkdir(parents=True, exist_ok=True)
    with (cell.work / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us, who end it
            preexec_fn=enter,
        )
    return Worker(cell, cores, process)


def _report(cells: Sequence[Cell], states: dict[Cell, str]) -> str:
    """All tables, how to read them, and the machines that made them."""
    made = [made["machine"] for cell in cells if (made := cell.read(MADE)) and made["seconds"] is not None]
    return "\n\n".join([_tables(cells, states), rendering.LEGEND, rendering.describe(made)]).strip()


def _tables(cells: Sequence[Cell], states: dict[Cell, str]) -> str:
    """The figures that there are, in Markdown, a table for each table."""
    parts = []
    for name in dict.fromkeys(cell.table for cell in cells):
        mine = [cell for cell in cells if cell.table == name]
        lines = [row for cell in mine for row in rows(cell, states[cell])]
        parts.append(rendering.markdown(_title(mine[0]), lines))
    return "\n\n".join(parts)


def _title(cell: Cell) -> str:
    found = halves(cell.table, cell.seed).found
    counts = f"{len(found.training):,} training and {len(found.holdout):,} held-out rows"
    return f"{cell.table}: {counts}, {len(found.schema.learned)} columns, seed {cell.seed}"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what the command is for


if __name__ == "__main__":
    sys.exit(main())
