"""Our distances are SDMetrics', where its ranges are taken; the figures themselves are no test."""

from __future__ import annotations

from tests.benchmarks.agreement import apart_from_sdmetrics
from tests.benchmarks.tables import halves


def test_distances_are_sdmetrics_within_rounding_at_its_ranges() -> None:
    found = halves("Ecdat.Computers", 1).found
    assert apart_from_sdmetrics(found.holdout[:200], found) < 1e-6
