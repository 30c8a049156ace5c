"""Learn how often keys repeat and are missing, and place new ones in rows alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tabtwin.schema.kinds.drawing import rounded
from tabtwin.schema.kinds.witnesses import Witnesses


def gaps_of(witnesses: Witnesses) -> float:
    """Return the share of missing cells in training, in steps of 2k cells, if k subjects have one."""
    if not witnesses.lack():
        return 0.0
    return rounded(np.array([witnesses.lacking, len(witnesses.codes)]), witnesses.k)[0]


def repeats_of(witnesses: Witnesses) -> tuple[float, ...]:
    """Return which share of keys has one row, two rows and so on in training, in steps of 2k keys; empty if
    none repeats.

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
    return tuple(rounded(counts, witnesses.k))


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
    """Return how many rows each key has, in any order: as many keys of each size as there should be, the
    part of one by chance, and the rest of the rows with keys of the smallest size.
    """
    shares = repeats / repeats.sum()
    mean = float(shares @ np.arange(1, len(shares) + 1))
    least = int(np.flatnonzero(shares)[0])
    counts = np.floor(shares * rows / mean + rng.random(len(shares))).astype(int)
    counts[least] = 0
    sizes = rng.permutation(np.repeat(np.arange(1, len(shares) + 1), counts))
    sizes = sizes[np.cumsum(sizes) <= rows]
    left = rows - int(sizes.sum())
    whole, rest = divmod(left, least + 1)
    return np.concatenate([sizes, np.full(whole, least + 1), np.full(int(rest > 0), rest)]).astype(int)
