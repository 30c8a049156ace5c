"""Throw coins that fall evenly: which rows go right at the nodes of a level, given their probabilities.

*Calibration*: one shift of a node's logits makes its rows' mean probability that of the node's share in
training, so that errors do not grow down the sequence. *Balance*: rows are taken in the order of their
probability, and each coin is nudged, in proportion to p (1 - p), against the running sum of (outcome - p)
among rows that share a code, a coarse group or a pair of coarse groups with it. The sum uses the model's own
probabilities alone, so nothing of training is learned here; only chance is reduced.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from numba import njit

FINE = 256
STEPS = 8
CLOSE = 1e-4
EDGE = 1e-6
PAIR_WEIGHT = 4.0
TIE = 1e-9


@njit(cache=True, nogil=True)
def _calibrate(p: np.ndarray, share: float) -> None:  # pragma: no cover - compiled
    """Shift the logits of ``p`` until its mean is ``share``, by Newton's steps of at most 1."""
    count = len(p)
    z = np.empty(count)
    for row in range(count):
        held = min(max(p[row], EDGE), 1 - EDGE)
        z[row] = log(held / (1 - held))
    shift = 0.0
    for _ in range(STEPS):
        total, spread = 0.0, 0.0
        for row in range(count):
            q = 1 / (1 + exp(-z[row] - shift))
            total += q
            spread += q * (1 - q)
        step = (share - total / count) / max(spread / count, EDGE)
        shift += min(max(step, -1.0), 1.0)
        if abs(step) < CLOSE:
            break
    for row in range(count):
        p[row] = 1 / (1 + exp(-z[row] - shift))


@njit(cache=True, nogil=True)
def _walk(
    p: np.ndarray,
    rows: np.ndarray,
    chance: np.ndarray,
    tie: np.ndarray,
    fine: np.ndarray,
    coarse: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    groups: int,
    by_fine: np.ndarray,
    by_coarse: np.ndarray,
    by_pair: np.ndarray,
    right: np.ndarray,
) -> None:  # pragma: no cover - compiled
    """Throw one node's coins; ``by_...`` are sums of (outcome - p), float32, and are cleared first."""
    columns, pairs = coarse.shape[1], len(first)
    by_fine[:] = 0
    by_coarse[:] = 0
    by_pair[:] = 0
    everywhere = 0.0
    cells = np.empty(pairs, np.int64)
    for index in np.argsort(p + TIE * tie, kind="mergesort"):
        likely, row = p[index], rows[index]
        if likely <= 0 or likely >= 1:
            right[index] = likely >= 1
            continue
        alone = np.float32(0)
        for column in range(columns):
            alone += by_fine[column, fine[row, column]] + by_coarse[column, coarse[row, column]]
        together = np.float32(0)
        for pair in range(pairs):
            cell = pair * groups * groups + coarse[row, first[pair]] * groups + coarse[row, second[pair]]
            cells[pair] = cell
            together += by_pair[cell]
        off = everywhere + alone / max(columns, 1) + PAIR_WEIGHT * together / max(pairs, 1)
        nudged = likely - off * 4 * likely * (1 - likely)
        went = chance[index] < nudged
        right[index] = went
        error = np.float32((1.0 if went else 0.0) - likely)
        everywhere += float(error)
        for column in range(columns):
            by_fine[column, fine[row, column]] += error
            by_coarse[column, coarse[row, column]] += error
        for pair in range(pairs):
            by_pair[cells[pair]] += error


@njit(cache=True, nogil=True)
def throw(
    p: np.ndarray,
    rows: np.ndarray,
    starts: np.ndarray,
    shares: np.ndarray,
    calibrated: np.ndarray,
    chance: np.ndarray,
    tie: np.ndarray,
    fine: np.ndarray,
    coarse: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    groups: int,
) -> np.ndarray:  # pragma: no cover - compiled
    """Return which rows go right, bool (n,).

    Args:
        p: The probability of each to go right, float64 (n,); calibrated in place.
        rows: Their rows in ``fine`` and ``coarse``, int64 (n,), those of a node one behind the other.
        starts: Where each node's rows begin, and n, int64 (nodes + 1,).
        shares: Each node's share in training, float64 (nodes,).
        calibrated: Which nodes are calibrated, bool (nodes,).
        chance: Uniform numbers, float64 (n,).
        tie: Uniform numbers that put equally likely rows in order, float64 (n,).
        fine: Codes of the earlier parts, uint8 (rows, parts).
        coarse: Their coarse groups, uint8 (rows, parts).
        first, second: Pairs of parts, int64 (pairs,).
        groups: How many coarse groups there are.
    """
    right = np.zeros(len(p), np.bool_)
    by_fine = np.zeros((coarse.shape[1], FINE), np.float32)
    by_coarse = np.zeros((coarse.shape[1], groups), np.float32)
    by_pair = np.zeros(len(first) * groups * groups, np.float32)
    for node in range(len(starts) - 1):
        start, end = starts[node], starts[node + 1]
        if calibrated[node]:
            _calibrate(p[start:end], shares[node])
        _walk(
            p[start:end], rows[start:end], chance[start:end], tie[start:end], fine, coarse, first, second,
            groups, by_fine, by_coarse, by_pair, right[start:end],
        )  # fmt: skip
    return right
