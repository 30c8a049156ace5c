"""Measure which columns depend on groups of rows: constant within them, and more than by chance.

Two rows of one group are compared with two rows of any groups. All is counted in a bounded number of rows, in
whole groups, drawn in the same way in every run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtr

from tabtwin.lib.seeds import generator

MOST_ROWS = 20_000
"""The most rows that are compared."""

CONSTANT = 0.15
"""How often two rows of a group may differ, as a share of how often any two do, in a column that is nearly
constant within groups. One cell in fifteen may be wrong."""

FEWEST_PAIRS = 20
CHANCE = -9.0
"""In powers of ten: how unlikely so few differences must be in a column unrelated to the groups."""

_LEAST_DIFFERENT = 0.05
"""How often two rows must differ: a column that is alike in nearly all rows says nothing about groups."""


@dataclass(frozen=True)
class Likeness:
    """How alike columns are within groups.

    Attributes:
        share: How often two rows of a group differ in each column (columns,), as a share of how often any do.
        depends: Which columns are constant or nearly so within groups, and not by chance (columns,), bool.
    """

    share: np.ndarray
    depends: np.ndarray


def whole_groups(groups: np.ndarray, most: int = MOST_ROWS) -> np.ndarray:
    """Return rows (n,) of whole groups drawn at random, up to a number; none of those without a group
    (-1).
    """
    rows = np.flatnonzero(groups >= 0)
    if len(rows) <= most:
        return rows
    counts = np.bincount(groups[rows])
    order = generator(0, "groups", len(counts)).permutation(len(counts))
    kept = np.zeros(len(counts), bool)
    kept[order[np.cumsum(counts[order]) <= most]] = True
    return np.asarray(rows[kept[groups[rows]]])


def likeness(groups: np.ndarray, matrix: np.ndarray, chance: float = CHANCE) -> Likeness:
    """Measure how alike the columns of a matrix are within groups.

    Args:
        groups: The group of each row (rows,).
        matrix: The value of each column in each row (rows, columns), as codes; -1: missing.
        chance: In powers of ten, like :data:`CHANCE`.
    """
    width = matrix.shape[1]
    if len(groups) < 2 or not width:
        return Likeness(np.ones(width), np.zeros(width, bool))
    # Neighbors in a table may be alike whatever their group, so rows are shuffled before they are paired.
    shuffled = generator(0, "pairs", len(groups)).permutation(len(groups))
    order = shuffled[np.argsort(groups[shuffled], kind="stable")]
    sorted_groups, cells = groups[order], matrix[order]
    same = sorted_groups[1:] == sorted_groups[:-1]
    pairs, different = _compared(cells[1:][same], cells[:-1][same])
    others = generator(0, "others", len(groups)).permutation(len(groups))
    apart = sorted_groups[others] != sorted_groups
    any_pairs, any_different = _compared(cells[others][apart], cells[apart])
    usual = any_different / np.maximum(1, any_pairs)
    share = different / np.maximum(1, pairs) / np.maximum(usual, 1e-12)
    with np.errstate(divide="ignore"):  # none at all has odds of 0
        odds = np.log10(bdtr(different, np.maximum(1, pairs), np.clip(usual, 0, 1)))
    enough = (pairs >= FEWEST_PAIRS) & (usual >= _LEAST_DIFFERENT)
    return Likeness(np.where(enough, share, 1.0), enough & (share <= CONSTANT) & (odds <= chance))


def smoothness(values: np.ndarray, *, ordered: bool) -> float:
    """Return how much neighbors in a sequence (n,) differ, as a share of how much any two do; 1: no order.

    What depends on a number follows its order (the state of a zip code, the age group of an age, prices of a
    year); what depends on a name does not.
    """
    if len(values) < 10:
        return 1.0
    if ordered:
        ranks = pd.Series(values).rank().to_numpy()
        others = generator(0, "order", len(values)).permutation(ranks)
        near, far = np.abs(np.diff(ranks)).mean(), np.abs(ranks - others).mean()
    else:
        shares = np.unique(values, return_counts=True)[1] / len(values)
        near, far = float((values[1:] != values[:-1]).mean()), float(1 - (shares**2).sum())
    return float(near / max(far, 1e-12))


def _compared(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many rows have a value in both of each column (columns,), and how many of these differ."""
    both = (first >= 0) & (second >= 0)
    return both.sum(axis=0), ((first != second) & both).sum(axis=0)
