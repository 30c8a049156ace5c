"""Boosted trees that say left or right: logistic loss, codes of 8 bits, leaf-wise trees of few leaves.

Friedman, "Greedy function approximation: a gradient boosting machine" (2001), with the second-order gain and
leaf values of Chen and Guestrin, "XGBoost" (2016), eq. 6 and 7. Gradients and hessians are whole numbers, both
in one of 64 bits: their sums are exact, whatever the order, and a cell of a histogram is one addition. What
rounding would take away is dithered, so that sums are right on average.

The loss of rows that are left out is followed round by round: see :mod:`learning` for what it decides.
"""

from __future__ import annotations

from math import log

import numpy as np
from numba import njit

MOST_ROWS = 1 << 17
"""Rows that one tree looks at: their sums must fit (2^17 gradients of up to 1, each as a multiple of 2^-13)."""

GRADIENT = 1 << 13
HESSIAN = 1 << 16
HALF = np.int64(32)
LOW = np.int64((1 << 32) - 1)
SMALLEST = 1e-7

_FAST = {"cache": True, "nogil": True}


@njit(**_FAST)
def next_random(state: np.ndarray) -> np.uint64:  # pragma: no cover - compiled
    """The next number of a xorshift generator (Marsaglia 2003); ``state`` is uint64 (1,), not 0."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@njit(**_FAST)
def sigmoid(z: np.ndarray, p: np.ndarray) -> None:  # pragma: no cover - compiled
    """1 / (1 + e^-z), float32, to about 1e-7, by a rational function that fills vectors: Eigen's tanh."""
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


@njit(**_FAST)
def _fill(
    x: np.ndarray, weights: np.ndarray, rows: np.ndarray, start: int, end: int, at: np.ndarray, cells: np.ndarray
) -> None:  # pragma: no cover - compiled
    """The histogram of ``rows[start:end]``: every feature's cells stand from ``at[feature]``."""
    cells[:] = 0
    columns = x.shape[1]
    for index in range(start, end):
        row = rows[index]
        weight = weights[row]
        for feature in range(columns):
            cells[at[feature] + x[row, feature]] += weight


@njit(**_FAST)
def _best_split(
    cells: np.ndarray, at: np.ndarray, total: np.int64, l2: float, least: float
) -> tuple[float, int, int]:  # pragma: no cover - compiled
    """The gain of the best split of a histogram, its feature (-1: none) and the last code that goes left."""
    scale_g, scale_h = 1.0 / GRADIENT, 1.0 / HESSIAN
    all_g, all_h = (total >> HALF) * scale_g, (total & LOW) * scale_h
    base = all_g * all_g / (all_h + l2)
    best, best_feature, best_code = 0.0, -1, 0
    for feature in range(len(at) - 1):
        left = np.int64(0)
        for place in range(at[feature], at[feature + 1] - 1):
            if cells[place] == 0:
                continue
            left += cells[place]
            h = (left & LOW) * scale_h
            if h < least:
                continue
            rest = all_h - h
            if rest < least:
                break
            g = (left >> HALF) * scale_g
            other = all_g - g
            gain = g * g / (h + l2) + other * other / (rest + l2) - base
            if gain > best:
                best, best_feature, best_code = gain, feature, place - at[feature]
    return best, best_feature, best_code


@njit(**_FAST)
def _grow(
    x: np.ndarray,
    weights: np.ndarray,
    rows: np.ndarray,
    spare: np.ndarray,
    count: int,
    at: np.ndarray,
    cells: np.ndarray,
    rate: float,
    l2: float,
    least: float,
    score: np.ndarray,
    feature: np.ndarray,
    threshold: np.ndarray,
    child: np.ndarray,
    value: np.ndarray,
) -> int:  # pragma: no cover - compiled
    """Grow a tree on ``rows[:count]``, fill its nodes in, and add its values to those rows' ``score``.

    ``cells`` is (leaves, all cells). Of a node's two children the left one stands at ``child``, the other
    behind it; a leaf's feature is -1. Returns the number of nodes.
    """
    leaves = len(cells)
    start, end = np.zeros(leaves, np.int64), np.zeros(leaves, np.int64)
    total, node = np.zeros(leaves, np.int64), np.zeros(leaves, np.int64)
    gain, split_by, split_at = np.zeros(leaves), np.full(leaves, -1), np.zeros(leaves, np.int64)
    end[0] = count
    _fill(x, weights, rows, 0, count, at, cells[0])
    for place in range(at[0], at[1]):
        total[0] += cells[0, place]
    gain[0], split_by[0], split_at[0] = _best_split(cells[0], at, total[0], l2, least)
    feature[0], nodes, made = -1, 1, 1
    while made < leaves:
        leaf = 0
        for other in range(1, made):
            if gain[other] > gain[leaf]:
                leaf = other
        if gain[leaf] <= 0.0:
            break
        by, code, new = split_by[leaf], split_at[leaf], made
        kept, moved = start[leaf], 0
        for index in range(start[leaf], end[leaf]):
            row = rows[index]
            if x[row, by] <= code:
                rows[kept] = row
                kept += 1
            else:
                spare[moved] = row
                moved += 1
        rows[kept : kept + moved] = spare[:moved]
        left = np.int64(0)
        for place in range(at[by], at[by] + code + 1):
            left += cells[leaf, place]
        start[new], end[new], end[leaf] = kept, end[leaf], kept
        total[new], total[leaf] = total[leaf] - left, left
        parent = node[leaf]
        feature[parent], threshold[parent], child[parent] = by, code, nodes
        feature[nodes], feature[nodes + 1] = -1, -1
        node[leaf], node[new] = nodes, nodes + 1
        nodes, made = nodes + 2, made + 1
        if made == leaves:
            break
        # The smaller child's histogram is counted, the other one's is what is left of the parent's.
        if kept - start[leaf] < moved:
            _fill(x, weights, rows, start[leaf], kept, at, cells[new])
            for place in range(at[-1]):
                counted = cells[new, place]
                cells[new, place] = cells[leaf, place] - counted
                cells[leaf, place] = counted
        else:
            _fill(x, weights, rows, kept, end[new], at, cells[new])
            for place in range(at[-1]):
                cells[leaf, place] -= cells[new, place]
        for half in (leaf, new):
            gain[half], split_by[half], split_at[half] = _best_split(cells[half], at, total[half], l2, least)
    for leaf in range(made):
        g, h = (total[leaf] >> HALF) / GRADIENT, (total[leaf] & LOW) / HESSIAN
        step = np.float32(-rate * g / (h + l2))
        value[node[leaf]] = step
        for index in range(start[leaf], end[leaf]):
            score[rows[index]] += step
    return nodes


