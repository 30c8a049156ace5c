"""Measure whether the generator memorised rows that were planted in training."""

from __future__ import annotations

from tabtwin.evaluation.canaries.memorising import tell_apart
from tabtwin.evaluation.canaries.results import CanariesResult
from tabtwin.evaluation.comparison import MAX_ROWS, Comparison, draw_of, drawn


def canaries(compared: Comparison) -> CanariesResult:
    """Tell planted canaries from those held back, where there are any."""
    planted, pool = compared.whole.canaries, compared.whole.pool
    if planted is None or planted.empty:
        return CanariesResult(canaries=None)
    kept = pool.iloc[drawn(len(pool), MAX_ROWS, draw_of(compared.seed, "canaries"))]
    found = tell_apart(planted, kept, compared.seen.table, compared.schema, threads=compared.threads)
    return CanariesResult(canaries=found)
