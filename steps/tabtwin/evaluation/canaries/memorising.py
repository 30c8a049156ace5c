"""Measure memorization: can canaries that were planted in training be distinguished from those held back?

Each canary's score is the density ratio with one neighbor
(:mod:`tabtwin.evaluation.attacks.nearest_rows`): how much closer the raw pool comes to it than training does.
The AUC of planted ones over held-back ones is .5 for a generator that has learned nothing about single rows,
and near 1 for one that repeats them. Only the division of canaries is random, so the AUC needs no assumption
about the table. Its standard error is at least what one canary, ranked differently, could change.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from tabtwin.evaluation.attacks.nearest_rows import density_ratios, towards
from tabtwin.evaluation.attacks.roc import Ranked, auc
from tabtwin.evaluation.canaries.planting import PLANTED
from tabtwin.evaluation.canaries.results import Canaries, Repeated
from tabtwin.evaluation.distances.neighbours import Gower
from tabtwin.schema.schema import Schema


def tell_apart(
    canaries: pd.DataFrame, pool: pd.DataFrame, training: pd.DataFrame, schema: Schema, *, threads: int
) -> Canaries:
    """Return how well planted and held-back canaries are distinguished, as in ``audit.json``.

    Args:
        canaries: At least one planted and one held back, as :mod:`tabtwin.evaluation.canaries.planting` has
        them.
        pool: The generator's rows, canonical, before screening.
        training: The real rows that it saw.
        schema: Their schema.
        threads: Threads to compute with; no figure depends on it.
    """
    gower = Gower.fit(training, schema)
    rows = gower.features(canaries)
    to_pool, to_training = (
        towards(rows, gower.features(table), threads=threads) for table in (pool, training)
    )
    scores, repeated = density_ratios(to_pool, to_training)[:, 0], to_pool.distances[:, 0] == 0
    planted = canaries[PLANTED].to_numpy(bool)
    sizes = int(planted.sum()), int((~planted).sum())
    found = auc([Ranked(scores[planted], scores[~planted], *map(np.arange, sizes))])
    # If all tie, or all are in order, DeLong's is 0, as if so few canaries could be certain.
    sure = found.model_copy(update={"se": max(found.se, 1 / min(sizes))})
    return Canaries(
        auc=sure.figure(),
        chance=chance(*sizes),
        planted=sizes[0],
        held_back=sizes[1],
        repeated=Repeated(planted=int(repeated[planted].sum()), held_back=int(repeated[~planted].sum())),
        pool=len(pool),
    )


def chance(planted: int, held_back: int) -> float:
    """Return the standard error of the AUC if nothing is memorized (Mann and Whitney, 1947)."""
    return math.sqrt((planted + held_back + 1) / (12 * planted * held_back))
