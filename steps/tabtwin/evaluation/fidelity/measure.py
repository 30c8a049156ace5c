"""Measure how close a twin is to rows of its source."""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.comparison import Comparison, draw_of, drawn
from tabtwin.evaluation.fidelity.accuracy import fit_bins, subsets
from tabtwin.evaluation.fidelity.discriminator import discriminator_auc
from tabtwin.evaluation.fidelity.likeness import MAX_COMPARED, Likeness
from tabtwin.evaluation.fidelity.results import (
    Against,
    Discriminator,
    DiscriminatorResult,
    LikenessResult,
)
from tabtwin.evaluation.subjects import count, one_each

MAX_DISCRIMINATED = 10_000
FEWEST_DISCRIMINATED = 10
"""Subjects for one row of each to be enough: two for each fold; below, all rows are taken."""
ENOUGH_HOLDOUT = 500
"""Holdout subjects from whose rows the discriminator learns enough; below, it takes training rows."""
CAPS = {"compared": MAX_COMPARED, "discriminator": MAX_DISCRIMINATED}


def likeness_of(compared: Comparison) -> Likeness:
    """Prepare the twin and real rows for accuracy, on bins fitted on both kinds of real rows."""
    seen, unseen, schema = compared.seen, compared.unseen, compared.schema
    bins = fit_bins([seen.table, unseen.table], schema)
    codes = [bins.codes(table) for table in (compared.alike, seen.table, unseen.table)]
    return Likeness(
        bins,
        subsets(bins, compared.seed),
        *codes,
        subjects=seen.clusters,
        held_subjects=unseen.clusters,
        seed=compared.seed,
        threads=compared.threads,
    )


def likeness(compared: Comparison) -> LikenessResult:
    """Measure accuracy against training and holdout rows, and the links between columns."""
    judged = likeness_of(compared)
    # In this order: each draws rows from one generator.
    accuracy, control, gap = judged.accuracies(), judged.control(), judged.gap()
    return LikenessResult(accuracy=accuracy, control=control, gap=gap, dependence=judged.dependence())


def discriminator(compared: Comparison) -> DiscriminatorResult:
    """Measure how well a model tells the twin from holdout rows; from training's, where those are few."""
    seed = compared.seed
    against: Against = "holdout" if count(compared.unseen.clusters) >= ENOUGH_HOLDOUT else "training"
    known = compared.unseen if against == "holdout" else compared.seen
    if count(known.clusters) >= FEWEST_DISCRIMINATED:
        # A subject's other rows, in other folds, would give away which side its row is on.
        rng = draw_of(seed, "discriminator", "subjects")
        known = known.take(np.sort(one_each(known.clusters, rng)))
    twin, real = compared.alike, known.table
    rows = min(len(twin), len(real), MAX_DISCRIMINATED)
    found = discriminator_auc(
        twin.iloc[drawn(len(twin), rows, draw_of(seed, "discriminator", "twin"))],
        real.iloc[drawn(len(real), rows, draw_of(seed, "discriminator", "real"))],
        compared.schema,
        seed=seed,
        threads=compared.threads,
    )
    return DiscriminatorResult(discriminator=Discriminator.of(found, against=against, rows=rows))
