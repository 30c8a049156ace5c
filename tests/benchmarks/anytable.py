"""``make bench NAME=tables``, third part: tables that nothing here was tuned on, each by the plain command.

``python -m tests.benchmarks.anytable`` runs ``tabtwin run TABLE --out DIR --generators boost:4`` on every
table that :mod:`tests.benchmarks.drawing` draws, in a process of its own, and once more with what its line
proposes where that says which columns to drop. Figures are kept; the same command goes on where it was, and
``--again`` runs those again that other code than today's has made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from statistics import median

from tabtwin.cli.demo import write_table
from tabtwin.lib.errors import InputError
from tests.benchmarks import rendering
from tests.benchmarks.attempt import WORK, Attempt, attempt, code
from tests.benchmarks.cells import BENCH
from tests.benchmarks.drawing import Drawn, census, draw
from tests.benchmarks.rendering import Columns, Row
from tests.benchmarks.runner import say

COLUMNS: Columns = {
    "rows": ("rows", ",d"),
    "columns": ("columns", ",d"),
    "code": ("exit code", "d"),
    "verdict": ("verdict", "s"),
    "likeness": ("likeness", ".2f"),
    "auc": ("discriminator AUC", ".3f"),
    "seconds": ("seconds", ",.0f"),
    "megabytes": ("memory, MB", ",.0f"),
    "odd": ("columns of another type", "d"),
    "rules": ("rules of the source", "d"),
    "broken": ("broken in the twin", "d"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every table that has no figures yet, and print all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.anytable", description=__doc__)
    parser.add_argument("--tables", nargs="+", help="of those drawn, PACKAGE.NAME; default: all")
    parser.add_argument("--again", action="store_true", help="run again what other code has made")
    given = parser.parse_args(arguments)
    drawn = draw(census(BENCH / "tables" / "census.json"))
    chosen = [one for one in drawn if given.tables is None or one.table in given.tables]
    found: dict[str, list[Attempt]] = {}
    for one in sorted(chosen, key=lambda one: one.holds.rows * one.holds.columns):
        source = WORK / f"{one.table}.csv"
        write_table(one.table, source)
        found[one.table] = attempt(source, again=given.again)
        last = found[one.table][-1]
        say(f"{len(found)} of {len(chosen)}: {one.table}: {last.code}, {last.seconds:.0f} s, {last.line}")
    say(report(chosen, found))
    return 0


def report(drawn: Sequence[Drawn], found: Mapping[str, list[Attempt]]) -> str:
    """All figures, then why runs did not end with 0, columns that read otherwise, and broken rules."""
    rows = [_row(one, tries) for one in drawn for tries in found[one.table]]
    said = [f"- `{one.table}`: {tries.line}" for one in drawn for tries in found[one.table] if tries.code]
    odd = [f"- `{one.table}`: {line}" for one in drawn for tries in found[one.table] for line in tries.odd]
    broken = [
        f"- `{one.table}`: {line}" for one in drawn for tries in found[one.table] for line in tries.broken
    ]
    table = rendering.markdown("Any table", rows, COLUMNS)
    return "\n".join([table, "", summary(list(found.values())), "", *said, "", *odd, "", *broken])


def summary(found: Sequence[list[Attempt]]) -> str:
    """How many ended how, and how long they took; in Markdown."""
    firsts, lasts = [tries[0] for tries in found], [tries[-1] for tries in found]
    passed, again = (sum(tries.code == 0 for tries in some) for some in (firsts, lasts))
    released = [tries for tries in lasts if tries.code == 0]
    alike = sum(tries.order and not tries.odd for tries in released)
    coherent = sum(not tries.broken for tries in released)
    seconds = median(tries.seconds for tries in lasts if tries.code != InputError.code)
    old = sum(tries.made_by != code() for tries in lasts)
    return "\n".join(
        [
            f"- {passed} of {len(found)} end with 0, {again} with what their line proposes",
            f"- {alike} of {len(released)} twins have the source's columns in order and of the same types",
            f"- {coherent} of {len(released)} twins keep in 99.9 % of rows what holds in all of the source's",
            f"- median {seconds:.0f} seconds, at most {max(tries.megabytes for tries in lasts):,.0f} MB",
            f"- {old} tables' figures are of other code than today's; --again runs them again",
        ]
    )


def _row(one: Drawn, found: Attempt) -> Row:
    what = f", {' '.join(found.options)}" if found.options else ""
    about = {"rows": one.holds.rows, "columns": one.holds.columns}
    return Row(f"`{one.table}`{what} ({one.reason})", about | found.figures)


if __name__ == "__main__":
    sys.exit(main())
