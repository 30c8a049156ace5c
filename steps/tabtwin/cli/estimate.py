"""Estimate how long a run takes, and how much memory, from runs on public tables."""

from __future__ import annotations

from typing import NamedTuple

from tabtwin.preparation.check import Check

SECONDS, SECONDS_A_ROW, SECONDS_A_CELL = 22.0, 1.4e-3, 1.8e-4
"""From whole runs with default options on two cores, by the learned table: 375 rows of 20 columns took 43
seconds of CPU time, 5,283 of 20 took 71, 4,366 of 86 took 153, 7,500 of 55 took 178, and 48,546 of 10 took
291; wall time is .63 of that."""

GIGABYTES, GIGABYTES_A_ROW = 1.0, 2.5e-5
"""From the same runs: up to 10,000 rows, all processes together use 1 GB; with 48,546 rows, `balance`
alone uses 1.8.
"""


class Estimate(NamedTuple):
    """What a run with default options takes on two cores, within a factor of two or so.

    Attributes:
        seconds: From the command to its end.
        gigabytes: The memory of all processes together.
    """

    seconds: float
    gigabytes: float

    def __str__(self) -> str:
        minutes = self.seconds / 60
        time = f"{minutes:,.0f} minutes" if minutes >= 2 else f"{round(self.seconds, -1):.0f} seconds"
        return f"about {time} on two cores, and {self.gigabytes:.1f} GB of memory, with default options"


def estimate(check: Check) -> Estimate:
    """Return what a run takes, by the number of learned cells."""
    rows = check.training or 0
    columns = sum(column.heaviest is not None for column in check.columns)
    return Estimate(
        SECONDS + rows * (SECONDS_A_ROW + SECONDS_A_CELL * columns), GIGABYTES + GIGABYTES_A_ROW * rows
    )
