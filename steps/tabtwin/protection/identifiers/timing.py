"""Decide whether dates may be of births and similar events of single subjects: spread without a plan."""

from __future__ import annotations

import numpy as np

_DENSE = 0.2
_UNEVEN = 0.5
_MANY_YEARS = 20 * 365
_MOSTLY = 0.9


def are_births(days: np.ndarray) -> bool:
    """Return whether distinct days since 1970 (n,) are sparse and unevenly spread.

    Days of a calendar or of a series are close together, or in even steps.
    """
    days = np.sort(days)
    steps = np.diff(days)
    if not len(steps) or not steps.mean():
        return False
    exact = bool((days != np.rint(days)).any())
    dense = not exact and len(days) > _DENSE * (days[-1] - days[0] + 1)
    return not dense and bool(steps.std() / steps.mean() >= _UNEVEN)


def are_single(days: np.ndarray) -> bool:
    """Return whether distinct days since 1970 (n,) are so many or so exact that two subjects seldom share
    one.
    """
    exact = (days != np.rint(days)).mean() >= _MOSTLY
    return bool(exact or np.ptp(days) >= _MANY_YEARS)
