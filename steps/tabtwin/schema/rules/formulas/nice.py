"""Find the plainest number within a range: the one that a person would have written."""

from __future__ import annotations

import math

DENOMINATORS = (1, 3, 7, 9, 12, 60, 2.54, 365.25, 1440)
"""What numbers are divided by, other than powers of 2, 5 and 10."""


def plainest(low: float, high: float) -> tuple[float, float] | None:
    """Return the number with the fewest digits within a range, and what it is divided by.

    >>> plainest(0.3936, 0.3938)
    (1.0, 2.54)
    >>> plainest(0.01666, 0.01667)
    (1.0, 60)
    >>> plainest(0.07, 0.0703)
    (0.07, 1)
    """
    best: tuple[float, float, float] | None = None
    for denominator in DENOMINATORS:
        found = _shortest(low * denominator, high * denominator)
        if found is not None:
            price = (0.0 if found[0] == 1 else found[1]) + (0.0 if denominator == 1 else 1.5)
            if best is None or price < best[0]:
                best = price, found[0], denominator
    return None if best is None else best[1:]


def _shortest(low: float, high: float) -> tuple[float, int] | None:
    """Return the number of the fewest significant digits within a range, at most 9, and how many they are."""
    if not (math.isfinite(low) and math.isfinite(high)) or low > high:
        return None
    if low <= 0 <= high:
        return 0.0, 0
    middle = (low + high) / 2
    largest = math.floor(math.log10(abs(middle)))
    for digits in range(1, 10):
        found = round(middle, digits - 1 - largest)
        if low <= found <= high:
            return found, digits
    return None
