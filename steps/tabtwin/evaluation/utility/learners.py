"""Train the models that judge a twin's utility: scikit-learn's stacking of XGBoost and LightGBM.

Few rounds at a high learning rate: the question is what a table teaches, not how far a model can be tuned.
Each booster has one thread:
models are trained side by side, and the threads of one would wait for each other after every split.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.ensemble import StackingClassifier, StackingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import accuracy_score, f1_score, r2_score, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold
from xgboost import XGBClassifier, XGBRegressor

ROUNDS = 60
TREES = 240  # of one booster: with c classes, each round grows c trees
FOLDS = 2
JUDGED = 5  # the fewest rows of a class in the holdout


def classify(rows: np.ndarray, labels: np.ndarray, among: np.ndarray, classes: int, seed: int) -> np.ndarray:
    """Train a stacked classifier and return its answers for other rows.

    Args:
        rows: The rows to train on, float64 (rows, features), NaN if missing.
        labels: Their classes, int (rows,), at least two, each with at least ``FOLDS`` rows.
        among: The rows to predict, (asked, features).
        classes: How many classes there are, counting those that ``labels`` lacks.
        seed: Decides folds and subsamples.

    Returns:
        The probability of each class, (asked, classes); 0 for a class that ``labels`` lacks.
    """
    present, codes = np.unique(labels, return_inverse=True)
    rounds = max(10, min(ROUNDS, TREES // len(present)))
    model = StackingClassifier(
        [
            ("xgboost", XGBClassifier(**_xgboost(rounds, seed))),
            ("lightgbm", LGBMClassifier(**_lightgbm(rounds, seed))),
        ],
        LogisticRegression(max_iter=1000),
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=seed),
        stack_method="predict_proba",
    )
    probabilities = np.zeros((len(among), classes))
    probabilities[:, present] = model.fit(rows, codes).predict_proba(among)
    return probabilities


def regress(rows: np.ndarray, values: np.ndarray, among: np.ndarray, seed: int) -> np.ndarray:
    """Train a stacked regressor and return its answers, float64 (asked,). Arguments as in `classify`."""
    model = StackingRegressor(
        [
            ("xgboost", XGBRegressor(**_xgboost(ROUNDS, seed))),
            ("lightgbm", LGBMRegressor(**_lightgbm(ROUNDS, seed))),
        ],
        RidgeCV(),
        cv=KFold(FOLDS, shuffle=True, random_state=seed),
    )
    predictions: np.ndarray = model.fit(rows, values).predict(among)
    return predictions


def score_classes(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float | None]:
    """Return the AUC (each class against the rest, then the mean), accuracy and macro F1.

    AUC and F1 leave out classes with fewer than ``JUDGED`` rows in ``truth`` (rows,), which would add noise
    with the weight of a whole class, and are ``None`` if fewer than two classes are left.
    """
    labels, sizes = np.unique(truth, return_counts=True)
    held = labels[sizes >= JUDGED]
    areas = (
        [roc_auc_score(truth == label, probabilities[:, label]) for label in held] if len(held) > 1 else []
    )
    guesses = probabilities.argmax(axis=1)
    return {
        "auc": float(np.mean(areas)) if areas else None,
        "accuracy": float(accuracy_score(truth, guesses)),
        "f1": _f1(truth, guesses, held) if areas else None,
    }


def _f1(truth: np.ndarray, guesses: np.ndarray, labels: np.ndarray) -> float:
    return float(f1_score(truth, guesses, labels=labels, average="macro", zero_division=0))


def score_values(truth: np.ndarray, predictions: np.ndarray) -> dict[str, float | None]:
    """Return R² (1 is perfect, 0 is as good as the mean of ``truth``); ``None`` if ``truth`` does not
    vary.
    """
    return {"r2": float(r2_score(truth, predictions)) if np.ptp(truth) > 0 else None}


def _xgboost(rounds: int, seed: int) -> dict[str, Any]:
    return {
        "n_estimators": rounds,
        "max_depth": 4,
        "learning_rate": 0.15,
        "subsample": 0.8,
        "colsample_bytree": 0.8,
        "tree_method": "hist",
        "nthread": 1,
        "random_state": seed,
    }


def _lightgbm(rounds: int, seed: int) -> dict[str, Any]:
    return {
        "n_estimators": rounds,
        "num_leaves": 15,
        "learning_rate": 0.15,
        "subsample": 0.8,
        "subsample_freq": 1,
        "colsample_bytree": 0.8,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "random_state": seed,
        "verbosity": -1,
    }
