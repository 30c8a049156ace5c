"""Count codes without sorting rows: NumPy's own functions sort or hash all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

WIDE = 8
"""Codes that span up to so many times the rows are counted in an array of that span."""


def counted(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different codes, ascending, and how many rows hold each: int64 (codes,) both.

    >>> [found.tolist() for found in counted(np.array([3, -1, 3]))]
    [[-1, 3], [1, 2]]

    Args:
        codes: Integers (rows,).
    """
    if not len(codes):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    least, most = int(codes.min()), int(codes.max())
    if most - least < WIDE * len(codes):
        counts = np.bincount(codes - least)
        held = np.flatnonzero(counts)
        return held + least, counts[held]
    places, found = pd.factorize(codes)
    order = np.argsort(found)
    return np.asarray(found[order], np.int64), np.bincount(places)[order]


def different(codes: np.ndarray) -> int:
    """Return how many different integers there are in (rows,)."""
    return len(counted(codes)[0])


def ranked(codes: np.ndarray) -> np.ndarray:
    """Return the place of each row's code among the different ones, ascending: int64 (rows,), from 0.

    Args:
        codes: Integers (rows,).
    """
    if not len(codes):
        return np.empty(0, np.int64)
    least, most = int(codes.min()), int(codes.max())
    if most - least < WIDE * len(codes):
        places = np.cumsum(np.bincount(codes - least) > 0) - 1
        return np.asarray(places[codes - least])
    places, found = pd.factorize(codes)
    return np.asarray(np.argsort(np.argsort(found))[places])
