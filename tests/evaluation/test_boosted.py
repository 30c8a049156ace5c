"""Boosted trees that score each row by a model of the other folds."""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.boosted import FOLDS, scores_by_fold

SETTINGS = {"num_leaves": 4, "min_data_in_leaf": 5}


def rows(count: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, count)
    return rng.normal(size=(count, 3)) + truth[:, None], truth, np.arange(count) % FOLDS


def test_scores_are_the_same_for_any_number_of_threads() -> None:
    once, often = (scores_by_fold(*rows(), SETTINGS, rounds=5, threads=threads) for threads in (1, 4))
    assert (once == often).all()


def test_a_row_is_scored_by_models_that_have_not_seen_it() -> None:
    cells, truth, fold = rows()
    changed = np.where(fold == 2, 1 - truth, truth)
    before, after = (
        scores_by_fold(cells, of, fold, SETTINGS, rounds=5, threads=1) for of in (truth, changed)
    )
    assert (before[fold == 2] == after[fold == 2]).all()
    assert (before[fold != 2] != after[fold != 2]).any()


def test_a_fold_whose_others_are_of_one_kind_has_no_score() -> None:
    cells, _, fold = rows()
    scores = scores_by_fold(cells, (fold == 1).astype(int), fold, SETTINGS, rounds=5, threads=2)
    assert np.isnan(scores[fold == 1]).all()
    assert not np.isnan(scores[fold != 1]).any()
