"""Compute contingency tables by code: the cell of a joint table that a row falls into."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["cell_count", "cells"]


@njit(cache=True, nogil=True)
def cell_count(columns: np.ndarray, sizes: np.ndarray) -> int:  # pragma: no cover - compiled
    """Return how many cells the joint table of some columns has; −1 stands for no column."""
    count = 1
    for column in columns:
        if column >= 0:
            count *= sizes[column]
    return count


@njit(cache=True, nogil=True)
def cells(codes: np.ndarray, columns: np.ndarray, sizes: np.ndarray) -> np.ndarray:  # pragma: no cover
    """Return the cell of each row in the joint table of some columns: int32 (rows,).

    Args:
        codes: Integers (all columns, rows), each from 0 to its column's size − 1.
        columns: The columns to join, the last one varying fastest; −1 stands for no column.
        sizes: How many codes each column has.
    """
    found = np.zeros(codes.shape[1], np.int32)
    for column in columns:
        if column >= 0:
            size, code = np.int32(sizes[column]), codes[column]
            for row in range(len(found)):
                found[row] = found[row] * size + np.int32(code[row])
    return found
