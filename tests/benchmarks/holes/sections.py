"""Every kind of hole, by the section of issue 17 that lists it."""

from __future__ import annotations

from tests.benchmarks.holes import (
    beyond,
    door,
    exactness,
    extremes,
    forgery,
    headings,
    laptop,
    neighbours,
    people,
    small,
    tools,
)
from tests.benchmarks.holes.replay import Replay

REPLAYS: dict[str, Replay] = {
    "1": people.replay,
    "2": extremes.replay,
    "3": headings.replay,
    "4": laptop.replay,
    "5": forgery.replay,
    "7": exactness.replay,
    "9": small.replay,
    "10": tools.replay,
    "11": door.replay,
    "12": beyond.replay,
    "13": neighbours.replay,
}
"""Section 6 is replayed with 5, and section 8 needs a cluster: ``make test-cluster`` shows it. Sections 12
and 13 are what fresh eyes found beyond the list.
"""
