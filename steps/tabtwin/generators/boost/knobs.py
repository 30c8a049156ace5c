"""Define the settings of fit and sample. The defaults worked on all tables of the benchmark."""

from __future__ import annotations

from tabtwin.store.artifacts import Frozen

BINS = 128
"""About how many codes a column of numbers has; not more, since the target's aligned codes have 8 bits."""
DEEPER = 16
"""The other number of leaves to try for a column's first booster; the better one serves the whole column.
"""
POOLED_BELOW = 2_000
"""A node of a column of numbers with fewer training rows joins its level's pool."""
MANY_CODES = 16
"""Columns of numbers with more codes than this have pools and aligned ancestors, and come last."""
ALIGNED = 3
"""Most ancestors whose codes are aligned with a column's."""
SMOOTHING = 10.0
"""Rows of the node's mean that a category's target mean is smoothed by."""
GROUPS = 12
"""Coarse groups of each column's codes that sampling keeps balanced."""
PAIRS = 400
"""Most pairs of columns that sampling keeps balanced."""
CALIBRATED_FROM = 50
"""Rows of a block in a node from which its probabilities are calibrated."""


class Growth(Frozen):
    """How one booster grows.

    Attributes:
        leaves: Most leaves of a tree.
        rounds: Most trees of a member.
        rate: Learning rate.
        patience: Rounds without a better loss of the rows left out after which a member stops.
        sharpness: What trees' values are multiplied by in the end if members are averaged: members that each
            stop in time are too cautious together.
    """

    leaves: int
    rounds: int
    rate: float
    patience: int
    sharpness: float = 1.0


class Knobs(Frozen):
    """Settings of :mod:`tabtwin.generators.boost`.

    Attributes:
        members: Members whose logits are averaged; each leaves out a fold of its own. The target's boosters
            have 5, unless there is only one.
        alone: How boosters of singly fitted nodes grow.
        pool: How boosters that the small nodes of a level share grow.
        target: How boosters of the target column grow if it has few codes.
        most_grown: Most rows that trees grow on, drawn by the seed; what is counted, all rows count for.
        most_rows, most_pooled: Most rows that the booster of a node, and of a pool, is fitted to.
        fewest: A node outside pools with fewer training rows is not divided further.
        least_side: A node outside pools with fewer rows on its smaller side gets no booster.
        l2, least, bag: Penalty of leaves, least hessian in a leaf, share of rows that a tree looks at.
        restraint: Nats of left-out likelihood given up to stop earlier: the fit is less close, and reveals
            less of training.
    """

    members: int = 4
    alone: Growth = Growth(leaves=4, rounds=100, rate=0.3, patience=10, sharpness=1.05)
    pool: Growth = Growth(leaves=8, rounds=150, rate=0.3, patience=10, sharpness=1.1)
    target: Growth = Growth(leaves=16, rounds=400, rate=0.05, patience=30, sharpness=1.05)
    most_grown: int = 1 << 20
    most_rows: int = 1 << 17
    most_pooled: int = 1 << 19
    fewest: int = 20
    least_side: int = 5
    l2: float = 1.0
    least: float = 1.0
    bag: float = 0.8
    restraint: float = 0.0
