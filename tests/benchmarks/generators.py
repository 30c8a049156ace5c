"""``make bench NAME=generators``: generators side by side: ``python -m tests.benchmarks.generators``.

For each table, generator and seed: closeness to unseen rows, what attacks learn from the twin, what it is
good for, and its cost; and the frontier of closeness against tracing, as a picture. The same command goes on
where it was. A peer may have options: ``tabtwin-boost@restraint=2``, ``cart@leaf=50``, ``prototype@one_se=2``
(the prototype's command comes from the variable PROTOTYPE).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tests.benchmarks import frontier, peers, rendering, runner
from tests.benchmarks.cells import BENCH, MADE, Cell, figures, is_finished
from tests.benchmarks.frontier import Point
from tests.benchmarks.judges import ATTACKS, LIKENESS, QA, UTILITY, Judge
from tests.benchmarks.rendering import Columns, Row
from tests.benchmarks.strangers import PROTOTYPE
from tests.benchmarks.tables import TARGETS, halves

WITHOUT = ("tabtwin", "prize", "refined")
"""Peers that are no generator: the whole pipeline, and ways of choosing rows from a pool."""
COLUMNS: Columns = {
    "acc_holdout": ("acc(H)", ".4f"),
    "short": ("short of training's own", ".4f"),
    "gap": ("acc(T) − acc(H)", ".4f"),
    "auc": ("discriminator", ".3f"),
    "tracing_1": ("tracing, 1-way", ".3f"),
    "tracing_2": ("2-way", ".3f"),
    "tracing_3": ("3-way", ".3f"),
    "tracing_3_se": ("±", ".3f"),
    "nearest": ("nearest row", ".3f"),
    "relative": ("relative distance", ".3f"),
    "density": ("density ratio, worst k", ".3f"),
    "density_1": ("k = 1", ".3f"),
    "learned": ("learned", ".3f"),
    "learned_exposed": ("among the exposed", ".3f"),
    "utility": ("utility", ".3f"),
    "utility_short": ("short of real rows", ".1%"),
    "likelihood_holdout": ("log-likelihood on H", ".3f"),
    "seconds": ("seconds", ",.1f"),
    "processor": ("of a core", ",.1f"),
    "megabytes": ("memory, MB", ",.0f"),
    "seeds": ("seeds", ".0f"),
}
QA_COLUMNS: Columns = {
    "qa_accuracy": ("mostlyai-qa accuracy", ".4f"),
    "qa_dcr_share": ("mostlyai-qa DCR share", ".3f"),
}
LEGEND = """\
Means over seeds, each of which halves the table again: T are the training rows, H as many held-out rows, and
a twin has as many. Training's own is what the training rows themselves score on H. The discriminator and the
attacks are AUCs (.5 is nothing); ± is the standard error of the mean of 3-way tracing, and those of the other
attacks are alike (learned: 1.5 times as much); the luck of the halves is in it and common to all rows of a
table, so that differences are surer. The worst k of the density ratio is the one furthest from .5.
The exposed are the tenth of rows that stand most alone. The attacks on fresh rows are those on half of H.
Utility is the AUC (or R²) on H of stacked boosters. Log-likelihood: nats a row. Seconds are wall time on the
cores named, imports included; those of a core are processor time, which other work here sways less."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Finish all cells asked for; 0 where every one has its figures or was stopped."""
    given = _parser().parse_args(arguments)
    judges = [LIKENESS, ATTACKS, UTILITY, *([QA] if given.qa else [])]
    columns = {**COLUMNS, **(QA_COLUMNS if given.qa else {})}
    cells = plan(given.tables, given.peers, given.seeds, given.slow_seeds, given.epochs)
    states = dict.fromkeys(cells, "not run yet")

    def show(done: Cell) -> str:
        return _tables([cell for cell in cells if cell.table == done.table], judges, states, columns)

    if not runner.run_all(cells, judges, states, jobs=given.jobs, show=show, cap=given.cap):
        return runner.INTERRUPTED
    made = [made["machine"] for cell in cells if (made := cell.read(MADE)) and made["seconds"] is not None]
    parts = [_tables(cells, judges, states, columns), LEGEND, rendering.describe(made)]
    runner.say("\n\n".join(parts).strip())
    given.frontier.parent.mkdir(parents=True, exist_ok=True)
    given.frontier.write_text(frontier.draw(points(cells, judges)))
    runner.say(f"\nThe frontier of closeness against tracing: {given.frontier}")
    return 0 if all(is_finished(cell, judges, given.cap) for cell in cells) else 1


