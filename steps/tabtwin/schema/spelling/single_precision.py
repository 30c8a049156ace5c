"""Tell numbers that were stored in single precision: 3.1 became 3.0999999046325684."""

from __future__ import annotations

import math

import numpy as np

FEWEST = 20
"""The fewest different numbers that show it."""
_FROM = 10  # decimals
_LONG = 0.2
"""The share of them, at least, that are longer in double precision."""
_NEAR, _NEAR_ABOVE = 2e-14, 1e-3
_MOST = 9
_BITS = 2
"""How many of the last bits a number may be off: it may have been computed in single precision, too."""


def decimals_in_single(values: np.ndarray, digits: int) -> np.ndarray | None:
    """Return how many decimals each distinct number (n,) needs in single precision, int (n,); ``None`` if
    some of them are in double precision.

    Decimals that single precision does not resolve in a middling number do not count.

    Args:
        values: float64 (n,).
        digits: How many decimals they are written with.
    """
    if digits < _FROM or len(values) < FEWEST:
        return None
    size = np.abs(values)
    with np.errstate(over="ignore"):
        single = values.astype("float32")
    # Texts may have 15 decimals only.
    near = _NEAR * size + np.where(size > _NEAR_ABOVE, 0.6e-15, 0.0)
    if (np.abs(single.astype("float64") - values) > near).any():
        return None
    found = np.full(len(values), _MOST)
    for places in range(_MOST - 1, -1, -1):
        off = np.abs(np.round(values, places) - values)
        found[off <= _BITS * np.spacing(np.abs(single)).astype("float64")] = places
    is_long = np.round(values, _MOST) != values
    if is_long.sum() < FEWEST or is_long.mean() < _LONG:
        return None
    resolved = math.floor(-math.log10(float(np.median(size)) * float(np.finfo("float32").eps)))
    return np.asarray(np.minimum(found, max(1, resolved)))
