"""In which order parts are learned, and by which predictors: by mutual information of their codes.

The first part is the one that tells most of all others; then always the one of which those done tell most.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

GROUPS = 16
MOST_ROWS = 50_000


def information(codes: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Mutual information of each pair of parts in nats, float64 (parts, parts), 0 on the diagonal.

    Args:
        codes: int32 (rows, parts); the first 50,000 rows are looked at.
        sizes: Codes of each part; where there are more than 16, codes are grouped.
    """
    some = codes[:MOST_ROWS].T
    coarse = np.stack(
        [
            part if size <= GROUPS else np.minimum(part.astype(np.int64) * GROUPS // size, GROUPS - 1)
            for part, size in zip(some, sizes, strict=True)
        ]
    )
    return np.asarray(_information(np.ascontiguousarray(coarse.astype(np.int64))))


def learning_order(told: np.ndarray, sizes: Sequence[int], few: int, last: Sequence[int]) -> list[int]:
    """All parts in the order in which they are learned.

    Args:
        told: Mutual information (parts, parts).
        sizes: Codes of each part.
        few: Parts of this many codes or fewer come first; 0: no part does.
        last: Parts that come last, in this order: the target's.
    """
    parts = range(len(told))
    done = [int(np.argmax(told.sum(axis=1)))]
    while len(done) < len(told):
        rest = [part for part in parts if part not in done]
        done.append(max(rest, key=lambda part: told[part, done].sum()))
    if few:
        done.sort(key=lambda part: sizes[part] > few)
    return [part for part in done if part not in last] + list(last)


@njit(cache=True, nogil=True)
def _information(codes: np.ndarray) -> np.ndarray:  # pragma: no cover - compiled
    parts, rows = codes.shape
    told = np.zeros((parts, parts))
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
            told[first, second] = told[second, first] = total
    return told
