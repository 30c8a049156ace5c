"""Order parts by the mutual information of their codes.

The first part is the one that is most informative about all others; each next part is the one about which
the earlier ones are most informative.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

GROUPS = 16
MOST_ROWS = 50_000
MOST_CODES = 256


def information(codes: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Return the mutual information of each pair of parts in nats, float64 (parts, parts), 0 on the diagonal.

    Args:
        codes: int32 (rows, parts); the first 50,000 rows are used.
        sizes: Codes of each part; where there are more than 16, codes are grouped.
    """
    some = codes[:MOST_ROWS].T
    groups = np.stack([coarse(part, size) for part, size in zip(some, sizes, strict=True)])
    return np.asarray(_information(np.ascontiguousarray(groups)))


def learning_order(mutual: np.ndarray, sizes: Sequence[int], few: int, last: Sequence[int]) -> list[int]:
    """Return all parts in the order in which they are learned.

    Args:
        mutual: Mutual information (parts, parts).
        sizes: Codes of each part.
        few: Parts of this many codes or fewer come first; 0: no part does.
        last: Parts that come last, in this order: the target's.
    """
    parts = range(len(mutual))
    done = [int(np.argmax(mutual.sum(axis=1)))]
    while len(done) < len(mutual):
        rest = [part for part in parts if part not in done]
        done.append(max(rest, key=lambda part: mutual[part, done].sum()))
    if few:
        done.sort(key=lambda part: sizes[part] > few)
    done.sort(key=lambda part: sizes[part] > MOST_CODES)  # boosters cannot distinguish more codes
    return [part for part in done if part not in last] + list(last)


def by_neighbour(codes: np.ndarray, size: int, others: Sequence[np.ndarray]) -> np.ndarray:
    """Return new codes of a part of many categories, int32 (size,): those that go with the same cells are
    adjacent.

    The most informative of the earlier parts decides; categories are ordered by the group of its codes that
    they most often occur with, then by their frequency. A tree over codes in this order tests that group
    first, where it has many rows, and only then the category.

    Args:
        codes: The part's codes, (rows,); 0 is the commonest.
        size: How many codes it has.
        others: Coarse codes, below 16, of the earlier parts (rows,).
    """
    best, most, by = np.arange(size), 0.0, None
    for other in others:
        cells = codes.astype(np.int64) * GROUPS + other
        table = np.bincount(cells, minlength=size * GROUPS).reshape(size, GROUPS)
        shares = table / table.sum()
        expected = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
        there = shares > 0
        gain = (shares[there] * np.log(shares[there] / expected[there])).sum()
        # Miller and Madow: the information expected by chance alone.
        chance = (size - 1) * (np.count_nonzero(shares.sum(axis=0)) - 1) / (2 * len(codes))
        if gain - chance > most:
            most, by = gain - chance, table
    if by is not None:
        lift = by / np.maximum(by.sum(axis=0), 1)
        best = np.lexsort((np.arange(size), lift.argmax(axis=1)))
    places = np.empty(size, np.int32)
    places[best] = np.arange(size)
    return places


def coarse(codes: np.ndarray, size: int) -> np.ndarray:
    """Return codes (rows,) in at most 16 groups, int64."""
    wide = codes.astype(np.int64)
    return wide if size <= GROUPS else np.minimum(wide * GROUPS // size, GROUPS - 1)


@njit(cache=True, nogil=True)
def _information(codes: np.ndarray) -> np.ndarray:  # pragma: no cover - compiled
    parts, rows = codes.shape
    mutual = np.zeros((parts, parts))
    for first in range(parts):
        for second in range(first):
            table = np.zeros((GROUPS, GROUPS))
            for row in range(rows):
                table[codes[first, row], codes[second, row]] += 1
            table /= rows
            across, down = table.sum(axis=1), table.sum(axis=0)
            total = 0.0
            for i in range(GROUPS):
                for j in range(GROUPS):
                    if table[i, j] > 0:
                        total += table[i, j] * np.log(table[i, j] / (across[i] * down[j]))
            mutual[first, second] = mutual[second, first] = total
    return mutual
