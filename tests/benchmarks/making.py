"""What the benchmark's makers of twins are told, and what they give back."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from tests.benchmarks.tables import Halves


@dataclass(frozen=True)
class Job:
    """What a maker is told: the rows, its settings, and a folder of its own."""

    table: Halves
    epochs: int
    seed: int
    folder: Path
    threads: int = 1
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """What a maker gives back.

    Attributes:
        twins: Canonical tables, by row of the benchmark.
        seconds: Wall time, imports included; ``None`` where nothing was made.
        processor: Seconds of processor time, of all processes together; other work sways it less.
        megabytes: Peak memory, of all processes together.
        notes: What else there is to say, as JSON values.
    """

    twins: dict[str, pd.DataFrame]
    seconds: float | None = None
    processor: float | None = None
    megabytes: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """A way of making twins.

    Attributes:
        label: The row of the benchmark; ``{epochs}`` stands for how long it trained.
        make: Makes the twins.
        versions: What decides their bytes, besides rows, settings and seed.
        trains: Whether epochs matter to it.
        slow: Whether it takes minutes, so that one seed must do.
    """

    label: str
    make: Callable[[Job], Made]
    versions: Callable[[], dict[str, str]] = dict
    trains: bool = False
    slow: bool = False


class Stopwatch:
    """Wall and processor time since it was made, of this process and of its children that have ended."""

    def __init__(self) -> None:
        self._started, self._used = time.monotonic(), _processor()

    def read(self) -> tuple[float, float]:
        """Seconds of wall time, and of processor time."""
        return time.monotonic() - self._started, _processor() - self._used


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in used)


def megabytes(used: resource.struct_rusage) -> float:
    """The peak memory of a process that has been waited for."""
    return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def peak_megabytes() -> float:
    """The peak memory of this process so far."""
    return megabytes(resource.getrusage(resource.RUSAGE_SELF))
