"""Walk rows down small trees, a block of rows and a node at a time.

Codes lie column by column, so that the rows of a block take a node's step together, in vector instructions;
each row walking alone waits for its own branches. What is added up, and in which order, is the same.
"""

from __future__ import annotations

import numpy as np
from numba import njit

BLOCK = 2048
"""Rows that walk together: with the columns that a tree looks at, they stay in the nearest cache."""


@njit(cache=True, nogil=True)
def add_values(
    columns: np.ndarray,
    feature: np.ndarray,
    threshold: np.ndarray,
    child: np.ndarray,
    value: np.ndarray,
    score: np.ndarray,
    done: np.ndarray,
) -> None:  # pragma: no cover - compiled
    """Add a tree's values to the score of all rows but those that are done.

    Args:
        columns: Codes, uint8 (features, rows), each column contiguous.
        feature, threshold, child, value: The tree's nodes, children behind their parents
            (:class:`tabtwin.generators.boost.forest.Forest`).
        score: Logits, float32 (rows,).
        done: bool (rows,).
    """
    node, rows = np.empty(BLOCK, np.uint8), len(score)
    for start in range(0, rows, BLOCK):
        end = min(start + BLOCK, rows)
        walk(columns, start, end, feature, threshold, child, node)
        for row in range(start, end):
            step = np.float32(0) if done[row] else value[node[row - start]]
            score[row] += step


@njit(cache=True, nogil=True)
def walk(
    columns: np.ndarray,
    start: int,
    end: int,
    feature: np.ndarray,
    threshold: np.ndarray,
    child: np.ndarray,
    node: np.ndarray,
) -> None:  # pragma: no cover - compiled
    """Fill in the leaf of each of the rows ``start`` to ``end``, uint8: at most 255 nodes."""
    node[: end - start] = 0
    for parent in range(len(feature)):
        if feature[parent] >= 0:
            codes = columns[feature[parent], start:end]
            left = np.uint8(child[parent])
            _divide(codes, threshold[parent], np.uint8(parent), left, np.uint8(left + 1), node)


@njit(cache=True, nogil=True)
def _divide(
    codes: np.ndarray, cut: np.uint8, parent: np.uint8, left: np.uint8, right: np.uint8, node: np.ndarray
) -> None:  # pragma: no cover - compiled
    """Send the rows of a node to its children."""
    for row in range(len(codes)):
        there = right if codes[row] > cut else left
        node[row] = there if node[row] == parent else node[row]
