"""Boost trees that decide left or right: logistic loss, 8-bit codes, trees of few leaves (:mod:`growing`).

Friedman, "Greedy function approximation: a gradient boosting machine" (2001), each tree on a random part of
the rows, where they are many on a few of them in turn (:mod:`turns`). The loss of left-out rows is recorded
round by round; :mod:`learning` decides by it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tabtwin.generators.boost.growing import MOST_ROWS, grow
from tabtwin.generators.boost.logistic import MASK, after, losses, next_number, sigmoid, weight
from tabtwin.generators.boost.turns import LEAF_ROWS, boost_in_turns
from tabtwin.generators.boost.walking import add_values

ROOM = 0.98


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
            out, and of its own, which are estimated where they are many.
    """
    rows = len(y)
    state = np.array([np.uint64(seed) * np.uint64(2654435761) + np.uint64(88172645463325252)])
    for _ in range(5):
        next_number(state)
    mine = max(own.sum(), 1)
    if bag * mine > LEAF_ROWS * leaves:
        return boost_in_turns(
            x, y, own, score, at, leaves, rounds, rate, l2, least, patience, state,
            feature, threshold, child, value, curves,
        )  # fmt: skip
    limit = np.uint64(min(bag, ROOM * MOST_ROWS / mine) * 65536)
    p, weights = np.empty(rows, np.float32), np.empty(rows, np.int64)
    bagged, spare, inside = np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows, np.bool_)
    cells, columns = np.empty((leaves, at[-1]), np.int64), np.ascontiguousarray(x.T)
    sigmoid(score, p)
    curves[0, 0], curves[0, 1] = losses(p, y, own)
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
        curves[made + 1, 0], curves[made + 1, 1] = losses(p, y, own)
        if curves[made + 1, 0] < best:
            best, best_round = curves[made + 1, 0], made + 1
        elif made + 1 - best_round >= patience or nodes == 1:
            return made + 1
    return rounds


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
    """Draw a tree's rows among a member's own, with their weights; return how many there are."""
    count, noise = 0, np.uint64(state[0])
    for row in range(len(p)):  # without jumps: they would be at random
        is_own = own[row] == 1
        noise = after(noise) if is_own else noise
        kept = is_own & ((noise & MASK) < limit) & (count < MOST_ROWS)
        weights[row] = weight(p[row], y[row], noise)
        bagged[count] = row
        inside[row] = kept
        count += 1 if kept else 0
    state[0] = noise
    return count
