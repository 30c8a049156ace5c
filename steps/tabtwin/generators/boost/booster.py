"""Boost trees that decide left or right: logistic loss, 8-bit codes, trees of few leaves (:mod:`growing`).

Friedman, "Greedy function approximation: a gradient boosting machine" (2001), each tree on a random part of
the rows. The loss of left-out rows is recorded round by round; :mod:`learning` decides by it.
"""

from __future__ import annotations

from math import log

import numpy as np
from numba import njit

from tabtwin.generators.boost.growing import GRADIENT, HALF, HESSIAN, MOST_ROWS, grow
from tabtwin.generators.boost.walking import add_values

SMALLEST = 1e-7
IN_A_PRODUCT = 16
ROOM = 0.98

BITS = np.uint64(16)
MASK = np.uint64((1 << 16) - 1)


@njit(cache=True, nogil=True)
def boost(
    x: np.ndarray,
    y: np.ndarray,
    own: np.ndarray,
    score: np.ndarray,
    at: np.ndarray,
    leaves: int,
    rounds: int,
    rate: float,
    l2: float,
    least: float,
    bag: float,
    patience: int,
    seed: int,
    feature: np.ndarray,
    threshold: np.ndarray,
    child: np.ndarray,
    value: np.ndarray,
    curves: np.ndarray,
) -> int:  # pragma: no cover - compiled
    """Fit one member, and return the number of its trees.

    Args:
        x: Codes, uint8 (rows, features), each row contiguous.
        y: Whether a row goes right, uint8 (rows,).
        own: Whether a row is the member's own, uint8 (rows,); the others are left out.
        score: The logits to start from, float32 (rows,); afterwards, those reached.
        at: Where each feature's cells begin in a histogram, and their number, int64 (features + 1,).
        leaves: Most leaves of a tree.
        rounds: Most trees.
        rate: Learning rate.
        l2: Penalty of a leaf's squared value.
        least: Least hessian in a leaf.
        bag: Share of its own rows that a tree looks at.
        patience: Rounds without a better loss of the rows left out after which no tree is added.
        seed: Draws those rows.
        feature, threshold, child, value: Trees, to be filled in: int16, uint8, int16, float32 (rounds, 2
            leaves - 1).
        curves: Losses after each round, in nats, to be filled in, float64 (rounds + 1, 2): of the rows left
            out, and of its own.
    """
    rows = len(y)
    state = np.array([np.uint64(seed) * np.uint64(2654435761) + np.uint64(88172645463325252)])
    for _ in range(5):
        _next(state)
    mine = max(own.sum(), 1)
    limit = np.uint64(min(bag, ROOM * MOST_ROWS / mine) * 65536)
    p, weights = np.empty(rows, np.float32), np.empty(rows, np.int64)
    bagged, spare, inside = np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows, np.bool_)
    cells, columns = np.empty((leaves, at[-1]), np.int64), np.ascontiguousarray(x.T)
    sigmoid(score, p)
    curves[0, 0], curves[0, 1] = _losses(p, y, own)
    best, best_round = curves[0, 0], 0
    for made in range(rounds):
        count = _bag(p, y, own, limit, state, weights, bagged, inside)
        nodes = grow(
            x, weights, bagged, spare, count, at, cells, rate, l2, least, score,
            feature[made], threshold[made], child[made], value[made],
        )  # fmt: skip
        add_values(
            columns, feature[made, :nodes], threshold[made, :nodes], child[made, :nodes], value[made, :nodes],
            score, inside,
        )  # fmt: skip
        sigmoid(score, p)
        curves[made + 1, 0], curves[made + 1, 1] = _losses(p, y, own)
        if curves[made + 1, 0] < best:
            best, best_round = curves[made + 1, 0], made + 1
        elif made + 1 - best_round >= patience or nodes == 1:
            return made + 1
    return rounds


@njit(cache=True, nogil=True)
def sigmoid(z: np.ndarray, p: np.ndarray) -> None:  # pragma: no cover - compiled
    """Compute 1 / (1 + e^-z), float32, to about 1e-7, by the branch-free rational function of Eigen's
    ``ptanh``.
    """
    for row in range(len(z)):
        x = min(max(z[row] * np.float32(0.5), np.float32(-7.9)), np.float32(7.9))
        s = x * x
        top = np.float32(-2.76076847742355e-16)
        top = top * s + np.float32(2.00018790482477e-13)
        top = top * s + np.float32(-8.60467152213735e-11)
        top = top * s + np.float32(5.12229709037114e-08)
        top = top * s + np.float32(1.48572235717979e-05)
        top = top * s + np.float32(6.37261928875436e-04)
        top = top * s + np.float32(4.89352455891786e-03)
        bottom = np.float32(1.19825839466702e-06)
        bottom = bottom * s + np.float32(1.18534705686654e-04)
        bottom = bottom * s + np.float32(2.26843463243900e-03)
        bottom = bottom * s + np.float32(4.89352518554385e-03)
        p[row] = np.float32(0.5) + np.float32(0.5) * x * top / bottom


@njit(cache=True, nogil=True)
def _next(state: np.ndarray) -> np.uint64:  # pragma: no cover - compiled
    """Return the next number of a xorshift generator (Marsaglia 2003); ``state`` is uint64 (1,), not 0."""
    x = np.uint64(state[0])
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@njit(cache=True, nogil=True)
def _bag(
    p: np.ndarray,
    y: np.ndarray,
    own: np.ndarray,
    limit: np.uint64,
    state: np.ndarray,
    weights: np.ndarray,
    bagged: np.ndarray,
    inside: np.ndarray,
) -> int:  # pragma: no cover - compiled
    """Draw a tree's rows among a member's own, with their weights; return how many there are.

    Gradients are rounded to whole numbers with dithering, so that sums are right on average.
    """
    count = 0
    for row in range(len(p)):
        inside[row] = False
        if not own[row]:
            continue
        noise = _next(state)
        if (noise & MASK) >= limit or count == MOST_ROWS:
            continue
        g = p[row] - np.float32(y[row])
        h = p[row] * (np.float32(1) - p[row])
        dither_g = np.float32((noise >> BITS) & MASK) * np.float32(1 / 65536)
        dither_h = np.float32((noise >> (BITS + BITS)) & MASK) * np.float32(1 / 65536)
        whole_g = np.int64(np.floor(g * np.float32(GRADIENT) + dither_g))
        whole_h = np.int64(h * np.float32(HESSIAN) + dither_h)
        weights[row] = (whole_g << HALF) + whole_h
        bagged[count] = row
        inside[row] = True
        count += 1
    return count


@njit(cache=True, nogil=True)
def _losses(
    p: np.ndarray, y: np.ndarray, own: np.ndarray
) -> tuple[float, float]:  # pragma: no cover - compiled
    """Return the negative log-likelihood, in nats, of the rows that are not ``own``, and of those
    that are.
    """
    loss, product, size = np.zeros(2), np.ones(2), np.zeros(2, np.int64)
    for row in range(len(p)):
        side = own[row]
        product[side] *= max(p[row] if y[row] else np.float32(1) - p[row], np.float32(SMALLEST))
        size[side] += 1
        if size[side] == IN_A_PRODUCT:  # so few do not underflow, and one logarithm serves them all
            loss[side] -= log(product[side])
            product[side], size[side] = 1.0, 0
    return loss[0] - log(product[0]), loss[1] - log(product[1])
