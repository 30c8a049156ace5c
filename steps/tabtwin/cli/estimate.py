"""Estimate how long a run takes, and how much memory, from runs on public tables."""

from __future__ import annotations

from typing import NamedTuple

from tabtwin.preparation.check import Check

COMPARED = 20_000
"""Rows of a table that most comparisons use at most, so that they cost no more where it has more."""

SECONDS = (4.6, 3.6e-5, 1.4e-6)
"""Seconds on two cores that do nothing else: of any run; of each cell that is learned; of each that is
compared. ``make bench NAME=runs ARGS=--fit`` prints such constants, and :data:`GIGABYTES`, from whole runs
with default options. These are off by a factor of 1.5 at most on six tables of 160 to 1,000,000 rows."""

GIGABYTES = (0.51, 1.2e-7)
"""The memory of all processes together: of any run, and of each cell that is learned."""


class Work(NamedTuple):
    """What a run's cost grows with.

    Attributes:
        learned: Cells to learn from: of training rows, in learned columns.
        compared: Those of them that are compared with the twin's.
    """

    learned: int
    compared: int

    @classmethod
    def of(cls, check: Check) -> Work:
        """Return the work that a checked table makes."""
        rows = check.training or 0
        columns = sum(column.heaviest is not None for column in check.columns)
        return cls(rows * columns, min(rows, COMPARED) * columns)

    @property
    def of_seconds(self) -> tuple[float, ...]:
        """Return what each of :data:`SECONDS` is multiplied by."""
        return 1.0, self.learned, self.compared

    @property
    def of_gigabytes(self) -> tuple[float, ...]:
        """Return what each of :data:`GIGABYTES` is multiplied by."""
        return 1.0, self.learned


class Estimate(NamedTuple):
    """What a run with default options takes on two cores, within a factor of two or so.

    Attributes:
        seconds: From the command to its end.
        gigabytes: The memory of all processes together.
    """

    seconds: float
    gigabytes: float

    def __str__(self) -> str:
        minutes, digits = self.seconds / 60, -1 if self.seconds >= 20 else 0
        time = f"{minutes:,.0f} minutes" if minutes >= 2 else f"{round(self.seconds, digits):.0f} seconds"
        return f"about {time} on two cores, and {self.gigabytes:.1f} GB of memory, with default options"


def estimate(check: Check) -> Estimate:
    """Return what a run of a checked table takes."""
    work = Work.of(check)
    return Estimate(_sum(SECONDS, work.of_seconds), _sum(GIGABYTES, work.of_gigabytes))


def _sum(constants: tuple[float, ...], amounts: tuple[float, ...]) -> float:
    return sum(constant * amount for constant, amount in zip(constants, amounts, strict=True))
