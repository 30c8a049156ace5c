"""Measure whether a model can tell synthetic rows from real ones: the AUC of boosted trees, by held-out fold.

0.5 is "not at all", 1 "always", and below .48 the twin is more even than real rows are: the most honest
single figure of joint closeness, since it may use any mix of columns. It sees exact values and missing cells
as they are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.evaluation.boosted import FOLDS, scores_by_fold
from tabtwin.evaluation.delong import auc_and_variance
from tabtwin.evaluation.intervals import Estimate
from tabtwin.evaluation.utility.features import Features
from tabtwin.lib import seeds
from tabtwin.schema.schema import Schema

ROUNDS = 80
SETTINGS = {"learning_rate": 0.1, "num_leaves": 15, "min_data_in_leaf": 10, "feature_fraction": 0.5}


def discriminator_auc(
    synthetic: pd.DataFrame, real: pd.DataFrame, schema: Schema, *, seed: int, threads: int
) -> Estimate:
    """Return the AUC of telling ``synthetic`` from as many ``real`` rows (canonical tables of equal length).

    It is the mean over folds, each scored by a model of the others. Its variance is DeLong's of a fold
    (Biometrics 44, 1988), by 1/folds + test rows/training rows since the folds' models share rows (Nadeau and
    Bengio, Machine Learning 52, 2003): .016 where 30 pairs of fresh tables of 1,500 rows spread by .0155.
    Below .5 means that the two tables share rows, or that the twin is more even than real rows: where its
    counts are balanced, what a fold lacks the others have too much of, so that their model errs on it.
    """
    features = Features.fit(pd.concat([synthetic, real], ignore_index=True), schema.learned)
    rows = np.concatenate([features.matrix(synthetic), features.matrix(real)])
    truth = np.repeat([1, 0], [len(synthetic), len(real)])
    rng = seeds.generator(seed, "discriminator")
    fold = np.concatenate([rng.permutation(np.arange(len(part)) % FOLDS) for part in (synthetic, real)])
    settings = SETTINGS | {"seed": seeds.derive(seed, "discriminator", "trees") >> 1}
    scores = scores_by_fold(
        rows, truth, fold, settings, rounds=ROUNDS, threads=threads, categorical=features.categorical
    )
    kinds = [[scores[(fold == part) & (truth == kind)] for kind in (1, 0)] for part in range(FOLDS)]
    found = [auc_and_variance(ours, real) for ours, real in kinds]
    aucs, variances = np.array(found).T
    se = float(np.sqrt(variances.mean() * (1 / FOLDS + 1 / (FOLDS - 1))))
    return Estimate(value=float(aucs.mean()), se=se, df=len(rows) - 2)
