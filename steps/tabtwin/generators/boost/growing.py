"""Grow one small tree: leaf-wise, by the second-order gain of Chen and Guestrin, "XGBoost" (2016), eq. 6, 7.

Gradients and hessians are whole numbers, both in one of 64 bits (gradients above, hessians below): sums are
exact whatever their order, and a cell of a histogram costs one addition.
"""

from __future__ import annotations

import numpy as np
from numba import njit

GRADIENT = 1 << 13
"""Gradients, of up to 1, are multiples of 1 / GRADIENT."""

HESSIAN = 1 << 16
"""Hessians, of up to 1/4, are multiples of 1 / HESSIAN."""

MOST_ROWS = 1 << 17
"""Rows of a tree: more, and sums would not fit into 32 bits each."""

HALF = np.int64(32)
LOW = np.int64((1 << 32) - 1)


@njit(cache=True, nogil=True)
def grow(
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
    """Grow a tree on ``rows[:count]``, add its values to those rows' ``score``; return the number of its
    nodes.

    Args:
        x: Codes, uint8 (all rows, features).
        weights: Gradient and hessian of each row, int64 (all rows,).
        rows: int32; sorted by leaf on the way.
        spare: Room for as many.
        count: How many of ``rows`` there are.
        at: Where each feature's cells begin in a histogram, and their number, int64 (features + 1,).
        cells: Room for histograms, int64 (leaves, cells).
        rate: What leaves' values are multiplied by.
        l2: Penalty of a leaf's squared value.
        least: Least hessian in a leaf.
        score: Logits, float32 (all rows,).
        feature, threshold, child, value: Filled in, (2 leaves - 1,): rows whose code is at most the threshold
            go to ``child``, others to the node behind it; a leaf's feature is -1.
    """
    leaves = len(cells)
    start, end = np.zeros(leaves, np.int64), np.zeros(leaves, np.int64)
    total, node = np.zeros(leaves, np.int64), np.zeros(leaves, np.int64)
    gain, split_by, split_at = np.zeros(leaves), np.full(leaves, -1), np.zeros(leaves, np.int64)
    end[0] = count
    _fill(x, weights, rows, 0, count, at, cells[0])
    total[0] = cells[0, at[0] : at[1]].sum()
    gain[0], split_by[0], split_at[0] = _best_split(cells[0], at, total[0], l2, least)
    feature[0], nodes, made = -1, 1, 1
    while made < leaves:
        leaf = int(np.argmax(gain[:made]))
        if gain[leaf] <= 0.0:
            break
        by, code, new = split_by[leaf], split_at[leaf], made
        middle = _part(x[:, by], code, rows, spare, start[leaf], end[leaf])
        left = cells[leaf, at[by] : at[by] + code + 1].sum()
        start[new], end[new], end[leaf] = middle, end[leaf], middle
        total[new], total[leaf] = total[leaf] - left, left
        parent = node[leaf]
        feature[parent], threshold[parent], child[parent] = by, code, nodes
        feature[nodes], feature[nodes + 1] = -1, -1
        node[leaf], node[new] = nodes, nodes + 1
        nodes, made = nodes + 2, made + 1
        if made == leaves:
            break
        # The smaller child is counted; the other one's histogram is what is left of the parent's.
        if middle - start[leaf] < end[new] - middle:
            _fill(x, weights, rows, start[leaf], middle, at, cells[new])
            _take_away(cells[leaf], cells[new], True)
        else:
            _fill(x, weights, rows, middle, end[new], at, cells[new])
            _take_away(cells[leaf], cells[new], False)
        for half in (leaf, new):
            gain[half], split_by[half], split_at[half] = _best_split(cells[half], at, total[half], l2, least)
    for leaf in range(made):
        g, h = (total[leaf] >> HALF) / GRADIENT, (total[leaf] & LOW) / HESSIAN
        step = np.float32(-rate * g / (h + l2))
        value[node[leaf]] = step
        for index in range(start[leaf], end[leaf]):
            score[rows[index]] += step
    return nodes


@njit(cache=True, nogil=True)
def _fill(
    x: np.ndarray,
    weights: np.ndarray,
    rows: np.ndarray,
    start: int,
    end: int,
    at: np.ndarray,
    cells: np.ndarray,
) -> None:  # pragma: no cover - compiled
    """Fill in the histogram of ``rows[start:end]``."""
    cells[:] = 0
    columns = x.shape[1]
    for index in range(start, end):
        row = rows[index]
        weight = weights[row]
        for feature in range(columns):
            cells[at[feature] + x[row, feature]] += weight


@njit(cache=True, nogil=True)
def _take_away(parent: np.ndarray, part: np.ndarray, swap: bool) -> None:  # pragma: no cover - compiled
    """Subtract ``part`` from ``parent``; with ``swap``, exchange their places."""
    for place in range(len(parent)):
        counted = part[place]
        rest = parent[place] - counted
        parent[place] = counted if swap else rest
        part[place] = rest if swap else counted


@njit(cache=True, nogil=True)
def _part(
    codes: np.ndarray, code: int, rows: np.ndarray, spare: np.ndarray, start: int, end: int
) -> int:  # pragma: no cover - compiled
    """Move those of ``rows[start:end]`` first whose code is at most ``code``; return where the others
    begin.
    """
    kept, moved = start, 0
    for index in range(start, end):
        row = rows[index]
        if codes[row] <= code:
            rows[kept] = row
            kept += 1
        else:
            spare[moved] = row
            moved += 1
    rows[kept : kept + moved] = spare[:moved]
    return kept


@njit(cache=True, nogil=True)
def _best_split(
    cells: np.ndarray, at: np.ndarray, total: np.int64, l2: float, least: float
) -> tuple[float, int, int]:  # pragma: no cover - compiled
    """Return the gain of a histogram's best split, its feature (-1: none) and the last code that goes
    left.
    """
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
