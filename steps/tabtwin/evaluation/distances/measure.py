"""Measure how close the twin and its raw pool are to training rows, beside unseen ones."""

from __future__ import annotations

from tabtwin.evaluation.comparison import Comparison
from tabtwin.evaluation.distances import closeness as of_closeness
from tabtwin.evaluation.distances.closeness import Closeness
from tabtwin.evaluation.distances.results import ClosenessResult
from tabtwin.evaluation.result import Samples

CAPS = {
    "half": of_closeness.MAX_HALF,
    "trial": of_closeness.MAX_TRIAL_ROWS,
    "asked": of_closeness.MAX_ASKED,
    "training": of_closeness.MAX_TRAINING,
    "reference": of_closeness.MAX_REFERENCE,
    "queries": of_closeness.MAX_QUERIES,
    "ratio": of_closeness.MAX_RATIO_ROWS,
}


def closeness_of(compared: Comparison) -> Closeness:
    """Make the twin, its pool and real rows comparable by distance."""
    return Closeness(
        {"twin": compared.twin, "pool": compared.raw},
        compared.seen.table,
        compared.unseen.table,
        compared.schema,
        subjects=compared.seen.clusters,
        held_subjects=compared.unseen.clusters,
        seed=compared.seed,
        threads=compared.threads,
    )


def closeness(compared: Comparison) -> ClosenessResult:
    """Measure distances to training and holdout rows, and copies of them."""
    near = closeness_of(compared)
    return ClosenessResult(
        distances=near.trials(),
        dcr=Samples(**{name: near.share(name) for name in near.samples}),
        nndr_ratio=Samples(**{name: near.nndr_ratio(name) for name in near.samples}),
        copies=Samples(**{name: near.copies(name) for name in near.samples}),
    )
