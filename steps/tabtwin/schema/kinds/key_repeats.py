"""Learn how often keys repeat and are missing, and place new ones in rows alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from tabtwin.schema.kinds.witnesses import Witnesses

_PLACES = 3
_LEAST = 10.0**-_PLACES


def gaps_of(witnesses: Witnesses) -> float:
    """Return the share of missing cells in training, in thousandths, if k subjects have one."""
    if not witnesses.lack():
        return 0.0
    share = witnesses.lacking / (witnesses.lacking + len(witnesses.codes))
    return max(_LEAST, round(share, _PLACES))


def repeats_of(witnesses: Witnesses) -> tuple[float, ...]:
    """Return which share of keys has one row, two rows and so on in training, in thousandths; empty if none
    repeats.

    Keys of so many rows as fewer than k subjects have count as keys of a row less.
    """
    rows = np.bincount(witnesses.codes)
    sizes = rows[rows > 0]
    sizes_of_cells = rows[witnesses.codes]
    for size in range(int(sizes.max(initial=1)), 1, -1):
        if len(np.unique(witnesses.subjects[sizes_of_cells == size])) < witnesses.k:
            sizes = np.where(sizes == size, size - 1, sizes)
            sizes_of_cells = np.where(sizes_of_cells == size, size - 1, sizes_of_cells)
    counts = np.bincount(sizes)[1:]
    if len(counts) < 2:
        return ()
    shares = [
        max(_LEAST, round(float(count) / len(sizes), _PLACES)) if count else 0.0 for count in counts[1:]
    ]
    return (round(max(0.0, 1 - sum(shares)), _PLACES), *shares)


def placed(
    make: Callable[[int], np.ndarray],
    rows: int,
    gaps: float,
    repeats: Sequence[float],
    rng: np.random.Generator,
) -> np.ndarray:
    """Return new keys (rows,), object, some missing and some in several rows; the others in their order.

    Args:
        make: Returns a number of different keys.
        rows: The number of rows.
        gaps: The share of missing cells.
        repeats: Which share of keys has one row, two rows and so on; by default all have one.
        rng: The source of randomness.
    """
    if not repeats:
        made = make(rows)
        if gaps:
            made[rng.random(rows) < gaps] = None
        return made
    there = np.flatnonzero(rng.random(rows) >= gaps)
    sizes = _drawn(len(there), np.array(repeats), rng)
    keys = make(len(sizes))
    again = np.repeat(np.arange(len(keys)), sizes - 1)
    is_again = np.zeros(len(there), bool)
    is_again[rng.choice(len(there), len(again), replace=False)] = True
    cells = np.full(rows, None, dtype=object)
    cells[there[~is_again]] = keys
    cells[there[is_again]] = keys[rng.permutation(again)]
    return cells


def _drawn(rows: int, repeats: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return how many rows each key has, drawn until they fill all rows."""
    shares = repeats / repeats.sum()
    mean = float(shares @ np.arange(1, len(shares) + 1))
    sizes = np.empty(0, int)
    while sizes.sum() < rows:
        wanted = math.ceil((rows - sizes.sum()) / mean)
        sizes = np.append(sizes, rng.choice(len(shares), wanted, p=shares) + 1)
    ends = np.minimum(np.cumsum(sizes), rows)
    sizes = np.diff(ends, prepend=0)
    return sizes[sizes > 0]
