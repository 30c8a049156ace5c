"""Round numbers to multiples of a column's unit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

ROUNDING = 1e-6
"""How far from a multiple, in steps, a number still counts as one."""


def on_unit(values: np.ndarray, unit: float) -> np.ndarray:
    """Return the nearest multiples of a unit; the values as they are if it is 0."""
    if unit <= 0:
        return values
    if not np.log10(unit).is_integer():
        # Dividing by a whole number keeps decimals as written: 0.05 * 3 is not 0.15.
        per = np.rint(1 / unit)
        return np.asarray((np.rint(values / unit) / per if unit < 1 else np.rint(values / unit) * unit) + 0.0)
    digits = max(0, round(-np.log10(unit)))
    return np.asarray(np.round(values, digits) + 0.0)


def stepped(values: np.ndarray, unit: float, to: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Round values down or up to multiples of a unit; those that are multiples stay."""
    if unit <= 0:
        return values
    away = -ROUNDING if to is np.ceil else ROUNDING
    return on_unit(to(values / unit + away) * unit, unit)


def inner(ends: tuple[float, float], unit: float) -> tuple[float, float]:
    """Return the least and the greatest multiple of a unit within bounds; the bounds themselves if there is
    none.
    """
    low, high = (
        float(stepped(np.array([end]), unit, to)[0])
        for end, to in zip(ends, (np.ceil, np.floor), strict=True)
    )
    return (low, high) if low <= high else ends
