"""What a whole run took and how it ended, and the medians of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.peers import REFUSED


@dataclass(frozen=True)
class Allowed:
    """What a run may take: seconds, and megabytes of all its processes."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Measured:
    """What a run took, and how it ended; several of one kind as medians.

    Attributes:
        code: Its exit code; below 0 the signal that ended it.
        seconds: Wall time.
        processor: Seconds of processor time, of all processes.
        megabytes: Peak memory of all processes together.
        stopped: Why it was given up; empty if it ended on its own.
        line: The last line that it complained of, if it did not end with 0.
        verdict: The report's.
        accuracy: On the holdout.
        allowed_seconds: What it was allowed.
        allowed_megabytes: The same of memory.
    """

    code: int
    seconds: float
    processor: float
    megabytes: float
    stopped: str = ""
    line: str = ""
    verdict: str = ""
    accuracy: float | None = None
    allowed_seconds: float = 0.0
    allowed_megabytes: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Return whether it went to its end: a report was written, whatever it says."""
        return not self.stopped and self.code in (0, REFUSED)

    def is_final(self, allowed: Allowed) -> bool:
        """Return whether it would end no otherwise if it were run again with what is allowed."""
        more = allowed.seconds > self.allowed_seconds or allowed.megabytes > self.allowed_megabytes
        return not (self.stopped and more)


def medians(runs: Sequence[Measured]) -> Measured:
    """Return the medians of runs of one kind, with the worst end; one that was given up stands for all."""
    given_up = [run for run in runs if run.stopped]
    if given_up:
        return given_up[-1]
    worst = max(runs, key=lambda run: abs(run.code))
    scores = [run.accuracy for run in runs if run.accuracy is not None]
    return Measured(
        code=worst.code,
        seconds=median(run.seconds for run in runs),
        processor=median(run.processor for run in runs),
        megabytes=median(run.megabytes for run in runs),
        line=worst.line,
        verdict=worst.verdict,
        accuracy=median(scores) if scores else None,
    )
