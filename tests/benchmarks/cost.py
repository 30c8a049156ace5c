"""``make bench NAME=cost``: what each measure of an audit costs, and how surely each gate decides.

    python -m tests.benchmarks.cost --scale .25 .5 1 2

A table is dealt into training rows and a holdout as ``make bench NAME=audit`` deals it, and one honest twin
(``boost``'s, unless another is named) is audited, once for each factor by which all caps on rows are scaled.

The first table has the processor seconds of each measure and of its parts, and its caps on rows; a cap beyond
the rows that there are changes nothing. The second has a line for each gate: its figure, the standard error,
how many standard errors lie between the figure and the nearer limit, and how many the gate's interval
reaches. A gate passes where the first is the greater. The last column is which multiple of the rows would
just pass if errors shrink with the root of the rows: far below 1, fewer rows would decide the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from tabtwin.evaluation.comparison import Rows, Tables
from tabtwin.lib import log
from tests.benchmarks.adversaries import TWINS
from tests.benchmarks.costing import Cost, compared_with, costs, few, scaled
from tests.benchmarks.gatepower import Power, powers
from tests.benchmarks.power import HELD, ROWS, Deal, dealt
from tests.benchmarks.runner import say
from tests.benchmarks.tables import TARGETS

TABLE, TWIN, THREADS = "ggplot2.diamonds", "boost", 2
FIRST = 600
"""Rows of an audit before the others, which compiles what is compiled once."""
GATES = ("gate", "caps", "figure", "standard error", "limit", "errors apart", "errors reached", "rows enough")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what measures cost and how surely gates decide, for each factor of the caps."""
    given = _parser().parse_args(arguments)
    deal = Deal(given.table, given.seed, given.rows, given.held or given.rows // HELD)
    spent: dict[float, dict[str, Cost]] = {}
    decided: dict[float, list[Power]] = {}
    with log.silence():
        case, holdout = dealt(deal)
        twin = TWINS[given.twin].make(case)
        whole = Tables(twin, twin, Rows.of(case.training), Rows.of(holdout))
        costs(compared_with(few(whole, min(FIRST, len(holdout))), case.schema, deal.seed, THREADS))
        for factor in given.scale:
            with scaled(factor):
                audit, spent[factor] = costs(compared_with(whole, case.schema, deal.seed, THREADS))
            decided[factor] = powers(audit)
    say(f"{deal.table}, {deal.rows:,} training and {deal.held:,} holdout rows: {TWINS[given.twin].label}\n")
    say(f"{costs_markdown(spent)}\n\n{powers_markdown(decided)}")
    return 0


def costs_markdown(spent: Mapping[float, Mapping[str, Cost]]) -> str:
    """Return a line for each measure and each of its parts, with a column of seconds for each factor."""
    factors = list(spent)
    first = spent[factors[0]]
    lines = _heading(["measure", *[f"seconds of a core, caps x {factor:g}" for factor in factors], "caps"])
    for name, cost in first.items():
        caps = ", ".join(
            f"{cap} " + " / ".join(f"{spent[factor][name].caps[cap]:,}" for factor in factors)
            for cap in cost.caps
        )
        seconds = [f"{spent[factor][name].seconds:.2f}" for factor in factors]
        lines.append(_line([f"**{name.removesuffix('Measure')}**", *seconds, caps]))
        for part in cost.parts:
            lines.append(
                _line([f"– {part}", *[f"{spent[factor][name].parts[part]:.2f}" for factor in factors], ""])
            )
    whole = [f"{sum(cost.seconds for cost in spent[factor].values()):.2f}" for factor in factors]
    return "\n".join([*lines, _line(["all", *whole, ""])])


def powers_markdown(decided: Mapping[float, Sequence[Power]]) -> str:
    """Return a line for each gate and factor."""
    lines = _heading(GATES)
    names = dict.fromkeys(power.gate for some in decided.values() for power in some)
    by_gate = [
        (factor, power)
        for name in names
        for factor, some in decided.items()
        for power in some
        if power.gate == name
    ]
    for factor, power in by_gate:
        enough = "none" if power.enough is None else f"{power.enough:.2g}"
        figures = [f"{power.figure:.4f}", f"{power.se:.4f}", f"{power.limit:g}"]
        lines.append(
            _line([power.gate, f"x {factor:g}", *figures, f"{power.apart:.1f}", f"{power.reach:.1f}", enough])
        )
    return "\n".join(lines)


def _heading(names: Sequence[str]) -> list[str]:
    return [_line(names), _line(["---", *["--:"] * (len(names) - 1)])]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.cost",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--table", choices=TARGETS, default=TABLE, help=f"default: {TABLE}")
    parser.add_argument("--twin", choices=TWINS, default=TWIN, help=f"default: {TWIN}")
    parser.add_argument("--seed", type=int, default=1, help="of the deal and the twin (default 1)")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"of training (default {ROWS})")
    parser.add_argument("--held", type=int, default=0, help=f"of the holdout (default: rows / {HELD})")
    parser.add_argument(
        "--scale", nargs="+", type=float, default=[1.0], help="factors of all caps on rows (default 1)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
