"""Build the code tree of a column: a balanced binary tree over its codes, by their counts in training.

A node is a range of codes and a cut: the codes up to the cut go left. For numbers with missing cells, the
    root cuts off the missing ones. A range of few rows is not divided further: its codes are drawn by their
    counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAF = -1


@dataclass(frozen=True)
class CodeTree:
    """Nodes in the order of their levels; arrays are (nodes,) if not stated otherwise.

    Attributes:
        counts: Training rows of each code, int64 (codes,).
        first: The first code, int32.
        end: The code after the last, int32.
        cut: The last code that goes left, int32; ``LEAF`` where the node is not divided further.
        left: The node of the codes that go left, int32; ``LEAF`` in a leaf.
        levels: Where each level begins, and the number of nodes, int64 (levels + 1,).
    """

    counts: np.ndarray
    first: np.ndarray
    end: np.ndarray
    cut: np.ndarray
    left: np.ndarray
    levels: np.ndarray

    @property
    def upto(self) -> np.ndarray:
        """Return the training rows of all codes before each, int64 (codes + 1,)."""
        return np.asarray(np.concatenate([[0], np.cumsum(self.counts)]))

    @property
    def rows(self) -> np.ndarray:
        """Return the training rows of each node."""
        rows: np.ndarray = self.upto[self.end] - self.upto[self.first]
        return rows

    @property
    def share(self) -> np.ndarray:
        """Return the share of each node's training rows that go right; 0 in a leaf."""
        inner = self.cut >= 0
        right = self.upto[self.end] - self.upto[np.where(inner, self.cut + 1, self.end)]
        return np.where(inner, right / np.maximum(self.rows, 1), 0.0)


def plant(counts: np.ndarray, fewest: int, missing: bool) -> CodeTree:
    """Build the tree over codes of these ``counts``, all positive; ranges below ``fewest`` rows are
    leaves.
    """
    upto = np.concatenate([[0], np.cumsum(counts)])
    nodes: list[tuple[int, int, int, int]] = []
    levels = [0]
    level = [(0, len(counts))]
    while level:
        below: list[tuple[int, int]] = []
        start = len(nodes) + len(level)
        for low, high in level:
            if high - low < 2 or upto[high] - upto[low] < fewest:
                nodes.append((low, high, LEAF, LEAF))
                continue
            at = high - 2 if missing and not low and high == len(counts) else _middle(upto, low, high)
            nodes.append((low, high, at, start + len(below)))
            below += [(low, at + 1), (at + 1, high)]
        levels.append(len(nodes))
        level = below
    first, end, cut, left = np.array(nodes, np.int32).T.copy()
    return CodeTree(counts.astype(np.int64), first, end, cut, left, np.array(levels, np.int64))


def _middle(upto: np.ndarray, low: int, high: int) -> int:
    """Return the cut that makes the halves most alike, the earlier one of equal ones."""
    half = (upto[low] + upto[high]) / 2
    at = int(np.searchsorted(upto[low + 1 : high], half)) + low
    candidates = [cut for cut in (at - 1, at) if low <= cut <= high - 2]
    return min(candidates, key=lambda cut: abs(upto[cut + 1] - half))
