"""Withhold small counts from whatever may be published."""

from __future__ import annotations

FEW = 5
"""Smaller counts of training rows or cells are withheld from what may be published."""


def coarse(found: int, k: int) -> int:
    """Return a count to the nearest multiple of 2k: the difference of two such reveals no single row.

    >>> coarse(27, 5)
    30
    """
    return (found + k) // (2 * k) * (2 * k)


def about(found: int) -> str:
    """Return a rounded count for publication, in words.

    >>> about(3), about(27)
    ('fewer than 5', 'about 30')
    """
    return f"fewer than {FEW}" if found < FEW else f"about {coarse(found, FEW)}"
