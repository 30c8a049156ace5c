"""Draw what a cell's spelling needs beyond its value, the same again for the same cell of the same column."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

_STEPS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
"""Shifts and multipliers of SplitMix64."""
_APART = 0x9E3779B97F4A7C15
_PLACES = 4


def drawn(shares: Sequence[float], rows: np.ndarray, salt: str) -> np.ndarray:
    """Return for each row the place of one of some shares (rows,), by chance; ``len(shares)`` for the rest.

    Args:
        shares: How often each occurs; what they lack of 1 is the rest.
        rows: The numbers of rows, integers (rows,).
        salt: Text that differs from column to column.
    """
    return np.searchsorted(np.cumsum(shares), _chances(rows, salt), side="right")


def rounded(counts: np.ndarray, k: int) -> list[float]:
    """Return counts as shares of all: of counts in steps of 2k, so that no single row can be read off them.

    >>> rounded(np.array([3, 0, 304]), 5)
    [0.0323, 0.0, 0.9677]

    Args:
        counts: How many rows have each; of as many as occur, k subjects have one.
        k: k of value protection.
    """
    step = 2 * k
    found = np.where(counts > 0, np.maximum((counts + k) // step, 1) * step, 0)
    shares = np.round(found / max(int(found.sum()), 1), _PLACES)
    if found.any():
        shares[found.argmax()] += 1 - shares.sum()
    return [round(float(share), _PLACES) for share in shares]


def _chances(rows: np.ndarray, salt: str) -> np.ndarray:
    """Return numbers from 0 to 1 (rows,), float64."""
    with np.errstate(over="ignore"):
        mixed = (rows.astype("uint64") + np.uint64(zlib.crc32(salt.encode()))) * np.uint64(_APART)
        for shift, times in _STEPS:
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(times)
    return (mixed ^ (mixed >> np.uint64(31))) / 2.0**64
