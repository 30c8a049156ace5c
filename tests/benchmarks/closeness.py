"""``make bench NAME=closeness``: twins of public tables by tabtwin and its peers: closeness, distances, cost.

The same command goes on where it was. Ctrl-C loses only what is running.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.benchmarks import rendering, runner
from tests.benchmarks.cells import MADE, Cell, is_finished, rows
from tests.benchmarks.judges import CLOSENESS
from tests.benchmarks.tables import SMALL, TARGETS, halves

PEERS = ("real", "copy", "shuffle", "tabtwin", "prize", "gaussian", "ctgan", "tvae")
JUDGES = (CLOSENESS,)


def main(arguments: Sequence[str] | None = None) -> int:
    """Finish all cells asked for; 0 where every one has its figures."""
    given = _parser().parse_args(arguments)
    cells = [Cell.of(table, peer, given.epochs, given.seed) for table in given.tables for peer in given.peers]
    states = dict.fromkeys(cells, "not run yet")

    def show(done: Cell) -> str:
        return _tables([cell for cell in cells if cell.table == done.table], states)

    if not runner.run_all(cells, JUDGES, states, jobs=given.jobs, show=show):
        return runner.INTERRUPTED
    runner.say(_report(cells, states))
    return 0 if all(is_finished(cell, JUDGES) for cell in cells) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.closeness", description=__doc__)
    parser.add_argument(
        "--tables", nargs="+", choices=TARGETS, default=list(SMALL), help="default: small ones"
    )
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), help="default: all")
    parser.add_argument("--epochs", type=int, default=300, help="epochs of every model (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the halves and of every peer (default 1)")
    parser.add_argument(
        "--jobs", type=int, default=1, help="cells at a time, which share the cores (default 1)"
    )
    return parser


def _report(cells: Sequence[Cell], states: dict[Cell, str]) -> str:
    """All tables, how to read them, and the machines that made them."""
    made = [made["machine"] for cell in cells if (made := cell.read(MADE)) and made["seconds"] is not None]
    return "\n\n".join([_tables(cells, states), rendering.LEGEND, rendering.describe(made)]).strip()


def _tables(cells: Sequence[Cell], states: dict[Cell, str]) -> str:
    """The figures that there are, in Markdown, a table for each table."""
    parts = []
    for name in dict.fromkeys(cell.table for cell in cells):
        mine = [cell for cell in cells if cell.table == name]
        lines = [row for cell in mine for row in rows(cell, JUDGES, states[cell])]
        heading = f"{rendering.title(halves(name, mine[0].seed))}, seed {mine[0].seed}"
        parts.append(rendering.markdown(heading, lines))
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
