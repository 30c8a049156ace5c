"""Withhold small counts from whatever may be published."""

from __future__ import annotations

FEW = 5
"""Counts of training rows or cells below this are withheld from whatever may be published."""


def about(found: int) -> str:
    """Return a count in tens, for what may be published: two such counts tell no single row between them.

    >>> about(3), about(27)
    ('fewer than 5', 'about 30')
    """
    return f"fewer than {FEW}" if found < FEW else f"about {(found + FEW) // (2 * FEW) * (2 * FEW)}"
