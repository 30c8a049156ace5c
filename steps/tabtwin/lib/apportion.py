"""Whole numbers in proportion to exact ones, by the largest remainders (Hamilton's method)."""

from __future__ import annotations

import math
from collections.abc import Sequence


def largest_remainders(exact: Sequence[float], total: int) -> list[int]:
    """Round shares to whole numbers that add up to ``total``.

    Each is rounded down, and what is left goes to those with the largest remainders, one each; among equal
    remainders the earlier share comes first.

    Args:
        exact: Shares, none negative, that add up to about ``total``.
        total: What the whole numbers add up to.

    >>> largest_remainders([2.5, 1.7, 0.8], 5)
    [2, 2, 1]
    """
    whole = [math.floor(share) for share in exact]
    order = sorted(range(len(whole)), key=lambda at: whole[at] - exact[at])
    for at in order[: max(0, total - sum(whole))]:
        whole[at] += 1
    return whole
