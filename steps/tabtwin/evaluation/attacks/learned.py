"""Attack with knowledge of some members and non-members, and learn from them what gives the others away.

This is the strongest attack, and the least realistic: it sees all other scores, weighs them by what members
have shown, and so needs no luck in choosing an order of tables or a k. It stands for shadow models (Shokri et
al., "Membership inference attacks against machine learning models", S&P 2017; for synthetic tables Stadler et
al., "Synthetic data: anonymization groundhog day", USENIX Security 2022), with real answers instead of
simulated ones, so it is no weaker than they are.

Logistic regression and boosted trees, each blind to the fold it scores; the score is the sum of their ranks
in a fold: the first finds a weak trend in a few thousand rows, the second a corner such as near copies.
"""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.boosted import FOLDS, scores_by_fold
from tabtwin.evaluation.delong import midranks

ROUNDS = 60
SETTINGS = {"learning_rate": 0.05, "num_leaves": 8, "min_data_in_leaf": 50}
PENALTY = 1e-2
FURTHEST = 30.0
INFLATION = 1 + FOLDS / (FOLDS - 1)
"""The factor by which the folds' models, which share rows, raise an AUC's variance: 1/folds + test
rows/training rows instead of 1/folds (Nadeau and Bengio, Machine Learning 52, 2003)."""


def learned_scores(
    members: np.ndarray,
    others: np.ndarray,
    *,
    clusters: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
    threads: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Return scores of members and non-members, each from the rows of the other folds.

    Scores are ranks within a fold, so that folds can be judged together.

    Args:
        members: Features, float64 (members, features); an infinite one is the largest possible.
        others: Features of non-members, (non-members, features).
        clusters: The cluster of each member and non-member: one subject's rows stay in one fold.
        rng: Deals the folds.
        threads: Threads to compute with; the scores do not depend on it.
    """
    rows = np.clip(np.concatenate([members, others]), -FURTHEST, FURTHEST)
    truth = np.repeat([1, 0], [len(members), len(others)])
    fold = np.concatenate([_folds(part, rng) for part in clusters])
    boosted = scores_by_fold(rows, truth, fold, SETTINGS, rounds=ROUNDS, threads=threads)
    scores = np.zeros(len(rows))
    for left_out in range(FOLDS):
        known, asked = fold != left_out, fold == left_out
        if np.isfinite(boosted[asked]).any():
            answers = (_logistic(rows[known], truth[known], rows[asked]), boosted[asked])
            # Ranks, not answers: models of a fold without members expect more of them.
            scores[asked] = sum(midranks(answer) / len(answer) for answer in answers)
    return scores[: len(members)], scores[len(members) :]


def _folds(clusters: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    labels = np.unique(clusters, return_inverse=True)[1]
    return rng.permutation(np.arange(labels.max() + 1) % FOLDS)[labels]


def _logistic(rows: np.ndarray, truth: np.ndarray, asked: np.ndarray) -> np.ndarray:
    # Imported here, since reading an audit needs no model.
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=500, solver="newton-cholesky")
    model.fit(scaler.transform(rows), truth)
    return np.asarray(model.decision_function(scaler.transform(asked)))
