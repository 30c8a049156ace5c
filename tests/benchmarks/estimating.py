"""What ``tabtwin check`` says a run takes, beside what it took; and the constants that would say it best.

Constants are fitted by least squares of relative errors, none below 0, so that a small table counts as much
as a large one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tabtwin.cli.estimate import Estimate, Work, estimate
from tabtwin.preparation.check import Check
from tests.benchmarks.measured import Measured

OVERLAP = 0.63
"""Wall time of a run on two idle cores, as a share of its processor time, when that was last measured."""


@dataclass(frozen=True)
class Seen:
    """A table as ``tabtwin check`` saw it, and what its run took."""

    check: Check
    took: Measured

    @property
    def said(self) -> Estimate:
        """What check says of it."""
        return estimate(self.check)

    @property
    def work(self) -> Work:
        """What its cost grows with."""
        return Work.of(self.check)


def factor(said: float, took: float) -> float:
    """Return by which factor an estimate is off, never below 1."""
    return max(said / took, took / said)


def fitted(amounts: Sequence[Sequence[float]], took: Sequence[float]) -> tuple[float, ...]:
    """Return the constants whose sums over ``amounts`` (runs, constants) come nearest to ``took`` (runs,)."""
    from scipy.optimize import nnls

    of = np.asarray(took, float)
    rows = np.asarray(amounts, float) / of[:, None]
    scale = rows.max(axis=0)
    found, _ = nnls(rows / scale, np.ones(len(of)))
    return tuple(float(value) for value in found / scale)


def by_wall(took: Measured) -> float:
    """Return the seconds of a run on cores that did nothing else."""
    return took.seconds


def by_processor(took: Measured) -> float:
    """Return about the seconds that a run would have taken on two idle cores."""
    return OVERLAP * took.processor


def constants(seen: Sequence[Seen], seconds: Callable[[Measured], float]) -> str:
    """Return the lines of ``steps/tabtwin/cli/estimate.py`` that runs ask for, and how far off they are."""
    took = [seconds(one.took) for one in seen]
    amounts = [one.work.of_seconds for one in seen]
    times = fitted(amounts, took)
    memory = fitted([one.work.of_gigabytes for one in seen], [one.took.megabytes / 1_000 for one in seen])
    off = [factor(float(np.dot(times, amount)), actual) for amount, actual in zip(amounts, took, strict=True)]
    return "\n".join(
        [
            f"SECONDS = ({', '.join(f'{value:.2g}' for value in times)})",
            f"GIGABYTES = ({', '.join(f'{value:.2g}' for value in memory)})",
            f"# from {len(seen)} tables; seconds are off by a factor of {max(off):.2f} at most",
        ]
    )
