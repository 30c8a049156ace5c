"""tabtwin.generators.boost.turns: trees that look at a few of many rows in turn."""

from __future__ import annotations

import numpy as np

from tabtwin.generators.boost.booster import boost
from tabtwin.generators.boost.turns import LEAF_ROWS

LEAVES, ROUNDS = 4, 60
ROWS = 5 * LEAVES * LEAF_ROWS


def table() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Codes, sides that depend on two of them, the true probabilities, and which rows are a member's own."""
    rng = np.random.default_rng(1)
    x = rng.integers(0, 32, (ROWS, 5)).astype(np.uint8)
    logit = (x[:, 0].astype(float) - 16) / 8 + np.where(x[:, 3] > 20, 1.5, -1)
    p = 1 / (1 + np.exp(-logit))
    return x, (rng.random(ROWS) < p).astype(np.uint8), p, (np.arange(ROWS) % 5 > 0).astype(np.uint8)


def fit(x: np.ndarray, y: np.ndarray, own: np.ndarray, seed: int = 7) -> tuple[int, np.ndarray, np.ndarray]:
    """Trees made, the logits reached and the curves."""
    nodes = 2 * LEAVES - 1
    trees = tuple(np.empty((ROUNDS, nodes), dtype) for dtype in (np.int16, np.uint8, np.int16, np.float32))
    score, curves = np.zeros(len(y), np.float32), np.zeros((ROUNDS + 1, 2))
    at = np.arange(0, 32 * (x.shape[1] + 1), 32)
    made = boost(x, y, own, score, at, LEAVES, ROUNDS, 0.3, 1.0, 4.0, 0.8, 10, seed, *trees, curves)
    return made, score, curves[: made + 1]


def losses(score: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.log1p(np.exp(np.where(y, -1.0, 1.0) * score.astype(float)))


def test_probabilities_of_rows_left_out_come_near_the_true_ones() -> None:
    x, y, p, own = table()
    _, score, _ = fit(x, y, own)
    found = 1 / (1 + np.exp(-score[own == 0].astype(float)))
    assert np.abs(found - p[own == 0]).mean() < 0.02


def test_losses_are_those_of_the_logits_reached_and_of_own_rows_an_estimate() -> None:
    x, y, _, own = table()
    _, score, curves = fit(x, y, own)
    loss = losses(score, y)
    np.testing.assert_allclose(curves[-1, 0], loss[own == 0].sum(), rtol=1e-4)
    np.testing.assert_allclose(curves[-1, 1], loss[own == 1].sum(), rtol=0.02)


def test_rows_left_out_change_no_tree_but_how_many_there_are() -> None:
    x, y, _, own = table()
    other = np.where(own == 0, 1 - y, y).astype(np.uint8)
    (made, _, curves), (fewer, _, others) = fit(x, y, own), fit(x, other, own)
    least = min(made, fewer)
    assert curves[:least, 1].tolist() == others[:least, 1].tolist()


def test_the_same_seed_gives_the_same_logits_and_another_one_others() -> None:
    x, y, _, own = table()
    first, second, third = (fit(x, y, own, seed)[1] for seed in (1, 1, 2))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != third.tobytes()
