"""List the boosters that a part needs: each is fitted by itself, in any task, to rows of its own.

A node of a code tree is a range of codes, and its rows are those with such a code: the nodes of a level
divide the rows of the table among them. What each booster is fitted to follows from counts alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabtwin.generators.boost.coding import Part
from tabtwin.generators.boost.knobs import MANY_CODES, POOLED_BELOW, Growth, Knobs
from tabtwin.generators.boost.tree import CodeTree

FIXED = 5
"""What a row costs a booster besides its predictors, in predictors; from timings of single parts."""


@dataclass(frozen=True)
class Unit:
    """One booster: of a single node, or of the pool of a level.

    Attributes:
        level: The level of its nodes.
        nodes: Its nodes.
        is_pool: Whether it is a pool's.
        rows: The rows that it may be fitted to: those of the sample that are in its nodes.
    """

    level: int
    nodes: tuple[int, ...]
    is_pool: bool
    rows: int

    def cost(self, knobs: Knobs, growth: Growth, members: int, predictors: int) -> int:
        """Return the relative cost of the fit: every round looks at all rows."""
        rows = min(self.rows, knobs.most_pooled if self.is_pool else knobs.most_rows)
        return rows * (predictors + FIXED) * members * (knobs.pool if self.is_pool else growth).rounds


def pools(target: Part) -> bool:
    """Return whether small nodes of a part share a booster."""
    return target.ordered and target.size > MANY_CODES


def units(
    tree: CodeTree, counts: np.ndarray, target: Part, predictors: int, knobs: Knobs
) -> tuple[Unit, ...]:
    """Return the boosters of a part in their order: level by level, a pool after its level's single nodes.

    Args:
        tree: The part's code tree.
        counts: Rows of the sample by code, (codes,).
        target: The part.
        predictors: How many parts were before it.
        knobs: The settings.
    """
    upto = np.concatenate([[0], np.cumsum(counts)])
    found: list[Unit] = []
    for level in range(len(tree.levels) - 1) if predictors else ():
        pool: list[int] = []
        for node in range(tree.levels[level], tree.levels[level + 1]):
            if tree.cut[node] < 0:
                continue
            first, middle, end = upto[[tree.first[node], tree.cut[node] + 1, tree.end[node]]]
            rows = int(end - first)
            if pools(target) and rows < POOLED_BELOW:
                pool += [node] if rows else []
            elif min(middle - first, end - middle) >= knobs.least_side:
                found.append(Unit(level, (node,), False, rows))
        if pool:
            rows = int(sum(upto[tree.end[node]] - upto[tree.first[node]] for node in pool))
            found.append(Unit(level, tuple(pool), True, rows))
    return tuple(found)
