"""Choose the rows that choosing starts from: whole blocks of one balanced stream, or drawn ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tabtwin.lib.apportion import largest_remainders


def whole_blocks(blocks: np.ndarray, wanted: int) -> np.ndarray:
    """Return the rows of the first blocks of a stream that fit whole into ``wanted``: int64.

    >>> whole_blocks(np.array([0, 0, 1, 1, 1]), wanted=4).tolist()
    [0, 1]

    Args:
        blocks: The block of each row (rows,).
        wanted: Rows of the twin.
    """
    numbers, places, counts = np.unique(blocks, return_inverse=True, return_counts=True)
    fitting = np.cumsum(counts) <= wanted
    return np.flatnonzero(np.isin(places, np.flatnonzero(fitting))) if len(numbers) else np.empty(0, np.int64)


def drawn(
    members: np.ndarray, weights: Mapping[str, float], wanted: int, draw: np.random.Generator
) -> np.ndarray:
    """Draw rows by the models' weights: int64 (wanted,), none twice.

    Args:
        members: The model that made each row.
        weights: Of each model, not negative; a model without one counts 0.
        wanted: At most as many as there are rows.
        draw: The source of randomness.
    """
    names = sorted(set(members))
    available = [int((members == name).sum()) for name in names]
    shares = quotas([float(weights.get(name, 0.0)) for name in names], available, wanted)
    rows = [
        draw.choice(np.flatnonzero(members == name), share, replace=False)
        for name, share in zip(names, shares, strict=True)
    ]
    return np.concatenate(rows)


def quotas(weights: list[float], available: list[int], wanted: int) -> list[int]:
    """Return the rows of each model, by weight, with largest remainders, and at most as many as it has.

    What a model lacks comes from the others, by weight, and from models of weight 0 when no rows are left.
    """
    assert sum(available) >= wanted, "more rows wanted than there are"
    weight, most = np.array(weights), np.array(available)
    given = np.zeros(len(most), int)
    while (left := wanted - given.sum()) > 0:
        open_weight = np.where(given < most, weight, 0.0)
        if not open_weight.any():
            open_weight = np.where(given < most, most - given, 0).astype(float)
        exact = left * open_weight / open_weight.sum()
        given = np.minimum(given + largest_remainders(exact.tolist(), int(left)), most)
    return [int(count) for count in given]
