from __future__ import annotations

import numpy as np

from tabtwin.generators.boost.booster import boost
from tabtwin.generators.boost.logistic import sigmoid

ROWS, ROUNDS, LEAVES = 4_000, 60, 4


def table(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes, sides that depend on two of them, and the true probabilities."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 32, (ROWS, 5)).astype(np.uint8)
    p = 1 / (1 + np.exp(-((x[:, 0].astype(float) - 16) / 8 + np.where(x[:, 3] > 20, 1.5, -1))))
    return x, (rng.random(ROWS) < p).astype(np.uint8), p


def fit(x: np.ndarray, y: np.ndarray, own: np.ndarray, seed: int = 7) -> tuple[int, np.ndarray, np.ndarray]:
    """Trees made, the logits reached and the curves."""
    nodes = 2 * LEAVES - 1
    trees = (
        np.empty((ROUNDS, nodes), np.int16),
        np.empty((ROUNDS, nodes), np.uint8),
        np.empty((ROUNDS, nodes), np.int16),
        np.empty((ROUNDS, nodes), np.float32),
    )
    score, curves = np.zeros(len(y), np.float32), np.zeros((ROUNDS + 1, 2))
    at = np.arange(0, 32 * (x.shape[1] + 1), 32)
    made = boost(x, y, own, score, at, LEAVES, ROUNDS, 0.3, 1.0, 4.0, 0.8, 10, seed, *trees, curves)
    return made, score, curves[: made + 1]


def test_the_sigmoid_is_exact_to_a_millionth() -> None:
    z = np.linspace(-20, 20, 10_001).astype(np.float32)
    p = np.empty_like(z)
    sigmoid(z, p)
    np.testing.assert_allclose(p, 1 / (1 + np.exp(-z.astype(float))), atol=1e-6)


def test_probabilities_of_rows_left_out_come_near_the_true_ones() -> None:
    x, y, p = table()
    own = (np.arange(ROWS) % 5 > 0).astype(np.uint8)
    _, score, curves = fit(x, y, own)
    held = own == 0
    found = 1 / (1 + np.exp(-score[held].astype(float)))
    assert np.abs(found - p[held]).mean() < 0.05
    best = -(np.log(p[held]) * y[held] + np.log(1 - p[held]) * (1 - y[held])).sum()
    assert curves[:, 0].min() < best * 1.05


def test_curves_are_the_losses_of_the_logits_reached() -> None:
    x, y, _ = table()
    own = (np.arange(ROWS) % 5 > 0).astype(np.uint8)
    _, score, curves = fit(x, y, own)
    loss = np.where(y, np.log1p(np.exp(-score.astype(float))), np.log1p(np.exp(score.astype(float))))
    np.testing.assert_allclose(curves[-1], [loss[own == 0].sum(), loss[own == 1].sum()], rtol=1e-4)


def test_noise_stops_early_and_left_out_rows_decide_it() -> None:
    x, _, _ = table()
    y = np.random.default_rng(2).integers(0, 2, ROWS).astype(np.uint8)
    made, _, curves = fit(x, y, (np.arange(ROWS) % 5 > 0).astype(np.uint8))
    assert made < 25
    assert curves[:, 0].argmin() < 10


def test_rows_left_out_change_no_tree_but_how_many_there_are() -> None:
    x, y, _ = table()
    own = (np.arange(ROWS) % 5 > 0).astype(np.uint8)
    other = np.where(own == 0, 1 - y, y).astype(np.uint8)
    (made, _, curves), (fewer, _, others) = fit(x, y, own), fit(x, other, own)
    least = min(made, fewer)
    assert curves[:least, 1].tolist() == others[:least, 1].tolist()


def test_the_same_seed_gives_the_same_logits_and_another_one_others() -> None:
    x, y, _ = table()
    own = np.ones(ROWS, np.uint8)
    first, second, third = (fit(x, y, own, seed)[1] for seed in (1, 1, 2))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != third.tobytes()
