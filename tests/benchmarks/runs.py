"""``make bench NAME=runs``: what whole runs take, from a file to the report, beside peers, and their goals.

Each is a command as a user calls it, in a process of its own, one after another: seconds of wall time,
processor seconds and peak memory of all its processes, medians of the repeats. One run of tabtwin before the
first that counts compiles what is compiled once. SDV's synthesizers and TabularARGN read the same file, fit,
draw as many rows and write them, by the same clock; TabularARGN's run holds out a quarter of the rows and
ends with mostlyai-qa's report. Finished runs are kept, so the same command goes on where it was.

``--fit`` runs nothing: it prints the constants of ``steps/tabtwin/cli/estimate.py`` that kept runs of tabtwin
ask for. They go by wall time, which means something only where the machine did nothing else; elsewhere
``--by processor`` is nearer.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from tabtwin.cli.estimate import SECONDS
from tabtwin.preparation.check import Check
from tests.benchmarks import estimating, rendering, wholerun
from tests.benchmarks.estimating import Seen
from tests.benchmarks.measured import Allowed, Measured, medians
from tests.benchmarks.runner import INTERRUPTED, say
from tests.benchmarks.runtables import CORES, TABLES, RunTable
from tests.benchmarks.wholerun import LABELS, US

CAP = 3_600.0
"""Seconds after which a run is given up."""
MEMORY = 0.75
"""The share of the machine's memory beyond which a run is given up."""
HEADINGS = (
    *("table", "run by", "seconds", "goal", "of a core", "peak MB", "goal", "ended", "verdict"),
    *("acc(H)", "check's estimate", "off by"),
)
BY = {"wall": estimating.by_wall, "processor": estimating.by_processor}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every run that is not known, and print all; or the constants that they ask for."""
    given = _parser().parse_args(arguments)
    if given.fit:
        return _fit(_seen(given.tables, given.repeats), BY[given.by])
    allowed = Allowed(given.cap, given.memory)
    runs: dict[str, dict[str, list[Measured]]] = {name: {} for name in given.tables}
    checks: dict[str, Check | None] = {}
    try:
        for name in given.tables:
            table = TABLES[name]
            checks[name] = wholerun.checked(name, table, allowed)
            for who in (US, *(given.peers if table.peers else ())):
                runs[name][who] = _repeated(name, table, who, given.repeats, allowed)
                found = medians(runs[name][who])
                say(f"{line(name, who, found, checks[name])}\n{found.line}")
    except KeyboardInterrupt:
        say("interrupted; the same command continues from here")
        return INTERRUPTED
    say(markdown(runs, checks))
    say(f"\n{rendering.describe([rendering.machine(os.cpu_count() or 1)])}")
    return 0


def markdown(runs: dict[str, dict[str, list[Measured]]], checks: dict[str, Check | None]) -> str:
    """Return the table of all runs."""
    heading = ["| " + " | ".join(HEADINGS) + " |", "| --- | --- |" + " --: |" * (len(HEADINGS) - 2)]
    lines = [
        line(name, who, medians(some), checks[name]) for name, by in runs.items() for who, some in by.items()
    ]
    return "\n".join([*heading, *lines])


def line(name: str, who: str, took: Measured, check: Check | None) -> str:
    """Return the line of one table by one who runs it; goals and estimates are tabtwin's alone."""
    table, ours = TABLES[name], who == US
    options = " ".join((*table.options, *table.drawn))
    title = f"`{name}`, {table.size}{f', `{options}`' if options and ours else ''}"
    said = estimating.estimate(check) if ours and check and not table.drawn else None
    ended = took.stopped or str(took.code)
    off = estimating.factor(said.seconds, took.seconds) if said and took.is_whole else None
    cells = [
        title,
        LABELS[who],
        f"{took.seconds:,.1f}",
        f"{table.goal:,.0f}" if ours else "",
        f"{took.processor:,.1f}" if not took.stopped else "–",
        f"{took.megabytes:,.0f}",
        f"{table.megabytes:,.0f}" if ours and table.megabytes else "",
        ended,
        took.verdict or "–",
        "–" if took.accuracy is None else f"{took.accuracy:.4f}",
        "" if said is None else f"{said.seconds:,.0f} s, {said.gigabytes:.1f} GB",
        "" if off is None else f"{off:.2f}",
    ]
    return "| " + " | ".join(cells) + " |"


def _repeated(name: str, table: RunTable, who: str, repeats: int, allowed: Allowed) -> list[Measured]:
    """Return as many runs as asked for; where one was given up, no more."""
    found: list[Measured] = []
    for repeat in range(repeats):
        found.append(wholerun.measured(name, table, who, repeat, allowed))
        if found[-1].stopped:
            break
    return found


def _fit(seen: Sequence[Seen], seconds: Callable[[Measured], float]) -> int:
    """Print the constants of estimates that runs ask for; 1 where they are too few."""
    if len(seen) < len(SECONDS):
        say(
            f"expected runs of {len(SECONDS)} tables at least, found {len(seen)}; call it without --fit first"
        )
        return 1
    say(estimating.constants(seen, seconds))
    return 0


def _seen(names: Sequence[str], repeats: int) -> list[Seen]:
    """Return the tables that were run to their end with default options, and what that took."""
    seen = []
    for name in names:
        table = TABLES[name]
        runs = wholerun.kept(name, table, US, repeats)
        check = wholerun.kept_check(name, table)
        if check and not table.drawn and runs and all(run.is_whole for run in runs):
            seen.append(Seen(check, medians(runs)))
    return seen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.runs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    memory = MEMORY * rendering.machine(CORES)["memory_gb"] * 1_024
    peers = [name for name in LABELS if name != US]
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES), help="default: all")
    parser.add_argument("--peers", nargs="*", choices=peers, default=peers, help="default: all")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each kind (default 3)")
    parser.add_argument("--cap", type=float, default=CAP, help=f"seconds of a run (default {CAP:.0f})")
    parser.add_argument(
        "--memory", type=float, default=memory, help=f"MB of a run (default {memory:.0f}: {MEMORY} of all)"
    )
    parser.add_argument("--fit", action="store_true", help="print the constants of estimates; run nothing")
    parser.add_argument("--by", choices=BY, default="wall", help="what --fit goes by (default wall)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
