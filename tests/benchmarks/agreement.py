"""``make bench NAME=agreement``: our figures beside those of the tools that define them, on the same rows.

    python -m tests.benchmarks.agreement

Accuracy and DCR share beside mostlyai-qa's. Distances beside SDMetrics', whose ranges go from least to
greatest and so are given to ours; its quality score is no figure of ours, since the library's own report is
kept whole. mostlyai-qa's DCR share is the largest over up to seven sets of columns, by distances of
embeddings, so that even rows that copy nothing are above .5; ours is of all columns, by Gower's distance.
Risks stand beside anonymeter's in :mod:`tests.benchmarks.risks`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.evaluation.distances.closeness import Closeness
from tabtwin.evaluation.distances.neighbours import Gower, nearest
from tabtwin.evaluation.fidelity.accuracy import accuracy, fit_bins, shuffled, subsets
from tabtwin.lib import log, seeds
from tabtwin.preparation.prepare import Ingested
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import numbers
from tests.benchmarks import judge
from tests.benchmarks.swap import boosted
from tests.benchmarks.tables import SMALL, TARGETS, halves

THREADS = 2
COMPARED = 1_000
"""Rows of either side that SDMetrics is asked about."""
HEADINGS = (
    "table, twin",
    "accuracy",
    "mostlyai-qa's",
    "apart",
    "DCR share",
    "mostlyai-qa's",
    "apart, in errors",
    "DCR beside SDMetrics', at most apart",
)
TWINS: Mapping[str, Callable[[Ingested, int], pd.DataFrame]] = {
    "`boost`": lambda found, seed: boosted(found.training, found, seed),
    "a shuffle": lambda found, seed: shuffled(found.training, seeds.generator(seed, "benchmark", "shuffle")),
    "a copy": lambda found, seed: found.training,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each table and twin."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.agreement", description=__doc__)
    parser.add_argument(
        "--tables", nargs="+", choices=TARGETS, default=list(SMALL), help="default: small ones"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the halves and twins (default 1)")
    given = parser.parse_args(arguments)
    _say("| " + " | ".join(HEADINGS) + " |\n| --- |" + " --: |" * (len(HEADINGS) - 1))
    for name in given.tables:
        for label, make in TWINS.items():
            table = halves(name, given.seed)
            _say(
                f"| {name}, {label} | " + " | ".join(_cells(make(table.found, given.seed), name, given.seed))
            )
    return 0


def _cells(twin: pd.DataFrame, name: str, seed: int) -> list[str]:
    table = halves(name, seed)
    theirs = judge.qa_figures(twin, table, seed, THREADS)
    ours, share = pooled_accuracy(twin, table.found, seed), dcr_share(twin, table.found, seed)
    accuracy_of_qa, share_of_qa = theirs["qa_accuracy"] or 0.0, theirs["qa_dcr_share"] or 0.0
    return [
        f"{ours:.4f}",
        f"{accuracy_of_qa:.4f}",
        f"{ours - accuracy_of_qa:+.4f}",
        f"{share['value']:.3f} ± {share['se']:.3f}",
        f"{share_of_qa:.3f}",
        f"{(share['value'] - share_of_qa) / share['se']:+.1f}",
        f"{apart_from_sdmetrics(twin, table.found):.1e} |",
    ]


def pooled_accuracy(twin: pd.DataFrame, found: Ingested, seed: int) -> float:
    """acc(T+H), as the audit has it."""
    bins = fit_bins([found.training, found.holdout], found.schema)
    real = np.concatenate([bins.codes(found.training), bins.codes(found.holdout)], axis=1)
    return accuracy(bins.codes(twin), real, subsets(bins, seed), threads=THREADS).overall


def dcr_share(twin: pd.DataFrame, found: Ingested, seed: int) -> dict[str, float]:
    """DCR share, as the audit has it."""
    with log.silence():
        near = Closeness(
            {"twin": twin},
            found.training,
            found.holdout,
            found.schema,
            subjects=np.arange(len(found.training)),
            held_subjects=np.arange(len(found.holdout)),
            seed=seed,
            threads=THREADS,
        )
        return near.share("twin")


def apart_from_sdmetrics(twin: pd.DataFrame, found: Ingested) -> float:
    """How far apart distances to the closest training row are at most, at SDMetrics' ranges."""
    from sdmetrics.single_table.privacy.dcr_utils import calculate_dcr

    columns = found.schema.learned
    sides = [part.iloc[:COMPARED].reset_index(drop=True) for part in (twin, found.training)]
    gower = Gower.fit(sides[1], found.schema)
    scales = {}
    for column in columns:
        if not is_label(column):
            cells = numbers(sides[1], column)
            scales[column.name] = (0.0, float(np.nanmax(cells) - np.nanmin(cells)))
    known = Gower(found.schema, scales, gower.codes)
    ours = nearest(*(known.features(side) for side in sides), 1, threads=THREADS)[0][:, 0]
    sdtypes = {
        column.name: {"sdtype": "categorical" if is_label(column) else "numerical"} for column in columns
    }
    plain = [
        pd.DataFrame(
            {
                column.name: side[column.name] if is_label(column) else numbers(side, column)
                for column in columns
            }
        )
        for side in sides
    ]
    theirs = calculate_dcr(*plain, {"columns": sdtypes})
    return float(np.abs(ours - theirs.to_numpy()).max())


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the benchmark's output


if __name__ == "__main__":
    sys.exit(main())
