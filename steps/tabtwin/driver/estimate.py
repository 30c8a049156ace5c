"""How long a run takes and in how much memory, by what runs of public tables took."""

from __future__ import annotations

from typing import NamedTuple

from tabtwin.tables.checking import Check

SECONDS, SECONDS_A_CELL = 25.0, 2.1e-4
"""Of whole runs with default options on two cores, by the cells that are learned: 375 rows of 20 columns took
43 seconds of a processor, 5,283 of 20 took 71, 4,366 of 86 took 153, and 7,500 of 55 took 178; wall time is
.63 of that."""

GIGABYTES, GIGABYTES_A_CELL = 1.0, 4e-7


class Estimate(NamedTuple):
    """What a run with default options takes on two cores, within a factor of two or so.

    Attributes:
        seconds: From the command to its end.
        gigabytes: Of all that runs at once.
    """

    seconds: float
    gigabytes: float

    def __str__(self) -> str:
        minutes = self.seconds / 60
        time = f"{minutes:,.0f} minutes" if minutes >= 2 else f"{round(self.seconds, -1):.0f} seconds"
        return f"about {time} on two cores, and {self.gigabytes:.1f} GB of memory, with default options"


def estimate(check: Check) -> Estimate:
    """What a run takes, by the cells that are learned."""
    columns = sum(column.heaviest is not None for column in check.columns)
    cells = (check.training or 0) * columns
    return Estimate(SECONDS + SECONDS_A_CELL * cells, GIGABYTES + GIGABYTES_A_CELL * cells)
