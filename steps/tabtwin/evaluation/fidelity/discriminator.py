"""Can a model tell synthetic rows from real ones? The AUC of boosted trees that try, left out by fold.

0.5 is "not at all", 1 "always": the most honest single figure of joint closeness, since it may use any mix of
columns. It sees exact values and missing cells as they are.
"""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd
from scipy import stats

from tabtwin.evaluation.intervals import Estimate
from tabtwin.evaluation.utility.features import Features
from tabtwin.lib import seeds
from tabtwin.schema.schema import Schema

FOLDS = 5
ROUNDS = 80
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 15,
    "min_data_in_leaf": 10,
    "feature_fraction": 0.5,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


def discriminator_auc(
    synthetic: pd.DataFrame, real: pd.DataFrame, schema: Schema, *, seed: int, threads: int
) -> Estimate:
    """AUC of telling ``synthetic`` from as many ``real`` rows (canonical tables of equal length).

    The mean over folds, each judged by a model of the others. Its variance is DeLong's of a fold (Biometrics
    44, 1988), by 1/folds + test rows/training rows since the folds' models share rows (Nadeau and Bengio,
    Machine Learning 52, 2003): .016 where 30 pairs of fresh tables of 1,500 rows spread by .0155. Below .5
    says that the two tables share rows.
    """
    features = Features.fit(pd.concat([synthetic, real], ignore_index=True), schema.learned)
    rows = np.concatenate([features.matrix(synthetic), features.matrix(real)])
    truth = np.repeat([1, 0], [len(synthetic), len(real)])
    rng = seeds.generator(seed, "discriminator")
    fold = np.concatenate([rng.permutation(np.arange(len(part)) % FOLDS) for part in (synthetic, real)])
    settings = SETTINGS | {"num_threads": threads, "seed": seeds.derive(seed, "discriminator", "trees") >> 1}
    found = []
    for left_out in range(FOLDS):
        known, unknown = fold != left_out, fold == left_out
        data = lightgbm.Dataset(rows[known], truth[known], categorical_feature=features.categorical)
        model = lightgbm.train(settings, data, num_boost_round=ROUNDS)
        scores = np.asarray(model.predict(rows[unknown]))
        found.append(_auc(scores[truth[unknown] == 1], scores[truth[unknown] == 0]))
    aucs, variances = np.array(found).T
    se = float(np.sqrt(variances.mean() * (1 / FOLDS + 1 / (FOLDS - 1))))
    return Estimate(value=float(aucs.mean()), se=se, df=len(rows) - 2)


def _auc(positive: np.ndarray, negative: np.ndarray) -> tuple[float, float]:
    """The AUC and its variance after DeLong, from midranks."""
    together = stats.rankdata(np.concatenate([positive, negative]))
    above = (together[: len(positive)] - stats.rankdata(positive)) / len(negative)
    below = 1 - (together[len(positive) :] - stats.rankdata(negative)) / len(positive)
    variance = sum(part.var(ddof=1) / len(part) if len(part) > 1 else 0.25 for part in (above, below))
    return float(above.mean()), float(variance)