def plan(
    tables: Sequence[str], names: Sequence[str], seeds: Sequence[int], slow_seeds: int, epochs: int
) -> list[Cell]:
    """The cells, quick peers first; slow ones have the first of the seeds only."""
    quick = sorted(names, key=lambda name: peers.find(name)[0].slow)
    return [
        Cell.of(table, name, epochs, seed)
        for table in tables
        for name in quick
        for seed in (seeds[:slow_seeds] if peers.find(name)[0].slow else seeds)
    ]


def summary(found: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    """Figures of several seeds as one: their means; a standard error is that of the mean."""
    means: dict[str, float | None] = {"seeds": len(found)}
    for name in {name for part in found for name in part}:
        values = [value for part in found if (value := part.get(name)) is not None]
        means[name] = float(np.mean(values)) if values else None
        if name.endswith("_se") and values:
            means[name] = float(np.sqrt(np.mean(np.square(values)) / len(values)))
    ratios = [value for name in means if _is_density(name) and (value := means[name]) is not None]
    means["density"] = max(ratios, key=lambda value: abs(value - 0.5), default=None)
    return means


def points(cells: Sequence[Cell], judges: Sequence[Judge]) -> dict[str, list[Point]]:
    """The frontier's points by table."""
    found: dict[str, list[Point]] = {}
    for (table, peer), group in _groups(cells).items():
        scores = [figures(cell, judges)["twin"] for cell in group if figures(cell, judges)]
        if scores and peer not in ("real", "copy"):
            one = summary(scores)
            point = Point(peer, one["tracing_3"] or 0.5, one["tracing_3_se"] or 0.0, one["short"] or 0.0)
            found.setdefault(table, []).append(point)
    return found


def _parser() -> argparse.ArgumentParser:
    own = [name for name in peers.PEERS if name not in WITHOUT]
    default = [name for name in own if name != "prototype" or PROTOTYPE in os.environ]
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.generators",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--tables", nargs="+", choices=TARGETS, default=list(TARGETS), help="default: all")
    parser.add_argument(
        "--peers", nargs="+", type=_peer, default=default, help=f"default: all of {', '.join(own)}"
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3], help="default: 1 2 3")
    parser.add_argument("--slow-seeds", type=int, default=1, help="seeds of slow peers (default 1)")
    parser.add_argument("--epochs", type=int, default=300, help="of CTGAN and TVAE (default 300)")
    parser.add_argument("--cap", type=float, default=3600, help="seconds for a twin, 0: any (default 3600)")
    parser.add_argument("--jobs", type=int, default=1, help="cells at a time (default 1)")
    parser.add_argument("--qa", action="store_true", help="mostlyai-qa's accuracy and DCR share, too")
    parser.add_argument(
        "--frontier", type=Path, default=BENCH / "frontier.svg", help="where the picture goes"
    )
    return parser


def _peer(name: str) -> str:
    if name.partition("@")[0] not in peers.PEERS:
        raise argparse.ArgumentTypeError(f"there is no peer {name!r}")
    return name


def _tables(
    cells: Sequence[Cell], judges: Sequence[Judge], states: Mapping[Cell, str], columns: Columns
) -> str:
    """The figures that there are, in Markdown, a table for each table."""
    lines: dict[str, list[Row]] = {}
    for (table, _), group in _groups(cells).items():
        found = [scores["twin"] for cell in group if (scores := figures(cell, judges))]
        row = Row(group[0].label, summary(found)) if found else Row(group[0].label, {}, states[group[0]])
        lines.setdefault(table, []).append(row)
    first = {cell.table: cell.seed for cell in reversed(cells)}
    return "\n\n".join(
        rendering.markdown(rendering.title(halves(table, first[table])), rows, columns)
        for table, rows in lines.items()
    )


def _groups(cells: Sequence[Cell]) -> dict[tuple[str, str], list[Cell]]:
    """A table's and peer's cells, one for each seed."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.table, cell.peer), []).append(cell)
    return groups


def _is_density(name: str) -> bool:
    return name.startswith("density_") and name.removeprefix("density_").isdigit()


if __name__ == "__main__":
    sys.exit(main())
