"""Choose the rows of a large pool that are compared with training: each pair of rows has its cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.schema.schema import Schema
from tabtwin.selection.choosing import choose
from tabtwin.selection.shares import Shares
from tabtwin.selection.targets import aim_at, quotas

TRIES = 8
"""Candidates for each row: a shortlist need not be as good as a twin."""


def first_rows(members: np.ndarray, count: int) -> np.ndarray:
    """Return the first rows of each model's stream, in proportion to its rows in the pool: int64,
    ascending.
    """
    kept = np.zeros(len(members), bool)
    for name in sorted(set(members)):
        own = np.flatnonzero(members == name)
        kept[own[: -(-count * len(own) // len(members))]] = True
    # Rounded up, so that there may be a few too many: the last ones.
    return np.flatnonzero(kept)[:count]


def best_rows(
    pool: pd.DataFrame,
    training: pd.DataFrame | None,
    schema: Schema,
    count: int,
    *,
    fit: float,
    shares: Shares | None,
    seed: int,
    threads: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return rows whose tables come close to the target of ``refine``: int64, ascending.

    Args:
        pool: The raw pool.
        training: Protected training rows, canonical; ``None`` if ``fit`` is 0.
        schema: Their schema.
        count: The number of rows.
        fit: The same as for ``refine``.
        shares: The same as for ``refine``.
        seed: The run's.
        threads: Threads to count with.
        rng: The source of randomness.
    """
    aim = aim_at(pool, [pool], training, schema, fit=fit, shares=shares, seed=seed, threads=threads)
    none = np.zeros(len(pool), bool)
    groups = [group.at_most() for group in quotas(pool, none, schema, shares, count)]
    wanted = sum(group.quota for group in groups)
    codes, start = aim.coder.codes(pool), np.empty(0, np.int64)
    chosen = choose(codes, aim.layout, aim.target * wanted, groups, start, 0, rng, threads, tries=TRIES)
    return chosen.rows
