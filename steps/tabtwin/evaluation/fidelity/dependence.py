"""Measure how strongly columns are linked: Cramér's V on the bins of accuracy, for all kinds alike.

Corrected for bias after Bergsma (Journal of the Korean Statistical Society 42, 2013), since a plain V of many
cells and few rows is well above 0 if columns are independent.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np


def association(codes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return Cramér's V of every pair of columns, 0 (independent) to 1, float64 (columns, columns),
    symmetric.

    Args:
        codes: Bins (columns, rows).
        sizes: How many codes each column may have (columns,).
    """
    matrix = np.eye(len(codes))
    for first, second in combinations(range(len(codes)), 2):
        cells = codes[first].astype(np.int64) * sizes[second] + codes[second]
        counts = np.bincount(cells, minlength=sizes[first] * sizes[second])
        matrix[first, second] = matrix[second, first] = _cramers_v(counts.reshape(sizes[first], -1))
    return matrix


def _cramers_v(counts: np.ndarray) -> float:
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0].astype(float)
    rows, columns = counts.shape
    total = counts.sum()
    if min(rows, columns) < 2 or total < 2:
        return 0.0
    independent = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    squared = ((counts - independent) ** 2 / independent).sum() / total
    squared = max(0.0, squared - (rows - 1) * (columns - 1) / (total - 1))
    side = min(part - (part - 1) ** 2 / (total - 1) for part in (rows, columns))
    return min(1.0, float(np.sqrt(squared / (side - 1)))) if side > 1 else 0.0
