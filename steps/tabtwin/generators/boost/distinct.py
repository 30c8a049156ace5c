"""Ask a booster about each kind of row once, where rows repeat.

Rows are of one *kind* for a booster if no split of its trees tells them apart: the same category, a number
between the same two thresholds, and whatever in features that no tree looks at. All rows of a kind get the
same probability to the last bit, so one of them is asked.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tabtwin.generators.boost import forest as forests
from tabtwin.generators.boost.features import SMALL
from tabtwin.generators.boost.forest import Forest

FEWEST_ROWS, FEWEST_TREES = 64, 8
"""With fewer rows or trees, asking costs less than finding kinds."""
MIX = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)


def probabilities(
    forest: Forest, booster: int, x: np.ndarray, start: np.ndarray, group: np.ndarray
) -> np.ndarray:
    """Return what :func:`forest.probabilities` does, float64 (rows,), to the last bit.

    Args:
        forest: The boosters.
        booster: Which of them.
        x: Codes, uint8 (rows, features).
        start: Logits that are added to each member's base, float32 (members, rows), or (members, 0).
        group: An integer for each row, int64 (rows,): rows of one group have the same ``start``.
    """
    first, end = forest.booster[booster]
    if len(x) < FEWEST_ROWS or forest.member[end] - forest.member[first] < FEWEST_TREES:
        return np.asarray(forests.probabilities(forest, booster, x, start))
    one, kind = _kinds(x, group, _classes(forest, booster, x.shape[1]), len(x) // 2)
    if not len(one):
        return np.asarray(forests.probabilities(forest, booster, x, start))
    begun = start[:, one] if start.shape[1] else start
    return np.asarray(forests.probabilities(forest, booster, x[one], begun)[kind])


@njit(cache=True, nogil=True)
def _classes(forest: Forest, booster: int, columns: int) -> np.ndarray:  # pragma: no cover - compiled
    """Return the class of each feature's codes, uint8 (columns, SMALL): no tree tells those of a class apart.

    A category, which each member puts in an order of its own, has a class for each code.
    """
    split = np.zeros((columns, SMALL), np.bool_)
    first, end = forest.booster[booster]
    for node in range(forest.tree[forest.member[first]], forest.tree[forest.member[end]]):
        if forest.feature[node] >= 0:
            split[forest.feature[node], forest.threshold[node]] = True
    for entry in range(forest.maps[first], forest.maps[end]):
        split[forest.mapped[entry], :] = True
    classes = np.zeros((columns, SMALL), np.uint8)
    for column in range(columns):
        for code in range(1, SMALL):
            classes[column, code] = classes[column, code - 1] + split[column, code - 1]
    return classes


@njit(cache=True, nogil=True)
def _kinds(
    x: np.ndarray, group: np.ndarray, classes: np.ndarray, most: int
) -> tuple[np.ndarray, np.ndarray]:  # pragma: no cover - compiled
    """Return a row of each kind, int64 (kinds,), and the kind of each row, int64 (rows,).

    A hash table with open addressing; a row joins a kind only if all of its classes are equal. If there are
    more than ``most`` kinds, none is returned.
    """
    rows = len(x)
    used = np.flatnonzero(classes[:, -1])
    bits = 1
    while 1 << bits < 4 * most:
        bits += 1
    shift = np.uint64(64 - bits)
    slots = np.full(1 << bits, -1, np.int64)
    one, keys = np.empty(most, np.int64), np.empty(most, np.uint64)
    kind = np.empty(rows, np.int64)
    kinds = 0
    for row in range(rows):
        key = np.uint64(group[row])
        for column in used:
            key = key * MIX + np.uint64(classes[column, x[row, column]])
            key ^= key >> HALF
        slot = np.int64((key * MIX) >> shift)
        while True:
            at = slots[slot]
            if at < 0:
                if kinds == most:
                    return one[:0], kind[:0]
                slots[slot], one[kinds], keys[kinds], kind[row] = kinds, row, key, kinds
                kinds += 1
                break
            if keys[at] == key and _equal(x, group, classes, used, one[at], row):
                kind[row] = at
                break
            slot = (slot + 1) & (len(slots) - 1)
    return one[:kinds], kind


@njit(cache=True, nogil=True)
def _equal(
    x: np.ndarray, group: np.ndarray, classes: np.ndarray, used: np.ndarray, one: int, other: int
) -> bool:  # pragma: no cover - compiled
    """Return whether two rows are of one kind."""
    same: bool = group[one] == group[other]
    for column in used:
        same &= classes[column, x[one, column]] == classes[column, x[other, column]]
    return same
