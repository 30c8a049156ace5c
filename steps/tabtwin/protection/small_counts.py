"""Withhold small counts from whatever may be published."""

from __future__ import annotations

FEW = 5
"""Smaller counts of training rows or cells are withheld from what may be published."""


def about(found: int) -> str:
    """Return a rounded count for publication: the difference of two such counts reveals no single row.

    >>> about(3), about(27)
    ('fewer than 5', 'about 30')
    """
    return f"fewer than {FEW}" if found < FEW else f"about {(found + FEW) // (2 * FEW) * (2 * FEW)}"
