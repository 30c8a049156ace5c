"""Which rows of a large pool are worth comparing with training: comparing costs by the pair of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.schema.schema import Schema
from tabtwin.selection.choosing import choose
from tabtwin.selection.shares import Shares
from tabtwin.selection.targets import aim_at, quotas

TRIES = 8
"""Rows looked at for each: a shortlist need not be as good as a twin."""


def first_rows(members: np.ndarray, count: int) -> np.ndarray:
    """The first rows of each model's stream, in proportion to what it has in the pool: int64, ascending."""
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
    """Rows whose tables come near what ``refine`` will aim at: int64, ascending.

    Args:
        pool: The raw pool.
        training: Encoded training rows; ``None`` where ``fit`` is 0.
        schema: Their schema.
        count: How many.
        fit: As ``refine`` has it.
        shares: As ``refine`` has it.
        seed: The run's.
        threads: Threads to count with.
        rng: Where chance comes from.
    """
    aim = aim_at(pool, [pool], training, schema, fit=fit, shares=shares, seed=seed, threads=threads)
    none = np.zeros(len(pool), bool)
    groups = [group.at_most() for group in quotas(pool, none, schema, shares, count)]
    wanted = sum(group.quota for group in groups)
    codes, start = aim.coder.codes(pool), np.empty(0, np.int64)
    chosen = choose(codes, aim.layout, aim.target * wanted, groups, start, 0, rng, threads, tries=TRIES)
    return chosen.rows
