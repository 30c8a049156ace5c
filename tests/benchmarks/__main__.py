"""List the benchmarks, or run one: ``make bench``, ``make bench NAME=audit``.

The same without make: ``python -m tests.benchmarks audit``.

What follows the name goes to the benchmark's last command: ``python -m tests.benchmarks holes 13``. The name
of one of several commands runs that one only: ``python -m tests.benchmarks tables checks --sample 250``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

REFINED = (
    *("refined@how=block,screen=none", "refined@how=draw", "refined", "refined@screen=cutoff"),
    *(
        "refined@pool=weak,how=draw",
        "refined@pool=weak",
        "refined@pool=weak,fit=0.5",
        "refined@pool=weak,fit=1",
    ),
    *("refined@pool=weak,fit=1,order=2", "refined@pool=weak,fit=1,noise=3", "refined@pool=weak,fit=1,dead=1"),
    *(
        "refined@pool=weak,how=ipf",
        "refined@pool=mixed,how=draw",
        "refined@pool=mixed",
        "refined@pool=mixed,fit=1",
    ),
    *("refined@fit=0.25", "refined@fit=0.5", "refined@fit=1"),
)


@dataclass(frozen=True)
class Benchmark:
    """A benchmark: what it prints, how long it takes, and its commands, each a module with its arguments."""

    prints: str
    takes: str
    commands: tuple[tuple[str, ...], ...]


BENCHMARKS = {
    "runs": Benchmark(
        "whole runs from a file to the report: seconds, memory, goals, beside peers'",
        "hours; resumable",
        (("runs",),),
    ),
    "cost": Benchmark(
        "what each measure of an audit costs, and how surely each gate decides", "minutes", (("cost",),)
    ),
    "closeness": Benchmark(
        "closeness, distances and cost of whole runs and peers", "hours; resumable", (("closeness",),)
    ),
    "generators": Benchmark(
        "closeness, attacks, utility and cost of generators", "hours; resumable", (("generators",),)
    ),
    "refine": Benchmark(
        "what choosing rows by their tables brings, and its price",
        "an hour; resumable",
        (("generators", "--peers", "real", *REFINED, "--frontier", "bench/refined.svg"),),
    ),
    "prize": Benchmark(
        "the cost of screening and choosing from 2,500,000 rows x 80 columns", "half an hour", (("prize",),)
    ),
    "scale": Benchmark(
        "the cost of boost as tables grow to a million rows", "half an hour; resumable", (("scale",),)
    ),
    "reading": Benchmark(
        "the cost of reading a CSV of 10,000,000 rows, beside DuckDB and Polars", "minutes", (("reading",),)
    ),
    "audit": Benchmark(
        "which bad twins the gates refuse, and which good ones", "hours; resumable", (("power",),)
    ),
    "canaries": Benchmark(
        "what canaries find of generators that memorise, and of boost", "minutes", (("canaries",),)
    ),
    "agreement": Benchmark(
        "our figures beside those of mostlyai-qa, SDMetrics and anonymeter",
        "half an hour",
        (("agreement",), ("risks",)),
    ),
    "tables": Benchmark(
        "what check and the plain command make of public and of broken tables, and what peers' twins break",
        "hours; resumable",
        (("checks",), ("learned",), ("anytable",), ("brokentables",), ("peerrules",)),
    ),
    "holes": Benchmark(
        "attempts that once broke a promise, replayed as a user would, a line each",
        "half an hour",
        (("holes",),),
    ),
    "chance": Benchmark(
        "how many false rules are found in 400 random tables of independent columns",
        "minutes",
        (("chance",),),
    ),
    "alarms": Benchmark(
        "public tables that stop for shared subjects or for names of people", "minutes", (("alarms",),)
    ),
    "speed": Benchmark(
        "the cost of nearest rows and of tracing, beside SDMetrics", "half an hour", (("speed",),)
    ),
    "nearest": Benchmark(
        "the cost of nearest rows, and how exact they are, beside indexes of other libraries",
        "minutes",
        (("nearest",),),
    ),
    "swap": Benchmark("what an attacker learns who also trains on the other half", "minutes", (("swap",),)),
}


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark that is named first, or list all; the exit code of the first command that fails."""
    if not arguments:
        sys.stdout.write("\n".join([*describe(), ""]))
        return 0
    name, *extra = arguments
    if name not in BENCHMARKS:
        sys.stderr.write(f"expected one of {', '.join(BENCHMARKS)}, found {name!r}; call `make bench`\n")
        return 2
    *first, last = commands = BENCHMARKS[name].commands
    if extra and (extra[0],) in commands:
        first, last, extra = [], (extra[0],), extra[1:]
    for module, *given in (*first, (*last, *extra)):
        code = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *given], check=False
        ).returncode
        if code:
            return code
    return 0


def describe() -> list[str]:
    """Return a line for each benchmark: how it is called, what it prints and how long that takes."""
    return [f"  make bench NAME={name:10} {one.prints} ({one.takes})" for name, one in BENCHMARKS.items()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
