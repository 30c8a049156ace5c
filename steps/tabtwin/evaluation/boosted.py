"""Train boosted trees to distinguish two kinds of rows, with the same bytes for any number of threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

FOLDS = 5
"""The number of parts; each is scored by a model of the others."""
SETTINGS = {"objective": "binary", "deterministic": True, "force_row_wise": True, "verbosity": -1}


def boosted_scores(
    known: tuple[np.ndarray, np.ndarray],
    asked: np.ndarray,
    settings: Mapping[str, float],
    *,
    rounds: int,
    threads: int,
    categorical: Sequence[int] = (),
) -> np.ndarray:
    """Return the scores of rows by a model of others: float64 (rows asked,).

    Args:
        known: Features (rows, features) and the truth (rows,), 0 or 1.
        asked: Features of the rows that are scored.
        settings: LightGBM's settings, besides :data:`SETTINGS`.
        rounds: Trees.
        threads: Threads to compute with.
        categorical: Which features are codes.
    """
    # Imported here, since reading an audit needs no model.
    import lightgbm

    data = lightgbm.Dataset(*known, categorical_feature=list(categorical))
    model = lightgbm.train(SETTINGS | {"num_threads": threads, **settings}, data, num_boost_round=rounds)
    return np.asarray(model.predict(asked))