@njit(**_FAST)
def _losses(p: np.ndarray, y: np.ndarray, own: np.ndarray) -> tuple[float, float]:  # pragma: no cover - compiled
    """The negative log-likelihood, in nats, of the rows that are not ``own``, and of those that are."""
    loss = np.zeros(2)
    product = np.ones(2)
    size = np.zeros(2, np.int64)
    for row in range(len(p)):
        side = own[row]
        product[side] *= max(p[row] if y[row] else np.float32(1) - p[row], np.float32(SMALLEST))
        size[side] += 1
        if size[side] == 16:  # a product of 16 does not underflow, and one logarithm serves them all
            loss[side] -= log(product[side])
            product[side], size[side] = 1.0, 0
    return loss[0] - log(product[0]), loss[1] - log(product[1])


@njit(**_FAST)
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
        feature, threshold, child, value: Trees, to be filled in: int16, uint8, int16, float32
            (rounds, 2 leaves - 1).
        curves: Losses after each round, to be filled in, float64 (rounds + 1, 2): of the rows left out, own.
    """
    rows = len(y)
    state = np.array([np.uint64(seed) * np.uint64(2654435761) + np.uint64(88172645463325252)])
    for _ in range(5):
        next_random(state)
    own_rows = 0
    for row in range(rows):
        own_rows += own[row]
    bag = min(bag, 0.98 * MOST_ROWS / max(own_rows, 1))
    limit = np.uint64(bag * 65536)
    p, weights = np.empty(rows, np.float32), np.empty(rows, np.int64)
    bagged, spare = np.empty(rows, np.int32), np.empty(rows, np.int32)
    inside = np.empty(rows, np.uint8)
    cells = np.empty((leaves, at[-1]), np.int64)
    sigmoid(score, p)
    curves[0, 0], curves[0, 1] = _losses(p, y, own)
    best, best_round = curves[0, 0], 0
    for made in range(rounds):
        count = 0
        for row in range(rows):
            inside[row] = 0
            if own[row]:
                noise = next_random(state)
                if (noise & np.uint64(65535)) < limit and count < MOST_ROWS:
                    g = p[row] - np.float32(y[row])
                    h = p[row] * (np.float32(1) - p[row])
                    up = np.float32((noise >> np.uint64(16)) & np.uint64(65535)) * np.float32(1 / 65536)
                    too = np.float32((noise >> np.uint64(32)) & np.uint64(65535)) * np.float32(1 / 65536)
                    whole_g = np.int64(np.floor(g * np.float32(GRADIENT) + up))
                    whole_h = np.int64(h * np.float32(HESSIAN) + too)
                    weights[row] = (whole_g << HALF) + whole_h
                    bagged[count] = row
                    inside[row] = 1
                    count += 1
        tree = _grow(
            x, weights, bagged, spare, count, at, cells, rate, l2, least, score,
            feature[made], threshold[made], child[made], value[made],
        )  # fmt: skip
        for row in range(rows):
            if not inside[row]:
                node = 0
                while feature[made, node] >= 0:
                    right = x[row, feature[made, node]] > threshold[made, node]
                    node = child[made, node] + right
                score[row] += value[made, node]
        sigmoid(score, p)
        curves[made + 1, 0], curves[made + 1, 1] = _losses(p, y, own)
        if curves[made + 1, 0] < best:
            best, best_round = curves[made + 1, 0], made + 1
        elif made + 1 - best_round >= patience or tree == 1:
            return made + 1
    return rounds
