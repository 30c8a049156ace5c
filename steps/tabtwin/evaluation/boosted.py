"""Train boosted trees to distinguish two kinds of rows, with the same bytes for any number of threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

FOLDS = 5
"""The number of parts; each is scored by a model of the others."""
SETTINGS = {
    "objective": "binary",
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
    "num_threads": 1,
}


def scores_by_fold(
    rows: np.ndarray,
    truth: np.ndarray,
    fold: np.ndarray,
    settings: Mapping[str, float],
    *,
    rounds: int,
    threads: int,
    categorical: Sequence[int] = (),
) -> np.ndarray:
    """Return the score of each row by a model of the other folds; NaN where these hold only one kind.

    A fold is the work of one thread: boosters with several wait for each other after every split, which
    costs more than it gains on a few thousand rows, and many times as much beside other work.

    Args:
        rows: Features (rows, features).
        truth: What each row is, 0 or 1.
        fold: The fold of each row, below ``FOLDS``.
        settings: LightGBM's settings, besides :data:`SETTINGS`.
        rounds: Trees.
        threads: Folds to learn side by side.
        categorical: Which features are codes.
    """
    import lightgbm  # loaded late: reading an audit needs no model

    scores = np.full(len(rows), np.nan)

    def score(left_out: int) -> None:
        known = fold != left_out
        if known.all() or len(np.unique(truth[known])) < 2:
            return
        data = lightgbm.Dataset(rows[known], truth[known], categorical_feature=list(categorical))
        model = lightgbm.train({**SETTINGS, **settings}, data, num_boost_round=rounds)
        scores[~known] = model.predict(rows[~known], num_threads=1)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(score, range(FOLDS)))
    return scores
