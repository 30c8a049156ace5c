"""The cost of the audit's core: nearest rows beside SDMetrics', and tracing, on made tables.

    python -m tests.benchmarks.speed

Every job is a process of its own. Processor seconds are of the job alone, once numba has compiled; memory is
the process's peak, libraries and tables included. A quarter of the columns are categories of eight values,
the others numbers; they share ten factors.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.evaluation.attacks.joint_tables import table_scores
from tabtwin.evaluation.distances.neighbours import Gower, nearest
from tabtwin.evaluation.fidelity.accuracy import Tables
from tabtwin.lib import log
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Column, Schema
from tests.benchmarks.making import Stopwatch, peak_megabytes

THREADS = 2
FACTORS = 10
BINS = 10
TRIPLES = 5_000
REFERENCE = 2_500
HEADINGS = ("job", "processor seconds", "seconds", "peak MB")


def table(rows: int, columns: int, seed: int) -> tuple[pd.DataFrame, Schema]:
    """A canonical table of numbers and categories."""
    shared = np.random.default_rng(0).normal(size=(FACTORS, columns))
    rng = np.random.default_rng(seed)
    cells = rng.normal(size=(rows, FACTORS)) @ shared + rng.normal(size=(rows, columns))
    kinds = ["category" if number % 4 == 0 else "decimal" for number in range(columns)]
    made = {
        f"c{number}": pd.Series(
            np.clip(np.rint(cells[:, number] + 4), 0, 7).astype(int).astype(str), dtype=object
        )
        if kind == "category"
        else cells[:, number]
        for number, kind in enumerate(kinds)
    }
    schema = Schema(columns=tuple(Column(name=f"c{n}", kind=kind) for n, kind in enumerate(kinds)))
    return pd.DataFrame(made), schema


def neighbours(rows: int, columns: int) -> Callable[[], object]:
    """The two nearest of ``rows`` rows for as many others, features included."""
    (asked, schema), (known, _) = table(rows, columns, 1), table(rows, columns, 2)

    def job(part: slice = slice(None)) -> object:
        gower = Gower.fit(known[part], schema)
        return nearest(gower.features(asked[part]), gower.features(known[part]), 2, threads=THREADS)

    job(slice(0, 200))
    return job


def sdmetrics(rows: int, columns: int) -> Callable[[], object]:
    """SDMetrics' distance to the closest record, which its DCR metrics compute twice each."""
    from sdmetrics.single_table.privacy.dcr_utils import calculate_dcr

    (asked, schema), (known, _) = table(rows, columns, 1), table(rows, columns, 2)
    sdtypes = {
        column.name: {"sdtype": "categorical" if is_label(column) else "numerical"}
        for column in schema.columns
    }
    return lambda: calculate_dcr(asked, known, {"columns": sdtypes})


def tracing(rows: int, columns: int) -> Callable[[], object]:
    """Every pair and ``TRIPLES`` triples of a twin of ``rows`` rows, with as many rows traced."""
    rng = np.random.default_rng(1)
    sizes = np.full(columns, BINS)
    twin, asked = (rng.integers(BINS, size=(columns, rows)).astype(np.int16) for _ in range(2))
    pairs = [(first, second, -1) for first in range(columns) for second in range(first + 1, columns)]
    triples = [sorted(rng.permutation(columns)[:3]) for _ in range(TRIPLES)]
    tables = Tables(np.array([*pairs, *triples], dtype=np.int64), sizes)

    def job(part: slice = slice(None), few: Tables = tables) -> object:
        return table_scores(twin[:, part], twin[:, :REFERENCE], asked[:, part], few, threads=THREADS)

    job(slice(0, 200), Tables(tables.members[:2], sizes))
    return job


JOBS: Mapping[str, tuple[Callable[[int, int], Callable[[], object]], int, int]] = {
    "neighbours, 5,000 x 5,000 x 20": (neighbours, 5_000, 20),
    "SDMetrics' DCR, 5,000 x 5,000 x 20": (sdmetrics, 5_000, 20),
    "neighbours, 20,000 x 20,000 x 80": (neighbours, 20_000, 80),
    "neighbours, 100,000 x 100,000 x 80": (neighbours, 100_000, 80),
    "tracing, 100,000 x 80, all pairs and 5,000 triples": (tracing, 100_000, 80),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each job in a process of its own and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speed", description=__doc__)
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS), help="default: all")
    parser.add_argument("--run", choices=JOBS, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.run:
        _say(json.dumps(_measured(given.run)))
        return 0
    _say("| " + " | ".join(HEADINGS) + " |\n| --- | --: | --: | --: |")
    for name in given.jobs:
        command = [sys.executable, "-m", "tests.benchmarks.speed", "--run", name]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        _say(f"| {name} | {found['processor']:,.2f} | {found['seconds']:,.2f} | {found['megabytes']:,.0f} |")
    return 0


def _measured(name: str) -> dict[str, float]:
    make, rows, columns = JOBS[name]
    with log.silence():
        job = make(rows, columns)
        watch = Stopwatch()
        job()
        seconds, processor = watch.read()
    return {"seconds": seconds, "processor": processor, "megabytes": peak_megabytes()}


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the benchmark's output


if __name__ == "__main__":
    sys.exit(main())
