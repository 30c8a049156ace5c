"""Count rows by node of a code tree: what a part's model takes from all rows, without looking at one again.

Counts are by fold and code, so those of a member's own rows are the sum of all folds but the one that it
leaves out. Trees grow on a sample of the rows; shares, first logits and the losses of nodes without trees
come from these counts, of all rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabtwin.generators.boost.tree import CodeTree

FOLDS = 5
STARTS_SHIFT = 0.5


def by_fold(codes: np.ndarray, size: int, folds: np.ndarray) -> np.ndarray:
    """Return how many rows of each fold have each code, int64 (folds, codes); those of more rows add up.

    Args:
        codes: The codes of a part, integers below ``size`` (rows,).
        size: How many codes there are.
        folds: The fold of each row, integers (rows,).
    """
    cells = folds.astype(np.int64) * size + codes
    return np.bincount(cells, minlength=FOLDS * size).reshape(FOLDS, size)


@dataclass(frozen=True)
class NodeCounts:
    """The rows of a code tree's nodes, by fold.

    Attributes:
        tree: The tree.
        counts: Rows by fold and code, int64 (folds, codes).
        members: How many members there are; each leaves out the fold of its number.
    """

    tree: CodeTree
    counts: np.ndarray
    members: int

    @property
    def rows(self) -> np.ndarray:
        """Return by how many rows the sums of left-out and of own losses are divided, int64 (2,)."""
        held = self.counts[: self.members].sum()
        return np.maximum([held, self.members * self.counts.sum() - held], 1)

    def bases(self, node: int) -> np.ndarray:
        """Return each member's logit of the share of its own rows that go right, float32 (members,)."""
        left, right = self._own(self._sides(node))
        rows = left + right + 2 * STARTS_SHIFT
        logits = np.log((right + STARTS_SHIFT) / (rows - (right + STARTS_SHIFT)))
        return np.asarray(logits.astype(np.float32))

    def losses(self, node: int) -> tuple[float, float]:
        """Return the losses, of left-out and of own rows (nats), of a node that no booster decides.

        A member knows only the share of its own rows, or in a leaf their counts.
        """
        tree = self.tree
        if tree.cut[node] >= 0:
            p = 1 / (1 + np.exp(-self.bases(node).astype(np.float64)))
            return self._sum(self._sides(node), -np.log(np.stack([1 - p, p])))
        if tree.end[node] - tree.first[node] == 1:
            return 0.0, 0.0
        cells = self.counts[:, tree.first[node] : tree.end[node]].T
        shifted = self._own(cells) + STARTS_SHIFT
        return self._sum(cells, -np.log(shifted / shifted.sum(axis=0)))

    def _sides(self, node: int) -> np.ndarray:
        """Return the rows that go left and right, by fold: int64 (2, folds)."""
        tree = self.tree
        first, middle, end = tree.first[node], tree.cut[node] + 1, tree.end[node]
        return np.stack([self.counts[:, first:middle].sum(axis=1), self.counts[:, middle:end].sum(axis=1)])

    def _own(self, cells: np.ndarray) -> np.ndarray:
        """Return each member's own rows of cells by fold (cells, folds): int64 (cells, members)."""
        own: np.ndarray = cells.sum(axis=1, keepdims=True) - cells[:, : self.members]
        return own

    def _sum(self, cells: np.ndarray, loss: np.ndarray) -> tuple[float, float]:
        """Add up what rows lose: ``cells`` by fold (cells, folds), ``loss`` of each cell by member."""
        return float((cells[:, : self.members] * loss).sum()), float((self._own(cells) * loss).sum())
